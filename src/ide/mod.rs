//! What an editor shows, in byte spans and plain structs.

mod fixes;
mod hover;
mod page;
mod suppress;

pub use fixes::{all_safe_fixes, quick_fixes, touching};
pub use hover::{Hover, hover};
pub use page::{rule_docs, rule_page};
pub use suppress::suppress;
