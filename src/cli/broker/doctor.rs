//! `pactlens broker doctor`.

use clap::Args;
use serde_json::{Value, json};

use crate::broker::doctor::{Check, Health, examine};
use crate::cli::Outcome;
use crate::cli::broker::access::AccessArgs;
use crate::cli::broker::{Form, outcome_of, print, print_json, wait};

/// Looks at the address, the credentials, the version and the links, with one GET.
#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    /// What is printed.
    #[arg(short, long, value_enum, default_value_t)]
    output: Form,
    #[command(flatten)]
    access: AccessArgs,
}

pub(super) fn run(args: &DoctorArgs) -> Outcome {
    wait(async {
        let broker = args.access.connect()?;
        let (checks, problem) = examine(&broker).await;
        let outcome = problem.as_ref().map_or(Outcome::Fine, outcome_of);
        match args.output {
            Form::Json => {
                let checks: Vec<Value> = checks.iter().map(value).collect();
                print_json(&json!({"version": 1, "broker": broker.address(), "checks": checks}))?;
            }
            Form::Text => {
                let line = |it: &Check| {
                    let sign = match it.health {
                        Health::Good => "✓",
                        Health::Odd => "!",
                        Health::Bad => "✗",
                    };
                    format!("{sign} {:<12} {}\n", it.name, it.said)
                };
                print(&checks.iter().map(line).collect::<String>())?;
            }
        }
        Ok(outcome)
    })
}

fn value(check: &Check) -> Value {
    let health = match check.health {
        Health::Good => "good",
        Health::Odd => "odd",
        Health::Bad => "bad",
    };
    json!({"name": check.name, "health": health, "said": check.said})
}
