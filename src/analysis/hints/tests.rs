//! Hints of every language: what they say, and that it can be read as code whatever is in the
//! pact.

use super::choose::Dialect;
use super::literal::{pattern, string};
use super::{change::*, of_finding, write};
use crate::analysis::{Document, RunOptions, Secrets, analyse};
use crate::config::{Dsl, Settings};
use crate::model::Version;

/// The code for what `rule` finds in a pact of one interaction.
fn codes(rule: &str, dsl: Dsl, interaction: &str, version: &str) -> Vec<String> {
    let text = format!(
        r#"{{"consumer": {{"name": "web"}}, "provider": {{"name": "api"}}, "interactions": [{interaction}],
            "metadata": {{"pactSpecification": {{"version": "{version}"}}}}}}"#
    );
    let settings = Settings { select: vec![rule.to_owned()], ..Settings::default() };
    let levels = settings.resolve().expect("the rule exists");
    let doc = Document::new(text);
    let findings = analyse(&doc, &levels, RunOptions::default()).findings;
    let of = |finding| of_finding(&doc, finding, Some(dsl), None, Secrets::Hidden);
    findings.iter().flat_map(of).map(|hint| hint.code).collect()
}

fn body(body: &str) -> String {
    format!(r#"{{"description": "d", "request": {{"path": "/"}}, "response": {{"body": {body}}}}}"#)
}

/// What the only value of a body comes to in each language, in the order of [`Dsl::ALL`].
#[track_caller]
fn value(member: &str, version: &str, wanted: [&str; 7]) {
    for (dsl, wanted) in Dsl::ALL.into_iter().zip(wanted) {
        let found = codes("exact-body-values", dsl, &body(&format!("{{{member}}}")), version);
        let wanted: Vec<&str> = Some(wanted).filter(|code| !code.is_empty()).into_iter().collect();
        assert_eq!(found, wanted, "{dsl:?}");
    }
}

#[test]
fn texts() {
    value(
        r#""name": "Ann""#,
        "3.0.0",
        [
            r#"name: like("Ann")"#,
            r#""name": match.like("Ann")"#,
            r#"o.stringType("name", "Ann")"#,
            r#"o.stringType("name", "Ann")"#,
            r#""name": matchers.Like("Ann")"#,
            r#"name = Match.Type("Ann")"#,
            r#""name" => $matcher->like("Ann")"#,
        ],
    );
    value(
        r#""first-name": "${x}\n\"""#,
        "4.0",
        [
            r#""first-name": like("${x}\n\"")"#,
            r#""first-name": match.like("${x}\n\"")"#,
            r#"o.stringType("first-name", "${x}\n\"")"#,
            r#"o.stringType("first-name", "\${x}\n\"")"#,
            r#""first-name": matchers.Like("${x}\n\"")"#,
            r#"["first-name"] = Match.Type("${x}\n\"")"#,
            r#""first-name" => $matcher->like("\${x}\n\"")"#,
        ],
    );
    value(
        r#""name": "Ann""#,
        "2.0.0",
        [
            r#"name: like("Ann")"#,
            r#""name": Like("Ann")"#,
            r#"o.stringType("name", "Ann")"#,
            r#"o.stringType("name", "Ann")"#,
            r#""name": dsl.Like("Ann")"#,
            r#"name = Match.Type("Ann")"#,
            r#""name" => $matcher->like("Ann")"#,
        ],
    );
}

#[test]
fn numbers() {
    value(
        r#""n": 12345678901"#,
        "3.0.0",
        [
            "n: integer(12345678901)",
            r#""n": match.int(12345678901)"#,
            r#"o.numberType("n", 12345678901L)"#,
            r#"o.numberType("n", 12345678901L)"#,
            r#""n": matchers.Integer(12345678901)"#,
            "n = Match.Type(12345678901)",
            r#""n" => $matcher->integerV3(12345678901)"#,
        ],
    );
    // A number that is whole may lose its point on the way to the file.
    value(
        r#""n": 1.0"#,
        "3.0.0",
        [
            "n: number(1.0)",
            r#""n": match.decimal(1.0)"#,
            r#"o.numberType("n", 1.0)"#,
            r#"o.numberType("n", 1.0)"#,
            r#""n": matchers.Like(1.0)"#,
            "n = Match.Decimal(1.0)",
            r#""n" => $matcher->number(1.0)"#,
        ],
    );
    value(
        r#""n": 9.5"#,
        "2.0.0",
        [
            "n: decimal(9.5)",
            r#""n": Like(9.5)"#,
            r#"o.numberType("n", 9.5)"#,
            r#"o.numberType("n", 9.5)"#,
            r#""n": dsl.Like(9.5)"#,
            "n = Match.Type(9.5)",
            r#""n" => $matcher->like(9.5)"#,
        ],
    );
    // What no language would read.
    value(r#""n": 1e999"#, "3.0.0", [""; 7]);
}

#[test]
fn dates_and_ids() {
    value(
        r#""at": "2026-11-21T20:31:18Z""#,
        "4.0",
        [
            r#"at: datetime("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-11-21T20:31:18Z")"#,
            r#""at": match.datetime("2026-11-21T20:31:18Z", format="yyyy-MM-dd'T'HH:mm:ssXXX", disable_conversion=True)"#,
            r#"o.datetime("at", "yyyy-MM-dd'T'HH:mm:ssXXX", ZonedDateTime.parse("2026-11-21T20:31:18Z"))"#,
            r#"o.datetime("at", "yyyy-MM-dd'T'HH:mm:ssXXX", ZonedDateTime.parse("2026-11-21T20:31:18Z"))"#,
            r#""at": matchers.DateTimeGenerated("2026-11-21T20:31:18Z", "yyyy-MM-dd'T'HH:mm:ssXXX")"#,
            r#"at = Match.Regex("2026-11-21T20:31:18Z", @"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")"#,
            r#""at" => $matcher->datetime("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-11-21T20:31:18Z")"#,
        ],
    );
    value(
        r#""born": "1990-02-28""#,
        "4.0",
        [
            r#"born: date("yyyy-MM-dd", "1990-02-28")"#,
            r#""born": match.date("1990-02-28", format="%Y-%m-%d")"#,
            r#"o.date("born", "yyyy-MM-dd", LocalDate.parse("1990-02-28"))"#,
            r#"o.date("born", "yyyy-MM-dd", LocalDate.parse("1990-02-28"))"#,
            r#""born": matchers.DateGenerated("1990-02-28", "yyyy-MM-dd")"#,
            r#"born = Match.Regex("1990-02-28", @"^\d{4}-\d{2}-\d{2}$")"#,
            r#""born" => $matcher->date("yyyy-MM-dd", "1990-02-28")"#,
        ],
    );
    value(
        r#""born": "1990-02-28""#,
        "2.0.0",
        [
            r#"born: term({ generate: "1990-02-28", matcher: "^\\d{4}-\\d{2}-\\d{2}$" })"#,
            r#""born": Term(r"^\d{4}-\d{2}-\d{2}$", "1990-02-28")"#,
            r#"o.stringMatcher("born", "^\\d{4}-\\d{2}-\\d{2}$", "1990-02-28")"#,
            r#"o.stringMatcher("born", "^\\d{4}-\\d{2}-\\d{2}\$", "1990-02-28")"#,
            r#""born": dsl.Term("1990-02-28", `^\d{4}-\d{2}-\d{2}$`)"#,
            r#"born = Match.Regex("1990-02-28", @"^\d{4}-\d{2}-\d{2}$")"#,
            r#""born" => $matcher->regex("1990-02-28", '^\d{4}-\d{2}-\d{2}$')"#,
        ],
    );
    value(
        r#""id": "f81d4fae-7dec-41d0-a765-00a0c91e6bf6""#,
        "3.0.0",
        [
            r#"id: uuid("f81d4fae-7dec-41d0-a765-00a0c91e6bf6")"#,
            r#""id": match.uuid("f81d4fae-7dec-41d0-a765-00a0c91e6bf6")"#,
            r#"o.uuid("id", UUID.fromString("f81d4fae-7dec-41d0-a765-00a0c91e6bf6"))"#,
            r#"o.uuid("id", UUID.fromString("f81d4fae-7dec-41d0-a765-00a0c91e6bf6"))"#,
            r#""id": matchers.Regex("f81d4fae-7dec-41d0-a765-00a0c91e6bf6", `^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)"#,
            r#"id = Match.Regex("f81d4fae-7dec-41d0-a765-00a0c91e6bf6", @"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")"#,
            r#""id" => $matcher->uuid("f81d4fae-7dec-41d0-a765-00a0c91e6bf6")"#,
        ],
    );
}

#[test]
fn lists() {
    value(
        r#""items": [{"sku": "A-1", "n": 2}, {"sku": "B-2", "n": 3}]"#,
        "3.0.0",
        [
            r#"items: eachLike({ sku: like("A-1"), n: integer(2) }, 1)"#,
            r#""items": match.each_like({"sku": match.like("A-1"), "n": match.int(2)}, min=1)"#,
            r#"o.minArrayLike("items", 1, i -> i.stringType("sku", "A-1").integerType("n", 2))"#,
            r#"o.minArrayLike("items", 1) { i -> i.stringType("sku", "A-1").integerType("n", 2) }"#,
            r#""items": matchers.EachLike(map[string]interface{}{"sku": matchers.Like("A-1"), "n": matchers.Integer(2)}, 1)"#,
            r#"items = Match.MinType(new { sku = Match.Type("A-1"), n = Match.Integer(2) }, 1)"#,
            r#""items" => $matcher->eachLike(["sku" => $matcher->like("A-1"), "n" => $matcher->integerV3(2)])"#,
        ],
    );
    value(
        r#""tags": ["a", "b"]"#,
        "2.0.0",
        [
            r#"tags: eachLike(like("a"), { min: 1 })"#,
            r#""tags": EachLike(Like("a"), minimum=1)"#,
            r#"o.minArrayLike("tags", 1, PactDslJsonRootValue.stringType("a"), 1)"#,
            r#"o.minArrayLike("tags", 1, PactDslJsonRootValue.stringType("a"), 1)"#,
            r#""tags": dsl.EachLike(dsl.Like("a"), 1)"#,
            r#"tags = Match.MinType(Match.Type("a"), 1)"#,
            r#""tags" => $matcher->eachLike($matcher->like("a"))"#,
        ],
    );
    // A list whose items differ is none of items alike.
    let mixed = codes("exact-body-values", Dsl::Js, &body(r#"{"a": [{"x": "p"}, {"y": "q"}]}"#), "3.0.0");
    assert_eq!(mixed, [r#"x: like("p")"#, r#"y: like("q")"#]);
}

#[test]
fn both_bounds_of_a_list() {
    let interaction = r#"{"description": "d", "request": {"path": "/"}, "response": {"body": {"ids": [1, 2]},
        "matchingRules": {"body": {"$.ids": {"matchers": [{"match": "type", "min": 5, "max": 2}]}}}}}"#;
    let wanted = [
        "ids: constrainedArrayLike(integer(1), 2, 5)",
        r#""ids": match.each_like(match.int(1), min=2, max=5)"#,
        r#"o.minMaxArrayLike("ids", 2, 5, PactDslJsonRootValue.integerType(1), 2)"#,
        r#"o.minMaxArrayLike("ids", 2, 5, PactDslJsonRootValue.integerType(1), 2)"#,
        r#""ids": matchers.ArrayMinMaxLike(matchers.Integer(1), 2, 5)"#,
        "ids = Match.MinMaxType(Match.Integer(1), 2, 5)",
        r#""ids" => $matcher->constrainedArrayLike($matcher->integerV3(1), 2, 5)"#,
    ];
    for (dsl, wanted) in Dsl::ALL.into_iter().zip(wanted) {
        assert_eq!(codes("min-greater-than-max", dsl, interaction, "3.0.0"), [wanted], "{dsl:?}");
    }
}

#[test]
fn states() {
    let interaction =
        r#"{"description": "d", "request": {"path": "/api/companies/7"}, "response": {"body": [1]}}"#;
    let wanted = [
        r#".given("a company exists", { id: 7 })"#,
        r#".given("a company exists", id=7)"#,
        r#".given("a company exists", Map.of("id", 7))"#,
        r#".given("a company exists", mapOf("id" to 7))"#,
        r#".GivenWithParameter(models.ProviderState{Name: "a company exists", Parameters: map[string]interface{}{"id": 7}})"#,
        r#".Given("a company exists", new Dictionary<string, string> { ["id"] = "7" })"#,
        r#"->given("a company exists", ["id" => "7"])"#,
    ];
    for (dsl, wanted) in Dsl::ALL.into_iter().zip(wanted) {
        assert_eq!(codes("missing-provider-state", dsl, interaction, "4.0"), [wanted], "{dsl:?}");
    }
    // Before version 3 a state has no parameters.
    let found = codes("missing-provider-state", Dsl::Java, interaction, "2.0.0");
    assert_eq!(found, [r#".given("company 7 exists")"#]);
}

#[test]
fn names_that_would_do_harm() {
    let of = |dsl, member: &str| codes("exact-body-values", dsl, &body(&format!("{{{member}}}")), "3.0.0");
    assert_eq!(of(Dsl::Js, r#""__proto__": "x y""#), [r#"["__proto__"]: like("x y")"#]);
    assert_eq!(of(Dsl::Net, r#""class": "x y""#), [r#"["class"] = Match.Type("x y")"#]);
    // The official core cannot read the path of a rule for such a member again.
    assert!(of(Dsl::Js, r#""it's": "x y""#).is_empty());
    assert!(of(Dsl::Js, r#""a\\b": {"c": "x y"}"#).is_empty());
}

#[test]
fn a_rule_without_remedy_in_the_test_has_no_hint() {
    let interaction = r#"{"request": {"path": "/"}, "response": {"status": 20}}"#;
    assert!(codes("status-out-of-range", Dsl::Js, interaction, "3.0.0").is_empty());
}

/// What a literal says, read as its language reads it; `None` where it would not be one literal.
fn read(dsl: Dsl, literal: &str) -> Option<String> {
    let within = |open: &str, close: &str| literal.strip_prefix(open)?.strip_suffix(close);
    if let Some(raw) = within("r\"", "\"").filter(|_| dsl == Dsl::Python) {
        return (!raw.contains(['"', '\n', '\r']) && !raw.ends_with('\\')).then(|| raw.to_owned());
    }
    if let Some(raw) = within("`", "`").filter(|_| dsl == Dsl::Go) {
        return (!raw.contains(['`', '\r'])).then(|| raw.to_owned());
    }
    if let Some(raw) = within("@\"", "\"").filter(|_| dsl == Dsl::Net) {
        return (!raw.replace("\"\"", "").contains('"')).then(|| raw.replace("\"\"", "\""));
    }
    if let Some(raw) = within("'", "'").filter(|_| dsl == Dsl::Php) {
        return read_php(raw);
    }
    let mut chars = within("\"", "\"")?.chars();
    let mut out = String::new();
    let mut half: Option<u16> = None;
    while let Some(ch) = chars.next() {
        let template = ch == '$' && matches!(dsl, Dsl::Kotlin | Dsl::Php);
        if ch != '\\' {
            let broken = ch == '"' || ch.is_control() || template || matches!(ch, '\u{2028}' | '\u{2029}');
            (!broken && half.is_none()).then(|| out.push(ch))?;
            continue;
        }
        let kind = chars.next()?;
        let digits: String = match kind {
            'u' if dsl == Dsl::Php => chars.by_ref().skip(1).take_while(|ch| *ch != '}').collect(),
            'u' => chars.by_ref().take(4).collect(),
            'U' if matches!(dsl, Dsl::Python | Dsl::Go) => chars.by_ref().take(8).collect(),
            _ => String::new(),
        };
        let code = match kind {
            'u' | 'U' => u32::from_str_radix(&digits, 16).ok()?,
            'n' => 10,
            'r' => 13,
            't' => 9,
            '"' | '\\' => u32::from(kind),
            '$' if matches!(dsl, Dsl::Kotlin | Dsl::Php) => u32::from('$'),
            _ => return None,
        };
        // Java reads these before it looks for the end of the text.
        if dsl == Dsl::Java && kind == 'u' && matches!(code, 0xa | 0xd | 0x22 | 0x5c) {
            return None;
        }
        match (half.take(), u16::try_from(code)) {
            (None, Ok(unit @ 0xd800..0xdc00)) if !matches!(dsl, Dsl::Go | Dsl::Python) => half = Some(unit),
            (Some(first), Ok(second)) => out.push_str(&String::from_utf16(&[first, second]).ok()?),
            _ => out.push(char::from_u32(code)?),
        }
    }
    half.is_none().then_some(out)
}

/// What stands between single quotes of PHP.
fn read_php(raw: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = raw.chars().peekable();
    while let Some(ch) = chars.next() {
        match (ch, chars.peek()) {
            ('\'', _) | ('\\', None) => return None,
            ('\\', Some('\\' | '\'')) => out.extend(chars.next()),
            _ => out.push(ch),
        }
    }
    Some(out)
}

/// Texts that have broken a quoting somewhere.
fn hostile() -> Vec<String> {
    let known = [
        "",
        "\"",
        "'",
        "\\",
        "\\\\",
        "\\\"",
        "\"\"\"",
        "a\nb",
        "a\r\nb",
        "\t",
        "\u{0}",
        "\u{7}1",
        "\u{1b}[31m",
        "${x}",
        "$x",
        "{$x}",
        "#{x}",
        "`${x}`",
        "%s %d",
        "\\u0022",
        "\\u000a",
        "\u{2028}",
        "\u{202e}abc",
        "😀",
        "\u{e0001}",
        "é",
        "*/ //",
        "<!-- -->",
        "</script>",
        "?>",
        "\\N{DASH}",
        "\u{feff}",
        "r\"\"",
        "@\"",
        "{{}}",
        "^\\d+$",
        "a/b",
        "[/]",
        "\\/",
        "(?i)x",
        "a*+",
        "^*",
        "(",
        "x\\",
        "\"; DROP",
        "'''",
        "\u{85}",
        "\\\\'",
        "*",
        "+a",
        "[",
        "a{2}{3}",
        "\\$",
        "\\\\$",
        "/",
        "//",
    ];
    let all = (0..0x3000).chain(0xfe00..0x1_0010).filter_map(char::from_u32).map(|ch| format!("a{ch}b"));
    known.into_iter().map(str::to_owned).chain(all).collect()
}

#[test]
fn texts_can_be_read_back() {
    for dsl in Dsl::ALL {
        for text in hostile() {
            let literal = string(dsl, &text);
            assert_eq!(read(dsl, &literal).as_ref(), Some(&text), "{dsl:?}: {literal}");
        }
    }
}

#[test]
fn patterns_can_be_read_back() {
    for dsl in Dsl::ALL {
        for text in hostile() {
            let literal = pattern(dsl, &text);
            if let Some(inner) = literal.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
                assert_eq!(dsl, Dsl::Js, "{literal}");
                assert!(!inner.is_empty() && !inner.starts_with('*'), "no comment: {literal}");
                let bare = inner.replace("\\\\", "").replace("\\/", "");
                assert!(!bare.contains('/') && !bare.ends_with('\\'), "{literal}");
                continue;
            }
            let read = read(dsl, &literal);
            // In PHP a slash has a backslash for the library.
            let plain = |text: &str| text.replace("\\/", "/");
            let same = |read: &String| *read == text || dsl == Dsl::Php && plain(read) == plain(&text);
            assert!(read.as_ref().is_some_and(same), "{dsl:?}: {literal} is {read:?}");
        }
    }
}

#[test]
fn every_change_is_one_line_with_balanced_brackets() {
    let text = "a\n\"b\" ${c}";
    let plain = || Plain::Text(text.to_owned());
    let object = |value| Value::Object(vec![(text.to_owned(), value)]);
    let values = [
        Value::Plain(plain()),
        Value::Like(plain()),
        Value::Equal(plain()),
        Value::Regex { example: text.to_owned(), pattern: text.to_owned() },
        Value::FromState { expression: text.to_owned(), example: plain() },
        object(Value::Like(plain())),
        Value::Items { item: Box::new(object(Value::Boolean(true))), min: 2, max: None },
        object(Value::Items { item: Box::new(object(Value::Boolean(true))), min: 2, max: Some(3) }),
    ];
    let name = || text.to_owned();
    let changes = |value: &Value| {
        [
            Change::Member { key: Some(name()), value: value.clone() },
            Change::Member { key: None, value: value.clone() },
            Change::Header { name: name(), value: value.clone() },
            Change::Query { name: name(), value: value.clone() },
            Change::Metadata { name: name(), value: value.clone() },
            Change::Request { method: name(), path: value.clone() },
            Change::Given { state: name(), params: vec![(name(), plain())] },
            Change::Description { text: name(), message: true },
        ]
    };
    let dialects = [(Version::V2, false), (Version::V2, true), (Version::V4, false)];
    for (dsl, (version, old)) in Dsl::ALL.into_iter().flat_map(|dsl| dialects.map(|it| (dsl, it))) {
        let dialect = Dialect { dsl, v3: version >= Version::V3, old };
        let all = values.iter().flat_map(changes);
        for code in all.filter_map(|change| write::code(dialect, &change)) {
            assert!(!code.contains('\n'), "{dsl:?}: {code}");
            for (open, close) in [('(', ')'), ('{', '}'), ('[', ']')] {
                assert_eq!(code.matches(open).count(), code.matches(close).count(), "{dsl:?}: {code}");
            }
        }
    }
}
