use crate::rules::structure::grammar::{is_pact, kind_name};
use crate::rules::{Check, FileCx, Sink, rule};

rule! {
    /// The file is JSON, but no pact.
    ///
    /// A pact is an object with `consumer`, `provider` and `interactions`. The official core
    /// refuses anything but an object, and takes an object without these keys for a pact that
    /// expects nothing, which always passes.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"name": "web", "version": "1.0.0"}
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
    /// `load_pact_from_json` in pact_models, pact.rs.
    "not-a-pact", "structure", Error, Minimal, Hand, Check::File(check)
}

fn check(cx: &FileCx<'_>, out: &mut Sink<'_>) {
    if is_pact(cx.spine) {
        return;
    }
    let message = match cx.spine {
        None => "The file is empty, so it is no pact and the official core refuses it".to_owned(),
        Some(root) if !root.is_object() => format!(
            "A pact is an object, but this file is {}: the official core refuses it",
            kind_name(root.kind())
        ),
        Some(_) => {
            "Not a pact: there is no 'consumer', 'provider' or 'interactions', so it would check nothing \
                    and pass"
                .to_owned()
        }
    };
    out.report_at(cx.top(), message)
        .help("point pactlens at the folder with the pacts, or remove the file from the list");
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn only_what_has_no_key_of_a_pact() {
        check("not-a-pact", "[1]\n^ error A pact is an object, but this file is a list");
        check("not-a-pact", "\"text\"\n^ error A pact is an object, but this file is a text");
        check("not-a-pact", "{\"name\": 1}\n^ error Not a pact");
        check("not-a-pact", "{\"messages\": []}\n");
    }
}
