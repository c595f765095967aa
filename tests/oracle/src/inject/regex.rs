//! Defects of regular expressions and of formats for dates.

use crate::inject::pact::{ALL, HTTP, Pact, V3UP};
use crate::inject::{Class, class};
use crate::tree::Node;

pub(super) const CLASSES: &[Class] = &[
    class("regex-invalid", &[], ALL, |p| {
        one_of(
            p,
            &[
                ("abc", "(abc"),
                ("a", "[a-"),
                ("a", "a)"),
                ("a", "*a"),
                ("a", "a{2,1}b["),
                ("y", "(?P<y>\\d+)"),
                ("a", "(?<n>a)\\k<m>"),
                ("a", "\\p{Nope}"),
                ("é", "[[:nope:]"),
                ("a", "(?<=a+)b("),
            ],
        )
    }),
    class("regex-js-literal", &[], ALL, |p| {
        one_of(
            p,
            &[
                ("12", "/^\\d+$/"),
                ("abc", "/[a-z]+/i"),
                ("A1", "/^[A-Z]\\d$/g"),
                ("x", "/x/"),
                ("2024", "/\\d{4}/u"),
            ],
        )
    }),
    class("regex-matches-substring-only", &["example-violates-rule"], ALL, |p| {
        one_of(
            p,
            &[
                ("abc1", "[a-z]"),
                ("id-55", "\\d+"),
                ("hello world", "\\S+"),
                ("A,B", "A"),
                ("http://x/1", "http"),
                ("2024-01-01T00:00", "\\d{4}-\\d{2}-\\d{2}"),
            ],
        )
    }),
    // Such that one of the engines that verify, those of the core and of Java, refuses it.
    class("regex-not-portable", &["regex-invalid"], ALL, |p| {
        one_of(p, &[("aa", "a{,3}"), ("a", "(?#note)a"), ("12", "\\d{,2}"), ("ab", "a(?#x)b")])
    }),
    class("regex-control-character", &[], ALL, |p| {
        one_of(p, &[("foo", "\u{8}foo"), ("foo", "foo\u{8}"), ("foo bar", "\u{8}foo bar\u{8}")])
    }),
    class("regex-accepts-anything", &[], ALL, |p| {
        one_of(p, &[("foo", ".*"), ("foo", ".+"), ("foo", "^.*$"), ("bar", "(.*)"), ("bar", "[\\s\\S]*")])
    }),
    class("regex-backtracking", &[], ALL, |p| {
        one_of(
            p,
            &[
                ("aab", "(a+)+b"),
                ("aab", "^(a*)*b$"),
                ("ab", "(a|aa)+b"),
                ("a.b", "^([a-z]+.?)+$"),
                ("aa", "(\\w+\\s?)*"),
            ],
        )
    }),
    class("regex-alternation-prefix", &[], ALL, |p| {
        one_of(p, &[("AB", "A|AB"), ("Greater", "Greater|GreaterOrEqual"), ("in", "in|int|integer")])
    }),
    class("regex-over-constrains", &[], HTTP, |p| {
        p.request = false;
        one_of(p, &[("ABC-123", "[A-Z]{3}-\\d{3}"), ("AB12", "[A-Z]{2}\\d{2}"), ("X-1", "X-\\d")])
    }),
    class("date-format-suspicious", &["date-format-invalid", "example-violates-rule"], V3UP, |p| {
        let (value, kind, format) = *p.random.pick(&[
            ("2024-01-02", "date", "YYYY-MM-DD"),
            ("2024-01-02", "date", "yyyy-mm-dd"),
            ("2024-01-02", "date", "yyyy-MM-DD"),
            ("10:11:12", "time", "HH:ss:mm"),
            ("22:11", "time", "hh:mm"),
            ("2024-01-02T10:11:12", "datetime", "YYYY-MM-DD'T'HH:mm:ss"),
            ("2024-01-02T10:11:12Z", "datetime", "yyyy-MM-dd'T'HH:mm:ssZ"),
            ("2024-01-02", "date", "%Y-%m-%d"),
        ]);
        p.ruled(&format!("{value:?}"), &format!(r#"{{"match": "{kind}", "format": "{format}"}}"#)).map(drop)
    }),
    class("date-format-invalid", &["date-format-suspicious"], V3UP, |p| {
        let (value, kind, format) = *p.random.pick(&[
            ("2024-01-02T10", "datetime", "yyyy-MM-ddTHH"),
            ("2024-01-02T10:11:12", "datetime", "yyyy-MM-ddTHH:mm:ss"),
            ("2024-01-02", "date", "yyyy-MM-dd'"),
            ("2024-01-02", "date", "bbbb-MM-dd"),
            ("10:11", "time", "HH:mm[:ss"),
            ("10 o'clock", "time", "HH oclock"),
        ]);
        p.ruled(&format!("{value:?}"), &format!(r#"{{"match": "{kind}", "format": "{format}"}}"#)).map(drop)
    }),
];

/// A string under a regular expression, one of some pairs.
fn one_of(p: &mut Pact, pairs: &[(&str, &str)]) -> Option<()> {
    let (value, regex) = *p.random.pick(pairs);
    let (value, regex) = (Node::string(value), Node::string(regex));
    p.ruled(&value.to_string(), &format!(r#"{{"match": "regex", "regex": {regex}}}"#)).map(drop)
}
