//! Matching rules: one form for V2's flat paths and the categories of V3 and V4.

mod info;
mod lower;

pub use info::{MATCHERS, MatcherInfo, matcher_info};
pub use lower::{lower_matcher, lower_rules};

use smallvec::SmallVec;

use crate::model::{PathError, PathExpr};
use crate::syntax::NodeId;

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Category {
    /// The body of a request or response, the contents of a message.
    Body,
    /// Headers, by name.
    Header,
    /// Query parameters, by name.
    Query,
    /// The path.
    Path,
    /// The status code.
    Status,
    /// The method. Parsed, never applied (`match_method` in pact_matching, lib.rs).
    Method,
    /// Metadata of a message, by name.
    Metadata,
    /// `contents`: parsed, never applied.
    Contents,
}

impl Category {
    /// Reads a category name as the official core does, ignoring case. `None` for an
    /// unknown name, which the core silently takes for `body`.
    pub fn parse(name: &str) -> Option<Category> {
        let lower = name.to_ascii_lowercase();
        Some(match lower.as_str() {
            "body" => Category::Body,
            "header" | "headers" => Category::Header,
            "query" => Category::Query,
            "path" => Category::Path,
            "status" => Category::Status,
            "method" => Category::Method,
            "metadata" => Category::Metadata,
            "contents" => Category::Contents,
            _ => return None,
        })
    }

    /// The canonical name.
    pub const fn name(self) -> &'static str {
        match self {
            Category::Body => "body",
            Category::Header => "header",
            Category::Query => "query",
            Category::Path => "path",
            Category::Status => "status",
            Category::Method => "method",
            Category::Metadata => "metadata",
            Category::Contents => "contents",
        }
    }
}

/// How the rules of a part are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleStyle {
    /// `{}`.
    Empty,
    /// `"$.body.id": {...}`.
    V2,
    /// `"body": {"$.id": {"matchers": [...]}}`.
    V3,
    /// Keys of both styles, which the official core refuses.
    Mixed,
    /// Not an object, so there are no rules.
    NotAnObject,
}

/// The `matchingRules` of one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleBlock {
    /// The value under the key.
    pub node: NodeId,
    /// How it is written.
    pub style: RuleStyle,
    /// Keys of the categories, for V3 style.
    pub categories: Vec<NodeId>,
    /// The rules, in document order.
    pub groups: Vec<RuleGroup>,
}

/// How several matchers of one group combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Combine {
    /// All must hold.
    And,
    /// One must hold.
    Or,
}

/// What a group is applied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The nodes of the example that a path picks.
    Path(PathExpr),
    /// The header, parameter or metadata entry of this name.
    Name(String),
    /// The one value of the category.
    Whole,
    /// The path does not parse: the core refuses the file.
    Invalid(PathError),
    /// A V2 key that names no part of the interaction.
    Nowhere,
}

/// How the value of a group is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupShape {
    /// V2: the value is the rule.
    V2Rule,
    /// `{"matchers": [...]}`.
    List,
    /// `{"matchers": []}`: no rule.
    EmptyList,
    /// No array under `matchers`: the core drops the rule.
    NoList,
}

/// The matchers for one path, header, parameter or part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleGroup {
    /// What it is about. An unknown category counts as [`Category::Body`], as in the core.
    pub category: Category,
    /// The key that names the category; for V2 the same as `key`.
    pub category_key: NodeId,
    /// The key that names the target, or the category where there is no target.
    pub key: NodeId,
    /// What it applies to.
    pub target: Target,
    /// The value.
    pub node: NodeId,
    /// How the value is written.
    pub shape: GroupShape,
    /// How the matchers combine.
    pub combine: Combine,
    /// The value of `combine`.
    pub combine_node: Option<NodeId>,
    /// The matchers: nearly always one.
    pub matchers: SmallVec<[Matcher; 1]>,
}

impl RuleGroup {
    /// Whether the core keeps a rule of this group at all.
    pub fn is_live(&self) -> bool {
        !self.matchers.is_empty()
    }
}

/// One matcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matcher {
    /// The object.
    pub node: NodeId,
    /// The value of `match`, if it is there.
    pub name: Option<NodeId>,
    /// What it means.
    pub kind: MatcherKind,
}

/// Classes of status codes for the `statusCode` matcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusClass {
    /// 100 to 199.
    Info,
    /// 200 to 299; also when nothing is said.
    Success,
    /// 300 to 399.
    Redirect,
    /// 400 to 499.
    ClientError,
    /// 500 to 599.
    ServerError,
    /// Below 400.
    NonError,
    /// 400 and above.
    Error,
    /// Exactly these.
    Codes(Vec<u64>),
}

