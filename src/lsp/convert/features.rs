//! What the editor shows of a pact, in the protocol's types.

use std::str::FromStr;

use serde_json::json;
use tower_lsp::ls_types as ls;

use crate::analysis::Document;
use crate::ide::{self, Completion, CompletionKind, Symbol, SymbolKind};
use crate::lsp::convert::outgoing::{position, range};
use crate::lsp::convert::place;
use crate::lsp::event::{ClientFacts, Found, Range, Related, Uri};
use crate::text::{LineCol, Span};

/// So many symbols are told with what they are made of. More are told without: nobody looks
/// through them, and a client has to read them all before it reads the next diagnostics.
const MOST_SYMBOLS: usize = 10_000;

/// The outline of a document.
pub(crate) fn symbols(doc: &Document, client: &ClientFacts, uri: &ls::Uri) -> ls::DocumentSymbolResponse {
    let mut symbols = ide::symbols(doc);
    if symbols.iter().map(|symbol| 1 + symbol.children.len()).sum::<usize>() > MOST_SYMBOLS {
        symbols.iter_mut().for_each(|symbol| symbol.children = Vec::new());
    }
    let place = |span: Span| range(place::range_of(doc, span, client.encoding));
    if client.nested_symbols {
        ls::DocumentSymbolResponse::Nested(symbols.into_iter().map(|symbol| nested(symbol, &place)).collect())
    } else {
        #[allow(deprecated, reason = "the type has the field")]
        let flat = |symbol: Symbol| ls::SymbolInformation {
            name: symbol.name,
            kind: kind(symbol.kind),
            tags: None,
            deprecated: None,
            location: ls::Location { uri: uri.clone(), range: place(symbol.span) },
            container_name: None,
        };
        ls::DocumentSymbolResponse::Flat(symbols.into_iter().map(flat).collect())
    }
}

fn nested(symbol: Symbol, place: &dyn Fn(Span) -> ls::Range) -> ls::DocumentSymbol {
    let children: Vec<_> = symbol.children.into_iter().map(|child| nested(child, place)).collect();
    #[allow(deprecated, reason = "the type has the field")]
    ls::DocumentSymbol {
        name: symbol.name,
        detail: (!symbol.detail.is_empty()).then_some(symbol.detail),
        kind: kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: place(symbol.span),
        selection_range: place(symbol.selection),
        children: (!children.is_empty()).then_some(children),
    }
}

fn kind(kind: SymbolKind) -> ls::SymbolKind {
    match kind {
        SymbolKind::Interaction => ls::SymbolKind::METHOD,
        SymbolKind::State => ls::SymbolKind::CONSTANT,
        SymbolKind::Part => ls::SymbolKind::OBJECT,
    }
}

/// So many folds are told to a client that sets no limit.
const MOST_FOLDS: usize = 50_000;

/// What can be folded away, the largest first where the client takes only some.
pub(crate) fn folds(doc: &Document, client: &ClientFacts) -> Vec<ls::FoldingRange> {
    let most = if client.most_folds == 0 { MOST_FOLDS } else { client.most_folds as usize };
    let mut spans = ide::folds(doc);
    if spans.len() > most {
        spans.sort_by_key(|span| std::cmp::Reverse(span.len()));
        spans.truncate(most);
        spans.sort_unstable();
    }
    let fold = |span: Span| {
        let Range { start, end } = place::range_of(doc, span, client.encoding);
        // The line with the closing bracket stays.
        let last = if client.line_folds { end.line.checked_sub(1)? } else { end.line };
        let characters = (!client.line_folds).then(|| (start.col + 1, end.col.saturating_sub(1)));
        (last > start.line).then(|| ls::FoldingRange {
            start_line: start.line,
            start_character: characters.map(|(start, _)| start),
            end_line: last,
            end_character: characters.map(|(_, end)| end),
            ..Default::default()
        })
    };
    spans.into_iter().filter_map(fold).collect()
}

/// What a selection grows to, for each of some places.
pub(crate) fn selections(
    doc: &Document,
    client: &ClientFacts,
    places: &[LineCol],
) -> Vec<ls::SelectionRange> {
    let one = |at: &LineCol| {
        let at = doc.offset_at(*at, client.encoding);
        let mut around = None;
        for span in ide::selections(doc, at).into_iter().rev() {
            let range = range(place::range_of(doc, span, client.encoding));
            around = Some(ls::SelectionRange { range, parent: around.map(Box::new) });
        }
        around.unwrap_or_default()
    };
    places.iter().map(one).collect()
}

/// The words beside the values of a part of a document.
pub(crate) fn inlay_hints(doc: &Document, client: &ClientFacts, wanted: Range) -> Vec<ls::InlayHint> {
    let span = place::span_of(doc, wanted, client.encoding);
    let one = |hint: ide::InlayHint| ls::InlayHint {
        position: position(doc.line_col(hint.at, client.encoding)),
        label: ls::InlayHintLabel::String(hint.label),
        kind: Some(ls::InlayHintKind::TYPE),
        text_edits: None,
        tooltip: (!hint.tooltip.is_empty()).then_some(ls::InlayHintTooltip::String(hint.tooltip)),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    };
    ide::inlay_hints(doc, span).into_iter().map(one).collect()
}

