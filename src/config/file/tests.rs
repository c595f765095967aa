use super::*;
use crate::text::{Encoding, LineIndex};

/// Every problem as `line:column: message; help`.
fn told(text: &str) -> Vec<String> {
    let lines = LineIndex::new(text);
    let (_, problems) = parse(text, 20_778);
    let one = |problem: Problem| {
        let at = lines.position(text, problem.span.start, Encoding::Utf32);
        let help = problem.help.map_or_else(String::new, |help| format!("; {help}"));
        format!("{}:{}: {}{help}", at.line + 1, at.col + 1, problem.message)
    };
    problems.into_iter().map(one).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(told(text), expected);
}

#[test]
fn what_is_unknown_is_told_with_its_line() {
    check("\n[state]\n", &["2:2: Unknown key 'state'; did you mean 'states'?"]);
    check(
        "[states.Orders]\nhandler = []\n",
        &["2:1: Unknown key 'handler' in [states.Orders]; did you mean 'handlers'?"],
    );
    check(
        "[states]\n  source = ['x']\n",
        &["2:3: Unknown key 'source' in [states]; did you mean 'sources'?"],
    );
    check("[states]\nhandlers = 'x'", &["2:12: 'handlers' is a list of texts, and this is of type string"]);
    check(
        "[states]\nhandlers = ['x', 1]",
        &["2:18: 'handlers' is a list of texts, and this is of type integer"],
    );
    check("states = 1", &["1:10: 'states' is a table, and this is of type integer"]);
    check(
        "preset = 'recomended'",
        &["1:10: 'recomended' is nothing that 'preset' can be; did you mean 'recommended'?"],
    );
    check(
        "fail-on = 'warn'",
        &["1:11: 'warn' is nothing that 'fail-on' can be; there are: error, warning, info, never"],
    );
    check(
        "[rules]\nnull-bdy = 'off'",
        &["2:1: 'null-bdy' is neither a rule nor a group of rules; did you mean 'null-body'?"],
    );
    check(
        "[rules]\nnull-body = 'warn'",
        &["2:13: 'warn' is nothing that 'null-body' can be; did you mean 'warning'?"],
    );
    check(
        "dsl = 'jvm'",
        &["1:7: 'jvm' is nothing that 'dsl' can be; there are: auto, js, python, java, kotlin, go, net, php"],
    );
    check("regex-targets = ['jmv']", &["1:18: 'jmv' is no engine that is known; did you mean 'jvm'?"]);
}

#[test]
fn every_mistake_is_told() {
    let text = "colour = 1\nroot = 'yes'\nexclude = ['[', '!x']\nrequired-version = 'one'\n[rules]\nmatching = {max = 3}\n\
                too-many-interactions = {max = 0, mx = 1, level = 'of'}\n[[overrides]]\nconsumr = 'x'\nuntil = 'soon'\n";
    let told = told(text);
    let places: Vec<&str> = told.iter().map(|it| &it[..it.find(": ").expect("a place")]).collect();
    assert_eq!(
        places,
        ["1:1", "2:8", "3:12", "3:17", "4:20", "6:13", "7:32", "7:35", "7:51", "8:1", "9:1", "10:9"],
        "{told:#?}"
    );
}

#[test]
fn syntax_is_told_where_it_breaks() {
    let told = told("[states\nx = 1\n[[overrides]]\n= 2\n");
    assert!(told[0].starts_with("1:8: This is not TOML: "), "{told:?}");
    assert!(told.len() >= 2, "{told:?}");
    assert!(told.iter().all(|it| it.contains("not TOML")), "{told:?}");
}

