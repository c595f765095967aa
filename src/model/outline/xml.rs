//! XML documents, by the names that `match_xml` in pact_matching gives their nodes:
//! namespace, colon and local name for elements, `@` before attributes, `#text`.

use std::ops::Range;

use roxmltree::{Document, Error, Node, ParsingOptions};

use crate::model::outline::{MAX_NODES, Malformed, Outline, OutlineKind};

/// Deeper documents are not judged.
const MAX_DEPTH: usize = 200;
/// Most attributes of one element: the parser compares each with each.
const MAX_ATTRIBUTES: usize = 500;
/// Most declarations of namespaces: the parser copies them to every element inside.
const MAX_NAMESPACES: usize = 200;
/// Most bytes of all names together, which repeat the names of namespaces.
const MAX_NAMES: usize = 16 << 20;

/// The outline of the text of an XML document, or where it is broken; `None` if that cannot
/// be said: a document type may define entities, and what is huge is not looked at.
pub(super) fn outline(text: &str) -> Option<Result<Outline, Malformed>> {
    if !is_modest_xml(text) {
        return None;
    }
    let options =
        ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES as u32, ..ParsingOptions::default() };
    let document = match Document::parse_with_options(text, options) {
        Ok(document) => document,
        Err(error) => return malformed(text, &error).map(Err),
    };
    let declares = memchr::memmem::find(text.as_bytes(), b"xmlns").is_some();
    let mut builder = Builder { text, outline: Outline::default(), names: 0, declares };
    builder.outline.push(OutlineKind::Root, String::new(), String::new(), 0..text.len(), 0);
    builder.element(document.root_element(), 0, 0, None)?;
    builder.outline.close(0);
    Some(Ok(builder.outline))
}

/// Whether parsing `text` as XML takes no more than a fair share of time and stack.
pub(crate) fn is_modest_xml(text: &str) -> bool {
    let bytes = text.as_bytes();
    if memchr::memmem::find_iter(bytes, b"xmlns").take(MAX_NAMESPACES + 1).count() > MAX_NAMESPACES {
        return false;
    }
    let (mut depth, mut last) = (0usize, 0);
    for at in memchr::memchr_iter(b'<', bytes) {
        // What stands between two `<` is one tag and the text after it.
        let tag = &bytes[last..at];
        if tag.len() > MAX_ATTRIBUTES && memchr::memchr_iter(b'=', tag).count() > MAX_ATTRIBUTES {
            return false;
        }
        if tag[..memchr::memchr(b'>', tag).unwrap_or(tag.len())].ends_with(b"/") {
            depth = depth.saturating_sub(1);
        }
        last = at;
        match bytes.get(at + 1) {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(b'!' | b'?') | None => {}
            Some(_) => depth += 1,
        }
        if depth > MAX_DEPTH {
            return false;
        }
    }
    memchr::memchr_iter(b'=', &bytes[last..]).take(MAX_ATTRIBUTES + 1).count() <= MAX_ATTRIBUTES
}

/// What the parser found wrong, in words that need no position; `None` for what it refuses
/// though it may be right.
fn malformed(text: &str, error: &Error) -> Option<Malformed> {
    if matches!(
        error,
        Error::DtdDetected
            | Error::NodesLimitReached
            | Error::AttributesLimitReached
            | Error::NamespacesLimitReached
            | Error::EntityReferenceLoop(_)
            | Error::UnexpectedXmlUri(_)
            | Error::UnexpectedXmlnsUri(_)
            | Error::InvalidXmlPrefixUri(_)
    ) || text.contains("<!DOCTYPE")
    {
        return None;
    }
    // What XML forbids in references and in text, the parser of the core may let pass.
    let forbidden = match error {
        Error::MalformedEntityReference(_) => text[offset(text, error)..].starts_with("&#"),
        Error::NonXmlChar(..) => true,
        _ => false,
    };
    if forbidden {
        return None;
    }
    let (at, why) = match error {
        Error::NoRootNode => (0, "there is no element".to_owned()),
        Error::UnclosedRootNode | Error::UnexpectedEndOfStream => {
            (text.trim_end().len(), "the document ends before all elements are closed".to_owned())
        }
        Error::UnexpectedCloseTag(open, close, _) => {
            (offset(text, error), format!("</{close}> closes <{open}>"))
        }
        Error::UnknownNamespace(prefix, _) => {
            (offset(text, error), format!("no namespace is declared for the prefix '{prefix}'"))
        }
        Error::UnknownEntityReference(name, _) => {
            (offset(text, error), format!("XML has no entity '&{name};'"))
        }
        Error::MalformedEntityReference(_) => (offset(text, error), "a '&' is written '&amp;'".to_owned()),
        Error::InvalidAttributeValue(_) => {
            (offset(text, error), "a '<' in an attribute is written '&lt;'".to_owned())
        }
        Error::DuplicatedAttribute(name, _) => {
            (offset(text, error), format!("the attribute '{name}' is there twice"))
        }
        Error::UnknownToken(_) => (offset(text, error), "nothing of XML can start like this".to_owned()),
        Error::UnexpectedDeclaration(_) => {
            (offset(text, error), "'<?xml' may only be at the very start".to_owned())
        }
        other => {
            let shown = other.to_string();
            let why = shown.rsplit_once(" at ").map_or(&*shown, |(why, _)| why);
            (offset(text, error), why.trim_end_matches(" found").to_owned())
        }
    };
    Some(Malformed { at: at as u32, why })
}

