use std::sync::LazyLock;

use regex::Regex;

use crate::diagnostic::Applicability;
use crate::model::{Category, Part, Role, header_name_eq, ruled_names};
use crate::rules::loosen::{self, Aim};
use crate::rules::{Check, InteractionCx, Sieve, Sink, rule};
use crate::syntax::{Cursor, Kind};

rule! {
    /// A response must contain a URL of the machine that the consumer's test ran on.
    ///
    /// A link to `localhost` and a port is compared exactly, so the provider passes only where it
    /// runs under the same address as the consumer's mock did.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "POST", "path": "/"}, "response": {"status": 201,
    ///   "headers": {"Location": "http://localhost:1234/items/1"}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "POST", "path": "/"}, "response": {"status": 201,
    ///   "headers": {"Location": "http://localhost:1234/items/1"},
    ///   "matchingRules": {"header": {"Location": {"matchers": [{"match": "regex", "regex": ".*/items/\\d+"}]}}}}}
    /// ```
    ///
    /// ## References
    ///
    /// The `MockServerURL` generator of the specification.
    "localhost-url", "over-specification", Warning, Recommended, Test, Check::Interaction(check)
}

static LOCAL: LazyLock<Regex> = LazyLock::new(|| {
    let slashes = [r"://", r":\/\/"];
    let hosts = ["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "host.docker.internal"];
    let all = slashes.iter().flat_map(|s| hosts.iter().map(move |host| regex::escape(&format!("{s}{host}"))));
    Regex::new(&all.collect::<Vec<_>>().join("|")).expect("the pattern is made of literals")
});

/// So many are looked at: a response has few links, or all are of one kind.
const MOST: usize = 50;

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    // What all of them have, which few texts do.
    if !cx.may_hold(Sieve::Url) {
        return;
    }
    let text = cx.root.text();
    let mut hits = LOCAL.find_iter(text).take(MOST).peekable();
    if hits.peek().is_none() || !cx.is_read() || cx.has_plugins() {
        return;
    }
    let mut told = vec![false; cx.it.parts.len()];
    for hit in hits {
        let node = cx.root.node_at(hit.start() as u32);
        let whole = text[hit.end()..].starts_with(['/', ':', '"', '?', '#', '\\']);
        if node.kind() != Kind::String || !whole || !starts_as_url(node, hit.start()) {
            continue;
        }
        let span = node.span();
        let part = cx.it.parts.iter().enumerate().find(|(index, part)| {
            !told[*index]
                && part.role != Role::Request
                && cx.node(part.node).span().contains(span)
                && is_exact(cx, *index, part, node)
        });
        if let Some((index, _)) = part {
            told[index] = true;
            let host = hit.as_str().trim_start_matches([':', '/', '\\']);
            let report = out.report(
                span,
                format!("The provider must answer with this URL of '{host}', where it seldom runs under the same address"),
            )
            .help("match it by a regex for the path, or let a MockServerURL generator write the address");
            let leaves = all_local(cx, index);
            let Some(proposal) =
                loosen::of(cx, index, &leaves, Aim::Addresses).ok().filter(|_| leaves.contains(&node))
            else {
                continue;
            };
            report.fix(Applicability::Unsafe, proposal.title(), proposal.edits);
        }
    }
}

/// All such values of the body of a part.
fn all_local<'a>(cx: &InteractionCx<'a>, index: usize) -> Vec<Cursor<'a>> {
    let part = &cx.it.parts[index];
    let nodes = cx.body(index).map_or(&[][..], |body| &body.nodes);
    let free = nodes.iter().filter(|rule| rule.best.is_none()).map(|rule| cx.node(rule.node));
    free.filter(|node| node.is_string() && is_local(cx, part, *node)).collect()
}

/// What follows the address in a URL of this machine: a path, or nothing.
pub(crate) fn after_address(url: &str) -> Option<&str> {
    let hit = LOCAL.find(url).filter(|hit| url[..hit.start()].bytes().all(|b| b.is_ascii_alphanumeric()))?;
    let rest = &url[hit.end()..];
    let port =
        rest.strip_prefix(':').map_or(0, |port| 1 + port.bytes().take_while(u8::is_ascii_digit).count());
    let path = &rest[port..];
    (path.is_empty() || path.starts_with(['/', '?', '#'])).then_some(path)
}

/// Whether a value of the body, compared to the letter, is such a URL.
pub(super) fn is_local(cx: &InteractionCx<'_>, part: &Part, node: Cursor<'_>) -> bool {
    let generates = part.generators.as_ref().is_some_and(|block| !block.generators.is_empty());
    if part.role == Role::Request || generates || cx.has_plugins() || !cx.may_hold(Sieve::Url) {
        return false;
    }
    let raw = node.raw();
    LOCAL.find(raw).is_some_and(|hit| {
        let whole = raw[hit.end()..].starts_with(['/', ':', '"', '?', '#', '\\']);
        whole && starts_as_url(node, node.span().start as usize + hit.start())
    })
}

/// Whether the string is a URL, and not a text that mentions one.
fn starts_as_url(node: Cursor<'_>, at: usize) -> bool {
    let before = node.text().get(node.span().start as usize + 1..at).unwrap_or(" ");
    before.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+')
}

/// Whether the node is a header or a leaf of the body that is compared to the letter.
fn is_exact(cx: &InteractionCx<'_>, index: usize, part: &Part, node: Cursor<'_>) -> bool {
    if part.generators.as_ref().is_some_and(|block| !block.generators.is_empty()) {
        return false;
    }
    if let Some(headers) = part.headers.map(|id| cx.node(id)).filter(|h| h.span().contains(node.span())) {
        let member = headers.members().find(|m| m.value.is_some_and(|v| v.span().contains(node.span())));
        return member.is_some_and(|member| {
            let name = member.key.name();
            header_name_eq(&name, "location")
                && !ruled_names(part, Category::Header).any(|ruled| header_name_eq(ruled, &name))
        });
    }
    let rule = cx.body(index).and_then(|body| body.rule_for(node.id()));
    rule.is_some_and(|rule| rule.best.is_none())
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{check, fixed, pact};

    #[test]
    fn the_fix_leaves_the_path() {
        let text = r#"{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
          "body": {"a": "http://localhost:1/x.y", "b": ["https://127.0.0.1/1", "https://127.0.0.1/2"], "c": 1}}}"#;
        let out = fixed("localhost-url", &pact(text, "v3"));
        assert!(
            out.contains(r#""matchingRules": {"body": {"$.a": {"matchers": [{"match": "regex", "regex": "^https?://[^/]+/x\\.y$"}]}, "$.b[*]": {"matchers": [{"match": "regex", "regex": "^https?://\\S+$"}]}}}"#),
            "{out}"
        );
    }

    #[test]
    fn one_finding_a_response() {
        check(
            "localhost-url",
            r#"
            {"description": "d", "request": {"path": "/", "body": {"a": "http://localhost:1/x"}},
              "response": {"status": 200, "headers": {"X": "http://localhost/y"}, "body": {"a": "http://localhost:1/x", "b": "http:\/\/127.0.0.1\/",
                                                                                                                             ^^^^^^^^^^^^^^^^^^^^^^ warning URL of '127.0.0.1'
                "c": "http://localhost.example.com/", "d": "see http://localhost/", "e": "http://localhost"},
              "matchingRules": {"body": {"$.a": {"matchers": [{"match": "type"}]}}}}}"#,
        );
    }
}
