use crate::diagnostic::Applicability;
use crate::model::{GroupShape, MatcherKind, V4_KEYS, Version};
use crate::rules::generator::unknown_generator::GENERATORS;
use crate::rules::structure::grammar::{MAX_FINDINGS, Object, home, is_of_v4, known, objects, slip};
use crate::rules::{Check, FileCx, InteractionCx, Sink, rule};
use crate::syntax::{Cursor, Editor};
use crate::text::nearest;

rule! {
    /// A key that the specification does not know stands where it does nothing.
    ///
    /// Readers look keys up by name and ignore the rest, so a misspelt `matchingRules` is a
    /// contract without rules, and nobody is told.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "providerstates": [{"name": "a user exists"}],
    ///  "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "providerStates": [{"name": "a user exists"}],
    ///  "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// Specification V4, "File format": attributes that do not conform should be ignored, and
    /// ideally a warning be shown.
    "unknown-key", "structure", Warning, Recommended, Test, Check::Both(check, check_file)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.is_read() || is_of_v4(cx) {
        return;
    }
    let mut told = 0;
    for (object, node) in objects(cx) {
        let lists = known(cx, object);
        // V4 keys are known everywhere, so that the version is what gets blamed; but an older
        // file's slips are not taken for them.
        let wanted = |name: &&str| cx.version() == Version::V4 || !V4_KEYS.contains(name);
        let mut free: Option<Vec<&'static str>> = None;
        let names = || lists.iter().flat_map(|list| list.iter().copied());
        for key in node.members().map(|m| m.key) {
            if names().any(|name| key.is_named(name)) {
                continue;
            }
            let name = key.name();
            // A state without a name says more than that it has an odd key.
            let nameless = object == Object::State && node.get("name").is_none();
            if nameless || home(cx, object, &name).is_some() {
                continue;
            }
            let free = free
                .get_or_insert_with(|| names().filter(wanted).filter(|n| node.get(n).is_none()).collect());
            let meant = nearest(&name, free.iter().copied());
            let meant = meant.or_else(|| alias(&name).filter(|alias| free.contains(alias)));
            report(cx.editor(), key, object.name(), meant, out);
            told += 1;
            if told == MAX_FINDINGS {
                return;
            }
        }
    }
    for (node, lists, what) in rules_and_generators(cx) {
        for key in node.members().map(|m| m.key).filter(|key| !lists.iter().any(|name| key.is_named(name))) {
            let free = lists.iter().copied().filter(|name| node.get(name).is_none());
            report(cx.editor(), key, what, nearest(&key.name(), free), out);
            told += 1;
            if told >= MAX_FINDINGS {
                return;
            }
        }
    }
}

const GROUP: [&str; 2] = ["combine", "matchers"];
const MATCHER: [&str; 14] = [
    "match",
    "min",
    "max",
    "regex",
    "value",
    "format",
    "date",
    "time",
    "timestamp",
    "datetime",
    "rules",
    "variants",
    "status",
    "generator",
];
const GENERATOR: [&str; 11] = [
    "type",
    "min",
    "max",
    "digits",
    "size",
    "format",
    "expression",
    "dataType",
    "regex",
    "example",
    "variants",
];

