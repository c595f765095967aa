//! What a pact means: one semantic model for every version of the specification,
//! lowered from the tree. Lowering cannot fail; every field knows its node.

mod body;
mod content_type;
pub mod datetime;
pub mod example;
mod facts;
mod generator;
mod header;
mod interaction;
mod keep;
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
mod suppression;
mod uuid;
mod version;
mod vocabulary;
mod workspace;

pub use body::{Body, BodyShape, Content, looks_wrapped};
pub use content_type::{ContentType, Format, detected_type, sniffs_as_json};
pub use facts::{FileFacts, Library, facts, library_names};
pub use generator::{Generator, GeneratorBlock, generated, generator_fields, lower_generators};
pub use header::{header_name_eq, is_header_name, split_header};
pub use interaction::{Interaction, InteractionKind, Part, ProviderState, Role, Section, StatesStyle, lower};
pub use keep::keeping;
pub use matching::{
    Category, Combine, GroupShape, InvalidMatcher, MATCHERS, Matcher, MatcherInfo, MatcherKind, RuleBlock,
    RuleGroup, RuleStyle, StatusClass, Target, Variant, lower_matcher, lower_rules, matcher_info,
};
#[cfg(feature = "runner")]
pub(crate) use outline::is_modest_xml;
pub use outline::{BodyOutline, Malformed, Outline, OutlineKind, OutlineNode, OutlineResolution};
pub use path::{PathError, PathExpr, Step, field_step, parse_path};
use query::each_parameter;
pub use query::{decoded, parameters_of_text};
pub use regexes::Regexes;
#[cfg(feature = "runner")]
pub(crate) use resolve::Fragment;
pub use resolve::{BodyResolution, NodeRule, Wanted, resolve_body, resolve_paths};
pub use schema::{Schemas, Violation, schema_violations};
pub use summary::{
    InteractionDetail, InteractionSummary, RuledNames, StateSummary, StatusSet, V4_KEYS, content_hash,
    detail, ruled_names, summarise,
};
pub use suppression::{Flaw, Removal, Suppression, Suppressions};
pub use uuid::{UUID_PATTERN, is_uuid};
pub use version::{Detected, Source, Version, detect, parse as parse_version};
pub use vocabulary::{Vocabulary, Word};
pub use workspace::{FileSummary, Party};
