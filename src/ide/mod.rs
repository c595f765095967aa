//! What an editor shows, in byte spans and plain structs.

mod about;
mod completion;
mod fixes;
mod folding;
mod hover;
mod inlay;
mod links;
mod page;
mod relations;
mod rename;
mod selection;
mod suppress;
mod symbols;
mod tokens;
mod view;
mod words;

pub use about::about;
pub use completion::{Completion, CompletionKind, Insert, Known, Names, completion_docs, completions};
pub use fixes::{all_safe_fixes, quick_fixes, touching};
pub use folding::folds;
pub use hover::{Hover, hover, joined};
pub use inlay::{InlayHint, inlay_hints};
pub use links::{Link, Target, links};
pub use page::{rule_docs, rule_page};
pub use relations::{Relations, described, relations, state_uses};
pub use rename::{Renamed, rename_key, rename_shared, renamed};
pub use selection::selections;
pub use suppress::suppress;
pub use symbols::{Symbol, SymbolKind, symbols};
pub use tokens::{TokenKind, tokens};
