//! Fixes that a rule only announced: the rule is run once more when somebody asks for them.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::analysis::document::{Chunk, Document, Spine};
use crate::analysis::run::RETRIES;
use crate::config::Levels;
use crate::diagnostic::{Anchor, Applicability, Diagnostic, FindingFix, Fixes};
use crate::model::regex::Targets;
use crate::model::{Regexes, Section, lower};
use crate::rules::{ALL, InteractionCx, Options, Sink, find};
use crate::text::{Span, TextEdit};

/// What all put off fixes of one analysis have in common.
struct Context {
    spine: Arc<Spine>,
    today: u64,
    targets: Targets,
    options: Options,
}

/// Which finding of an interaction a fix was put off for.
pub(super) struct PutOff {
    pub(super) rule: &'static str,
    /// Bytes of the interaction.
    pub(super) span: Span,
    pub(super) message: String,
}

/// Makes fixes that make themselves later.
pub(super) struct Later<'a> {
    levels: &'a Levels,
    context: Option<Arc<Context>>,
}

impl<'a> Later<'a> {
    pub(super) fn new(levels: &'a Levels) -> Later<'a> {
        Later { levels, context: None }
    }

    /// The fixes that are there, and after them those that were put off.
    pub(super) fn fixes(
        &mut self,
        doc: &Document,
        index: u32,
        wanted: PutOff,
        (made, applicability): (Vec<FindingFix>, Applicability),
    ) -> Fixes {
        let Some(placed) = doc.chunks.get(index as usize) else { return made.into() };
        let context = self.context.get_or_insert_with(|| {
            let Levels { today, targets, options, .. } = self.levels;
            let spine = Arc::clone(&doc.spine);
            Arc::new(Context { spine, today: *today, targets: *targets, options: options.clone() })
        });
        let (context, chunk) = (Arc::clone(context), Arc::clone(&placed.chunk));
        let (section, base) = (placed.section, placed.base);
        let make = move || {
            let found = once_more(&context, &chunk, section, wanted.rule);
            let same = |d: &Diagnostic| d.place.span == wanted.span && d.message == wanted.message;
            let found = found.into_iter().find(same);
            let edit = |edit: TextEdit| TextEdit { span: edit.span.shifted(base), text: edit.text };
            let fixes = found.into_iter().flat_map(|found| found.fixes).map(|fix| FindingFix {
                title: fix.title,
                applicability: fix.applicability,
                edits: fix.edits.into_iter().map(|(_, it)| edit(it)).collect(),
            });
            fixes.filter(|fix| fix.applicability == applicability).collect()
        };
        Fixes::put_off(made, applicability, make)
    }
}

/// What a rule finds in an interaction, with all of its fixes. Nothing if it panics: what it had
/// to say is said, but for the fix.
fn once_more(context: &Context, chunk: &Chunk, section: Section, rule: &str) -> Vec<Diagnostic> {
    let check = find(rule).and_then(|index| Some((&ALL[index].meta, ALL[index].check.on_interaction()?)));
    let (Some((meta, check)), Some(root)) = (check, chunk.root()) else { return Vec::new() };
    let run = || {
        let mut out = Vec::new();
        let facts = &context.spine.facts;
        let it = lower(root, section, facts.version());
        let regexes = RefCell::new(Regexes::default());
        regexes.borrow_mut().refill(RETRIES);
        let Context { today, targets, options, .. } = context;
        let cx = InteractionCx::new(root, &it, facts, &regexes, *today, *targets, options, chunk.secrets());
        check(&cx, &mut Sink::new(meta, meta.severity, Anchor::Chunk(0), &mut out));
        out
    };
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{RunOptions, analyse};
    use crate::config::Settings;
    use crate::rules::testing::pact;
    use crate::text::apply_edits;

    #[test]
    fn a_fix_that_was_put_off_is_placed_in_the_file() {
        let one = r#"{"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200, "body": {"name": "Ada L"}}}"#;
        let text = pact(&format!("{one}, {}", one.replace("Ada", "Bob")), "v3");
        let levels = Settings { select: vec!["exact-body-values".to_owned()], ..Settings::default() };
        let levels = levels.resolve().expect("the rule is registered");
        let found = analyse(&Document::new(text.as_str()), &levels, RunOptions::default()).findings;
        let [first, second] = &found[..] else { panic!("two findings, not {found:#?}") };
        assert_eq!(first.fixes.first_of(Applicability::Safe), None);
        for finding in [first, second] {
            let fix = finding.fixes.first_of(Applicability::Unsafe).expect("there is a fix");
            assert_eq!(fix.title, "Accept any text for 'name'");
        }
        let out = apply_edits(&text, &second.fixes[0].edits).expect("the edits fit");
        let at = out.find("Bob").expect("it is there");
        assert!(!out[..at].contains("$.name") && out[at..].contains("$.name"), "{out}");
    }
}
