//! Loosening the body at a place of a document, whether a rule reports it or not.

use std::cell::RefCell;

use crate::analysis::document::Document;
use crate::analysis::masks::Masks;
use crate::analysis::run::Secrets;
use crate::diagnostic::{Anchor, Place};
use crate::model::regex::Targets;
use crate::model::{Regexes, lower};
use crate::rules::loosen::{Wish, propose};
use crate::rules::{InteractionCx, Options};
use crate::syntax::NodeId;
use crate::text::{Span, TextEdit};

/// Matching rules for a body, as one change of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loosening {
    /// What will be accepted, such as "Accept any integer for 'id'; any text for 'name'".
    pub title: String,
    /// Edits that go together.
    pub edits: Vec<TextEdit>,
    /// The values that are no longer compared exactly, in document order.
    pub values: Vec<Span>,
    /// Arrays that may have one item or more.
    pub arrays: Vec<Span>,
    /// What the rules for these arrays let through besides.
    pub reached: Vec<Span>,
}

/// Rules for the body of the request, response or message that `offset` is in. `None` where there
/// is none, or nothing to propose for it, or the text is broken.
pub fn loosen(doc: &Document, offset: u32, wish: Wish) -> Option<Loosening> {
    let index = doc.chunk_at(offset).filter(|index| doc.is_live(*index))?;
    let (chunk, base) = doc.chunk(index)?;
    let root = chunk.root().filter(|_| chunk.tree.errors().is_empty())?;
    let it = lower(root, doc.position(index).0, doc.facts().version());
    let regexes = RefCell::new(Regexes::default());
    let (targets, options) = (Targets::default(), Options::default());
    let cx = InteractionCx::new(root, &it, doc.facts(), &regexes, 0, targets, &options, chunk.secrets());
    let here = |part: &crate::model::Part| cx.node(part.node).span().touches(offset - base);
    let proposal = propose(&cx, it.parts.iter().position(here)?, wish)?;
    let absolute = |span| doc.absolute(Place { anchor: Anchor::Chunk(index as u32), span });
    let edit = |edit: TextEdit| TextEdit { span: absolute(edit.span), text: edit.text };
    let spans = |ids: &mut dyn Iterator<Item = NodeId>| {
        let mut spans: Vec<Span> = ids.map(|id| absolute(cx.node(id).span())).collect();
        spans.sort_unstable();
        spans
    };
    // A key may be a secret; the edits are asked for, and the title is seen without.
    let mut title = proposal.title();
    Masks::new(doc, Secrets::InEdits).apply_to(&mut [&mut title]);
    Some(Loosening {
        title,
        values: spans(&mut proposal.values.iter().copied()),
        arrays: spans(&mut proposal.arrays.iter().copied()),
        reached: spans(&mut proposal.reached.iter().flat_map(|reached| reached.nodes.iter().copied())),
        edits: proposal.edits.into_iter().map(edit).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::pact;
    use crate::text::apply_edits;

    #[test]
    fn any_body_of_a_file() {
        let text = pact(
            r#"{"description": "d", "request": {"method": "POST", "path": "/", "body": {"name": "Ada L"}},
              "response": {"status": 200, "body": {"on": true}}}"#,
            "v3",
        );
        let doc = Document::new(text.as_str());
        let at = |what: &str| text.find(what).expect("it is there") as u32;
        let (request, response) = (at("\"name\": \"Ada"), at("\"on\""));
        let all = Wish { booleans: true, requests: true };
        assert_eq!(loosen(&doc, request, Wish::default()), None);
        assert_eq!(loosen(&doc, response, Wish::default()), None);
        assert_eq!(loosen(&doc, at("\"description\""), all), None);
        assert_eq!(loosen(&doc, 0, all), None);
        let change = loosen(&doc, request, all).expect("there is a name");
        assert_eq!(change.title, "Accept any text for 'name'");
        assert_eq!(change.values.iter().map(|span| span.of(&text)).collect::<Vec<_>>(), ["\"Ada L\""]);
        let change = loosen(&doc, response, all).expect("there is a boolean");
        assert_eq!(change.title, "Accept true and false for 'on'");
        let out = apply_edits(&text, &change.edits).expect("the edits fit");
        assert!(out.contains(r#""$.on": {"matchers": [{"match": "boolean"}]}"#), "{out}");
    }
}
