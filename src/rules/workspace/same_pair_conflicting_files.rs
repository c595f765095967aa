use rustc_hash::FxHashMap;

use crate::diagnostic::{Anchor, Place};
use crate::model::{FileSummary, Version};
use crate::rules::{Check, CrossSink, WorkspaceCx, rule};

rule! {
    /// Two files hold the same consumer and provider and disagree about an interaction.
    ///
    /// A Broker keeps one pact for a consumer's version and a provider. Of two files that hold
    /// the same interactions with different contents, publishing either fails or keeps the one
    /// that came last; often one of them is left over from an earlier run.
    ///
    /// Copies with equal contents are fine, and so are files that split the interactions of a
    /// pair between them.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// [{"consumer": {"name": "web"}, "provider": {"name": "users"}, "interactions": [
    ///    {"description": "a user", "request": {"path": "/users/1"}, "response": {"status": 200}}]},
    ///  {"consumer": {"name": "web"}, "provider": {"name": "users"}, "interactions": [
    ///    {"description": "a user", "request": {"path": "/users/2"}, "response": {"status": 200}}]}]
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// [{"consumer": {"name": "web"}, "provider": {"name": "users"}, "interactions": [
    ///    {"description": "a user", "request": {"path": "/users/1"}, "response": {"status": 200}}]},
    ///  {"consumer": {"name": "web"}, "provider": {"name": "users"}, "interactions": [
    ///    {"description": "no user", "request": {"path": "/users/2"}, "response": {"status": 404}}]}]
    /// ```
    ///
    /// ## References
    ///
    /// Pact Broker, `lib/pact_broker/pacts/content.rb` and `contracts/service.rb`.
    "same-pair-conflicting-files", "workspace", Warning, Recommended, Test, Check::Provider(check)
}

/// What makes files rivals: consumer, provider, and version of the specification.
fn pair(file: &FileSummary) -> Option<(&str, &str, Version)> {
    Some((file.consumer.as_ref()?.name.as_str(), file.provider.as_ref()?.name.as_str(), file.version))
}

fn check(cx: &WorkspaceCx<'_>, out: &mut CrossSink<'_>) {
    let mut groups: FxHashMap<_, Vec<usize>> = FxHashMap::default();
    let mut pairs = Vec::new();
    for (index, file) in cx.files.iter().enumerate() {
        let Some(pair) = pair(file) else { continue };
        let group = groups.entry(pair).or_default();
        if group.len() == 1 {
            pairs.push(pair);
        }
        group.push(index);
    }
    for pair in pairs {
        group(cx, &groups[&pair], pair.0, pair.1, out);
    }
}

/// Interactions of one identity in the first file that has it: their indices, and their
/// contents once looked at.
struct Known {
    file: usize,
    indices: Vec<u32>,
    contents: Option<Vec<u64>>,
}

fn group(cx: &WorkspaceCx<'_>, files: &[usize], consumer: &str, provider: &str, out: &mut CrossSink<'_>) {
    let mut known: FxHashMap<u64, Known> = FxHashMap::default();
    let content = |file: usize, index: u32| (cx.detail)(file, index).map(|detail| detail.content);
    for &file in files {
        let summary = cx.files[file];
        let conflict = summary.read().find_map(|(index, it)| {
            let known = known.get_mut(&it.identity)?;
            let (other, indices) = (known.file, &known.indices);
            let contents = known
                .contents
                .get_or_insert_with(|| indices.iter().filter_map(|&at| content(other, at)).collect());
            // One file may tell an interaction twice; that is another rule's business.
            let differs = !contents.is_empty() && !contents.contains(&content(file, index)?);
            differs.then_some((index, it.head, other, known.indices[0]))
        });
        if let Some((index, head, other, there)) = conflict {
            let head_there = cx.files[other].interactions[there as usize].head;
            out.report(
                file,
                Place { anchor: Anchor::Chunk(index), span: head },
                format!("Another file of {consumer} -> {provider} tells this interaction differently: published together, one is lost or refused"),
                "delete the file that is left over, or write both from one run; if both are wanted, give the interactions different descriptions",
            )
            .related(other, Place { anchor: Anchor::Chunk(there), span: head_there }, "told differently here");
        }
        for (index, it) in summary.read() {
            let known = known.entry(it.identity).or_insert_with(|| Known {
                file,
                indices: Vec::new(),
                contents: None,
            });
            if known.file == file {
                known.indices.push(index);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check_files;

    #[test]
    fn copies_and_parts_are_fine() {
        let file = |rest: &str| {
            format!(
                r#"{{"consumer": {{"name": "a"}}, "provider": {{"name": "b"}}, "interactions": [{rest}]}}"#
            )
        };
        let [one, copy, part, other] = [
            r#"{"description": "x", "request": {"path": "/1"}, "response": {"status": 200}}"#,
            r#"{"response": {"status": 200}, "description": "x", "request": {"path": "/1"}, "_id": "f"}"#,
            r#"{"description": "x", "providerStates": [{"name": "s"}], "request": {"path": "/2"}}"#,
            "\n{\"description\": \"x\", \"request\": {\"path\": \"/3\"}}\n                ^^^ warning a -> b\n",
        ]
        .map(file);
        check_files("same-pair-conflicting-files", &[&one, &copy, &part, &other]);
    }
}
