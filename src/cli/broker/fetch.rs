//! `pactlens broker fetch`.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use crate::analysis::files::{self, Loaded};
use crate::broker::pacts::{Choice, Selection, choose};
use crate::broker::{Broker, overview};
use crate::cli::broker::access::AccessArgs;
use crate::cli::broker::{Failure, Form, outcome_of, print, print_json, wait};
use crate::cli::{Outcome, trouble};
use crate::report::escape;
use crate::syntax::parse;
use crate::text::counted;

/// So many pacts are fetched at a time.
const MOST_FETCHES: usize = 8;

/// A name of a consumer or provider takes at most so many bytes of the name of a file.
const LONGEST: usize = 100;

/// Writes the latest pact of each consumer with each provider, byte by byte as the Broker gives
/// it. A file is replaced only if it is from a Broker itself.
#[derive(Debug, Args)]
pub(super) struct FetchArgs {
    /// The folder to write to; it is made if it is not there.
    folder: PathBuf,
    /// Only pacts with this provider.
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    provider: Option<String>,
    /// Only pacts of this consumer.
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    consumer: Option<String>,
    /// Those of the latest versions on this branch; it needs --provider.
    #[arg(long, value_name = "BRANCH", requires = "provider", value_parser = NonEmptyStringValueParser::new())]
    branch: Option<String>,
    /// Those of the latest versions on the main branches; it needs --provider.
    #[arg(long, requires = "provider")]
    main_branch: bool,
    /// Those of the latest versions with this tag; it needs --provider.
    #[arg(long, value_name = "TAG", requires = "provider", value_parser = NonEmptyStringValueParser::new())]
    tag: Option<String>,
    /// Those of the versions that are deployed to or released in this environment; it needs
    /// --provider.
    #[arg(long, value_name = "ENVIRONMENT", requires = "provider", value_parser = NonEmptyStringValueParser::new())]
    environment: Option<String>,
    /// Replace files that are not from a Broker, too.
    #[arg(long)]
    force: bool,
    /// Exit 0 when there is nothing to fetch.
    #[arg(long)]
    allow_empty: bool,
    /// What is printed.
    #[arg(short, long, value_enum, default_value_t)]
    output: Form,
    #[command(flatten)]
    access: AccessArgs,
}

impl FetchArgs {
    /// Consumer version selectors.
    fn selectors(&self) -> Vec<Value> {
        let mut all = Vec::new();
        all.extend(self.branch.iter().map(|it| json!({"branch": it})));
        all.extend(self.main_branch.then(|| json!({"mainBranch": true})));
        all.extend(self.tag.iter().map(|it| json!({"tag": it, "latest": true})));
        all.extend(self.environment.iter().map(|it| json!({"environment": it, "deployedOrReleased": true})));
        if let Some(consumer) = &self.consumer {
            all.iter_mut().for_each(|it| it["consumer"] = json!(consumer));
        }
        all
    }
}

pub(super) fn run(args: &FetchArgs) -> Outcome {
    wait(fetch(args))
}

async fn fetch(args: &FetchArgs) -> Result<Outcome, Failure> {
    let broker = args.access.connect()?;
    let places = places(args, &broker).await?;
    if places.is_empty() {
        eprintln!("pactlens: the Broker {} has no pact of that kind", broker.address());
        return Ok(if args.allow_empty { Outcome::Fine } else { Outcome::Nothing });
    }
    fs::create_dir_all(&args.folder)
        .map_err(|error| format!("cannot make the folder {}: {error}", named(&args.folder)))?;
    let get = |place: String| {
        let broker = &broker;
        async move { (broker.get_text(&place).await, place) }
    };
    let mut fetched = stream::iter(places).map(get).buffered(MOST_FETCHES);
    let (mut outcome, mut lines, mut used) = (Outcome::Fine, Vec::new(), HashSet::new());
    while let Some((read, place)) = fetched.next().await {
        let shown = broker.place(&place);
        let written = match read {
            Ok(bytes) => write(args, bytes.to_vec(), &shown, &mut used),
            Err(problem) => {
                trouble(&problem.message);
                outcome = outcome.or_worse(outcome_of(&problem));
                continue;
            }
        };
        match written {
            Ok((path, did)) => lines.push((path, did, shown)),
            Err(why) => outcome = outcome.or_worse(trouble(&why)),
        }
    }
    match args.output {
        Form::Json => {
            let lines: Vec<Value> = lines
                .iter()
                .map(|(path, did, from)| json!({"file": path.to_string_lossy(), "status": did, "from": from}))
                .collect();
            print_json(&json!({"version": 1, "pacts": lines}))?;
        }
        Form::Text => {
            let mut text = String::new();
            lines
                .iter()
                .for_each(|(path, did, from)| text.push_str(&format!("{did:<9} {}  {from}\n", named(path))));
            print(&text)?;
            eprintln!("pactlens: {} in {}", counted(lines.len(), "pact"), named(&args.folder));
        }
    }
    Ok(outcome)
}

