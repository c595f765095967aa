//! `pactlens broker status`.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use serde_json::{Value, json};

use crate::broker::Broker;
use crate::broker::overview::{Standing, standings};
use crate::cli::Outcome;
use crate::cli::broker::access::AccessArgs;
use crate::cli::broker::{Form, print, print_json, table, wait};

/// A table of the latest pacts, and what their last verification came to.
#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    /// Only pacts with this provider.
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    provider: Option<String>,
    /// Only pacts of this consumer.
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    consumer: Option<String>,
    /// What is printed.
    #[arg(short, long, value_enum, default_value_t)]
    output: Form,
    #[command(flatten)]
    access: AccessArgs,
}

pub(super) fn run(args: &StatusArgs) -> Outcome {
    wait(async {
        let broker = args.access.connect()?;
        let all = standings(&broker, args.consumer.as_deref(), args.provider.as_deref()).await?;
        match args.output {
            Form::Json => {
                let all: Vec<Value> = all.iter().map(|it| value(&broker, it)).collect();
                print_json(&json!({"version": 1, "pacts": all}))?;
            }
            Form::Text if all.is_empty() => {}
            Form::Text => {
                let head = ["CONSUMER", "PROVIDER", "STATUS", "VERIFIED", ""].map(str::to_owned).to_vec();
                let rows: Vec<_> =
                    std::iter::once(head).chain(all.iter().map(|it| row(&broker, it))).collect();
                print(&table(&rows))?;
            }
        }
        if all.is_empty() {
            eprintln!("pactlens: the Broker {} has no pact of that kind", broker.address());
            return Ok(Outcome::Nothing);
        }
        Ok(Outcome::Fine)
    })
}

fn row(broker: &Broker, it: &Standing) -> Vec<String> {
    let side = |[name, version, branch]: &[String; 3]| {
        let branch = if branch.is_empty() { String::new() } else { format!(" ({branch})") };
        broker.shown(format!("{name} {version}{branch}").trim_end())
    };
    let status = match it.status.as_str() {
        "success" => "✓ passed".to_owned(),
        "failed" => "✗ failed".to_owned(),
        "failed_pending" => "✗ failed, pending".to_owned(),
        "stale" => "? changed since it was verified".to_owned(),
        "never" => "? never verified".to_owned(),
        other => broker.shown(other),
    };
    let minute = it.verified.get(..16).unwrap_or_default().replacen('T', " ", 1);
    vec![side(&it.consumer), side(&it.provider), status, broker.shown(&minute), it.link.clone()]
}

fn value(broker: &Broker, it: &Standing) -> Value {
    let side = |[name, version, branch]: &[String; 3]| {
        let given = |text: &str| (!text.is_empty()).then(|| broker.shown(text));
        json!({"name": broker.shown(name), "version": given(version), "branch": given(branch)})
    };
    json!({
        "consumer": side(&it.consumer), "provider": side(&it.provider), "status": broker.shown(&it.status),
        "verified": (!it.verified.is_empty()).then(|| broker.shown(&it.verified)), "link": it.link,
    })
}
