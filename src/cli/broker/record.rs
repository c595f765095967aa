//! `pactlens broker record-deployment`, `record-undeployment` and `record-release`.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use serde_json::json;

use crate::broker::records::{Event, record, record_undeployment};
use crate::cli::Outcome;
use crate::cli::broker::access::AccessArgs;
use crate::cli::broker::{Failure, Form, print, print_json, wait};

#[derive(Debug, Args)]
pub(super) struct DeploymentArgs {
    #[command(flatten)]
    release: ReleaseArgs,
    /// Which of several that run in the environment at once.
    #[arg(long, alias = "target", value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    application_instance: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ReleaseArgs {
    /// The application.
    #[arg(short = 'a', long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pacticipant: String,
    /// Its version.
    #[arg(short = 'e', long, value_name = "VERSION", value_parser = NonEmptyStringValueParser::new())]
    version: String,
    /// The name of the environment.
    #[arg(long, value_name = "ENVIRONMENT", value_parser = NonEmptyStringValueParser::new())]
    environment: String,
    /// What is printed.
    #[arg(short, long, value_enum, default_value_t)]
    output: Form,
    #[command(flatten)]
    access: AccessArgs,
}

#[derive(Debug, Args)]
pub(super) struct UndeploymentArgs {
    /// The application.
    #[arg(short = 'a', long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pacticipant: String,
    /// The name of the environment.
    #[arg(long, value_name = "ENVIRONMENT", value_parser = NonEmptyStringValueParser::new())]
    environment: String,
    /// Which of several that run in the environment at once.
    #[arg(long, alias = "target", value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    application_instance: Option<String>,
    /// What is printed.
    #[arg(short, long, value_enum, default_value_t)]
    output: Form,
    #[command(flatten)]
    access: AccessArgs,
}

pub(super) fn deployment(args: &DeploymentArgs) -> Outcome {
    wait(record_event(Event::Deployment, &args.release, args.application_instance.as_deref()))
}

pub(super) fn release(args: &ReleaseArgs) -> Outcome {
    wait(record_event(Event::Release, args, None))
}

async fn record_event(event: Event, args: &ReleaseArgs, instance: Option<&str>) -> Result<Outcome, Failure> {
    let broker = args.access.connect()?;
    let place = [&args.pacticipant, &args.version, &args.environment].map(String::as_str);
    let warning = record(&broker, event, place, instance).await?;
    if let Some(warning) = &warning {
        eprintln!("pactlens: note: {warning}");
    }
    let what = match event {
        Event::Deployment => "deployed",
        Event::Release => "released",
    };
    let [pacticipant, version, environment] = place.map(|it| broker.shown(it));
    match args.output {
        Form::Json => print_json(&json!({
            "version": 1, "recorded": what, "pacticipant": pacticipant, "pacticipant_version": version,
            "environment": environment, "application_instance": instance.map(|it| broker.shown(it)),
        }))?,
        Form::Text => {
            let instance = instance.map(|it| format!(" as {}", broker.shown(it))).unwrap_or_default();
            print(&format!("recorded as {what}: {pacticipant} {version} in {environment}{instance}\n"))?;
        }
    }
    Ok(Outcome::Fine)
}

pub(super) fn undeployment(args: &UndeploymentArgs) -> Outcome {
    wait(async {
        let broker = args.access.connect()?;
        let instance = args.application_instance.as_deref();
        let ended = record_undeployment(&broker, &args.pacticipant, &args.environment, instance).await?;
        let [pacticipant, environment] = [&args.pacticipant, &args.environment].map(|it| broker.shown(it));
        match args.output {
            Form::Json => {
                let ended: Vec<_> = ended
                    .iter()
                    .map(|it| {
                        let instance = it.instance.as_deref().map(|it| broker.shown(it));
                        json!({"pacticipant_version": broker.shown(&it.version), "application_instance": instance})
                    })
                    .collect();
                print_json(&json!({
                    "version": 1, "recorded": "undeployed", "pacticipant": pacticipant, "environment": environment,
                    "versions": ended,
                }))?;
            }
            Form::Text => {
                for one in &ended {
                    let instance = one.instance.as_deref().map(|it| format!(" as {}", broker.shown(it)));
                    print(&format!(
                        "recorded as not deployed any more: {pacticipant} {} in {environment}{}\n",
                        broker.shown(&one.version),
                        instance.unwrap_or_default()
                    ))?;
                }
            }
        }
        Ok(Outcome::Fine)
    })
}
