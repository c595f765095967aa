use crate::diagnostic::Applicability;
use crate::model::{Section, Version};
use crate::rules::structure::grammar::{INTERACTION_TYPES, head, shown};
use crate::rules::structure::missing_interaction_type::type_by_shape;
use crate::rules::{Check, InteractionCx, Sink, rule};
use crate::text::nearest;

rule! {
    /// The `type` of a V4 interaction is none of the three that exist.
    ///
    /// Upper and lower case count. One interaction with another type, and the official core
    /// refuses the whole file.
    ///
    /// ## Invalid
    ///
    /// ```json v4
    /// {"type": "synchronous/http", "description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json v4
    /// {"type": "Synchronous/HTTP", "description": "d", "request": {"method": "GET", "path": "/"},
    ///  "response": {"status": 200}}
    /// ```
    ///
    /// ## References
    ///
    /// Specification V4, "Interactions"; `V4InteractionType::from_str` in pact_models, v4/mod.rs.
    "invalid-interaction-type", "structure", Error, Minimal, Hand, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    let v4 = cx.version() == Version::V4 && cx.it.section == Section::Interactions;
    let Some(node) = cx.it.type_node.map(|id| cx.node(id)).filter(|_| v4) else { return };
    let text = node.as_str();
    if text.as_deref().is_some_and(|text| INTERACTION_TYPES.contains(&text)) {
        return;
    }
    let meant = text.as_deref().and_then(|text| nearest(text, INTERACTION_TYPES));
    let (meant, why) = match meant.or_else(|| type_by_shape(cx.root)) {
        Some(name) if meant.is_some() => (Some(name), format!("; did you mean '{name}'?")),
        Some(name) => (Some(name), format!("; it looks like '{name}'")),
        None => (None, String::new()),
    };
    let message =
        format!("{} is no interaction type, so the official core refuses the whole file{why}", shown(node));
    let report = out.report(head(node), message).help(match meant {
        Some(name) => format!("write \"{name}\", in exactly this case"),
        None => format!("write one of {}", INTERACTION_TYPES.join(", ")),
    });
    if let Some(name) = meant {
        let edit = cx.editor().set(node, &format!("\"{name}\""));
        report.fix(Applicability::Safe, format!("Set the type {name}"), vec![edit]);
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::structure::tests::fixed;
    use crate::rules::testing::{check, pact};

    #[test]
    fn types() {
        let rule = "invalid-interaction-type";
        let with = |line: &str, marks: &str| {
            check(rule, &format!("@v4\n{{\"description\": \"d\",\n{line}\n{marks}\n}}"))
        };
        with(r#""type": "Asynchronous/Messages""#, "");
        with(
            r#""type": "Asynchronous/Message""#,
            r#"        ^^^^^^^^^^^^^^^^^^^^^^ error did you mean 'Asynchronous/Messages'?"#,
        );
        with(r#""type": "HTTP", "request": {}"#, r#"        ^^^^^^ error it looks like 'Synchronous/HTTP'"#);
        with(r#""type": null"#, r#"        ^^^^ error null is no interaction type, so"#);
        check(rule, "{\"description\": \"d\", \"type\": \"x\"}");
        let text = pact(r#"{"description": "d", "type": "Synchronous/Http"}"#, "v4");
        assert!(fixed(rule, &text).contains(r#""type": "Synchronous/HTTP"}"#));
    }
}
