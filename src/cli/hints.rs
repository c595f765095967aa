//! `--dsl` of `pactlens lint`.

use clap::{Args, ValueEnum};

use crate::analysis::hints::{Changes, Workspaces};
use crate::analysis::{Document, Secrets};
use crate::cli::inputs::Source;
use crate::config::Dsl;
use crate::diagnostic::Finding;

#[derive(Debug, Args)]
pub(super) struct HintArgs {
    /// The library of the consumer's tests, in whose code to say what to change there; `auto`
    /// goes by the pact and the folders around it.
    #[arg(long, value_enum, value_name = "LIBRARY", default_value_t)]
    dsl: DslArg,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum DslArg {
    #[default]
    Auto,
    /// pact-js.
    Js,
    /// pact-python.
    Python,
    /// pact-jvm, in Java.
    Java,
    /// pact-jvm, in Kotlin.
    Kotlin,
    /// pact-go.
    Go,
    /// pact-net.
    Net,
    /// pact-php.
    Php,
    /// No such code.
    None,
}

impl HintArgs {
    /// What findings of a document ask to change in its tests.
    pub(super) fn changes(&self, doc: &Document, findings: &[Finding], secrets: Secrets) -> Changes {
        if self.dsl == DslArg::None { Changes::default() } else { Changes::new(doc, findings, secrets) }
    }

    /// Gives findings of one pact their hints; `configured` is what a configuration file says.
    pub(super) fn write(
        &self,
        changes: &Changes,
        findings: &mut [Finding],
        source: &Source,
        workspaces: &Workspaces,
        configured: Option<Dsl>,
    ) {
        let named = match self.dsl {
            DslArg::Auto => configured,
            DslArg::Js => Some(Dsl::Js),
            DslArg::Python => Some(Dsl::Python),
            DslArg::Java => Some(Dsl::Java),
            DslArg::Kotlin => Some(Dsl::Kotlin),
            DslArg::Go => Some(Dsl::Go),
            DslArg::Net => Some(Dsl::Net),
            DslArg::Php => Some(Dsl::Php),
            DslArg::None => return,
        };
        let workspace = match source {
            Source::File(path) if named.is_none() && !changes.is_empty() => workspaces.around(path),
            _ => None,
        };
        changes.write(findings, named, workspace);
    }
}
