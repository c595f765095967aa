use crate::rules::{Check, Scope, rule};

rule! {
    /// The file is not JSON.
    ///
    /// The official core parses with serde_json, which takes RFC 8259 and nothing else: no
    /// trailing commas, no comments, no NaN. One such place and the whole file is refused,
    /// often with a message that names neither the pact nor the consumer. pactlens reads on
    /// after the error, so the rest of the file is still checked.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [],}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": []}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 8259; `read_pact_from_file` in pact_models, pact.rs.
    "json-syntax", "syntax", Error, Minimal, Hand, Check::Elsewhere(Scope::File)
}
