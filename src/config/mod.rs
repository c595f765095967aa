//! Which rules run, and how loud they are; and what a project says in its own file.

mod baseline;
mod day;
mod dsl;
pub mod file;
pub mod glob;
mod levels;
mod project;
mod schema;
mod subject;

pub use baseline::{BASELINE_NAME, Baseline, BaselineError, Entry};
pub use day::today;
pub use dsl::Dsl;
pub use levels::Levels;
pub use project::{Layer, Origin, Project, Step, Traits};
pub use schema::schema;
pub use subject::Subject;

use crate::model::regex::Target;
use crate::rules::Preset;

/// What the user wishes for one run, by name; it wins over what a project's file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// The set of rules to start from; `None` for the project's, or else `recommended`.
    pub preset: Option<Preset>,
    /// If any: only these rules or groups run, in whatever preset they are.
    pub select: Vec<String>,
    /// Rules or groups that do not run.
    pub ignore: Vec<String>,
    /// The day it is, as days since 1970-01-01 in UTC. Whoever starts an analysis reads the
    /// clock, so that what is found depends on nothing else; 0 lies before anything expires.
    pub today: u64,
    /// The engines that patterns must suit; if none, the project's, or else those that
    /// the file itself suggests.
    pub targets: Vec<Target>,
}

/// A name in the settings that is neither a rule nor a group.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{name}' is neither a rule nor a group of rules{}; `pactlens rules` lists them", suggestion(.nearest))]
pub struct UnknownRule {
    /// The name as given.
    pub name: String,
    /// The rule that is spelt most like it.
    pub nearest: Option<&'static str>,
}

fn suggestion(nearest: &Option<&'static str>) -> String {
    nearest.map_or_else(String::new, |n| format!(", did you mean '{n}'?"))
}

impl Settings {
    /// The levels of a run without a configuration file.
    pub fn resolve(&self) -> Result<Levels, UnknownRule> {
        Project::default().levels(self, "", Traits::default())
    }
}
