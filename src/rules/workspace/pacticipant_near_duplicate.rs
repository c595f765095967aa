use rustc_hash::FxHashMap;

use crate::diagnostic::{Anchor, Place};
use crate::model::Party;
use crate::rules::{Check, CrossSink, WorkspaceCx, rule};

rule! {
    /// Two names of applications differ only in letter case or separators.
    ///
    /// To a Broker `User Service` and `user-service` are two applications. The pacts of one are
    /// never verified by the other, and *can-i-deploy* says nothing about them. The spelling that
    /// fewer files use is the one reported.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// [{"consumer": {"name": "web"}, "provider": {"name": "user-service"}, "interactions": []},
    ///  {"consumer": {"name": "app"}, "provider": {"name": "User Service"}, "interactions": []}]
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// [{"consumer": {"name": "web"}, "provider": {"name": "user-service"}, "interactions": []},
    ///  {"consumer": {"name": "app"}, "provider": {"name": "user-service"}, "interactions": []}]
    /// ```
    ///
    /// ## References
    ///
    /// The Broker's own check for potential duplicates when a pact is published.
    "pacticipant-near-duplicate", "workspace", Warning, Recommended, Test, Check::Workspace(check)
}

/// A spelling: how many files use it, and where it stands first.
struct Spelling<'a> {
    files: usize,
    first: (usize, &'a Party),
}

fn check(cx: &WorkspaceCx<'_>, out: &mut CrossSink<'_>) {
    let mut spellings: FxHashMap<&str, Spelling<'_>> = FxHashMap::default();
    let mut names: Vec<&str> = Vec::new();
    for (file, summary) in cx.files.iter().enumerate() {
        for party in [&summary.consumer, &summary.provider].into_iter().flatten() {
            let spelling = spellings.entry(&party.name).or_insert_with(|| {
                names.push(&party.name);
                Spelling { files: 0, first: (file, party) }
            });
            spelling.files += 1;
        }
    }
    // The commonest spelling of each application; of equally common ones the first.
    let mut common: FxHashMap<String, &str> = FxHashMap::default();
    for name in &names {
        let best = common.entry(without_separators(name)).or_insert(name);
        if spellings[name].files > spellings[*best].files {
            *best = name;
        }
    }
    for name in &names {
        let best = common[&without_separators(name)];
        if best == *name {
            continue;
        }
        let ((file, party), (other, there)) = (spellings[name].first, spellings[best].first);
        out.report(
            file,
            place(party),
            format!("'{name}' looks like '{best}' spelt differently: to a Broker these are two applications"),
            format!("write '{best}' here, or give them names that differ in more than their spelling"),
        )
        .related(other, place(there), "spelt like this here");
    }
}

fn place(party: &Party) -> Place {
    Place { anchor: Anchor::Spine, span: party.span }
}

fn without_separators(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check_files;

    #[test]
    fn the_rarer_spelling_is_told() {
        check_files(
            "pacticipant-near-duplicate",
            &[
                r#"
{"consumer": {"name": "web"}, "provider": {"name": "UserService"}, "interactions": []}
                                                   ^^^^^^^^^^^^^ warning like 'user-service'
"#,
                r#"{"consumer": {"name": "app"}, "provider": {"name": "user-service"}, "interactions": []}"#,
                r#"
{"consumer": {"name": "user-service"}, "provider": {"name": "orders"}, "interactions": []}
"#,
                r#"{"consumer": {"name": "user-services"}, "provider": {"name": "orders-v1"}, "interactions": []}"#,
            ],
        );
    }
}
