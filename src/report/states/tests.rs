//! Stubs, and names that try to break out of them.

use super::stub::write;
use super::*;
use crate::analysis::states::Parameter;

fn state(name: &str, params: &[&str]) -> State {
    let param = |name: &&str| Parameter { name: (*name).to_owned(), types: vec!["number"], always: true };
    State {
        name: name.to_owned(),
        params: params.iter().map(param).collect(),
        params_differ: false,
        users: Vec::new(),
    }
}

#[test]
fn every_language_names_the_state_and_its_parameters() {
    let state = state("order 7 exists", &["id"]);
    for language in StubLanguage::ALL {
        let text = write(language, &[&state]);
        assert!(text.contains("\"order 7 exists\"") && text.contains("parameters: id: number"), "{text}");
    }
    let java = write(StubLanguage::Java, &[&state]);
    assert_eq!(
        java,
        "@State(\"order 7 exists\")\npublic void order7Exists(Map<String, Object> params) {\n    \
         // parameters: id: number\n    throw new UnsupportedOperationException(\"not set up yet\");\n}\n"
    );
}

#[test]
fn a_stub_is_read_back_as_a_handler_of_its_state() {
    use crate::analysis::handlers::scan;
    use crate::analysis::source::Language;
    let names = ["it's \"late\" \\ $id #{id} ${id} {id}", "tab\tand\r\nline\u{1b}", "a cart exists"];
    let states: Vec<State> = names.iter().map(|name| state(name, &["id\n@State(\"x\")"])).collect();
    let states: Vec<&State> = states.iter().collect();
    for (language, read) in [
        (StubLanguage::Java, Language::Java),
        (StubLanguage::Kotlin, Language::Kotlin),
        (StubLanguage::Js, Language::JavaScript),
        (StubLanguage::Ts, Language::TypeScript),
        (StubLanguage::Python, Language::Python),
        (StubLanguage::Ruby, Language::Ruby),
        (StubLanguage::Go, Language::Go),
        (StubLanguage::Php, Language::Php),
    ] {
        let stubs = write(language, &states);
        let open = if language == StubLanguage::Php { "<?php // pact\n" } else { "" };
        let text = format!("{open}{stubs}\n").replace("stateHandlers", "stateHandlers /* pact */");
        let text =
            if matches!(read, Language::Java | Language::Kotlin) { format!("// pact\n{text}") } else { text };
        let found: Vec<String> = scan(&text, read).handlers.into_iter().map(|it| it.name).collect();
        assert_eq!(found, names, "{text}");
    }
}

#[test]
fn functions_have_different_names() {
    let states =
        [state("a b", &[]), state("A-B!", &[]), state("日本", &[]), state("7", &[]), state("class", &[])];
    let text = write(StubLanguage::Python, &states.iter().collect::<Vec<_>>());
    for name in ["a_b()", "a_b2()", "state_()", "state_7()", "state_class()"] {
        assert!(text.contains(name), "{name} in {text}");
    }
}
