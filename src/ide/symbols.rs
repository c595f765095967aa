//! The outline of a pact: its interactions by what they are about.

use crate::analysis::Document;
use crate::ide::view::View;
use crate::model::{InteractionKind, Part, Role};
use crate::text::Span;

/// Longest name in an outline, in characters.
const NAME: usize = 120;

/// What a symbol is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SymbolKind {
    /// An interaction or a message.
    Interaction,
    /// A provider state.
    State,
    /// A request, a response, or the contents of a message.
    Part,
}

/// An entry of an outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// What it is called: `GET /orders/1 -> 200`.
    pub name: String,
    /// More about it, in grey.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it.
    pub span: Span,
    /// The part to show when it is chosen; inside `span`.
    pub selection: Span,
    /// What it is made of.
    pub children: Vec<Symbol>,
}

/// The interactions of a pact, each with its provider states and parts.
pub fn symbols(doc: &Document) -> Vec<Symbol> {
    (0..doc.chunk_count()).filter_map(|index| View::of(doc, index)).map(|view| symbol(&view)).collect()
}

fn symbol(view: &View<'_>) -> Symbol {
    let it = &view.it;
    let states: Vec<String> = it.states.iter().map(|state| view.text(state.name).into_owned()).collect();
    let named: Vec<&str> = states.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
    let description = view.text(it.description);
    let route = title(view);
    let mut detail = Vec::new();
    if route.is_some() && !description.is_empty() {
        detail.push(description.to_string());
    }
    if !named.is_empty() {
        detail.push(format!("given {}", named.join(", ")));
    }
    let name = route.unwrap_or_else(|| description.into_owned());
    let span = view.span(view.root.span());
    let mut children: Vec<Symbol> = it
        .states
        .iter()
        .zip(&states)
        .map(|(state, name)| Symbol {
            name: clean(name),
            detail: "provider state".to_owned(),
            kind: SymbolKind::State,
            span: view.span_of(state.node),
            selection: view.span_of(state.name.unwrap_or(state.node)),
            children: Vec::new(),
        })
        .collect();
    if it.kind != InteractionKind::Message {
        children.extend(it.parts.iter().map(|part| part_symbol(view, part)));
    }
    let selection = it.description.map_or(Span::at(span.start), |node| view.span_of(node));
    let detail = if detail.is_empty() { String::new() } else { clean(&detail.join(", ")) };
    Symbol { name: clean(&name), detail, kind: SymbolKind::Interaction, span, selection, children }
}

fn part_symbol(view: &View<'_>, part: &Part) -> Symbol {
    let rules = part.rules.as_ref().map_or(0, |rules| rules.groups.len());
    let detail = match rules {
        0 => "no matching rules".to_owned(),
        1 => "1 matching rule".to_owned(),
        n => format!("{n} matching rules"),
    };
    let span = view.span_of(part.node);
    let selection = Span::at(span.start);
    let name = part.role.name().to_owned();
    Symbol { name, detail, kind: SymbolKind::Part, span, selection, children: Vec::new() }
}

/// `GET /orders/1 -> 200`; `None` for anything but HTTP.
fn title(view: &View<'_>) -> Option<String> {
    let of = |role| view.it.parts.iter().find(|part| part.role == role);
    let request = of(Role::Request)?;
    let path = request.path?;
    let method = view.text(request.method).to_uppercase();
    let method = if method.is_empty() { "GET".to_owned() } else { method };
    let status = of(Role::Response).and_then(|response| response.status);
    let status = status.map_or_else(|| "200".into(), |node| view.root.at(node).to_text());
    Some(format!("{method} {} -> {status}", view.root.at(path).to_text()))
}

/// A name that fits an outline: one line, not too long, never empty.
fn clean(text: &str) -> String {
    let shown = text.trim().chars().take(NAME);
    let line: String = shown.map(|ch| if ch.is_control() { ' ' } else { ch }).collect();
    if line.is_empty() { "(unnamed)".to_owned() } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interaction_is_called_by_what_it_asks_and_gets() {
        let text = r#"{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [
            {"description": "an order", "providerStates": [{"name": "order 1 exists"}],
             "request": {"method": "get", "path": "/orders/1"}, "response": {"status": 200}},
            {"request": 1}],
            "metadata": {"pactSpecification": {"version": "3.0.0"}}}"#;
        let symbols = symbols(&Document::new(text));
        let names: Vec<&str> = symbols.iter().map(|symbol| &*symbol.name).collect();
        assert_eq!(names, ["GET /orders/1 -> 200", "(unnamed)"]);
        assert_eq!(symbols[0].detail, "an order, given order 1 exists");
        let children: Vec<&str> = symbols[0].children.iter().map(|symbol| &*symbol.name).collect();
        assert_eq!(children, ["order 1 exists", "request", "response"]);
        assert_eq!(symbols[0].selection.of(text), "\"an order\"");
        for symbol in &symbols {
            assert!(symbol.span.contains(symbol.selection));
            assert!(symbol.children.iter().all(|child| symbol.span.contains(child.span)));
        }
    }
}
