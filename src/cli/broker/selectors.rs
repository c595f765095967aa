//! `-a NAME -e VERSION -a OTHER --latest TAG`: flags whose order says what belongs together
//! (`VersionSelectorOptionsParser` of pact_broker-client).

use clap::builder::NonEmptyStringValueParser;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::broker::matrix::Selector;

/// What is to be deployed, and what plays no part.
#[derive(Debug, Clone, Default)]
pub(super) struct Selectors {
    /// What is to be deployed.
    pub(super) wanted: Vec<Selector>,
    /// What plays no part: applications, or one version of them.
    pub(super) ignored: Vec<(String, Option<String>)>,
}

/// Name, short name, value, help.
const FLAGS: [(&str, Option<char>, &str, &str); 6] = [
    (
        "pacticipant",
        Some('a'),
        "NAME",
        "An application that is to be deployed (repeatable); what follows is about it",
    ),
    ("version", Some('e'), "VERSION", "Its version"),
    ("latest", Some('l'), "TAG", "Its latest version, or the latest with this tag"),
    ("branch", None, "BRANCH", "Its latest version on this branch"),
    ("main-branch", None, "", "Its latest version on its main branch"),
    (
        "ignore",
        None,
        "NAME",
        "An application that plays no part (repeatable); a --version after it is the only one that does not",
    ),
];

impl clap::Args for Selectors {
    fn augment_args(command: Command) -> Command {
        FLAGS.into_iter().fold(command, |command, (name, short, value, help)| {
            let arg = Arg::new(name).long(name).help(help).action(ArgAction::Append);
            let arg = match (name, value) {
                ("latest", _) => arg.value_name(value).num_args(0..=1).default_missing_value(""),
                ("main-branch", _) => arg.action(ArgAction::SetTrue),
                _ => arg.value_name(value).value_parser(NonEmptyStringValueParser::new()),
            };
            let arg = if name == "pacticipant" { arg.required(true) } else { arg };
            command.arg(match short {
                Some(short) => arg.short(short),
                None => arg,
            })
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Selectors::augment_args(command)
    }
}

impl clap::FromArgMatches for Selectors {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Selectors, clap::Error> {
        let mut all: Vec<(usize, &str, String)> = Vec::new();
        if matches.value_source("main-branch") == Some(ValueSource::CommandLine) {
            let place = matches.index_of("main-branch").unwrap_or_default();
            all.push((place, "main-branch", String::new()));
        }
        for (name, ..) in FLAGS.into_iter().filter(|(name, ..)| *name != "main-branch") {
            let (Some(places), Some(values)) = (matches.indices_of(name), matches.get_many::<String>(name))
            else {
                continue;
            };
            all.extend(places.zip(values).map(|(at, value)| (at, name, value.clone())));
        }
        all.sort_by_key(|(at, ..)| *at);
        read(all.into_iter().map(|(_, name, value)| (name, value)))
            .map_err(|why| clap::Error::raw(clap::error::ErrorKind::ArgumentConflict, why))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Selectors::from_arg_matches(matches)?;
        Ok(())
    }
}

fn read<'a>(flags: impl Iterator<Item = (&'a str, String)>) -> Result<Selectors, String> {
    let mut read = Selectors::default();
    // Whether the last name is one that is ignored.
    let mut ignoring = false;
    for (flag, value) in flags {
        match flag {
            "pacticipant" => {
                ignoring = false;
                read.wanted.push(Selector { pacticipant: value, ..Selector::default() });
            }
            "ignore" => {
                ignoring = true;
                read.ignored.push((value, None));
            }
            "version" if ignoring => {
                let last = read.ignored.last_mut();
                last.into_iter().for_each(|it| it.1 = Some(value.clone()));
            }
            _ => {
                let last = read.wanted.last_mut().filter(|_| !ignoring);
                let last =
                    last.ok_or_else(|| format!("--{flag} belongs after the --pacticipant that it is about"))?;
                if last.version.is_some() || last.latest {
                    return Err(format!(
                        "--{flag}: it is said already which version of {} is meant",
                        last.pacticipant
                    ));
                }
                match flag {
                    "version" => last.version = Some(value),
                    "branch" => last.branch = Some(value),
                    "main-branch" => last.main_branch = true,
                    _ => last.tag = Some(value).filter(|it| !it.is_empty()),
                }
                last.latest = flag != "version";
            }
        }
    }
    // One application is asked about; where there are more, any version of a further one will do.
    let open = |it: &&Selector| it.version.is_none() && !it.latest;
    match read.wanted.iter().find(open) {
        Some(it)
            if read.wanted.iter().filter(open).count() == read.wanted.len() || read.wanted.len() == 1 =>
        {
            Err(format!(
                "which version of {}? Give --version VERSION, --latest, --branch BRANCH or --main-branch",
                it.pacticipant
            ))
        }
        _ => Ok(read),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(flags: &[(&'static str, &str)]) -> Result<Selectors, String> {
        read(flags.iter().map(|(name, value)| (*name, (*value).to_owned())))
    }

    #[test]
    fn flags_belong_to_the_name_before_them() {
        let found = of(&[
            ("pacticipant", "Web"),
            ("version", "1"),
            ("ignore", "Old"),
            ("version", "9"),
            ("ignore", "Older"),
            ("pacticipant", "Api"),
            ("latest", "prod"),
        ])
        .unwrap();
        let web =
            Selector { pacticipant: "Web".to_owned(), version: Some("1".to_owned()), ..Selector::default() };
        let api = Selector {
            pacticipant: "Api".to_owned(),
            tag: Some("prod".to_owned()),
            latest: true,
            ..Selector::default()
        };
        assert_eq!(found.wanted, [web, api]);
        assert_eq!(found.ignored, [("Old".to_owned(), Some("9".to_owned())), ("Older".to_owned(), None)]);
        let main = of(&[("pacticipant", "Web"), ("main-branch", "true")]).unwrap();
        assert!(main.wanted[0].main_branch && main.wanted[0].latest);
        for wrong in [
            &[("pacticipant", "Web")][..],
            &[("version", "1"), ("pacticipant", "Web")],
            &[("pacticipant", "Web"), ("version", "1"), ("latest", "")],
            &[("pacticipant", "Web"), ("ignore", "x"), ("latest", "")],
        ] {
            assert!(of(wrong).is_err(), "{wrong:?}");
        }
    }
}
