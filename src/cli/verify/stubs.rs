//! Handlers of provider states, to be filled in.

use std::collections::BTreeSet;

use crate::analysis::states::{PactStates, index};
use crate::cli::selection::Selection;
use crate::cli::verify::args::VerifyArgs;
use crate::cli::verify::sources::Found;
use crate::cli::{Outcome, config, output};
use crate::report::{StubLanguage, escape, state_stubs};
use crate::runner::verify::Selected;
use crate::runner::verify::outcome::{Verdict, Verification};

/// Prints handlers for the states of these interactions.
pub(super) fn print(language: StubLanguage, found: &Found, selected: &[Selected]) -> Result<Outcome, String> {
    let items = selected.iter().flat_map(|it| it.items.iter().map(|at| &it.contract.items[*at]));
    let wanted: BTreeSet<&str> =
        items.flat_map(|item| item.states.iter().map(|it| it.name.as_str())).collect();
    let pacts: Vec<_> =
        found.contracts.iter().map(|(_, it)| PactStates::of(&it.name, &it.document)).collect();
    let providers = index(&pacts);
    let states = providers.iter().flat_map(|provider| &provider.states);
    let states: Vec<_> = states.filter(|state| wanted.contains(state.name.as_str())).collect();
    if states.is_empty() {
        eprintln!("pactlens: none of these interactions has a state");
        return Ok(Outcome::Nothing);
    }
    let text = state_stubs(language, &states);
    output::write(|out| out.write_all(text.as_bytes()))
        .map_err(|error| format!("cannot write to standard output: {error}"))?;
    Ok(Outcome::Fine)
}

/// The command that prints them, where a handler failed.
pub(super) fn command(
    args: &VerifyArgs,
    selection: &Selection,
    found: &Found,
    run: &Verification,
) -> Option<String> {
    let mut results = run.pacts.iter().flat_map(|pact| &pact.results);
    results.find(|result| result.verdict == Verdict::State)?;
    let known = config::handlers(selection, None).ok();
    let language = known.and_then(|known| StubLanguage::of_most(&known.handlers));
    let paths: String = [&args.paths, &args.sources.file, &args.sources.dir]
        .into_iter()
        .flatten()
        .map(|path| format!("{} ", quoted(&path.to_string_lossy())))
        .collect();
    let name = args.provider.provider_name.as_deref().unwrap_or_default();
    let broker = found
        .broker_address()
        .map(|address| format!("--broker-url {} --provider-name {} ", quoted(address), quoted(name)));
    let broker = broker.unwrap_or_default();
    Some(format!(
        "pactlens verify {paths}{broker}--states-stub {}",
        language.map_or("LANG", StubLanguage::name)
    ))
}

/// A word as a shell reads it.
fn quoted(text: &str) -> String {
    let plain = text.chars().all(|it| it.is_ascii_alphanumeric() || "/._-+@%:,".contains(it));
    if plain && !text.is_empty() {
        text.to_owned()
    } else {
        format!("'{}'", escape(text).replace('\'', "'\\''"))
    }
}
