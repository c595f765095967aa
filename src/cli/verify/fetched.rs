//! Pacts of a Pact Broker: which are fetched, and what is said of them.

use std::sync::Arc;

use futures_util::{StreamExt, stream};

use crate::analysis::Document;
use crate::analysis::files::{self, Loaded};
use crate::broker::Broker;
use crate::broker::pacts::{self, Choice, Chosen};
use crate::cli::verify::sources::{Found, MOST_FETCHES, Origin, Reader};
use crate::report::escape;
use crate::runner::Contract;
use crate::text::counted;

/// Fetches the pacts that are wanted.
pub(super) async fn find(reader: &Reader<'_>, broker: &Broker, found: &mut Found) {
    let args = reader.args;
    let chosen = match args.broker.webhook() {
        Some(url) => vec![Chosen { href: url.to_owned(), ..Chosen::default() }],
        None => {
            let name = args.provider.provider_name.as_deref().unwrap_or_default();
            match pacts::choose(broker, &args.broker.selection(name)).await {
                Ok(Choice::Pacts(chosen)) => {
                    if chosen.is_empty() {
                        eprintln!("pactlens: {}", none_chosen(broker, name));
                    }
                    chosen
                }
                Ok(Choice::NoProvider(near)) => {
                    let near = near.map(|it| format!(", but one called '{it}'; is that meant?"));
                    eprintln!(
                        "pactlens: the Broker {} knows no provider called '{}'{}",
                        broker.address(),
                        escape(name),
                        near.unwrap_or_default()
                    );
                    return;
                }
                Err(problem) => return found.refused.push(problem.to_string()),
            }
        }
    };
    fetch(reader, broker, chosen, found).await;
}

/// Fetches these pacts.
pub(super) async fn fetch(reader: &Reader<'_>, broker: &Broker, chosen: Vec<Chosen>, found: &mut Found) {
    let read = |chosen| async move {
        let text = read(broker, &chosen).await;
        (chosen, text)
    };
    let mut fetched = stream::iter(chosen).map(read).buffered(MOST_FETCHES);
    while let Some((chosen, text)) = fetched.next().await {
        let place = broker.place(&chosen.href);
        match text {
            Ok(text) => {
                let origin = Origin::Broker(Arc::new(chosen));
                found.add(reader.contract(origin, &place, Document::new(text), true));
            }
            Err(problem) => found.refused.push(problem),
        }
    }
}

fn none_chosen(broker: &Broker, name: &str) -> String {
    format!(
        "the Broker {} has no pact for '{}' that was selected; a consumer whose selected version has no pact with \
         it adds none",
        broker.address(),
        escape(name)
    )
}

/// The text of a pact.
async fn read(broker: &Broker, chosen: &Chosen) -> Result<String, String> {
    let bytes = broker.get_text(&chosen.href).await.map_err(|problem| problem.to_string())?;
    match files::decode(bytes.to_vec()) {
        Loaded::Text(text, _) => Ok(text),
        Loaded::TooLarge(size) => {
            Err(format!("the pact {} is too large: {size} bytes", broker.place(&chosen.href)))
        }
    }
}

/// Says which pacts of the Broker are verified, and why.
pub(super) fn tell(broker: &Broker, found: &Found) {
    let list: Vec<_> = found.of_broker().collect();
    if list.is_empty() {
        return;
    }
    eprintln!("pactlens: {} of the Broker {}", counted(list.len(), "pact"), broker.address());
    for (chosen, contract) in list {
        let mut line = title(broker, chosen, contract);
        if !chosen.why.is_empty() {
            line = format!("{line}: {}", broker.shown(&chosen.why));
        }
        line += match (chosen.wip, chosen.pending) {
            (true, _) => "; work in progress, failures do not count",
            (false, true) => "; pending, failures do not count",
            (false, false) => "",
        };
        eprintln!("  {line}");
        notices(broker, chosen.before()).iter().for_each(|line| eprintln!("{line}"));
    }
}

/// What a pact is called.
pub(super) fn title(broker: &Broker, chosen: &Chosen, contract: &Contract) -> String {
    if chosen.name.is_empty() {
        broker.shown(&format!("Pact between {} and {}", contract.consumer, contract.provider))
    } else {
        broker.shown(&chosen.name)
    }
}

/// The lines of notices.
pub(super) fn notices<'a>(broker: &Broker, texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    texts.flat_map(str::lines).map(|line| format!("    {}", broker.shown(line))).collect()
}
