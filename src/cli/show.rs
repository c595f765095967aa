//! `--show-settings` and `--show-files` of `pactlens lint`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::analysis::files::{self, Loaded};
use crate::analysis::{Document, Secrets};
use crate::cli::inputs::{Input, shown};
use crate::cli::selection::Selection;
use crate::cli::{Outcome, config, output, trouble};
use crate::config::file::{FailOn, Generated, Override, RuleLevel};
use crate::config::{Layer, Origin, Traits};
use crate::report::escape;
use crate::rules::{ALL, OptionKind};
use crate::text::{Encoding, LineIndex, Span};

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Print the settings that hold for a pact and where each comes from, and check nothing.
    #[arg(long, value_name = "PATH")]
    show_settings: Option<PathBuf>,
    /// Print which files would be checked, one a line, and check nothing.
    #[arg(long)]
    show_files: bool,
}

impl ShowArgs {
    /// The pact whose settings are asked for.
    pub(super) fn settings(&self) -> Option<&Path> {
        self.show_settings.as_deref()
    }

    /// Whether the files are asked for.
    pub(super) fn files(&self) -> bool {
        self.show_files
    }
}

/// Prints the files of a run.
pub(super) fn files(inputs: &[Input]) -> Outcome {
    told(output::write(|out| {
        let checked = inputs.iter().filter(|input| !input.excluded);
        checked.into_iter().try_for_each(|input| writeln!(out, "{}", escape(&input.shown)))
    }))
}

/// Prints what holds for the pact at `path`, which need not exist.
pub(super) fn settings(selection: &Selection, path: &Path) -> Outcome {
    let project = selection.index.project(path);
    if !config::tell(selection) {
        return Outcome::Trouble;
    }
    let text = match files::load(path) {
        Ok(Loaded::Text(text, _)) => Some(text),
        _ => None,
    };
    let doc = text.map(Document::new).filter(|doc| doc.pact_keys() > 0);
    let traits = doc.as_ref().map(|doc| Traits::of(doc.facts())).unwrap_or_default();
    let page = Page { selection, traits, path: project.relative(&selection.index.absolute(path)) };
    // Names may hold what is not to be shown.
    let names = doc.as_ref().map(|doc| doc.shown(Secrets::Hidden, false));
    let about = names.as_ref().zip(doc.as_ref()).map(|(names, doc)| {
        let name = |name: &Option<String>| name.as_deref().map_or("?".into(), escape).into_owned();
        let facts = doc.facts();
        let by = facts.library.as_ref().map_or_else(String::new, |it| format!(", written by {}", it.name));
        format!("{} -> {}, {}{by}", name(&names.consumer), name(&names.provider), facts.version().name())
    });
    let about = about.as_deref().unwrap_or("not read as a pact, so overrides by its contents are left out");
    told(output::write(|out| page.write(&project, path, about, out)))
}

fn told(result: io::Result<()>) -> Outcome {
    match result {
        Ok(()) => Outcome::Fine,
        Err(error) => trouble(&format!("cannot write to standard output: {error}")),
    }
}

struct Page<'a> {
    selection: &'a Selection,
    traits: Traits<'a>,
    /// The pact, as seen from the folder of its configuration.
    path: String,
}

