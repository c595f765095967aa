//! One line a finding, for logs, problem matchers and pipes.

use std::io::{self, Write};

use crate::diagnostic::Hint;
use crate::report::colour::{Tone, paint};
use crate::report::position::Positions;
use crate::report::{FileReport, Options, escape, is_fixable};

/// Longer code does not go on the line of its finding. In bytes.
const MAX_CODE: usize = 80;

/// Writes `path:line:column: severity[rule] message`, with ` [fix]` at the end where `--fix`
/// mends it, or for a generated file with what to write in the test. Lines and columns start
/// at one; columns count characters.
pub(super) fn write(files: &[FileReport<'_>], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for file in files {
        let path = escape(file.path);
        let mut positions = Positions::new(file.text, file.lines);
        for finding in file.sorted() {
            let at = positions.at(finding.span.start);
            let severity = paint(options.colour, Tone::Severity(finding.severity), finding.severity.name());
            write!(out, "{path}:{}:{}: {severity}[{}] ", at.line, at.column, finding.rule)?;
            write!(out, "{}", escape(&finding.message))?;
            // A fix of a generated file is gone with the next run of the test.
            let hint = finding.hints.first().filter(|hint| file.generated && hint.code.len() <= MAX_CODE);
            let fix = options.fix_hints && is_fixable(file, finding);
            match hint {
                Some(Hint { library, code }) => writeln!(out, " [{library}: {}]", escape(code))?,
                None => writeln!(out, "{}", if fix { " [fix]" } else { "" })?,
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::{Finding, Hint};
    use crate::report::fixture::{ORDERS, Owned, header_finding, order_finding, rendered};
    use crate::report::{FileReport, Format, Options};

    #[test]
    fn one_line_a_finding() {
        let file = Owned::new(ORDERS, vec![header_finding(), order_finding()]);
        let expected = r"
pacts/web-orders.json:6:20: error[exact-timestamp] The response body can never match twice
pacts/web-orders.json:9:14: warning[header-text] A header value has \u{1b}[31mcharacters\nthat no header carries [fix]
";
        assert_eq!(rendered(Format::Concise, &[file.report()], &Options::default()), expected.trim_start());
    }

    #[test]
    fn colours_and_hints_are_options() {
        let file = Owned::new(ORDERS, vec![header_finding()]);
        let report = FileReport { path: "a\u{1b}b.json", ..file.report() };
        let options = Options { colour: true, fix_hints: false, ..Options::default() };
        let expected = "a\\u{1b}b.json:9:14: \u{1b}[1;33mwarning\u{1b}[0m[header-text] \
                        A header value has \\u{1b}[31mcharacters\\nthat no header carries\n";
        assert_eq!(rendered(Format::Concise, &[report], &options), expected);
    }

    #[test]
    fn of_a_generated_file_the_test_is_what_to_change() {
        let hint = |code: &str| Hint { library: "pact-js", code: code.to_owned() };
        let hinted = |code: &str| Finding { hints: vec![hint(code), hint("b")], ..header_finding() };
        let ends = |finding: Finding, generated: bool| {
            let file = Owned::new(ORDERS, vec![finding]);
            let report = FileReport { generated, ..file.report() };
            let line = rendered(Format::Concise, &[report], &Options::default());
            line.split_once("carries ").map(|(_, end)| end.trim_end().to_owned())
        };
        let code = "a: like(\"x\u{1b}\")";
        assert_eq!(ends(hinted(code), true).as_deref(), Some(r#"[pact-js: a: like("x\u{1b}")]"#));
        assert_eq!(ends(hinted(code), false).as_deref(), Some("[fix]"));
        assert_eq!(ends(hinted(&"x".repeat(90)), true), None);
        assert_eq!(ends(hinted(&"x".repeat(90)), false).as_deref(), Some("[fix]"));
    }
}