/// Where the pacts are that are wanted.
async fn places(args: &FetchArgs, broker: &Broker) -> Result<Vec<String>, Failure> {
    let selectors = args.selectors();
    let mut places: Vec<String> = match &args.provider {
        Some(provider) if !selectors.is_empty() => {
            let selection = Selection { provider: provider.clone(), selectors, ..Selection::default() };
            match choose(broker, &selection).await? {
                Choice::Pacts(pacts) => pacts.into_iter().map(|it| it.href).collect(),
                Choice::NoProvider(near) => {
                    let near = near.map(|it| format!(", but one called '{it}'")).unwrap_or_default();
                    return Err(Failure::Usage(format!(
                        "the Broker {} knows no provider called '{}'{near}",
                        broker.address(),
                        escape(provider)
                    )));
                }
            }
        }
        _ => {
            let fits = |it: &overview::Latest| {
                args.provider.as_ref().is_none_or(|name| *name == it.provider)
                    && args.consumer.as_ref().is_none_or(|name| *name == it.consumer)
            };
            overview::latest(broker).await?.into_iter().filter(fits).map(|it| it.href).collect()
        }
    };
    let mut seen = HashSet::new();
    places.retain(|it| seen.insert(it.split("/metadata/").next().unwrap_or_default().to_owned()));
    Ok(places)
}

/// Writes a pact, and says where and whether that changed anything.
fn write(
    args: &FetchArgs,
    bytes: Vec<u8>,
    from: &str,
    used: &mut HashSet<String>,
) -> Result<(PathBuf, &'static str), String> {
    let text = match files::decode(bytes) {
        Loaded::Text(text, None) => text,
        Loaded::Text(_, Some(_)) => return Err(format!("{from} is not UTF-8")),
        Loaded::TooLarge(size) => return Err(format!("{from} is too large: {size} bytes")),
    };
    let tree = parse(&text);
    let party = |key: &str| Some(tree.root(&text)?.get(key)?.get("name")?.as_str()?.into_owned());
    let (Some(consumer), Some(provider)) = (party("consumer"), party("provider")) else {
        return Err(format!("{from} is no pact"));
    };
    let path = args.folder.join(free_name(&consumer, &provider, used));
    let fail = |why: &dyn std::fmt::Display| format!("cannot write {}: {why}", named(&path));
    // What a link leads to may be anywhere.
    if fs::symlink_metadata(&path).is_ok_and(|it| !it.is_file()) {
        return Err(fail(&"something is there that is no file"));
    }
    let there = match fs::read(&path) {
        Ok(there) => there,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return files::create(&path, &text).map(|()| (path.clone(), "new")).map_err(|error| fail(&error));
        }
        Err(error) => return Err(fail(&error)),
    };
    if there == text.as_bytes() {
        return Ok((path, "as it was"));
    }
    let there = String::from_utf8_lossy(&there).into_owned();
    let known = parse(&there);
    if !args.force && known.root(&there).is_none_or(|root| root.get("_links").is_none()) {
        return Err(fail(
            &"the file there is not from a Broker, and may be the only one; --force replaces it",
        ));
    }
    files::replace(&path, &there, &text).map(|()| (path.clone(), "replaced")).map_err(|error| fail(&error))
}

/// A name for a file that no other pact of the run has.
fn free_name(consumer: &str, provider: &str, used: &mut HashSet<String>) -> String {
    let stem = format!("{}-{}", safe(consumer), safe(provider));
    let mut name = format!("{stem}.json");
    let mut count = 1;
    // Some file systems do not tell letters apart by case.
    while !used.insert(name.to_lowercase()) {
        count += 1;
        name = format!("{stem}-{count}.json");
    }
    name
}

/// The part of a name that is fit for a file on any system.
fn safe(name: &str) -> String {
    let fit = |ch: char| if ch.is_alphanumeric() || "._- ".contains(ch) { ch } else { '_' };
    let mut left = LONGEST;
    let fits = |ch: &char| {
        left = left.saturating_sub(ch.len_utf8());
        left > 0
    };
    let name: String = name.chars().take_while(fits).map(fit).collect();
    let name = name.trim_start_matches(['.', ' ', '-']).trim_end();
    let reserved = ["con", "prn", "aux", "nul"].contains(&name.to_lowercase().as_str());
    if name.is_empty() || reserved { format!("_{name}") } else { name.to_owned() }
}

fn named(path: &Path) -> String {
    escape(&path.to_string_lossy()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_safe() {
        let mut used = HashSet::new();
        let mut name = |consumer: &str, provider: &str| free_name(consumer, provider, &mut used);
        assert_eq!(name("../../etc/passwd", "a\\b:c"), "_.._etc_passwd-a_b_c.json");
        assert_eq!(name("Web", "Äpi 2"), "Web-Äpi 2.json");
        assert_eq!(name("web", "äpi 2"), "web-äpi 2-2.json");
        assert_eq!(name("", "\u{1b}[31m\n"), "_-__31m_.json");
        assert_eq!(name("nul", "-x"), "_nul-x.json");
        assert!(name(&"ä".repeat(10_000), &"𝄞".repeat(10_000)).len() < 220);
    }
}