impl StatusClass {
    /// Whether a status code belongs to the class.
    pub fn contains(&self, code: u64) -> bool {
        match self {
            StatusClass::Info => (100..=199).contains(&code),
            StatusClass::Success => (200..=299).contains(&code),
            StatusClass::Redirect => (300..=399).contains(&code),
            StatusClass::ClientError => (400..=499).contains(&code),
            StatusClass::ServerError => (500..=599).contains(&code),
            StatusClass::NonError => code < 400,
            StatusClass::Error => code >= 400,
            StatusClass::Codes(codes) => codes.contains(&code),
        }
    }

    /// First and last of each stretch of codes in the class.
    pub fn ranges(&self) -> Vec<(u64, u64)> {
        match self {
            StatusClass::Info => vec![(100, 199)],
            StatusClass::Success => vec![(200, 299)],
            StatusClass::Redirect => vec![(300, 399)],
            StatusClass::ClientError => vec![(400, 499)],
            StatusClass::ServerError => vec![(500, 599)],
            StatusClass::NonError => vec![(0, 399)],
            StatusClass::Error => vec![(400, u64::MAX)],
            StatusClass::Codes(codes) => {
                let mut codes = codes.clone();
                codes.sort_unstable();
                codes.dedup();
                codes.into_iter().map(|code| (code, code)).collect()
            }
        }
    }
}

/// One alternative of an `arrayContains` matcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// The object.
    pub node: NodeId,
    /// Which item of the example it is about.
    pub index: usize,
    /// Its rules, paths relative to that item; `None` means equality.
    pub rules: Option<Vec<RuleGroup>>,
}

/// What a matcher demands. Texts (patterns, formats) stay in the tree, at a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatcherKind {
    /// The same JSON value.
    Equality,
    /// The whole text matches the pattern at the node.
    Regex(NodeId),
    /// The same type of value; arrays within the bounds.
    Type {
        /// Least number of items.
        min: Option<usize>,
        /// Greatest number of items.
        max: Option<usize>,
    },
    /// The text at the node occurs in the value.
    Include(NodeId),
    /// Any number.
    Number,
    /// A number without fraction.
    Integer,
    /// A number with a fraction.
    Decimal,
    /// A boolean, or a string that spells one.
    Boolean,
    /// `null`.
    Null,
    /// A date in the format at the node, or the default one.
    Date(Option<NodeId>),
    /// A time in the format at the node, or the default one.
    Time(Option<NodeId>),
    /// A date and time in the format at the node, or the default one.
    DateTime(Option<NodeId>),
    /// Bytes of the media type at the node.
    ContentType(NodeId),
    /// Ignores the keys of an object.
    Values,
    /// Some item of the array meets each variant.
    ArrayContains(Vec<Variant>),
    /// A status code of the class.
    StatusCode(StatusClass),
    /// Neither null nor empty.
    NotEmpty,
    /// A semantic version.
    Semver,
    /// Every key of the object meets these.
    EachKey(Vec<Matcher>),
    /// Every value of the object or array meets these.
    EachValue(Vec<Matcher>),
    /// A name the core does not know; only a plugin could.
    Plugin,
    /// The core refuses the whole file because of this; why, as a clause.
    Invalid(InvalidMatcher),
}

/// Why the core refuses a matcher and the file with it (`create_rule` in pact_models,
/// matchingrules/mod.rs).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InvalidMatcher {
    /// Not an object.
    NotAnObject,
    /// No `match`, and no other key tells what it is.
    NoMatch,
    /// `"match": ""`.
    EmptyName,
    /// A field that the matcher needs is not there or not usable.
    Field(&'static str),
    /// `status` is not a known class or list of codes.
    StatusClass,
    /// A path inside (of a variant) does not parse.
    InnerPath,
}

impl MatcherKind {
    /// Whether the matcher speaks of the node alone, and lets nothing in below it that the
    /// example has not.
    pub fn is_about_itself(&self) -> bool {
        !matches!(
            self,
            MatcherKind::Values
                | MatcherKind::ArrayContains(_)
                | MatcherKind::EachKey(_)
                | MatcherKind::EachValue(_)
                | MatcherKind::Plugin
        )
    }

    /// Whether there may be further matchers inside of it.
    pub fn holds_others(&self) -> bool {
        matches!(self, MatcherKind::ArrayContains(_) | MatcherKind::EachKey(_) | MatcherKind::EachValue(_))
    }

    /// Whether the rule also holds for what is below the node it picks
    /// (`MatchingRule::can_cascade` in pact_models).
    pub fn cascades(&self) -> bool {
        !matches!(
            self,
            MatcherKind::Values | MatcherKind::EachKey(_) | MatcherKind::EachValue(_) | MatcherKind::Plugin
        )
    }
}
