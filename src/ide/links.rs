//! Addresses in a pact that lead somewhere.

use crate::analysis::Document;
use crate::syntax::Cursor;
use crate::text::Span;

/// So many links one document has at most.
const MOST: usize = 5_000;

/// A text of a document that leads somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The text, without its quotes.
    pub span: Span,
    /// Where it leads.
    pub target: Target,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An address, `http` or `https`.
    Address(String),
    /// The test of the interaction with this number.
    Test(usize),
}

/// The links of a document, in order of position: the addresses in `_links.*.href` of the file,
/// as a Pact Broker writes them, those in `comments.references` of V4 interactions, and
/// `comments.testname` (V4 specification, section Comments).
pub fn links(doc: &Document) -> Vec<Link> {
    let mut out = Vec::new();
    let relations = doc.spine_root().and_then(|root| root.get("_links"));
    for relation in relations.into_iter().flat_map(Cursor::members).filter_map(|member| member.value) {
        // One with several targets is a list.
        for one in std::iter::once(relation).chain(relation.elements()) {
            out.extend(one.get("href").and_then(|href| address(href, &|span| doc.spine_span(span))));
        }
    }
    for index in 0..doc.chunk_count() {
        if out.len() >= MOST {
            break;
        }
        let Some((chunk, base)) = doc.chunk(index) else { continue };
        // Few files have any, and this is asked often.
        if memchr::memmem::find(chunk.text().as_bytes(), b"\"comments\"").is_none() {
            continue;
        }
        let Some(comments) = chunk.root().and_then(|root| root.get("comments")) else { continue };
        if let Some(name) = comments.get("testname").filter(|name| name.as_str().is_some()) {
            out.push(Link { span: inner(name.span()).shifted(base), target: Target::Test(index) });
        }
        let references = comments.get("references").into_iter();
        for node in references.flat_map(|all| all.subtree().map(move |id| all.at(crate::syntax::NodeId(id))))
        {
            out.extend(address(node, &|span| span.shifted(base)));
        }
    }
    out.sort_by_key(|link| link.span.start);
    out.truncate(MOST);
    out
}

fn address(node: Cursor<'_>, place: &dyn Fn(Span) -> Span) -> Option<Link> {
    let text = node.as_str()?;
    let is_address = ["http://", "https://"].iter().any(|start| text.starts_with(start));
    let is_plain = !text.contains(|it: char| it.is_whitespace() || it.is_control());
    let target = Target::Address(text.into_owned());
    (is_address && is_plain).then(|| Link { span: place(inner(node.span())), target })
}

/// A string without its quotes.
fn inner(span: Span) -> Span {
    if span.len() < 2 { span } else { Span::new(span.start + 1, span.end - 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_tests() {
        let text = r#"{"_links": {"self": {"href": "https://é/1"}, "curies": [{"href": "http://b/{rel}"}, {"href": "ftp://c"}]},
            "consumer": {"name": "http://d"}, "provider": {"name": "b"}, "interactions": [
            {"description": "http://e"},
            {"description": "x", "comments": {"testname": "a test", "references": {"OpenAPI": {"url": "https://f", "op": "x http://"}}}}],
            "metadata": {"pactSpecification": {"version": "4.0"}}}"#;
        let found = links(&Document::new(text));
        let shown: Vec<(&str, Target)> =
            found.iter().map(|it| (it.span.of(text), it.target.clone())).collect();
        let to = |target: &str| Target::Address(target.to_owned());
        assert_eq!(
            shown,
            [
                ("https://é/1", to("https://é/1")),
                ("http://b/{rel}", to("http://b/{rel}")),
                ("a test", Target::Test(1)),
                ("https://f", to("https://f")),
            ]
        );
        assert_eq!(links(&Document::new("{\"_links\": [{\"href\": \"https://x")), []);
    }
}
