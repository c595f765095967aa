//! Provider-state handlers in the source code of a provider: what names they handle and
//! where, told from words and string literals alone. No language is parsed; a form that is
//! not known is not seen, and a name that is computed is counted but not guessed.

mod dispatch;
mod find;
mod marks;
mod table;
#[cfg(test)]
mod tests;

pub use find::{ConfiguredStates, FoundHandlers, find_handlers_in};

use crate::analysis::source::{Language, Source};
use crate::text::Span;

/// In which form a handler is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HandlerKind {
    /// An annotation or attribute: `@State("...")`, `[ProviderState("...")]`.
    Annotation,
    /// A call that registers it: `provider_state "..." do`.
    Call,
    /// A key of a table: `stateHandlers: {"...": ...}`.
    Table,
    /// A comparison or a case: `case "...":`, `if state == "..."`.
    Dispatch,
}

impl HandlerKind {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            HandlerKind::Annotation => "annotation",
            HandlerKind::Call => "call",
            HandlerKind::Table => "table",
            HandlerKind::Dispatch => "dispatch",
        }
    }
}

/// A state that is handled, by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Handler {
    /// Where the name stands; for one that stands for a constant, where it is used.
    pub span: Span,
    /// The name, as the language reads it.
    pub name: String,
    /// The form.
    pub kind: HandlerKind,
}

/// What one file handles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scan {
    /// The handlers, by position.
    pub handlers: Vec<Handler>,
    /// Places where a name is computed, or comes from another file.
    pub dynamic: Vec<Span>,
}

/// Finds the handlers in a text. Linear in its length, whatever it holds.
pub fn scan(text: &str, language: Language) -> Scan {
    if text.len() > u32::MAX as usize || !marks::may_handle(text) {
        return Scan::default();
    }
    let source = Source::new(text, language);
    let mut found = Found { source: &source, scan: Scan::default() };
    marks::find(&mut found);
    table::find(&mut found);
    if marks::mentions_pact(text) {
        dispatch::find(&mut found);
    }
    let Scan { mut handlers, mut dynamic } = found.scan;
    handlers.sort();
    handlers.dedup_by(|a, b| a.span == b.span);
    dynamic.sort();
    dynamic.dedup();
    Scan { handlers, dynamic }
}

/// A search going on.
struct Found<'a> {
    source: &'a Source<'a>,
    scan: Scan,
}

impl Found<'_> {
    /// Takes the token at `at` for the name of a handler.
    fn take(&mut self, at: usize, kind: HandlerKind) {
        let Some(span) = self.source.span(at) else { return };
        match self.source.name_at(at) {
            Some(name) => self.scan.handlers.push(Handler { span, name, kind }),
            None => self.scan.dynamic.push(span),
        }
    }

    /// Takes a name that is spelt without quotes.
    fn name(&mut self, at: usize, name: &str, kind: HandlerKind) {
        let Some(span) = self.source.span(at) else { return };
        self.scan.handlers.push(Handler { span, name: name.to_owned(), kind });
    }

    /// Notes a name that is computed.
    fn computed(&mut self, at: usize) {
        self.scan.dynamic.extend(self.source.span(at));
    }
}
