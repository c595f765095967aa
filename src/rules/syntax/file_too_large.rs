use crate::rules::{Check, FileCx, Sink, rule};
use crate::syntax::{Kind, MAX_PARTS};

rule! {
    /// The file is too large to be checked, or to be checked in full.
    ///
    /// Files over 64 MB are not read, and of the interactions of a file the first 50,000 are
    /// checked, so that one stray file cannot eat the memory of a build agent or an editor.
    /// Pacts of that size are nearly always a merge that never stopped.
    "file-too-large", "syntax", Warning, Minimal, Test, Check::File(check)
}

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    let Some(spine) = cx.spine else { return };
    for list in ["interactions", "messages"].iter().filter_map(|name| spine.get(name)) {
        let unread = list.elements().filter(|item| item.kind() != Kind::Chunk).count();
        if let (1.., Some(key)) = (unread, list.key()) {
            let message =
                format!("The last {unread} items of this list are not checked: the file has too many");
            out.report(key.span(), message).help(format!("split the file; {MAX_PARTS} items are checked"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MAX_PARTS;
    use crate::rules::testing::findings;

    #[test]
    fn items_beyond_the_limit_are_told() {
        let pact = |items: usize| {
            let list = vec!["{}"; items].join(",");
            format!(
                r#"{{"consumer": {{"name": "c"}}, "provider": {{"name": "p"}}, "interactions": [{list}]}}"#
            )
        };
        assert_eq!(findings("file-too-large", &pact(MAX_PARTS)), []);
        let found = findings("file-too-large", &pact(MAX_PARTS + 2));
        assert_eq!(found.len(), 1);
        assert!(found[0].message.starts_with("The last 2 items"), "{}", found[0].message);
    }
}
