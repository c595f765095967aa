use super::*;

/// The core's verdicts, made by a program around pact_models 1.3.17; every letter, every length of run.
const VERDICTS: &str = include_str!("../../../tests/fixtures/datetime-verdicts.tsv");

#[test]
fn agrees_with_the_core() {
    let mut seen = 0;
    for line in VERDICTS.lines().filter(|line| !line.starts_with('#')) {
        let [verdict, format, value] = line.splitn(3, '\t').collect::<Vec<_>>()[..] else {
            panic!("three columns: {line:?}")
        };
        let ours = Format::parse(format).map_err(|e| e.to_string()).and_then(|f| f.validate(value));
        assert_eq!(ours.is_ok(), verdict == "A", "{format:?} on {value:?}: {ours:?}");
        seen += 1;
    }
    assert!(seen > 250, "{seen} verdicts");
}

#[test]
fn errors_say_where() {
    let error = |pattern| {
        let error: FormatError = Format::parse(pattern).unwrap_err();
        (error.offset, error.problem, error.rest)
    };
    assert_eq!(error("yyyy-MM-ddTHH"), (10, FormatProblem::UnknownLetter('T'), "THH".into()));
    assert_eq!(error("é'"), (2, FormatProblem::UnclosedQuote, "'".into()));
    assert_eq!(error("yyyy-ddd"), (5, FormatProblem::TooMany { letter: 'd', most: 2 }, "ddd".into()));
    assert_eq!(error("HH[:mm]"), (2, FormatProblem::Reserved('['), "[:mm]".into()));
    assert_eq!(error(""), (0, FormatProblem::Empty, String::new()));
}

#[test]
fn refusals_say_why() {
    let why = |pattern, value| Format::parse(pattern).unwrap().validate(value).unwrap_err();
    assert_eq!(why("yyyy-MM-dd", "2021-02-29"), "February 2021 has no day 29");
    assert_eq!(why("dd MMM", "31 apr"), "April has no day 31");
    assert_eq!(why("yyyy-MM-dd", "2020-13-01"), "expected a month from 1 to 12 at '13-01'");
    assert_eq!(why("HH:mm:ssXXX", "10:11:12"), "expected '+' or '-' after '10:11:12'");
    assert_eq!(why("HH:mm", "10:11:12"), "':12' is left over at the end");
    assert_eq!(why("yyyyy-MM-dd", "99999-01-01"), "the year 99999 is larger than the core can read (32767)");
}

#[test]
fn defaults_accept_what_they_stand_for() {
    for (kind, value) in [
        (Kind::Date, "2020-02-29"),
        (Kind::Time, "23:59:60"),
        (Kind::DateTime, "2020-02-29T23:59:59Z"),
        (Kind::DateTime, "2020-02-29T23:59:59-11:30"),
    ] {
        assert_eq!(Format::parse(kind.default_format()).unwrap().validate(value), Ok(()));
    }
}

fn suggestion(pattern: &str, kind: Kind) -> Option<String> {
    suspicions(pattern, kind).into_iter().next().and_then(|suspicion| suspicion.suggestion)
}

#[test]
fn repairs_common_mistakes() {
    use Kind::{Date, DateTime, Time};
    for (kind, pattern, expected) in [
        (Date, "YYYY-MM-DD", "yyyy-MM-dd"),
        (Date, "yyyy-mm-dd", "yyyy-MM-dd"),
        (Date, "dd/mm/yyyy", "dd/MM/yyyy"),
        (Date, "mm/dd/yyyy", "MM/dd/yyyy"),
        (Date, "yyyymmdd", "yyyyMMdd"),
        (Date, "yyyy-MM-DD", "yyyy-MM-dd"),
        (Date, "YYYY-MM-dd", "yyyy-MM-dd"),
        (Date, "YYYY-mm-DD", "yyyy-MM-dd"),
        (Date, "DD.MM.YY", "dd.MM.yy"),
        (Date, "dddd, DD MMMM YYYY", "EEEE, dd MMMM yyyy"),
        (Date, "%Y-%m-%d", "yyyy-MM-dd"),
        (DateTime, "%Y-%m-%dT%H:%M:%SZ", "yyyy-MM-dd'T'HH:mm:ss'Z'"),
        (DateTime, "%Y-%m-%dT%H:%M:%S%z", "yyyy-MM-dd'T'HH:mm:ssZ"),
        (DateTime, "YYYY-mm-DD'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss"),
        (DateTime, "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss"),
        (DateTime, "YYYY-MM-DD[T]HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss"),
        (DateTime, "yyyy-MM-ddTHH:mm:ss.fffZ", "yyyy-MM-dd'T'HH:mm:ss.SSSZ"),
        (DateTime, "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ssXXX"),
        (DateTime, "yyyy-MM-dd HH:mm:ss.sss", "yyyy-MM-dd HH:mm:ss.SSS"),
        (DateTime, "EEE, dd MMM yyyy HH:mm:ss GMT", "EEE, dd MMM yyyy HH:mm:ss 'GMT'"),
        (DateTime, "dd MMM yyyy at HH:mm", "dd MMM yyyy 'at' HH:mm"),
        (DateTime, "yyyy-MM-dd hh:mm:ss", "yyyy-MM-dd HH:mm:ss"),
        (DateTime, "yyyy-mm-dd'T'HH:MM:ss", "yyyy-MM-dd'T'HH:mm:ss"),
        (DateTime, "YYYY-MM-DD hh:mm:ss A", "yyyy-MM-dd hh:mm:ss a"),
        (DateTime, "yyyy-MM-dd hh:mm tt", "yyyy-MM-dd hh:mm a"),
        (Time, "HH:ss:mm", "HH:mm:ss"),
        (Time, "HHssmm", "HHmmss"),
        (Time, "HH:ss", "HH:mm"),
        (Time, "HH:MM", "HH:mm"),
        (Time, "HH:MM:SS", "HH:mm:ss"),
        (Time, "hh:mm", "HH:mm"),
        (DateTime, "yyyy-MM-dd HH:ss:mm", "yyyy-MM-dd HH:mm:ss"),
    ] {
        assert_eq!(suggestion(pattern, kind).as_deref(), Some(expected), "{pattern}");
    }
}

