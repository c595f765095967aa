//! How often each rule found something.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::diagnostic::Severity;
use crate::report::colour::{Tone, paint};
use crate::report::{FileReport, Options, is_fixable};

/// What one rule found at one severity.
#[derive(Debug, Serialize)]
pub(super) struct Row<'a> {
    rule: &'a str,
    group: &'a str,
    severity: Severity,
    /// How many findings.
    count: usize,
    /// How many files have one.
    files: usize,
    /// How many findings have a safe fix.
    fixable: usize,
}

/// One row for each rule that found something; those with most findings first, then the worse,
/// then by name.
pub(super) fn rows<'a>(files: &[FileReport<'a>]) -> Vec<Row<'a>> {
    let mut rows: BTreeMap<(&str, Severity), (Row<'_>, usize)> = BTreeMap::new();
    for (at, file) in files.iter().enumerate() {
        for finding in file.findings {
            let (rule, group, severity) = (finding.rule, finding.group, finding.severity);
            let empty = Row { rule, group, severity, count: 0, files: 0, fixable: 0 };
            let (row, last) = rows.entry((rule, severity)).or_insert((empty, usize::MAX));
            row.count += 1;
            row.fixable += usize::from(is_fixable(file, finding));
            row.files += usize::from(*last != at);
            *last = at;
        }
    }
    let mut rows: Vec<Row<'_>> = rows.into_values().map(|(row, _)| row).collect();
    rows.sort_by(|a, b| b.count.cmp(&a.count).then(b.severity.cmp(&a.severity)).then(a.rule.cmp(b.rule)));
    rows
}

/// Writes the rows as a table: count, severity, how many of them `--fix` fixes, rule, files.
pub(super) fn write(files: &[FileReport<'_>], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let rows = rows(files);
    let widest = |text: fn(&Row<'_>) -> usize| rows.iter().map(text).max().unwrap_or(0);
    let digits = widest(|row| row.count.to_string().len());
    let severities = widest(|row| row.severity.name().len());
    let names = widest(|row| row.rule.len());
    for row in &rows {
        let mark = match row.fixable {
            0 => "[ ]",
            all if all == row.count => "[*]",
            _ => "[-]",
        };
        // Colour has no width, so what is coloured is filled up before.
        let severity = format!("{:severities$}", row.severity.name());
        let severity = paint(options.colour, Tone::Severity(row.severity), severity);
        let mark = if options.fix_hints { format!("{mark} ") } else { String::new() };
        let files = format!("in {} file{}", row.files, if row.files == 1 { "" } else { "s" });
        let files = paint(options.colour, Tone::Faint, files);
        writeln!(out, "{:digits$}  {severity}  {mark}{:names$}  {files}", row.count, row.rule)?;
    }
    if options.fix_hints && rows.iter().any(|row| row.fixable > 0) {
        let some = rows.iter().any(|row| (1..row.count).contains(&row.fixable));
        let some = if some { "; [-] some of them are" } else { "" };
        writeln!(out, "\n[*] fixable with --fix{some}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::report::fixture::{ORDERS, Owned, header_finding, order_finding, rendered};
    use crate::report::{Format, Options};

    #[test]
    fn rules_are_counted_over_files() {
        let safe = header_finding();
        let unfixed =
            crate::diagnostic::Finding { fixes: crate::diagnostic::Fixes::default(), ..header_finding() };
        let files = [
            Owned::new(ORDERS, vec![order_finding(), safe.clone(), unfixed]),
            Owned::new(ORDERS, vec![safe]),
        ];
        let files = [files[0].report(), files[1].report()];
        let options = Options { statistics: true, ..Options::default() };
        let expected = "\
3  warning  [-] header-text      in 2 files
1  error    [ ] exact-timestamp  in 1 file

[*] fixable with --fix; [-] some of them are

Found 1 error, 3 warnings in 2 of 7 pacts. 2 fixable with --fix. 14 ms
";
        assert_eq!(rendered(Format::Text, &files, &options), expected);
        assert!(rendered(Format::Concise, &files, &options).starts_with("3  warning  [-] header-text"));

        let report: Value = serde_json::from_str(&rendered(Format::Json, &files, &options)).expect("JSON");
        assert_eq!(report["files"][0]["findings"].as_array().map(Vec::len), Some(3));
        let row = &report["statistics"][0];
        assert_eq!([&row["rule"], &row["severity"]], [&json!("header-text"), &json!("warning")]);
        assert_eq!([&row["count"], &row["files"], &row["fixable"]], [&json!(3), &json!(2), &json!(2)]);
        let plain: Value =
            serde_json::from_str(&rendered(Format::Json, &files, &Options::default())).expect("JSON");
        assert_eq!(plain.get("statistics"), None);
    }

    #[test]
    fn nothing_is_no_table() {
        let options = Options { statistics: true, ..Options::default() };
        let text = rendered(Format::Text, &[], &options);
        assert!(text.starts_with("Found nothing in 7 pacts."), "{text}");
        assert_eq!(rendered(Format::Concise, &[], &options), "");
    }
}
