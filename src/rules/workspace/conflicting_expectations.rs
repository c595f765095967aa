use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

use crate::model::{InteractionDetail, StatusSet, Wanted};
use crate::rules::{Check, CrossSink, Located, WorkspaceCx, rule};
use crate::text::Span;

rule! {
    /// Two consumers want answers of one provider that no single answer can satisfy.
    ///
    /// Both send the same request in the same provider states. The provider answers both alike,
    /// so if one wants a status, a value or a kind of value that the other rules out, one of the
    /// two verifications fails whatever the provider does.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// [{"consumer": {"name": "web"}, "provider": {"name": "users"}, "interactions": [
    ///    {"description": "a user", "request": {"path": "/users/1"},
    ///     "response": {"status": 200, "body": {"name": "Ann"}}}]},
    ///  {"consumer": {"name": "app"}, "provider": {"name": "users"}, "interactions": [
    ///    {"description": "one user", "request": {"path": "/users/1"},
    ///     "response": {"status": 200, "body": {"name": "Bob"}}}]}]
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// [{"consumer": {"name": "web"}, "provider": {"name": "users"}, "interactions": [
    ///    {"description": "a user", "request": {"path": "/users/1"},
    ///     "response": {"status": 200, "body": {"name": "Ann"}}}]},
    ///  {"consumer": {"name": "app"}, "provider": {"name": "users"}, "interactions": [
    ///    {"description": "one user", "request": {"path": "/users/1"},
    ///     "response": {"status": 200, "body": {"id": 1}}}]}]
    /// ```
    ///
    /// ## References
    ///
    /// `verify_interaction` in pact_verifier sets up states and nothing else before a request.
    "conflicting-expectations", "workspace", Warning, Recommended, Test, Check::Provider(check)
}

fn check(cx: &WorkspaceCx<'_>, out: &mut CrossSink<'_>) {
    let mut groups: FxHashMap<u64, Vec<Located<'_>>> = FxHashMap::default();
    let mut shared = Vec::new();
    for at in cx.interactions() {
        let Some((key, consumer)) = asked(cx, at) else { continue };
        let group = groups.entry(key).or_default();
        let first = group.first().copied();
        group.push(at);
        let others =
            first.is_some_and(|first| name_of(cx, first) != Some(consumer) && !shared.contains(&key));
        if others {
            shared.push(key);
        }
    }
    for key in shared {
        group(cx, &groups[&key], out);
    }
}

/// Equal where a provider is asked the same in the same states; and who asks.
fn asked<'a>(cx: &WorkspaceCx<'a>, at: Located<'a>) -> Option<(u64, &'a str)> {
    let provider = &cx.files[at.file].provider.as_ref()?.name;
    let mut hasher = FxHasher::default();
    (provider, at.it.request?, &at.it.states).hash(&mut hasher);
    Some((hasher.finish(), name_of(cx, at)?))
}

fn name_of<'a>(cx: &WorkspaceCx<'a>, at: Located<'_>) -> Option<&'a str> {
    let file: &'a crate::model::FileSummary = cx.files[at.file];
    file.consumer.as_ref().map(|party| party.name.as_str())
}

/// What one consumer wants first of a node, or of the status.
#[derive(Clone, Copy)]
struct Wish<'a> {
    at: Located<'a>,
    consumer: &'a str,
    status: Option<&'a StatusSet>,
    value: Option<u64>,
    kinds: u8,
    span: Span,
}

/// One conflict an interaction is enough: the rest follows from it.
fn group<'a>(cx: &WorkspaceCx<'a>, group: &[Located<'a>], out: &mut CrossSink<'_>) {
    let mut wishes: FxHashMap<u64, Vec<Wish<'a>>> = FxHashMap::default();
    for &at in group {
        let Some(consumer) = name_of(cx, at) else { continue };
        let Some(detail) = (cx.detail)(at.file, at.index) else { continue };
        let own = wishes_of(at, consumer, &detail);
        let conflict = own.iter().find_map(|(path, wish)| {
            // Who agrees with the first that asked is not the odd one out.
            let other = wishes.get(path)?.iter().find(|other| other.consumer != consumer)?;
            clash(wish, other).then_some((wish, *path, *other))
        });
        if let Some((wish, path, other)) = conflict {
            let what = if path == STATUS {
                "another status"
            } else if wish.kinds & other.kinds == 0 {
                "another kind of value"
            } else {
                "another value"
            };
            out.report(
                at.file,
                at.place(wish.span),
                format!("'{}' wants {what} here for the same request in the same states: no provider can meet both", other.consumer),
                "use a matching rule that accepts both, or different provider states",
            )
            .related(other.at.file, other.at.place(other.span), format!("what '{}' wants", other.consumer));
        }
        for (path, wish) in own {
            let known = wishes.entry(path).or_default();
            if known.iter().all(|other| other.consumer != consumer) && known.len() < 2 {
                known.push(wish);
            }
        }
    }
}

/// The path under which the status is kept: that of no node.
const STATUS: u64 = u64::MAX;

fn wishes_of<'a>(at: Located<'a>, consumer: &'a str, detail: &InteractionDetail) -> Vec<(u64, Wish<'a>)> {
    let status = at.it.status.as_ref().map(|status| {
        (STATUS, Wish { at, consumer, status: Some(status), value: None, kinds: u8::MAX, span: status.span })
    });
    let nodes = detail.wanted.iter().map(|node| {
        let Wanted { path, value, kinds, span } = *node;
        (path, Wish { at, consumer, status: None, value, kinds, span })
    });
    status.into_iter().chain(nodes).collect()
}

fn clash(a: &Wish<'_>, b: &Wish<'_>) -> bool {
    let values = a.value.zip(b.value).is_some_and(|(a, b)| a != b);
    let statuses = a.status.zip(b.status).is_some_and(|(a, b)| a.common(b).is_empty());
    statuses || values || a.kinds & b.kinds == 0
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check_files;

    fn file(consumer: &str, response: &str) -> String {
        format!(
            r#"{{"consumer": {{"name": "{consumer}"}}, "provider": {{"name": "b"}}, "interactions": [
{{"description": "{consumer} asks", "request": {{"path": "/"}}, "response":
{response}
}}], "metadata": {{"pactSpecification": {{"version": "3.0.0"}}}}}}"#
        )
    }

    #[test]
    fn statuses_values_and_kinds() {
        let web = file(
            "a-web",
            r#"{"status": 200, "body": {"n": 1, "o": {"k": 1}, "s": "x"},
 "matchingRules": {"body": {"$.n": {"matchers": [{"match": "type"}]}}}}"#,
        );
        let status = file(
            "b-app",
            r#"{"status": 201}
           ^^^ warning 'a-web' wants another status"#,
        );
        let value = file(
            "c-tv",
            r#"{"body": {"s": "y"}}
               ^^^ warning another value"#,
        );
        let pattern = file(
            "d-car",
            r#"{"body": {"n": "2"}, "matchingRules": {"body": {"$.n": {"matchers": [{"match": "regex", "regex": "2"}]}}}}"#,
        );
        let kind = file(
            "e-pc",
            r#"{"body": {"o": [1]}}
               ^^^ warning another kind"#,
        );
        let fine = file("f-tab", r#"{"body": {"o": {"k": 1, "m": 1}, "s": "x"}}"#);
        check_files("conflicting-expectations", &[&web, &status, &value, &pattern, &kind, &fine]);
    }
}
