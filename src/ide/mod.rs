//! What an editor shows, in byte spans and plain structs.

mod fixes;
mod hover;

pub use fixes::{all_safe_fixes, quick_fixes};
pub use hover::{Hover, hover};