impl Page<'_> {
    /// A place in a configuration file, as `path:line`.
    fn at(&self, layer: &Layer, span: Span) -> String {
        let line = LineIndex::new(&layer.text).position(&layer.text, span.start, Encoding::Utf32).line + 1;
        format!("{}:{line}", escape(&shown(&self.selection.relative(&layer.path))))
    }

    fn origin<T>(&self, from: &Origin<'_, T>) -> String {
        self.at(from.layer, from.span)
    }

    fn write(
        &self,
        project: &crate::config::Project,
        path: &Path,
        about: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let settings = self.selection.index.settings();
        let row = |out: &mut dyn Write, name: &str, value: &str, origin: &str| {
            writeln!(out, "{name:<16} {value:<24} {origin}")
        };
        writeln!(out, "{}", escape(&shown(path)))?;
        writeln!(out, "{about}")?;
        writeln!(out)?;
        if project.layers().next().is_none() {
            writeln!(out, "no configuration file")?;
        }
        for layer in project.layers().rev() {
            let name = escape(&shown(&self.selection.relative(&layer.path))).into_owned();
            row(out, "configuration", &name, "")?;
        }
        match (settings.preset, project.preset()) {
            (Some(preset), _) => row(out, "preset", preset.name(), "--preset")?,
            (None, Some(from)) => {
                let release =
                    from.value.release.map_or_else(String::new, |(major, minor)| format!("@{major}.{minor}"));
                row(out, "preset", &format!("{}{release}", from.value.preset.name()), &self.origin(&from))?;
            }
            (None, None) => row(out, "preset", "recommended", "default")?,
        }
        let fail_on = |value: FailOn| FailOn::ALL.iter().find(|it| it.1 == value).map_or("", |it| it.0);
        match project.fail_on() {
            Some(from) => row(out, "fail-on", fail_on(*from.value), &self.origin(&from))?,
            None => row(out, "fail-on", fail_on(FailOn::default()), "default")?,
        }
        let generated =
            |value: Generated| Generated::ALL.iter().find(|it| it.1 == value).map_or("", |it| it.0);
        match project.generated() {
            Some(from) => row(out, "generated", generated(*from.value), &self.origin(&from))?,
            None => row(out, "generated", generated(Generated::default()), "default")?,
        }
        match project.dsl(self.traits.consumer) {
            Some(from) => row(out, "dsl", from.value.map_or("auto", |dsl| dsl.name()), &self.origin(&from))?,
            None => row(out, "dsl", "auto", "default")?,
        }
        match (&settings.targets[..], project.targets()) {
            ([], Some(from)) => {
                let names: Vec<&str> = from.value.iter().map(|target| target.name()).collect();
                row(out, "regex-targets", &names.join(", "), &self.origin(&from))?;
            }
            ([], None) => row(out, "regex-targets", "as the pact suggests", "default")?,
            (targets, _) => {
                let names: Vec<&str> = targets.iter().map(|target| target.name()).collect();
                row(out, "regex-targets", &names.join(", "), "--regex-target")?;
            }
        }
        if let Some(from) = project.baseline() {
            row(out, "baseline", &escape(from.value), &self.origin(&from))?;
        }
        for from in project.include() {
            row(out, "include", &escape(&from.value.text), &self.origin(&from))?;
        }
        for from in project.exclude() {
            row(out, "exclude", &escape(&from.value.text), &self.origin(&from))?;
        }
        if project.excludes(&self.selection.index.absolute(path)) {
            writeln!(out, "this file is excluded")?;
        }
        for (layer, it) in project.overrides(&self.path, self.traits, settings.today) {
            let what = if it.is_of_parts() { "for parts of it" } else { "for all of it" };
            let reason =
                it.reason.as_ref().map_or_else(String::new, |reason| format!(" ({})", escape(reason)));
            row(out, "override", what, &format!("{}{reason}", self.at(layer, it.span)))?;
        }
        writeln!(out)?;
        self.rules(project, out)
    }

    /// Every rule with its level, by name.
    fn rules(&self, project: &crate::config::Project, out: &mut dyn Write) -> io::Result<()> {
        let settings = self.selection.index.settings();
        let levels = match project.levels(settings, &self.path, self.traits) {
            Ok(levels) => levels,
            Err(error) => return Err(io::Error::other(error)),
        };
        let tables: Vec<_> = project.tables(&self.path, self.traits, settings.today).collect();
        let mut by_name: Vec<usize> = (0..ALL.len()).collect();
        by_name.sort_by_key(|rule| ALL[*rule].meta.name);
        for rule in by_name {
            let meta = &ALL[rule].meta;
            let level = levels.of(rule).map_or("off", |severity| severity.name());
            let mut origin = "preset".to_owned();
            let mut parts = 0;
            let mut set = Vec::new();
            for (layer, over, table) in &tables {
                let of_parts = over.is_some_and(Override::is_of_parts);
                if let Some(change) = table.levels.iter().rev().find(|change| change.rule == rule) {
                    let level =
                        RuleLevel::ALL.iter().find(|it| it.1 == change.level.value).map_or("", |it| it.0);
                    if of_parts {
                        parts += 1;
                        set.push(format!("{level} in parts, {}", self.at(layer, change.level.span)));
                    } else if !(change.by_group
                        && levels.of(rule).is_none()
                        && change.level.value != RuleLevel::Off)
                    {
                        parts = 0;
                        set.clear();
                        origin = self.at(layer, change.level.span);
                    }
                }
            }
            if parts > 0 && levels.parts_only(rule) {
                origin = format!("{origin}; off elsewhere");
            }
            if !settings.select.is_empty()
                || settings.ignore.iter().any(|name| crate::rules::resolve_selector(name).contains(&rule))
            {
                origin = "--select, --ignore".to_owned();
                set.clear();
            }
            writeln!(
                out,
                "{level:<8} {:<44} {origin}{}",
                meta.name,
                set.iter().map(|it| format!("; {it}")).collect::<String>()
            )?;
            for option in meta.options {
                let value = match option.kind {
                    OptionKind::Number { .. } => levels.options.number(option).to_string(),
                    OptionKind::Texts => levels
                        .options
                        .texts(option)
                        .iter()
                        .map(|text| escape(text).into_owned())
                        .collect::<Vec<_>>()
                        .join(", "),
                };
                let from = tables.iter().rev().find_map(|(layer, _, table)| {
                    let change =
                        table.options.iter().rev().find(|it| it.rule == rule && it.name == option.name)?;
                    Some(self.at(layer, change.value.span))
                });
                writeln!(
                    out,
                    "{:<8} {:<44} {}",
                    "",
                    format!("  {} = {value}", option.name),
                    from.as_deref().unwrap_or("default")
                )?;
            }
        }
        Ok(())
    }
}