/// The offset of the position that an error tells as row and column of characters.
fn offset(text: &str, error: &Error) -> usize {
    let pos = error.pos();
    let mut start = 0;
    for _ in 1..pos.row {
        match memchr::memchr(b'\n', &text.as_bytes()[start..]) {
            Some(at) => start += at + 1,
            None => return text.len(),
        }
    }
    let column = (pos.col as usize).saturating_sub(1);
    text[start..].char_indices().nth(column).map_or(text.len(), |(at, _)| start + at)
}

struct Builder<'t> {
    text: &'t str,
    outline: Outline,
    /// Bytes of all names so far.
    names: usize,
    /// Some element declares a namespace.
    declares: bool,
}

impl Builder<'_> {
    /// Adds an element and all below it. `inherited` is the namespace of names without a
    /// prefix, as the parser of the core sees it: where an element has a prefix itself, it
    /// forgets what that element declares for the others; and inside of an element that
    /// declares none it goes back to the one further up.
    fn element(
        &mut self,
        element: Node<'_, '_>,
        parent: u32,
        depth: usize,
        inherited: Option<&str>,
    ) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        let tag = element.tag_name();
        let range = element.range();
        let written = self.text[range.start + 1..]
            .find(|ch: char| ch.is_whitespace() || matches!(ch, '/' | '>'))
            .map_or(range.end, |len| range.start + 1 + len);
        let prefixed = self.text[range.start..written].contains(':');
        let declared = self.declares && !prefixed && declares_default(&self.text[written..range.end]);
        let own = element.default_namespace().filter(|namespace| declared && !namespace.is_empty());
        let default = own.or(inherited);
        let namespace = match (prefixed, declared) {
            (true, _) => tag.namespace(),
            (false, true) => own,
            (false, false) => inherited,
        };
        let id = self.named("", namespace, tag.name(), OutlineKind::Element, range.start..written, parent)?;
        for attribute in element.attributes() {
            let kind = OutlineKind::Attribute;
            let node =
                self.named("@", attribute.namespace(), attribute.name(), kind, attribute.range(), id)?;
            self.outline.nodes[node as usize].value = attribute.value().to_owned();
        }
        let mut text = Text { value: String::new(), range: range.start..written, found: false };
        let mut inside = 0;
        for child in element.children() {
            if child.is_text() {
                inside += self.pieces(child, range.end, &mut text);
            } else {
                inside += 1;
            }
        }
        self.outline.push(OutlineKind::Text, "#text".to_owned(), text.value, text.range, id);
        self.outline.nodes[id as usize].inside = inside;
        for child in element.children().filter(Node::is_element) {
            self.element(child, id, depth + 1, default)?;
        }
        self.outline.close(id);
        Some(())
    }

    fn named(
        &mut self,
        mark: &str,
        namespace: Option<&str>,
        local: &str,
        kind: OutlineKind,
        range: Range<usize>,
        parent: u32,
    ) -> Option<u32> {
        let name = match namespace {
            Some(namespace) => format!("{mark}{namespace}:{local}"),
            None => format!("{mark}{local}"),
        };
        self.names += name.len();
        if self.names > MAX_NAMES {
            return None;
        }
        let id = self.outline.push(kind, name, String::new(), range, parent);
        self.outline.nodes[id as usize].local = namespace.map(|_| local.len() as u32);
        Some(id)
    }

    /// Adds the text at `node` piece by piece, as the parser of the core cuts it: references
    /// and CDATA stand for themselves, and blanks around each piece are dropped. The number
    /// of pieces.
    fn pieces(&self, node: Node<'_, '_>, parent_end: usize, text: &mut Text) -> u32 {
        let start = node.range().start;
        let end = match node.next_sibling() {
            Some(next) => next.range().start,
            None => self.text[start..parent_end].rfind("</").map_or(parent_end, |at| start + at),
        };
        let (mut at, mut count) = (start, 0);
        while at < end {
            let rest = &self.text[at..end];
            let (len, value) = if let Some(inner) = rest.strip_prefix("<![CDATA[") {
                let len = inner.find("]]>").unwrap_or(inner.len());
                ((len + "<![CDATA[]]>".len()).min(rest.len()), inner[..len].to_owned())
            } else if rest.starts_with('&') {
                let len = rest.find(';').map_or(rest.len(), |at| at + 1);
                (len, referred(&rest[..len]))
            } else {
                let cdata = memchr::memmem::find(rest.as_bytes(), b"<![CDATA[").unwrap_or(rest.len());
                let len = memchr::memchr(b'&', &rest.as_bytes()[..cdata]).unwrap_or(cdata);
                (len, rest[..len].to_owned())
            };
            let trimmed = value.trim();
            if !trimmed.is_empty() {
                let blank = rest[..len].len() - rest[..len].trim_start().len();
                let piece = at + blank..at + rest[..len].trim_end().len();
                text.range = if text.found { text.range.start..piece.end } else { piece };
                text.found = true;
                text.value.push_str(trimmed);
            }
            at += len;
            count += 1;
        }
        count
    }
}

