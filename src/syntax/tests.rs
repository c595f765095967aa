//! Tests of the parser: agreement with serde_json, recovery, bounds.

use proptest::prelude::*;

use crate::syntax::{Cursor, Kind, MAX_DEPTH, SyntaxErrorKind as Problem, parse};

fn problems(text: &str) -> Vec<Problem> {
    parse(text).errors.into_iter().map(|e| e.kind).collect()
}

/// Key paths that can be reached, as the measure of a recovery.
fn keys(text: &str) -> Vec<String> {
    fn walk(cursor: Cursor<'_>, prefix: &str, out: &mut Vec<String>) {
        for member in cursor.members() {
            let path = format!("{prefix}.{}", member.key.name());
            out.push(path.clone());
            if let Some(value) = member.value {
                walk(value, &path, out);
            }
        }
        for (index, item) in cursor.elements().enumerate() {
            walk(item, &format!("{prefix}[{index}]"), out);
        }
    }
    let tree = parse(text);
    let mut out = Vec::new();
    if let Some(root) = tree.root(text) {
        walk(root, "", &mut out);
    }
    out
}

const SAMPLE: &str = r#"{
  "consumer": {
    "name": "web"
  },
  "interactions": [
    {
      "description": "one",
      "request": {
        "method": "GET",
        "path": "/a"
      },
      "response": {
        "status": 200,
        "body": {
          "id": 1
        }
      }
    }
  ],
  "metadata": {
    "x": "y"
  }
}"#;

#[test]
fn recovers_most_keys_from_each_kind_of_damage() {
    let all = keys(SAMPLE);
    assert_eq!(all.len(), 13);
    let cases = [
        ("missing comma", SAMPLE.replace("\"one\",", "\"one\""), 13),
        ("missing value", SAMPLE.replace("\"GET\",", ","), 13),
        ("missing value and comma", SAMPLE.replace("\"method\": \"GET\",", "\"method\":"), 13),
        ("missing colon", SAMPLE.replace("\"status\":", "\"status\""), 13),
        ("garbage word", SAMPLE.replace("200", "two hundred"), 13),
        ("NUL byte", SAMPLE.replace("200", "\0"), 13),
        ("extra brace", SAMPLE.replace("\"name\": \"web\"\n  },", "\"name\": \"web\"\n    }\n  },"), 13),
        ("lost brace", SAMPLE.replace("    \"name\": \"web\"\n  },", "    \"name\": \"web\","), 13),
        ("wrong bracket", SAMPLE.replace("\"path\": \"/a\"\n      },", "\"path\": \"/a\"\n      ],"), 13),
        ("unterminated string", SAMPLE.replace("\"GET\",", "\"GET,"), 13),
        ("unterminated key", SAMPLE.replace("\"method\": \"GET\"", "\"method: GET"), 12),
        (
            "merge markers",
            SAMPLE.replace(
                "      \"description\": \"one\",\n",
                "<<<<<<< HEAD\n      \"description\": \"one\",\n=======\n      \"description\": \"two\",\n>>>>>>> b\n",
            ),
            13,
        ),
        ("cut off", SAMPLE[..SAMPLE.find("\"metadata\"").expect("metadata")].to_owned(), 11),
    ];
    for (name, text, at_least) in cases {
        assert_ne!(text, SAMPLE, "{name}: the damage was done");
        let kept = keys(&text);
        let found = all.iter().filter(|key| kept.contains(key)).count();
        assert!(found >= at_least, "{name}: kept {found} of 13: {kept:?} {:?}", problems(&text));
        let errors = problems(&text);
        assert!((1..=3).contains(&errors.len()), "{name}: {errors:?}");
    }
}

#[test]
fn each_problem_is_named() {
    assert_eq!(problems(""), [Problem::Empty]);
    assert_eq!(problems(" \n"), [Problem::Empty]);
    assert_eq!(problems("\u{feff}{}"), [Problem::ByteOrderMark]);
    assert_eq!(problems("[1,]"), [Problem::TrailingComma(']')]);
    assert_eq!(problems("{\"a\":1,}"), [Problem::TrailingComma('}')]);
    assert_eq!(problems("[1 2]"), [Problem::MissingComma]);
    assert_eq!(problems("{\"a\"}"), [Problem::MissingValue]);
    assert_eq!(problems("{a: 1}"), [Problem::ExpectedKey]);
    assert_eq!(problems("[1] x"), [Problem::TrailingText]);
    assert_eq!(problems("\"\\ud800\""), [Problem::LoneSurrogate("\\ud800".into())]);
    assert_eq!(problems("\"\\q\""), [Problem::BadEscape("\\q".into())]);
    assert_eq!(problems("\"\t\""), [Problem::ControlCharacter(9)]);
    assert_eq!(problems("[01]"), [Problem::BadNumber("01".into(), "no leading zeros")]);
    assert_eq!(problems("[1e999]"), [Problem::NumberOutOfRange]);
    assert_eq!(problems("[1] // x"), [Problem::Comment]);
    assert_eq!(problems("[None]"), [Problem::BadWord("None".into(), "; write null")]);
}