/// Places in this and other documents.
pub(crate) fn locations(uri: &ls::Uri, places: Vec<Related>) -> Vec<ls::Location> {
    let one = |related: Related| {
        let uri = match &related.path {
            Some(path) => ls::Uri::from_str(&place::uri_of(path)).ok()?,
            None => uri.clone(),
        };
        Some(ls::Location { uri, range: range(related.range) })
    };
    places.into_iter().filter_map(one).collect()
}

/// What may be typed at a place. A client that asks for the documentation when somebody looks at
/// it gets in its place what to ask with.
pub(crate) fn completion(
    doc: &Document,
    client: &ClientFacts,
    (uri, at): (&Uri, LineCol),
    rank: usize,
    item: Completion,
) -> ls::CompletionItem {
    let kind = match item.kind {
        CompletionKind::Key => ls::CompletionItemKind::PROPERTY,
        CompletionKind::Value => ls::CompletionItemKind::ENUM_MEMBER,
        CompletionKind::Path => ls::CompletionItemKind::REFERENCE,
        CompletionKind::Snippet => ls::CompletionItemKind::SNIPPET,
    };
    let (new_text, format) = match client.snippets {
        true => (item.insert.snippet, ls::InsertTextFormat::SNIPPET),
        false => (item.insert.plain, ls::InsertTextFormat::PLAIN_TEXT),
    };
    let place = range(place::range_of(doc, item.replace, client.encoding));
    ls::CompletionItem {
        label: item.label,
        kind: Some(kind),
        documentation: (!client.resolves_docs && !item.docs.is_empty()).then(|| docs(client, item.docs)),
        data: client.resolves_docs.then(|| json!({ "uri": &**uri, "line": at.line, "character": at.col })),
        // Ours is the better order: that of the example, or of the specification.
        sort_text: Some(format!("{rank:05}")),
        filter_text: Some(item.filter),
        insert_text_format: Some(format),
        text_edit: Some(ls::CompletionTextEdit::Edit(ls::TextEdit { range: place, new_text })),
        ..Default::default()
    }
}

/// What documents a completion.
pub(crate) fn docs(client: &ClientFacts, text: String) -> ls::Documentation {
    match client.markdown_docs {
        true => {
            let markup = ls::MarkupContent { kind: ls::MarkupKind::Markdown, value: text };
            ls::Documentation::MarkupContent(markup)
        }
        false => ls::Documentation::String(text),
    }
}

/// Where a completion was offered, from the data in it.
pub(crate) fn offered_at(item: &ls::CompletionItem) -> Option<(Uri, LineCol)> {
    let data = item.data.as_ref()?;
    let number = |name: &str| u32::try_from(data.get(name)?.as_u64()?).ok();
    let at = LineCol { line: number("line")?, col: number("character")? };
    Some((Uri::from(data.get("uri")?.as_str()?), at))
}

/// The names of our kinds of token: an editor colours them as it is told to.
const TOKENS: [&str; 2] = ["pactRuled", "pactExact"];

/// How we tell of tokens.
pub(super) fn token_options() -> ls::SemanticTokensOptions {
    ls::SemanticTokensOptions {
        legend: ls::SemanticTokensLegend {
            token_types: TOKENS.map(ls::SemanticTokenType::new).to_vec(),
            token_modifiers: Vec::new(),
        },
        range: Some(true),
        full: Some(ls::SemanticTokensFullOptions::Bool(true)),
        ..Default::default()
    }
}

/// So many tokens of a whole document are told. Of one with more a client asks for those that it
/// shows.
const MOST_TOKENS: usize = 200_000;

/// The values of a part of a document, ruled and exact ones; of all of it without `wanted`. `None`
/// if these are too many.
pub(crate) fn tokens(
    doc: &Document,
    client: &ClientFacts,
    wanted: Option<Range>,
) -> Option<ls::SemanticTokens> {
    let all = Span::new(0, doc.len());
    let span = wanted.map_or(all, |wanted| place::span_of(doc, wanted, client.encoding));
    let (mut line, mut column) = (0, 0);
    let mut data = Vec::new();
    let tokens = ide::tokens(doc, span);
    if wanted.is_none() && tokens.len() > MOST_TOKENS {
        return None;
    }
    for (span, kind) in tokens {
        let Range { start, end } = place::range_of(doc, span, client.encoding);
        // A value on several lines is a broken one.
        if start.line != end.line || (start.line, start.col) < (line, column) {
            continue;
        }
        data.push(ls::SemanticToken {
            delta_line: start.line - line,
            delta_start: if start.line == line { start.col - column } else { start.col },
            length: end.col - start.col,
            token_type: match kind {
                ide::TokenKind::Ruled => 0,
                ide::TokenKind::Exact => 1,
            },
            token_modifiers_bitset: 0,
        });
        (line, column) = (start.line, start.col);
    }
    Some(ls::SemanticTokens { result_id: None, data })
}

/// Interactions of all pacts.
pub(crate) fn workspace_symbols(found: Vec<Found>) -> Vec<ls::SymbolInformation> {
    let one = |found: Found| {
        let uri = ls::Uri::from_str(&place::uri_of(&found.path)).ok()?;
        let name =
            if found.detail.is_empty() { found.name } else { format!("{} ({})", found.name, found.detail) };
        #[allow(deprecated, reason = "the type has the field")]
        Some(ls::SymbolInformation {
            name,
            kind: ls::SymbolKind::METHOD,
            tags: None,
            deprecated: None,
            location: ls::Location { uri, range: range(found.range) },
            container_name: Some(found.container),
        })
    };
    found.into_iter().filter_map(one).collect()
}