#[test]
fn overrides_expire() {
    let of = |until: &str| format!("[[overrides]]\nrules.null-body = 'off'\nuntil = {until}\n");
    check(&of("2026-11-21"), &[]);
    check(&of("'2026-11-21'"), &[]);
    let expired =
        "3:9: This override has expired, so it does nothing; mend what it hid and remove it, or move the day";
    check(&of("2026-11-20"), &[expired]);
    check(&of("'2026-11-20'"), &[expired]);
    let wrong = "3:9: 'until' is no day of the calendar; write it as 2027-03-01";
    for until in ["2026-11-20T00:00:00Z", "12:00:00", "'2026-02-30'", "1", "''"] {
        check(&of(until), &[wrong]);
    }
}

#[test]
fn patterns_that_can_never_match() {
    let over = |condition: &str| format!("overrides = [{{ {condition}, rules = {{}} }}]");
    let dead = |condition: &str| {
        let (_, problems) = parse(&over(condition), 0);
        problems.into_iter().map(|it| (it.fault, it.help.unwrap_or_default())).collect::<Vec<_>>()
    };
    for fine in
        ["file = 'pacts'", "pointer = '**/id'", "spec = 'V4'", "spec = 'V*'", "generator = ['pact-j*']"]
    {
        assert_eq!(dead(fine), [], "{fine}");
    }
    for (condition, help) in [
        ("file = '../pacts'", "pacts/*.json"),
        ("file = 'C:\\work\\pacts'", "pacts/*.json"),
        ("file = ''", "pacts/*.json"),
        ("pointer = 'interactions.0'", "write '/interactions/0'"),
        ("pointer = '$.a.b'", "write '/a/b'"),
        ("spec = 'V5'", "V1, V1.1, V2, V3, V4"),
        ("generator = 'pact-jsx'", "did you mean 'pact-js'?"),
    ] {
        let found = dead(condition);
        assert_eq!(found.len(), 1, "{condition}");
        assert!(found[0].0 == Fault::Dead && found[0].1.contains(help), "{condition}: {found:?}");
    }
    check(
        "include = ['node_modules/x/pacts']",
        &[
            "1:12: 'node_modules/x/pacts' matches no pact: 'node_modules' is never searched; name such a file on the command line",
        ],
    );
}

#[test]
fn presets_and_versions() {
    check(
        "preset = 'recommended@0.1'\nrequired-version = '>=0.1, <2'\nextends = ['strict@0.1.0', './org.toml']",
        &[],
    );
    let ahead = told("preset = 'strict@7.0'");
    assert!(ahead[0].contains("which cannot know 'strict@7.0'"), "{ahead:?}");
    check(
        "preset = 'strict@new'",
        &["1:10: 'new' is no release to pin a preset to; write two numbers, as in recommended@0.1"],
    );
    let other = told("required-version = '^9'");
    assert!(other[0].starts_with("1:20: This project asks for pactlens '^9', and this is "), "{other:?}");
    let address = told("extends = ['https://example.com/pactlens.toml']");
    assert!(address[0].contains("only files are read"), "{address:?}");
    check("extends = 'stict'", &["1:11: 'stict' is nothing that 'extends' can be; did you mean 'strict'?"]);
}

#[test]
fn an_empty_file_says_nothing() {
    assert_eq!(parse("", 0), (ConfigFile::default(), Vec::new()));
    assert_eq!(parse("# nothing\n[states]\n", 0).0, ConfigFile::default());
}

#[test]
fn groups_weigh_less_than_rules() {
    let (file, problems) = parse(
        "[rules]\nnull-body = 'error'\ninteraction = 'off'\nall = 'info'\n'http/charset-exact' = 'on'",
        0,
    );
    assert_eq!(problems, []);
    let last = |name: &str| {
        let rule = crate::rules::find(name).expect("a rule");
        file.rules.levels.iter().rev().find(|it| it.rule == rule).map(|it| it.level.value)
    };
    use crate::diagnostic::Severity;
    assert_eq!(last("null-body"), Some(RuleLevel::At(Severity::Error)));
    assert_eq!(last("description-style"), Some(RuleLevel::Off));
    assert_eq!(last("json-bom"), Some(RuleLevel::At(Severity::Info)));
    assert_eq!(last("charset-exact"), Some(RuleLevel::On));
}