#[test]
fn depth_is_bounded_as_in_the_core() {
    let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    for n in [MAX_DEPTH, MAX_DEPTH + 1] {
        let ours = parse(&nested(n)).errors.is_empty();
        let theirs = serde_json::from_str::<serde_json::Value>(&nested(n)).is_ok();
        assert_eq!(ours, theirs, "depth {n}");
    }
    let text = format!("[{}, 7]", nested(100_000));
    let tree = parse(&text);
    assert_eq!(tree.errors.len(), 1);
    let root = tree.root(&text).expect("there is a root");
    assert_eq!(root.elements().nth(1).map(|c| c.kind()), Some(Kind::Number));
    parse(&"[".repeat(1_000_000));
    parse(&"{\"a\":".repeat(300_000));
}

#[test]
fn many_stray_closers_take_linear_time() {
    let text = format!("{}{}", "[".repeat(120), "}\n".repeat(200_000));
    assert!(!parse(&text).errors.is_empty());
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        ".{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            prop::collection::btree_map(".{0,4}", inner, 0..5)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn valid_json_gives_the_same_value(value in json(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let text = text.expect("a value can be written");
        let tree = parse(&text);
        prop_assert_eq!(&tree.errors, &[]);
        let root = tree.root(&text).expect("there is a root");
        prop_assert_eq!(rebuilt(root), value);
    }

    #[test]
    fn an_error_is_reported_exactly_when_serde_json_reports_one(value in json(), at in 0usize..400, byte in 32u8..127, delete: bool) {
        let mut bytes = serde_json::to_string_pretty(&value).expect("a value can be written").into_bytes();
        let at = at % bytes.len();
        if delete { bytes.remove(at); } else { bytes[at] = byte; }
        if let Ok(text) = String::from_utf8(bytes) {
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            let ours = parse(&text).errors;
            prop_assert_eq!(ours.is_empty(), theirs.is_ok(), "{} {:?} {:?}", text, ours, theirs);
        }
    }
}

fn rebuilt(cursor: Cursor<'_>) -> serde_json::Value {
    match cursor.kind() {
        Kind::Object => cursor
            .members()
            .map(|m| (m.key.name().into_owned(), rebuilt(m.value.expect("there is a value"))))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Kind::Array => cursor.elements().map(rebuilt).collect(),
        Kind::String => cursor.as_str().expect("it is a string").into_owned().into(),
        _ => cursor.to_value().expect("it is a scalar"),
    }
}

#[test]
fn items_are_split_off() {
    let text = SAMPLE.replace("\"interactions\": [", "\"interactions\": [ 1, [2],");
    let split = super::parse_split(&text, 0, &["interactions", "messages"], None);
    assert_eq!(split.parts.len(), 3);
    assert_eq!(split.parts[1].span.of(&text), "[2]");
    let spine = split.spine.root(&text).expect("there is a root");
    let array = spine.get("interactions").expect("the key is there");
    assert_eq!(array.id(), split.parts[0].array);
    assert_eq!(array.elements().map(|c| c.kind()).collect::<Vec<_>>(), [Kind::Chunk; 3]);
    assert_eq!(spine.follow("/metadata/x").raw(), "\"y\"");
    for part in &split.parts {
        // The same as parsing the item on its own.
        assert_eq!(*part.tree.get(), parse(part.span.of(&text)));
    }
}

#[test]
fn errors_go_to_the_part_they_are_in() {
    let text = r#"{"interactions": [{"a": 1}, {"b": tru}], "x": }"#;
    let split = super::parse_split(text, 0, &["interactions"], None);
    assert_eq!(split.spine.errors.len(), 1);
    assert_eq!(split.parts[0].tree.errors(), []);
    let error = &split.parts[1].tree.errors()[0];
    assert_eq!(error.span.of(split.parts[1].span.of(text)), "tru");
}

#[test]
fn one_string_has_few_errors() {
    for broken in ["\0", "\\ud800", "\\x"] {
        let text = format!("[\"{}\", \"\\q\"]", broken.repeat(50_000));
        assert_eq!(parse(&text).errors.len(), 21, "{broken}");
    }
}