/// Whether `xmlns` is among the attributes at the start of `tag`, which is a start tag
/// without its name.
fn declares_default(tag: &str) -> bool {
    let mut rest = tag;
    while let Some(at) = rest.find(['=', '>']).filter(|at| rest.as_bytes()[*at] == b'=') {
        if rest[..at].trim() == "xmlns" {
            return true;
        }
        let value = rest[at + 1..].trim_start();
        let Some(quote) = value.chars().next().filter(|ch| matches!(ch, '"' | '\'')) else { return false };
        let Some(end) = value[1..].find(quote) else { return false };
        rest = &value[end + 2..];
    }
    false
}

struct Text {
    value: String,
    range: Range<usize>,
    found: bool,
}

/// What a reference (`&amp;`, `&#65;`) stands for.
fn referred(reference: &str) -> String {
    let name = reference.trim_start_matches('&').trim_end_matches(';');
    let code = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        },
        None => match name {
            "lt" => Some(u32::from('<')),
            "gt" => Some(u32::from('>')),
            "amp" => Some(u32::from('&')),
            "quot" => Some(u32::from('"')),
            "apos" => Some(u32::from('\'')),
            _ => None,
        },
    };
    code.and_then(char::from_u32).map_or_else(|| reference.to_owned(), String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let outline = outline(text).expect("it is judged").expect("it is well-formed");
        outline.nodes[1..]
            .iter()
            .map(|node| {
                let at = &text[node.range.start as usize..node.range.end as usize];
                format!("{}={} [{at}]", node.name, node.value)
            })
            .collect()
    }

    #[test]
    fn names_values_and_places() {
        assert_eq!(
            shown(
                "<?xml version='1.0'?>\n<a i='1' xmlns='urn:d' xmlns:n='urn:n' n:j='2'> x <n:b/>y<c xmlns=''/></a>"
            ),
            [
                "urn:d:a= [<a]",
                "@i=1 [i='1']",
                "@urn:n:j=2 [n:j='2']",
                "#text=xy [x <n:b/>y]",
                "urn:n:b= [<n:b]",
                "#text= [<n:b]",
                "c= [<c]",
                "#text= [<c]",
            ]
        );
        // As strange as the core sees it.
        let strange =
            shown("<n:a xmlns:n='urn:n' xmlns='urn:d'><b xmlns='urn:e'><c xmlns=''><d/></c></b><e/></n:a>");
        let names: Vec<_> = strange.iter().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(names, ["urn:n:a= [<n:a]", "urn:e:b= [<b]", "c= [<c]", "urn:e:d= [<d]", "e= [<e]"]);
        assert_eq!(
            shown("<a>1 &amp; <![CDATA[ <b> ]]>2<!-- x --> 3 </a>")[1],
            "#text=1&<b>23 [1 &amp; <![CDATA[ <b> ]]>2<!-- x --> 3]"
        );
    }

    #[test]
    fn what_is_broken_and_where() {
        for (text, place, why) in [
            ("<a><b></a>", "</a>", "</a> closes <b>"),
            ("<a><b>", "", "ends before"),
            ("<a>\n é & b</a>", "& b</a>", "&amp;"),
            ("<a i='1' i='2'/>", "i='2'/>", "twice"),
            ("<n:a/>", "n:a/>", "prefix 'n'"),
            ("<a>&nbsp;</a>", "&nbsp;</a>", "&nbsp;"),
            ("<a/>x", "x", "nothing of XML"),
            (" <?xml version='1.0'?><a/>", "<?xml version='1.0'?><a/>", "very start"),
        ] {
            let error = outline(text).expect("it is judged").expect_err(text);
            assert!(error.why.contains(why), "{text}: {}", error.why);
            assert_eq!(&text[error.at as usize..], place, "{text}: {}", error.why);
        }
    }

    #[test]
    fn hostile_documents_are_left_alone() {
        let deep = "<a>".repeat(100_000);
        let many: String = (0..10_000).map(|n| format!(" a{n}=''")).collect();
        let spaces: String = (0..1_000).map(|n| format!("<a xmlns:n{n}='u{n}'>")).collect();
        for text in [
            deep.clone(),
            format!("{deep}{}", "</a>".repeat(100_000)),
            format!("<a{many}/>"),
            format!("<b/><a{many}/>"),
            spaces,
            "<a b='/>'>".repeat(100_000),
            "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>".to_owned(),
            "<?xml version='1.0'?><!DOCTYPE a><a>&b;".to_owned(),
            format!("<a>{}</a>", "<b/>".repeat(200_000)),
        ] {
            assert_eq!(outline(&text), None, "{}", &text[..40]);
        }
        assert!(outline(&format!("<a>{}</a>", "<b/>".repeat(20_000))).is_some_and(|it| it.is_ok()));
    }
}
