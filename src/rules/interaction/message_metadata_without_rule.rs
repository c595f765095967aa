use crate::model::{Category, InteractionKind, ruled_names};
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::syntax::Cursor;
use crate::text::shorten;

rule! {
    /// The metadata of a message are compared exactly.
    ///
    /// Topics, partitions, keys and times belong to the transport and differ from message to
    /// message. The official core compares each entry that has no rule by equality; wrappers of
    /// older libraries do not compare metadata at all.
    ///
    /// The content type is left out.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "contents": {"a": 1}, "metaData": {"kafka_key": "a1", "contentType": "application/json"}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "contents": {"a": 1}, "metaData": {"kafka_key": "a1"},
    ///  "matchingRules": {"metadata": {"kafka_key": {"matchers": [{"match": "type"}]}}}}
    /// ```
    ///
    /// ## References
    ///
    /// `match_message_metadata` in pact_matching, lib.rs.
    "message-metadata-without-rule", "interaction", Info, Strict, Test, Check::Interaction(check)
}

/// So many entries are compared with the rules.
const MOST: usize = 1_000;

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let messages = matches!(cx.it.kind, InteractionKind::Message | InteractionKind::SyncMessage);
    if !cx.is_read() || !messages || cx.has_plugins() {
        return;
    }
    for part in &cx.it.parts {
        let Some(metadata) = part.metadata.map(|id| cx.node(id)) else { continue };
        let exact = |key: &Cursor<'_>| {
            let name = key.name();
            let is_type = name.to_ascii_lowercase().replace('-', "") == "contenttype";
            !is_type && !ruled_names(part, Category::Metadata).any(|ruled| ruled == name)
        };
        let mut keys = metadata.members().take(MOST).map(|member| member.key).filter(exact);
        let Some(first) = keys.next() else { continue };
        let more = match keys.count() {
            0 => String::new(),
            1 => " and another entry".to_owned(),
            more => format!(" and {more} other entries"),
        };
        out.report(
            first.span(),
            format!("'{}'{more} of the metadata must be exactly as in the example", shorten(&first.name())),
        )
        .help("give it a rule in the category 'metadata', or leave it out");
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn one_finding_a_message() {
        check(
            "message-metadata-without-rule",
            r#"@v4
{"type": "Asynchronous/Messages", "description": "d", "metadata": {"content-type": "a/b", "k": 1, "p": 2, "q": 3},
                                                                                          ^^^ info 'k' and another entry
 "matchingRules": {"metadata": {"q": {"matchers": [{"match": "type"}]}}}}
"#,
        );
    }
}
