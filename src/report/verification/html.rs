//! One page that needs nothing else: no scripts, no network, for light and dark.

use std::io::{self, Write};

use crate::report::verification::Options;
use crate::report::verification::told::{Look, Status, Told, Totals, parties, path, provider, time};
use crate::report::xml::xml;
use crate::report::{TOOL, VERSION};
use crate::runner::engine::CORE;
use crate::runner::explain::Side;
use crate::runner::verify::outcome::{PactResult, Verification};

const STYLE: &str = "\
:root{color-scheme:light dark;--fg:#1c1e21;--bg:#fff;--faint:#667;--line:#d8dbe0;--bad:#b3261e;--good:#1b7f3b;--minus:#fde7e6;--plus:#e4f5e8}
@media(prefers-color-scheme:dark){:root{--fg:#e4e6eb;--bg:#16181c;--faint:#9aa0aa;--line:#33373f;--bad:#ff8a80;--good:#7ddc95;--minus:#46201e;--plus:#173a22}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg);max-width:70rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem;border-bottom:1px solid var(--line)}
code,pre{font:13px/1.5 ui-monospace,monospace}pre{overflow-x:auto;padding:.5rem;border:1px solid var(--line);border-radius:4px;margin:.5rem 0}
table{border-collapse:collapse;margin:.5rem 0}td,th{text-align:left;vertical-align:top;padding:.15rem .8rem .15rem 0;overflow-wrap:anywhere}
th{color:var(--faint);font-weight:normal}details{margin:.3rem 0}details>div{margin:.2rem 0 1rem 1.2rem}summary{cursor:pointer}
.bad{color:var(--bad)}.good{color:var(--good)}.faint{color:var(--faint)}.minus{background:var(--minus)}.plus{background:var(--plus)}pre span{display:block}
@media print{details>div{display:block}}";

pub(super) fn write(run: &Verification, options: &Options<'_>, out: &mut dyn Write) -> io::Result<()> {
    let totals = Totals::of(run);
    let words = xml(&totals.words());
    let class = if totals.bad() > 0 { "bad" } else { "good" };
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <title>Pact verification: {words}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n\
         <h1>Pact verification: <span class=\"{class}\">{words}</span></h1>"
    )?;
    writeln!(
        out,
        "<p class=\"faint\">provider {} · {} · {TOOL} {VERSION} · judged by {}</p>",
        xml(&provider(run, options)),
        time(run.took),
        xml(CORE)
    )?;
    for pact in &run.pacts {
        one_pact(pact, options, out)?;
    }
    writeln!(out, "</body>\n</html>")
}

fn one_pact(pact: &PactResult, options: &Options<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (consumer, provider) = parties(&pact.contract, options);
    writeln!(
        out,
        "<h2>{} ◀ {} <small class=\"faint\">{}</small></h2>",
        xml(&provider),
        xml(&consumer),
        xml(&path(&pact.contract))
    )?;
    for result in &pact.results {
        if let Some(told) = Told::new(&pact.contract, result, options) {
            one(&told, out)?;
        }
    }
    Ok(())
}

fn one(told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (sign, look) = told.sign();
    let class = match look {
        Look::Good => "good",
        Look::Faint => "faint",
        Look::Bad => "bad",
    };
    let took = if told.status == Status::NotRun { String::new() } else { time(told.result.took) };
    let head = format!(
        "<span class=\"{class}\">{sign}</span> {} <span class=\"faint\">{} {took}{}</span>",
        xml(&told.description()),
        xml(&told.given()),
        if told.pending { " pending: reported, not counted" } else { "" }
    );
    if told.status == Status::Passed && told.state_notes().is_empty() {
        return writeln!(out, "<p>{head}</p>");
    }
    let open = if class == "bad" { " open=\"\"" } else { "" };
    writeln!(out, "<details{open}><summary>{head}</summary><div>")?;
    let test = told.test_place().map(|it| format!(" · test {}", xml(&it))).unwrap_or_default();
    writeln!(
        out,
        "<p class=\"faint\"><code>{}:{}{test}</code></p>",
        xml(&path(told.contract)),
        told.at().line
    )?;
    if let Some(why) = told.why() {
        writeln!(out, "<p class=\"{class}\">{}</p>", xml(&why))?;
    }
    let differences: Vec<_> = told.differences().collect();
    if !differences.is_empty() {
        writeln!(out, "<table><tr><th>where</th><th>expected</th><th>got</th><th>because of</th></tr>")?;
        for one in differences {
            let near = one.near.as_ref().map(|it| format!("<br/>did you mean <code>{}</code>?", xml(it)));
            writeln!(
                out,
                "<tr><td><code>{}</code></td><td>{}</td><td>{}{}</td><td class=\"faint\">{}</td></tr>",
                xml(&one.at),
                xml(&one.expected),
                xml(&one.got),
                near.unwrap_or_default(),
                xml(&one.because())
            )?;
        }
        writeln!(out, "</table>")?;
    }
    if let Some(more) = told.more_words() {
        writeln!(out, "<p>{more}</p>")?;
    }
    if let Some(actual) = told.actual() {
        writeln!(out, "<p>The answer: <code>{}</code></p>", xml(actual))?;
    }
    if let Some(also) = told.following() {
        writeln!(out, "<p class=\"faint\">also {}</p>", xml(&also))?;
    }
    for note in told.state_notes() {
        writeln!(out, "<p class=\"bad\">state {}</p>", xml(&note))?;
    }
    let lines: Vec<String> = told
        .diff()
        .map(|it| {
            let class = match it.side {
                Side::Both => "faint",
                Side::Expected => "minus",
                Side::Actual => "plus",
            };
            format!("<span class=\"{class}\">{} {}</span>", it.side.sign(), xml(&it.text))
        })
        .collect();
    if !lines.is_empty() {
        writeln!(out, "<pre>{}</pre>", lines.concat())?;
    }
    if let Some(curl) = &told.curl {
        writeln!(out, "<pre>{}</pre>", xml(curl))?;
    }
    writeln!(out, "</div></details>")
}
