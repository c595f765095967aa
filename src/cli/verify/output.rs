//! What is printed, and where.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::analysis::origin::Wrote;
use crate::cli::origin::OriginArgs;
use crate::cli::verify::sources::{Found, Origin};
use crate::cli::{Outcome, output};
use crate::report::verification::{self, Format, Options};
use crate::report::{ColourChoice, escape};
use crate::runner::contract::{Contract, Item};
use crate::runner::explain::Show;
use crate::runner::verify::outcome::Verification;

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputArgs {
    /// How to print the results.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write them to a file as well, in any format (repeatable).
    #[arg(long, value_name = "FORMAT=FILE", value_parser = target)]
    output: Vec<(Format, PathBuf)>,
    /// Leave out what passed.
    #[arg(short, long)]
    quiet: bool,
    /// Show secrets and personal data instead of asterisks.
    #[arg(long)]
    show_secrets: bool,
    #[command(flatten)]
    origin: OriginArgs,
    /// The same as --output json=FILE.
    #[arg(
        short,
        long,
        value_name = "FILE",
        env = "PACT_VERIFIER_JSON_REPORT",
        hide_env_values = true,
        hide_short_help = true
    )]
    json: Option<PathBuf>,
    /// The same as --output junit=FILE.
    #[arg(
        short = 'x',
        long,
        value_name = "FILE",
        env = "PACT_VERIFIER_JUNIT_REPORT",
        hide_env_values = true,
        hide_short_help = true
    )]
    junit: Option<PathBuf>,
    /// The same as --output html=FILE.
    #[arg(
        long,
        value_name = "FILE",
        env = "PACT_VERIFIER_HTML_REPORT",
        hide_env_values = true,
        hide_short_help = true
    )]
    html: Option<PathBuf>,
    // The page of --html has one style.
    #[arg(long, value_name = "FILE", requires = "html", hide = true)]
    xslt: Option<PathBuf>,
    /// When to colour the output.
    #[arg(long, alias = "colour", value_enum, default_value_t)]
    color: ColourChoice,
    /// The same as --color never.
    #[arg(long, alias = "no-color", hide_short_help = true)]
    no_colour: bool,
}

impl OutputArgs {
    /// Whether standard output is for a person.
    pub(super) fn is_text(&self) -> bool {
        self.format == Format::Text
    }

    /// Writes all reports. `stub` is the command that writes handlers.
    pub(super) fn write(
        &self,
        found: &Found,
        run: &Verification,
        outcome: Outcome,
        stub: Option<&str>,
    ) -> Result<(), String> {
        let origins = RefCell::new(self.origin.origins());
        let find = |contract: &Contract, item: &Item| {
            let path = found.contracts.iter().find_map(|(origin, it)| match origin {
                Origin::File(path) if it.name == contract.name => Some(path),
                _ => None,
            });
            test(&mut origins.borrow_mut(), path?, contract, item)
        };
        let options = Options {
            show: if self.show_secrets { Show::Secrets } else { Show::Masked },
            quiet: self.quiet,
            exit: Some(outcome.number()),
            test: Some(&find),
            stub,
            repeat: Some("the same with --last-failed"),
            ..Options::default()
        };
        let colour = !self.no_colour && output::colour(self.color);
        output::write(|out| verification::write(self.format, run, &Options { colour, ..options }, out))
            .map_err(|error| format!("cannot write to standard output: {error}"))?;
        let named = [(Format::Json, &self.json), (Format::Junit, &self.junit), (Format::Html, &self.html)];
        let named = named.into_iter().filter_map(|(format, path)| Some((format, path.as_ref()?)));
        for (format, path) in self.output.iter().map(|(format, path)| (*format, path)).chain(named) {
            let mut text = Vec::new();
            verification::write(format, run, &options, &mut text)
                .and_then(|()| put(path, &text))
                .map_err(|error| format!("cannot write {}: {error}", escape(&path.to_string_lossy())))?;
        }
        Ok(())
    }
}

/// Writes a file, and the folder that it is in.
fn put(path: &Path, text: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

fn test(
    origins: &mut crate::cli::origin::Origins,
    path: &Path,
    contract: &Contract,
    item: &Item,
) -> Option<crate::diagnostic::Elsewhere> {
    let (chunk, _) = contract.document.chunk(item.chunk)?;
    let name = chunk.root().and_then(|root| root.get("comments")?.get("testname")?.as_str());
    let states: Vec<&str> = item.states.iter().map(|state| state.name.as_str()).collect();
    origins.find(
        path,
        &Wrote {
            description: &item.description,
            states: &states,
            test_name: name.as_deref(),
            consumer: Some(&contract.consumer).filter(|name| !name.is_empty()).map(String::as_str),
            pact: "",
        },
    )
}

fn target(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, path) =
        text.split_once('=').filter(|(_, path)| !path.is_empty()).ok_or("FORMAT=FILE is wanted")?;
    Ok((Format::from_str(format, false)?, path.into()))
}