/// Rules, matchers and generators that the core knows, each with the keys it may have.
fn rules_and_generators<'a>(
    cx: &InteractionCx<'a>,
) -> Vec<(Cursor<'a>, &'static [&'static str], &'static str)> {
    let mut out: Vec<(Cursor<'a>, &'static [&'static str], &'static str)> = Vec::new();
    for (_, _, group) in cx.groups() {
        if group.shape == GroupShape::List {
            out.push((cx.node(group.node), &GROUP, "a rule"));
        }
        // Of a matcher by name another rule knows which fields it uses.
        let known = group.matchers.iter().filter(|m| m.name.is_none());
        let known = known.filter(|m| !matches!(m.kind, MatcherKind::Plugin | MatcherKind::Invalid(_)));
        out.extend(known.map(|m| (cx.node(m.node), &MATCHER[..], "a matcher")));
    }
    let blocks = cx.it.parts.iter().filter_map(|part| part.generators.as_ref());
    for generator in blocks.flat_map(|block| &block.generators) {
        // Of a plugin's generator nothing is known.
        match generator.kind.map(|kind| cx.text(kind)).as_deref() {
            Some("RandomBoolean") => out.push((cx.node(generator.node), &GENERATOR[..1], "a generator")),
            Some(kind) if GENERATORS.contains(&kind) => {
                out.push((cx.node(generator.node), &GENERATOR, "a generator"));
            }
            _ => {}
        }
    }
    out
}

/// Whether a key of `object` is told to be another word for `name`.
pub(super) fn has_alias(object: Cursor<'_>, name: &str) -> bool {
    object.members().any(|m| alias(&m.key.name()) == Some(name))
}

/// What somebody who wrote `name` has in mind, where the spelling does not tell.
fn alias(name: &str) -> Option<&'static str> {
    Some(match name {
        "content" | "body" | "payload" => "contents",
        "contents" => "body",
        "metaData" => "metadata",
        "matchers" | "rules" | "matching_rules" => "matchingRules",
        "statusCode" | "status_code" | "code" => "status",
        "url" | "uri" => "path",
        "verb" => "method",
        "queryString" | "query_string" | "params" => "query",
        "states" | "given" => "providerStates",
        _ => return None,
    })
}

fn report(editor: Editor<'_>, key: Cursor<'_>, place: &str, meant: Option<&'static str>, out: &mut Sink<'_>) {
    let name = key.name();
    let Some(meant) = meant else {
        let message = format!("'{name}' is no key of {place}, so it is ignored");
        out.report(key.span(), message).help("remove it, or move it to where it belongs");
        return;
    };
    out.report(
        key.span(),
        format!("'{name}' is no key of {place}, so it is ignored; did you mean '{meant}'?"),
    )
    .help(format!("write \"{meant}\""))
    .fix(
        Applicability::Unsafe,
        format!("Rename to '{meant}', which then takes effect"),
        vec![editor.rename(key, meant)],
    );
}

/// The top level and the metadata may hold any key; only slips of those that count matter.
fn check_file(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    let Some(root) = cx.spine else { return };
    let editor = Editor::new(root);
    if let Some(key) = slip(root, "metadata") {
        report(editor, key, "a pact", Some("metadata"), out);
    }
    let Some(metadata) = root.get("metadata").filter(|m| m.is_object()) else { return };
    let spec = metadata.get("pactSpecification").or_else(|| metadata.get("pact-specification"));
    match spec {
        Some(spec) => {
            if let Some(key) = slip(spec, "version") {
                report(editor, key, "'pactSpecification'", Some("version"), out);
            }
        }
        None => {
            if let Some(key) = slip(metadata, "pactSpecification") {
                report(editor, key, "the metadata", Some("pactSpecification"), out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::structure::tests::fixed;
    use crate::rules::testing::{check, pact};

    #[test]
    fn keys_of_each_object() {
        let rule = "unknown-key";
        let with = |version: &str, line: &str, marks: &str| {
            check(rule, &format!("@{version}\n{{\"description\": \"d\",\n{line}\n{marks}\n}}"));
        };
        let v3 = |line: &str, marks: &str| with("v3", line, marks);
        v3(r#""provider_states": []"#, r#"^^^^^^^^^^^^^^^^^ warning did you mean 'providerStates'?"#);
        v3(r#""banana": 1"#, r#"^^^^^^^^ warning 'banana' is no key of an interaction"#);
        v3(r#""_id": "1", "provider_state": "x", "comments": {}"#, "");
        v3(r#""request": {"header": {}}"#, r#"            ^^^^^^^^ warning did you mean 'headers'?"#);
        v3(
            r#""request": {"headers": {}, "header": {}}"#,
            r#"                           ^^^^^^^^ warning so it is ignored"#,
        );
        v3(
            r#""response": {"statusCode": 200}"#,
            r#"             ^^^^^^^^^^^^ warning did you mean 'status'?"#,
        );
        v3(
            r#""response": {"matchingrules": {}}"#,
            r#"             ^^^^^^^^^^^^^^^ warning did you mean 'matchingRules'?"#,
        );
        v3(r#""response": {"responseMatchingRules": {}}"#, "");
        v3(r#""request": {}, "pactSpecification": {"version": "4.0"}"#, "");
        v3(
            r#""providerStates": [{"name": "a", "parameters": {}}]"#,
            r#"                                 ^^^^^^^^^^^^ warning a provider state"#,
        );
        v3(r#""providerStates": [{"description": "a"}]"#, "");
        with(
            "v4",
            r#""type": "Synchronous/HTTP", "request": {"contents": {}}"#,
            r#"                                        ^^^^^^^^^^ warning did you mean 'body'?"#,
        );
        with(
            "v4",
            r#""type": "Asynchronous/Messages", "body": {}"#,
            r#"                                 ^^^^^^ warning did you mean 'contents'?"#,
        );
        with(
            "v4",
            r#""type": "Synchronous/Messages", "response": [{"metaData": {}}]"#,
            r#"                                              ^^^^^^^^^^ warning did you mean 'metadata'?"#,
        );
        with("v4", r#""contents": {}, "metadata": {}, "request": {}"#, "");
    }

    #[test]
    fn fields_of_rules_and_generators() {
        check(
            "unknown-key",
            r#"
            {"description": "d", "request": {}, "response": {"body": {"a": [1], "b": "2024-01-01", "c": 1, "d": 1},
              "matchingRules": {"body": {
                "$.a": {"matchers": [{"match": "type", "mim": 1}], "combin": "AND"},
                                                                   ^^^^^^^^ warning did you mean 'combine'?
                "$.b": {"matchers": [{"date": "yyyy-MM-dd", "formt": "yyyy-MM-dd"}]},
                                                            ^^^^^^^ warning did you mean 'format'?
                "$.c": {"matchers": [{"match": "number", "note": "ours"}]},
                "$.d": {"matchers": [{"match": "ours", "formt": 1}]}
              }},
              "generators": {"body": {
                "$.c": {"type": "RandomInt", "min": 0, "maxx": 9},
                                                       ^^^^^^ warning no key of a generator
                "$.d": {"type": "MockServerURL", "example": "http://localhost/a", "regex": "(.*)"}
              }}}}"#,
        );
    }

    #[test]
    fn slips_at_the_top() {
        let rule = "unknown-key";
        check(
            rule,
            "{\"interactions\": [], \"metaData\": {}}\n                     ^^^^^^^^^^ warning 'metaData' is no key of a pact",
        );
        check(
            rule,
            "{\"interactions\": [], \"metadata\": {\"pactspecification\": {}}}\n                                  ^^^^^^^^^^^^^^^^^^^ warning did you mean 'pactSpecification'?",
        );
        check(
            rule,
            r#"{"interactions": [], "extra": 1, "metadata": {"pactRust": {}, "pact-specification": {"version": "2"}}}"#,
        );
        let text = pact(r#"{"description": "d", "request": {"Path": "/"}}"#, "v3");
        assert_eq!(fixed(rule, &text), text.replace("Path", "path"));
    }
}
