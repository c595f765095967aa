//! Writing a suppression into the pact.

use crate::analysis::Document;
use crate::diagnostic::Finding;
use crate::model::Version;
use crate::rules::{find, is_suppressible};
use crate::syntax::{Cursor, Editor, quote};
use crate::text::TextEdit;

/// The edits after which the pact itself says that the rule of `finding` is not to be heard of
/// in its interaction. `None` where it cannot say so: before V4, outside interactions, for what
/// makes the file unreadable, and where `comments` hold something unexpected.
///
/// A test that writes the pact anew takes it back, so this is for pacts written by hand, and to
/// see what a test has to write.
pub fn suppress(doc: &Document, finding: &Finding) -> Option<Vec<TextEdit>> {
    let can = find(finding.rule).is_some_and(is_suppressible) && finding.interaction.is_some();
    if !can || doc.facts().version() != Version::V4 || !doc.is_sound() {
        return None;
    }
    let (chunk, base) = doc.chunk(doc.chunk_at(finding.span.start)?)?;
    let root = chunk.root()?;
    let edit = edit(root, Editor::new(root), finding.rule)?;
    Some(vec![TextEdit { span: edit.span.shifted(base), text: edit.text }])
}

fn edit(root: Cursor<'_>, editor: Editor<'_>, rule: &str) -> Option<TextEdit> {
    let list = format!("[{}]", quote(rule));
    let object = format!("{{\"ignore\": {list}}}");
    let Some(comments) = root.get("comments") else {
        let whole = format!("{{\"pactlens\": {object}}}");
        return root.is_object().then(|| editor.insert(root, "comments", &whole));
    };
    if !comments.is_object() {
        return None;
    }
    let Some(ours) = comments.get("pactlens") else {
        return Some(editor.insert(comments, "pactlens", &object));
    };
    if let Some(text) = ours.as_str() {
        let names = text.strip_prefix("ignore ")?;
        return Some(editor.set(ours, &quote(&format!("ignore {}", with(names, rule)))));
    }
    if !ours.is_object() {
        return None;
    }
    let Some(ignore) = ours.get("ignore") else { return Some(editor.insert(ours, "ignore", &list)) };
    match ignore.as_str() {
        Some(names) => Some(editor.set(ignore, &quote(&with(&names, rule)))),
        None => ignore.is_array().then(|| editor.push(ignore, &quote(rule))),
    }
}

/// A list of names, with one more before the reason.
fn with(names: &str, rule: &str) -> String {
    let (list, reason) = names.split_once(':').map_or((names, None), |(list, reason)| (list, Some(reason)));
    let list = list.trim_end();
    let comma = if list.is_empty() { "" } else { ", " };
    let reason = reason.map_or_else(String::new, |reason| format!(":{reason}"));
    format!("{list}{comma}{rule}{reason}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{RunOptions, analyse};
    use crate::config::Settings;
    use crate::text::apply_edits;

    fn pact(comments: &str) -> String {
        format!(
            "{{\"consumer\": {{\"name\": \"é\"}}, \"provider\": {{\"name\": \"api\"}}, \"interactions\": [\n\
             {{\"type\": \"Synchronous/HTTP\", \"description\": \"first\", \"request\": {{\"method\": \"GET\", \"path\": \"/\"}}, \"response\": {{\"status\": 204}}}},\n\
             {{\"type\": \"Synchronous/HTTP\", \"description\": \"second\",{comments}\n  \"request\": {{\"method\": \"GET\", \"path\": \"/a\"}}, \"response\": {{\"status\": 204, \"boddy\": 1}}}}\n\
             ], \"metadata\": {{\"pactSpecification\": {{\"version\": \"4.0\"}}}}}}"
        )
    }

    fn findings(doc: &Document) -> Vec<Finding> {
        let levels = Settings::default().resolve().expect("the defaults are valid");
        analyse(doc, &levels, RunOptions::default()).findings
    }

    #[test]
    fn the_finding_is_gone_and_no_other_came() {
        for comments in [
            "",
            " \"comments\": {},",
            "\n  \"comments\": {\"testname\": \"t\"},",
            " \"comments\": {\"pactlens\": {}},",
            " \"comments\": {\"pactlens\": {\"reason\": \"r\"}},",
            " \"comments\": {\"pactlens\": {\"ignore\": []}},",
        ] {
            let doc = Document::new(pact(comments));
            let before = findings(&doc);
            let finding = before.iter().find(|it| it.rule == "unknown-key").expect("the key is unknown");
            let edits = suppress(&doc, finding).expect(comments);
            let after = apply_edits(&doc.text(), &edits).expect("the edits fit");
            assert_eq!(findings(&Document::new(after.as_str())), [], "{after}");
        }
    }

    #[test]
    fn what_is_suppressed_already_stays() {
        for (comments, after) in [
            (r#"{"pactlens": {"ignore": ["a"]}}"#, r#"{"pactlens": {"ignore": ["a", "unknown-key"]}}"#),
            (r#"{"pactlens": {"ignore": "a"}}"#, r#"{"pactlens": {"ignore": "a, unknown-key"}}"#),
            (r#"{"pactlens": "ignore a: why: so"}"#, r#"{"pactlens": "ignore a, unknown-key: why: so"}"#),
        ] {
            let text = pact(&format!(" \"comments\": {comments},"));
            let doc = Document::new(text.as_str());
            let all = findings(&doc);
            let finding = all.iter().find(|it| it.rule == "unknown-key").expect("the key is unknown");
            let edits = suppress(&doc, finding).expect(comments);
            let expected = text.replace(comments, after);
            assert_eq!(apply_edits(&text, &edits).as_deref(), Some(expected.as_str()));
        }
    }

    #[test]
    fn where_it_cannot_be_said_it_is_not() {
        let text = pact("");
        let doc = Document::new(text.as_str());
        let finding = findings(&doc).remove(0);
        for (other, finding) in [
            (text.replace("\"4.0\"", "\"3.0.0\""), finding.clone()),
            (pact(" \"comments\": \"\","), finding.clone()),
            (pact(" \"comments\": {\"pactlens\": 1},"), finding.clone()),
            (text.replace("204,", "204"), finding.clone()),
            (text.clone(), Finding { rule: "json-syntax", ..finding.clone() }),
            (text.clone(), Finding { interaction: None, ..finding }),
        ] {
            assert_eq!(suppress(&Document::new(other.as_str()), &finding), None, "{other}");
        }
    }
}
