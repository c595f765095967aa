//! What the core may judge in this process.
//!
//! The core is written for pacts and answers of good will. Some input takes it down: the
//! stack overflows, which no handler catches, or it works for minutes. The gate lets through
//! what surely does neither; the rest is judged in a process of its own
//! ([`worker`](super::worker)), whose verdict is the same if it comes. So the gate may stop
//! too much, which costs some milliseconds, and must never stop too little.
//!
//! What merely panics is let through: a panic is caught ([`guarded`](super::guarded)).
//! Nothing is said here of the depth of JSON, whose readers refuse 128 levels, nor of
//! matcher expressions (`eachValue(...)`), whose parser recurses without limit: the core
//! takes them from test libraries only and never reads any in a pact.

mod load;
mod patterns;
mod xml;

use pact_models::bodies::OptionalBody;
use pact_models::generators::{GeneratorCategory, Generators};
use pact_models::interaction::Interaction;
use pact_models::matchingrules::MatchingRules;
use pact_models::v4::synch_http::SynchronousHttp;

use crate::http::wire::{Request, Response, header};

use load::generable;
pub(super) use load::loadable;
use patterns::Patterns;

/// The greatest body, in bytes. The core holds a JSON body some twenty times over, as
/// values, paths and texts, and a process that runs out of memory is killed as a whole.
const MAX_BODY: usize = 64 << 20;

/// The deepest XML, in elements: as deep as JSON may be. At some 2,000 the comparison of
/// elements (`compare_element` in pact_matching, xml.rs) overflows a stack of 8 MB in a
/// debug build, and its time grows with the square of the depth.
const MAX_XML_DEPTH: usize = 128;

/// The most matchers times bytes of bodies: the core tries each rule at each value
/// (`select_best_matcher` of pact_matching), about 60 million a second in a debug build. A
/// thousand rules on four megabytes are just let through.
const MAX_WORK: u64 = 1 << 32;

/// Of both halves of an interaction, what there is to look at before each judgement.
pub(super) struct Gate {
    request: Half,
    answer: Half,
}

/// A half: the request, or the response or message.
#[derive(Default)]
struct Half {
    /// Bytes of the examples.
    length: usize,
    /// What is wrong with the example in the pact.
    expected: Option<String>,
    patterns: Patterns,
}

impl Half {
    fn add(&mut self, rules: &MatchingRules, body: &OptionalBody) {
        self.patterns.add(rules);
        let Some(bytes) = body.value() else { return };
        self.length += bytes.len();
        if self.expected.is_none() {
            let declared = body.content_type().map(|it| it.to_string());
            self.expected = fault_of("the body in the pact", &bytes, declared.as_deref());
        }
    }

    fn generates(&self, generators: &Generators) -> Result<(), String> {
        // The generators of XML go down as deep as its comparison.
        let in_body = generators.categories.get(&GeneratorCategory::BODY).is_some_and(|it| !it.is_empty());
        if let (true, Some(fault)) = (in_body, &self.expected) {
            return Err(fault.clone());
        }
        generable(generators)
    }

    /// Whether what came may be judged here; `Err` says why not.
    fn passes(
        &self,
        path: &str,
        query: &str,
        headers: &[(String, String)],
        body: &[u8],
    ) -> Result<(), String> {
        let work = self.patterns.matchers().saturating_mul((self.length + body.len()) as u64);
        if work > MAX_WORK {
            return Err("so many rules on so large a body take the official core too long".to_owned());
        }
        let fault = self.expected.clone();
        let fault = fault.or_else(|| fault_of("the body that came", body, header(headers, "content-type")));
        fault.or_else(|| self.patterns.fault(path, query, headers, body)).map_or(Ok(()), Err)
    }
}

impl Gate {
    pub(super) fn new(interaction: &dyn Interaction, http: Option<&SynchronousHttp>) -> Gate {
        let (mut request, mut answer) = (Half::default(), Half::default());
        if let Some(http) = http {
            request.add(&http.request.matching_rules, &http.request.body);
            answer.add(&http.response.matching_rules, &http.response.body);
        } else if let Some(message) = interaction.as_v4_sync_message() {
            for response in &message.response {
                answer.add(&response.matching_rules, &response.contents);
            }
        } else if let Some(message) = interaction.as_message() {
            answer.add(&message.matching_rules, &message.contents);
        }
        Gate { request, answer }
    }

    /// Whether the values of the request may be generated here; `Err` says why not.
    pub(super) fn request_values(&self, generators: &Generators) -> Result<(), String> {
        self.request.generates(generators)
    }

    /// Likewise for the response.
    pub(super) fn answer_values(&self, generators: &Generators) -> Result<(), String> {
        self.answer.generates(generators)
    }

    /// Whether any header of a request may have a say in whether it may be judged here.
    pub(super) fn looks_at_headers(&self) -> bool {
        self.request.patterns.look_at_headers()
    }

    pub(super) fn request(&self, actual: &Request) -> Result<(), String> {
        let query = actual.query.as_deref().unwrap_or_default();
        self.request.passes(&actual.path, query, &actual.headers, &actual.body)
    }

    pub(super) fn answer(&self, actual: &Response) -> Result<(), String> {
        self.answer.passes("", "", &actual.headers, &actual.body)
    }
}

/// Why a body is not for this process.
fn fault_of(what: &str, body: &[u8], content_type: Option<&str>) -> Option<String> {
    if body.len() > MAX_BODY {
        return Some(format!("{what} has {} bytes, and over {MAX_BODY} none is judged here", body.len()));
    }
    // XML starts with a bracket; a body of several parts may hold XML anywhere.
    let multipart = content_type.is_some_and(|it| it.to_ascii_lowercase().contains("multipart"));
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
    if !multipart && !text.starts_with(b"<") {
        return None;
    }
    let depth = xml::depth(body);
    (depth > MAX_XML_DEPTH)
        .then(|| format!("{what} is XML of {depth} levels, over which the official core overflows its stack"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_xml_is_stopped_and_html_in_json_is_not() {
        let deep = "<a>".repeat(200) + &"</a>".repeat(200);
        assert!(fault_of("it", deep.as_bytes(), None).unwrap().contains("200 levels"));
        assert!(fault_of("it", format!(" \n{deep}").as_bytes(), None).is_some());
        let parts = format!("--b\r\n\r\n{deep}\r\n--b--");
        assert!(fault_of("it", parts.as_bytes(), Some("Multipart/form-data; boundary=b")).is_some());
        assert_eq!(fault_of("it", format!("{{\"html\": \"{deep}\"}}").as_bytes(), None), None);
        assert_eq!(fault_of("it", b"<a><b/></a>", None), None);
    }
}
