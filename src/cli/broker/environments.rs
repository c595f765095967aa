//! `pactlens broker environments`.

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::broker::Broker;
use crate::broker::records::{self, Environment};
use crate::cli::Outcome;
use crate::cli::broker::access::AccessArgs;
use crate::cli::broker::{Failure, Form, print, print_json, table, wait};

#[derive(Debug, Args)]
pub(super) struct EnvironmentsArgs {
    #[command(subcommand)]
    command: Which,
}

#[derive(Debug, Subcommand)]
enum Which {
    /// List all environments.
    List(ListArgs),
    /// Make an environment.
    Create(CreateArgs),
    /// Show an environment.
    Describe(OneArgs),
    /// Remove an environment, and with it what is recorded in it.
    Delete(OneArgs),
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// What is printed.
    #[arg(short, long, value_enum, default_value_t)]
    output: Form,
    #[command(flatten)]
    access: AccessArgs,
}

#[derive(Debug, Args)]
pub(super) struct CreateArgs {
    /// Its name, as commands have it.
    #[arg(long, value_parser = name)]
    name: String,
    /// Its name, as people have it.
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// It is one of production.
    #[arg(long)]
    production: bool,
    /// Who answers for it.
    #[arg(long, value_name = "NAME")]
    contact_name: Option<String>,
    /// The address of who answers for it.
    #[arg(long, value_name = "ADDRESS", requires = "contact_name")]
    contact_email_address: Option<String>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, Args)]
#[group(id = "which", required = true, multiple = false, args = ["name", "uuid"])]
pub(super) struct OneArgs {
    /// Its name.
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    name: Option<String>,
    /// Its UUID.
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    uuid: Option<String>,
    #[command(flatten)]
    list: ListArgs,
}

impl OneArgs {
    fn wanted(&self) -> &str {
        self.name.as_deref().or(self.uuid.as_deref()).unwrap_or_default()
    }
}

fn name(text: &str) -> Result<String, String> {
    match text.is_empty() || text.contains(char::is_whitespace) {
        true => Err("a name without blanks is wanted".to_owned()),
        false => Ok(text.to_owned()),
    }
}

pub(super) fn run(args: &EnvironmentsArgs) -> Outcome {
    match &args.command {
        Which::List(args) => list(args),
        Which::Create(args) => create(args),
        Which::Describe(args) => describe(args),
        Which::Delete(args) => delete(args),
    }
}

pub(super) fn list(args: &ListArgs) -> Outcome {
    wait(async {
        let broker = args.access.connect()?;
        let all = records::environments(&broker).await?;
        match args.output {
            Form::Json => {
                let all: Vec<Value> = all.iter().map(|it| value(&broker, it)).collect();
                print_json(&json!({"version": 1, "environments": all}))?;
            }
            Form::Text if all.is_empty() => {
                eprintln!("pactlens: the Broker {} has no environment", broker.address());
            }
            Form::Text => {
                let head = ["NAME", "DISPLAY NAME", "PRODUCTION", "UUID"].map(str::to_owned).to_vec();
                let row = |it: &Environment| {
                    let production = if it.production { "yes" } else { "no" };
                    vec![
                        broker.shown(&it.name),
                        broker.shown(&it.display_name),
                        production.to_owned(),
                        broker.shown(&it.uuid),
                    ]
                };
                print(&table(&std::iter::once(head).chain(all.iter().map(row)).collect::<Vec<_>>()))?;
            }
        }
        Ok(Outcome::Fine)
    })
}

pub(super) fn create(args: &CreateArgs) -> Outcome {
    wait(async {
        let broker = args.list.access.connect()?;
        let contact = args.contact_name.clone().map(|name| {
            let address = args.contact_email_address.clone().unwrap_or_default();
            (name, address)
        });
        let wanted = Environment {
            name: args.name.clone(),
            display_name: args.display_name.clone().unwrap_or_default(),
            production: args.production,
            contacts: contact.into_iter().collect(),
            ..Environment::default()
        };
        let made = records::create_environment(&broker, &wanted).await?;
        tell(&args.list, &broker, &made, "made")
    })
}

pub(super) fn describe(args: &OneArgs) -> Outcome {
    wait(async {
        let broker = args.list.access.connect()?;
        let found = records::find_environment(&broker, args.wanted()).await?;
        tell(&args.list, &broker, &found, "")
    })
}

pub(super) fn delete(args: &OneArgs) -> Outcome {
    wait(async {
        let broker = args.list.access.connect()?;
        let found = records::find_environment(&broker, args.wanted()).await?;
        records::delete_environment(&broker, &found.uuid).await?;
        tell(&args.list, &broker, &found, "removed")
    })
}

fn tell(args: &ListArgs, broker: &Broker, it: &Environment, did: &str) -> Result<Outcome, Failure> {
    match args.output {
        Form::Json => print_json(&json!({"version": 1, "environment": value(broker, it)}))?,
        Form::Text => {
            let did = if did.is_empty() { String::new() } else { format!("{did}: ") };
            let kind = if it.production { ", production" } else { "" };
            let mut text = format!("{did}{}{kind}\n", broker.shown(&it.name));
            let mut rows = vec![
                ("display name", it.display_name.clone()),
                ("uuid", it.uuid.clone()),
                ("made", it.created.clone()),
            ];
            rows.extend(it.contacts.iter().map(|(name, address)| ("contact", format!("{name} {address}"))));
            for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
                text.push_str(&format!("  {name:<13} {}\n", broker.shown(value.trim_end())));
            }
            print(&text)?;
        }
    }
    Ok(Outcome::Fine)
}

fn value(broker: &Broker, it: &Environment) -> Value {
    let contacts = it
        .contacts
        .iter()
        .map(|(name, address)| json!({"name": broker.shown(name), "email_address": broker.shown(address)}));
    json!({
        "name": broker.shown(&it.name), "display_name": broker.shown(&it.display_name), "production": it.production,
        "uuid": broker.shown(&it.uuid), "created": broker.shown(&it.created), "contacts": contacts.collect::<Vec<_>>(),
    })
}
