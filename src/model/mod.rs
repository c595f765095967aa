//! What a pact means: one semantic model for every version of the specification,
//! lowered from the tree. Lowering cannot fail; every field knows its node.

mod body;
mod content_type;
pub mod datetime;
pub mod example;
mod facts;
mod generator;
mod interaction;
mod matching;
mod media;
mod outline;
mod path;
mod query;
pub mod regex;
mod regexes;
mod resolve;
mod schema;
pub mod secrets;
mod shape;
mod summary;
mod version;
mod workspace;

pub use body::{Body, BodyShape, Content};
pub use content_type::{ContentType, Format, sniffs_as_json};
pub use facts::{FileFacts, Library, facts, library_names};
pub use generator::{Generator, GeneratorBlock, lower_generators};
pub use interaction::{
    Interaction, InteractionKind, Part, ProviderState, Role, Section, StatesStyle, header_name_eq, lower,
};
pub use matching::{
    Category, Combine, GroupShape, InvalidMatcher, MATCHERS, Matcher, MatcherInfo, MatcherKind, RuleBlock,
    RuleGroup, RuleStyle, StatusClass, Target, Variant, lower_matcher, lower_rules, matcher_info,
};
pub use outline::{BodyOutline, Malformed, Outline, OutlineKind, OutlineNode, OutlineResolution};
pub use path::{PathError, PathExpr, Step, field_step, parse_path};
pub use query::decoded;
use query::each_parameter;
pub use regexes::Regexes;
pub use resolve::{BodyResolution, NodeRule, Wanted, resolve_body};
pub use schema::{Schemas, Violation, schema_violations};
pub use summary::{
    InteractionDetail, InteractionSummary, RuledNames, StateSummary, StatusSet, V4_KEYS, content_hash,
    detail, ruled_names, summarise,
};
pub use version::{Detected, Source, Version, detect, parse as parse_version};
pub use workspace::{FileSummary, Party};
