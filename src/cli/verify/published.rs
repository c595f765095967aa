//! What a Broker is told of a run, and what is said of that.

use crate::broker::pacts::Chosen;
use crate::broker::results::{self as told, Version};
use crate::broker::{Broker, Links};
use crate::cli::Outcome;
use crate::cli::verify::args::VerifyArgs;
use crate::cli::verify::fetched::{notices, title};
use crate::cli::verify::results::{self, Sum};
use crate::cli::verify::sources::{Found, Origin};
use crate::runner::verify::outcome::{PactResult, Verification};

/// What came of publishing.
pub(super) struct Published {
    /// Worse than fine where the Broker did not take what it should have.
    pub(super) outcome: Outcome,
    /// What is to be said of it after the report.
    pub(super) lines: Vec<String>,
}

/// Publishes the results of the pacts that are from a Broker, if that is asked for.
pub(super) async fn publish(args: &VerifyArgs, found: &Found, run: &Verification) -> Published {
    let mut told = Published { outcome: Outcome::Fine, lines: Vec::new() };
    let Some(broker) = &found.broker else { return told };
    let pacts: Vec<(&Chosen, &PactResult)> = found
        .contracts
        .iter()
        .zip(&run.pacts)
        .filter_map(|((origin, _), pact)| match origin {
            Origin::Broker(chosen) => Some((chosen.as_ref(), pact)),
            _ => None,
        })
        .collect();
    let version = args.broker.provider_version.clone().filter(|_| args.broker.publish);
    let Some(number) = version else {
        told.lines.push("pactlens: no results were published, because --publish was not given".to_owned());
        told.after(broker, &pacts);
        return told;
    };
    if pacts.is_empty() || run.left > 0 {
        let why = if run.left > 0 { "the run was stopped" } else { "none of the pacts is from the Broker" };
        told.lines.push(format!("pactlens: no results were published, because {why}"));
        return told;
    }
    let version = Version {
        number,
        branch: args.broker.provider_branch.clone(),
        tags: args.broker.provider_tags.clone(),
        build_url: args.broker.build_url.clone(),
    };
    let first = pacts.iter().find(|(_, pact)| !matches!(Sum::of(pact), Sum::Unknown(_)));
    if let Some((_, pact)) = first
        && let Err(problem) = told::announce(broker, &results::links(&pact.contract), &version).await
    {
        told.outcome = Outcome::Unknown;
        told.lines.push(format!("pactlens: no results were published: {problem}"));
        return told;
    }
    told.lines.push(format!(
        "pactlens: results for version {} at the Broker {}",
        broker.shown(&version.number),
        broker.address()
    ));
    for (chosen, pact) in pacts {
        told.one(broker, chosen, pact, &version).await;
    }
    told
}

impl Published {
    /// Where the user did not want to wait for it.
    pub(super) fn stopped() -> Published {
        let line =
            "pactlens: publishing was stopped, so the Broker may have some of the results and not others";
        Published { outcome: Outcome::Unknown, lines: vec![line.to_owned()] }
    }

    async fn one(&mut self, broker: &Broker, chosen: &Chosen, pact: &PactResult, version: &Version) {
        let title = title(broker, chosen, &pact.contract);
        let success = match Sum::of(pact) {
            Sum::Passed => true,
            Sum::Failed => false,
            Sum::Unknown(open) => {
                let why = broker.shown(&results::withheld(pact, open));
                return self.lines.push(format!("  NOT published: {title}: {why}"));
            }
        };
        let links: Links = results::links(&pact.contract);
        match told::publish(broker, &links, success, results::tests(pact), version).await {
            Ok(place) => {
                let word = if success { "passed" } else { "failed" };
                let place = place.map(|it| format!(", {it}")).unwrap_or_default();
                self.lines.push(format!("  published as {word}: {title}{place}"));
                self.lines.extend(notices(broker, chosen.after(success, true)));
            }
            Err(problem) => {
                self.outcome = Outcome::Unknown;
                self.lines.push(format!("  NOT published: {title}: {problem}"));
                self.lines.extend(notices(broker, chosen.after(success, false)));
            }
        }
    }

    /// What the Broker wants to be said where nothing was published.
    fn after(&mut self, broker: &Broker, pacts: &[(&Chosen, &PactResult)]) {
        for (chosen, pact) in pacts {
            let success = match Sum::of(pact) {
                Sum::Passed => true,
                Sum::Failed => false,
                Sum::Unknown(_) => continue,
            };
            let said = notices(broker, chosen.after(success, false));
            if !said.is_empty() {
                self.lines.push(format!("  {}", title(broker, chosen, &pact.contract)));
                self.lines.extend(said);
            }
        }
    }
}
