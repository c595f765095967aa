//! Interactions that cannot be served, so that who asks for one is told why.

use std::sync::Arc;

use crate::http::wire::Request;
use crate::model::example::{Subject, check_value};
use crate::model::{Category, Combine, MatcherKind, Regexes, Role, RuleGroup, lower};
use crate::runner::contract::{Contract, Item};
use crate::syntax::Cursor;

/// Retries of the regular expression engine that one request may take.
const RETRIES: u64 = 200_000;

/// One that is not served.
#[derive(Debug)]
struct Refused {
    contract: usize,
    item: usize,
    method: String,
    path: String,
    /// The rules for its path, if there are any.
    rules: Vec<RuleGroup>,
}

/// All that are not served.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    all: Vec<Refused>,
}

impl Refusals {
    /// Takes in an item that cannot be run, by the positions of its contract and in it. What has
    /// no request over HTTP is not asked for.
    pub(super) fn add(&mut self, number: usize, contract: &Contract, position: usize, item: &Item) {
        let Some(root) = root(contract, item) else { return };
        let it = lower(root, item.section, contract.document.facts().version());
        let Some(part) = it.parts.into_iter().find(|part| part.role == Role::Request) else { return };
        let request = root.get("request");
        let text = |key: &str| Some(request?.get(key)?.as_str()?.into_owned());
        if item.kind != crate::model::InteractionKind::Http && text("path").is_none() {
            return;
        }
        let groups = part.rules.map(|rules| rules.groups).unwrap_or_default();
        let of_path = |group: &RuleGroup| group.category == Category::Path && group.is_live();
        self.all.push(Refused {
            contract: number,
            item: position,
            method: text("method").unwrap_or_else(|| "get".to_owned()).to_lowercase(),
            path: text("path").unwrap_or_else(|| "/".to_owned()),
            rules: groups.into_iter().filter(of_path).collect(),
        });
    }

    /// The first that a request may be meant for, by the positions of contract and item: one
    /// with its method and path, or else one whose rules take its path.
    pub(super) fn find(&self, contracts: &[Arc<Contract>], request: &Request) -> Option<(usize, usize)> {
        let method = request.method.to_lowercase();
        let of_method = || self.all.iter().filter(|it| it.method == method);
        let same = of_method().find(|it| it.path == request.path);
        let found = same.or_else(|| {
            let mut regexes = Regexes::default();
            regexes.refill(RETRIES);
            of_method().filter(|it| !it.rules.is_empty()).find(|it| {
                let contract = contracts.get(it.contract);
                let item = contract.and_then(|contract| Some((contract, contract.items.get(it.item)?)));
                let root = item.and_then(|(contract, item)| root(contract, item));
                root.is_some_and(|root| it.takes(root, &request.path, &mut regexes))
            })
        })?;
        Some((found.contract, found.item))
    }
}

fn root<'a>(contract: &'a Contract, item: &Item) -> Option<Cursor<'a>> {
    contract.document.chunk(item.chunk)?.0.root()
}

impl Refused {
    /// Whether the rules take a path (`match_path` of pact_matching). What only a plugin could
    /// judge, or nobody in time, does not.
    fn takes(&self, root: Cursor<'_>, path: &str, regexes: &mut Regexes) -> bool {
        let subject = Subject::Text(root, path.to_owned());
        self.rules.iter().any(|group| {
            let mut each = group.matchers.iter().map(|matcher| match &matcher.kind {
                MatcherKind::Equality => self.path == path,
                MatcherKind::Regex(pattern) => {
                    let pattern = root.at(*pattern).to_text();
                    matches!(regexes.matches_whole(&pattern, path), crate::model::regex::Verdict::Match)
                }
                MatcherKind::Plugin | MatcherKind::Values | MatcherKind::Invalid(_) => false,
                kind => check_value(root, kind, &subject, false, regexes).is_none(),
            });
            if group.combine == Combine::Or { each.any(|fits| fits) } else { each.all(|fits| fits) }
        })
    }
}
