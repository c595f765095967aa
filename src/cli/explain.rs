//! `pactlens explain` and `pactlens rules`.

use std::io::{self, Write};

use clap::Args;

use crate::cli::{Outcome, output};
use crate::ide;
use crate::rules::{ALL, Meta, resolve_selector};
use crate::text::nearest;

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// Names of rules or groups.
    #[arg(required = true)]
    names: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct RulesArgs {
    /// Print a JSON array instead of a table.
    #[arg(long)]
    json: bool,
}

pub(super) fn explain(args: &ExplainArgs) -> Outcome {
    let mut indices = Vec::new();
    for name in &args.names {
        let found = resolve_selector(name);
        if found.is_empty() {
            let near = nearest(name, ALL.iter().map(|rule| rule.meta.name));
            let hint = near.map_or_else(String::new, |near| format!(", did you mean '{near}'?"));
            eprintln!("pactlens: '{name}' is no rule and no group{hint}; `pactlens rules` lists them");
            return Outcome::Trouble;
        }
        indices.extend(found);
    }
    let page = |out: &mut dyn Write| {
        for (count, index) in indices.iter().enumerate() {
            if count > 0 {
                writeln!(out)?;
            }
            write_page(&ALL[*index].meta, out)?;
        }
        Ok(())
    };
    told(output::write(page))
}

fn write_page(meta: &Meta, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{}/{}\n{}", meta.group, meta.name, ide::rule_page(meta))
}

pub(super) fn rules(args: &RulesArgs) -> Outcome {
    let list = |out: &mut dyn Write| {
        if args.json {
            let entry = |meta: &Meta| {
                serde_json::json!({
                    "name": meta.name, "group": meta.group, "severity": meta.severity,
                    "preset": meta.preset, "cause": meta.cause, "since": meta.since,
                    "summary": meta.summary(),
                })
            };
            let all: Vec<_> = ALL.iter().map(|rule| entry(&rule.meta)).collect();
            return writeln!(out, "{}", serde_json::to_string_pretty(&all).map_err(io::Error::other)?);
        }
        for rule in ALL {
            let meta = &rule.meta;
            let name = format!("{}/{}", meta.group, meta.name);
            writeln!(
                out,
                "{name:<44} {:<8} {:<12} {}",
                meta.severity.name(),
                meta.preset.name(),
                meta.summary()
            )?;
        }
        Ok(())
    };
    told(output::write(list))
}

fn told(result: io::Result<()>) -> Outcome {
    match result {
        Ok(()) => Outcome::Fine,
        Err(error) => {
            eprintln!("pactlens: cannot write to standard output: {error}");
            Outcome::Trouble
        }
    }
}
