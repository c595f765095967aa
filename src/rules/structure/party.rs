//! What `missing-consumer` and `missing-provider` have in common.

use crate::rules::structure::grammar::{head, is_pact, shown, slip};
use crate::rules::{FileCx, Sink};

/// Checks that `party` (`consumer` or `provider`) is there and has a name.
pub(super) fn check(cx: &FileCx<'_>, party: &'static str, out: &mut Sink<'_>) {
    let Some(root) = cx.spine.filter(|_| is_pact(cx.spine)) else { return };
    let help =
        format!("add \"{party}\": {{\"name\": \"...\"}} with the name the application has in the Broker");
    let Some(value) = root.get(party) else {
        let (place, near) = match slip(root, party) {
            Some(key) => (cx.in_spine(key.span()), format!("; did you mean '{party}'?")),
            None => (cx.top(), String::new()),
        };
        let message = format!("The pact names no {party}: the official core calls it '{party}'{near}");
        out.report_at(place, message).help(help);
        return;
    };
    let message = |found: &str| format!("The pact names no {party}, as {found}: the Broker cannot file it");
    match value.get("name") {
        _ if !value.is_object() => {
            out.report(head(value), message(&format!("'{party}' is not an object"))).help(help);
        }
        None => {
            out.report(head(value), message(&format!("'{party}' has no 'name'"))).help(help);
        }
        Some(name) => match name.as_str() {
            Some(text) if !text.trim().is_empty() => {}
            Some(_) => {
                out.report(name.span(), message("the name is blank"))
                    .help("write the name it has in the Broker");
            }
            None => {
                let text = format!(
                    "The {party} has no proper name: the official core takes {} for the text \"{}\"",
                    shown(name),
                    shown(name).replace('"', "'")
                );
                out.report(head(name), text).help("write the name as a text in quotes");
            }
        },
    }
}
