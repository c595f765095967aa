//! The tree of a part of a text, made when it is needed.

use std::sync::{Arc, OnceLock};

use crate::syntax::template::Value;
use crate::syntax::{SyntaxError, Template, Tree};

/// The tree of a text. One that a template knows is kept as its free values, a tenth of the tree,
/// and made anew by whoever looks in passing.
#[derive(Debug, Clone)]
pub struct PartTree {
    /// Always there where no template is known.
    made: OnceLock<Tree>,
    template: Option<Arc<Template>>,
    /// The free values of the template.
    values: Box<[Value]>,
}

impl From<Tree> for PartTree {
    fn from(tree: Tree) -> PartTree {
        PartTree { made: OnceLock::from(tree), template: None, values: Box::default() }
    }
}

impl PartTree {
    /// Of a text that is `template` with these free values.
    pub(super) fn known(template: Arc<Template>, values: &[Value]) -> PartTree {
        PartTree { made: OnceLock::new(), template: Some(template), values: values.into() }
    }

    /// Keeps in place of the tree what it takes to make it again with this template of its text.
    pub fn learnt(&mut self, template: Arc<Template>) {
        let values = template.values(self.get());
        *self = PartTree { made: OnceLock::new(), template: Some(template), values };
    }

    /// What the text is but for its free values, where that is known.
    pub fn template(&self) -> Option<&Arc<Template>> {
        self.template.as_ref()
    }

    /// The tree, which stays.
    pub fn get(&self) -> &Tree {
        self.made.get_or_init(|| {
            let mut tree = Tree::default();
            self.fill(&mut tree);
            tree
        })
    }

    /// The tree, if need be made in `room`.
    pub fn within<'t>(&'t self, room: &'t mut Tree) -> &'t Tree {
        if let Some(made) = self.made.get() {
            return made;
        }
        self.fill(room);
        room
    }

    fn fill(&self, tree: &mut Tree) {
        if let Some(template) = &self.template {
            template.fill(&self.values, tree);
        }
    }

    /// What is wrong with the text. No template is made of a text with an error.
    pub fn errors(&self) -> &[SyntaxError] {
        self.made.get().map_or(&[], |tree| &tree.errors)
    }

    /// Adds an error that only the text around shows, which no template knows of.
    pub(super) fn add_error(&mut self, error: SyntaxError) {
        let mut tree = self.get().clone();
        tree.errors.push(error);
        *self = PartTree::from(tree);
    }

    /// Whether this is the same tree as that of another part with the same text.
    pub fn is_same(&self, other: &PartTree) -> bool {
        let known = self.template.is_some() && other.template.is_some();
        known || self.get() == other.get()
    }
}