#[test]
fn leaves_ordinary_patterns_alone() {
    for pattern in [
        "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
        "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'",
        "yyyy-MM-dd'T'HH:mm:ssZZZZZ",
        "EEE, dd MMM yyyy HH:mm:ss 'GMT'",
        "EEE, d MMM yyyy HH:mm:ss Z",
        "EEEE d MMMM yyyy",
        "yyyy.MM.dd G 'at' HH:mm:ss z",
        "EEE, MMM d, ''yy",
        "yyyyMMdd",
        "yyyyMMddHHmmss",
        "yyMMddHHmmssZ",
        "yyyyMMddHHmmssSSS",
        "yyyy-DDD",
        "yyyy-MM-dd (DDD)",
        "YYYY-'W'ww-e",
        "YYYY",
        "yyyy",
        "MM/yyyy",
        "dd.MM.yyyy HH:mm",
        "HH:mm dd/MM/yyyy",
        "mm:ss",
        "mm:ss.SSS",
        "HH",
        "HH:mm",
        "HHmm",
        "h:mm a",
        "hh:mm:ss a",
        "K:mm a",
        "HH:mm:ss.SSS",
        "HH:mm:ssXXX",
        "LLLL uuuu",
        "QQQ yyyy",
        "100%",
        "2015-06-10T20:41:37",
        "HH 'o''clock'",
        "",
        "'",
    ] {
        for kind in [Kind::Date, Kind::Time, Kind::DateTime] {
            assert_eq!(suspicions(pattern, kind), [], "{pattern}");
        }
    }
}

#[test]
fn suspicions_point_at_the_letters() {
    let found = suspicions("YYYY-MM-DDTHH:ss:mm", Kind::DateTime);
    let spans: Vec<_> = found.iter().map(|found| found.span.clone()).collect();
    assert_eq!(spans, [0..4, 8..10, 10..11, 14..19]);
    assert_eq!(found[0].problem, "'YYYY' is the week year; the year is 'yyyy'");
    assert!(found.iter().all(|found| found.suggestion.as_deref() == Some("yyyy-MM-dd'T'HH:mm:ss")));
    let found = suspicions("%Y week %V", Kind::Date);
    assert_eq!((found[0].span.clone(), &found[0].suggestion), (0..2, &None));
}

use proptest::{prop_assert, prop_assert_eq};

proptest::proptest! {
    #[test]
    fn never_panics(pattern in "[a-zA-Z'%\\[\\]{}:.é 0-9-]{0,24}", value in "[0-9a-zA-Z:+é' -]{0,24}") {
        if let Ok(format) = Format::parse(&pattern) {
            let _ = format.validate(&value);
        }
        for found in suspicions(&pattern, Kind::DateTime) {
            assert!(pattern.get(found.span).is_some_and(|text| !text.is_empty()));
        }
    }

    #[test]
    fn repaired_patterns_are_read_and_not_suspicious(
        letters in proptest::collection::vec("(yyyy|YYYY|yy|MM|mm|MMM|dd|DD|d|HH|hh|h|ss|SS|SSS|a|A|T|Z|X|K|EEE|'T'|[-:./ ]|[a-zA-Z%])", 0..9),
    ) {
        let pattern = letters.concat();
        for kind in [Kind::Date, Kind::Time, Kind::DateTime] {
            if let Some(suggestion) = suggestion(&pattern, kind) {
                prop_assert!(Format::parse(&suggestion).is_ok(), "{} -> {}", pattern, suggestion);
                prop_assert_eq!(suspicions(&suggestion, kind), vec![], "{} -> {}", pattern, suggestion);
            }
        }
    }
}
