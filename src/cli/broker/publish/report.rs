//! What is told of pacts that were published, or would be.

use serde_json::{Value, json};

use crate::broker::Broker;
use crate::broker::forecast::Difference;
use crate::broker::publish::Notice;
use crate::cli::broker::candidates::Candidate;
use crate::cli::broker::publish::{PublishArgs, Version};
use crate::cli::broker::{Failure, Form, print, print_json, shown};
use crate::text::counted;

/// So many lines of a notice are shown.
const MOST_LINES: usize = 500;

/// So many interactions that are not the same are listed.
const MOST_DIFFERENCES: usize = 20;

/// How an interaction is not the same.
fn kind(difference: &Difference) -> &'static str {
    match (difference.there, difference.here) {
        (true, false) => "gone",
        (false, _) => "new",
        (true, true) => "changed",
    }
}

/// What became of a pact.
pub(super) struct Line<'a> {
    pact: &'a Candidate,
    /// A word for programs.
    status: &'static str,
    /// The same for people.
    said: &'static str,
    link: Option<String>,
    /// What is not the same at the Broker.
    differences: Vec<Difference>,
}

/// What is told at the end.
pub(super) struct Report<'a> {
    pub(super) args: &'a PublishArgs,
    pub(super) version: &'a Version,
    pub(super) broker: Option<&'a Broker>,
    pub(super) lines: Vec<Line<'a>>,
    pub(super) notices: Vec<Notice>,
}

impl<'a> Report<'a> {
    pub(super) fn add(
        &mut self,
        pact: &'a Candidate,
        status: &'static str,
        said: &'static str,
        link: Option<String>,
    ) {
        self.lines.push(Line { pact, status, said, link, differences: Vec::new() });
    }

    /// Adds what is not the same to the last pact.
    pub(super) fn differ(&mut self, differences: Vec<Difference>) {
        if let Some(line) = self.lines.last_mut() {
            line.differences = differences;
        }
    }

    fn shown(&self, text: &str) -> String {
        self.broker.map_or_else(|| shown(text), |broker| broker.shown(text))
    }

    pub(super) fn print(&self) -> Result<(), Failure> {
        match self.args.output {
            Form::Json => print_json(&self.json()),
            Form::Text => print(&self.text()),
        }
    }

    fn text(&self) -> String {
        let mut out = String::new();
        let Version { number, branch, tags, .. } = self.version;
        let mut about = format!("version {number}");
        branch.iter().for_each(|it| about.push_str(&format!(", branch {it}")));
        if !tags.is_empty() {
            about.push_str(&format!(", tagged {}", tags.join(", ")));
        }
        let to = self.broker.map_or_else(String::new, |broker| format!(" → {}", broker.address()));
        out.push_str(&format!("{}, {}{to}\n", counted(self.lines.len(), "pact"), self.shown(&about)));
        for line in &self.lines {
            let Candidate { files, consumer, provider, sha, .. } = line.pact;
            let files = self.shown(&files.join(", "));
            out.push_str(&format!("  {} → {}  {files}\n", self.shown(consumer), self.shown(provider)));
            let link = line.link.as_ref().map(|it| format!(", {it}")).unwrap_or_default();
            out.push_str(&format!("    {}{link}\n", line.said));
            for one in line.differences.iter().take(MOST_DIFFERENCES) {
                out.push_str(&format!("      {:<7} '{}'\n", kind(one), self.shown(&one.description)));
            }
            let left = line.differences.len().saturating_sub(MOST_DIFFERENCES);
            if left > 0 {
                out.push_str(&format!("      and {left} more\n"));
            }
            if self.args.dry_run {
                out.push_str(&format!("    content {sha}\n"));
            }
        }
        for notice in &self.notices {
            if notice.kind == "debug" && !self.args.access.verbose {
                continue;
            }
            let sign = match notice.kind.as_str() {
                "success" => "ok      ",
                "warning" => "warning ",
                "error" | "danger" => "error   ",
                _ => "        ",
            };
            let lines = notice.text.lines().take(MOST_LINES).map(|it| self.shown(it));
            out.extend(lines.map(|it| format!("{sign}{it}").trim_end().to_owned() + "\n"));
        }
        // The other reason is a name that is nearly that of another, and of that the notice says all.
        let changed = |it: &Notice| it.text.starts_with("Cannot change the content");
        if self.lines.iter().any(|it| it.status == "conflict")
            && (self.args.dry_run || self.notices.iter().any(changed))
        {
            out.push_str(
                "\nThe Broker keeps one content for each version of a consumer: give each build a version of its own, such as \
                 the commit. Where nobody changed the test, an example is made anew in every run: give it a fixed value, with a \
                 matcher; `pactlens lint --preset strict` looks for such examples\n",
            );
        }
        out
    }

    fn json(&self) -> Value {
        let pacts = self.lines.iter().map(|line| {
            let files: Vec<String> = line.pact.files.iter().map(|it| self.shown(it)).collect();
            json!({
                "consumer": self.shown(&line.pact.consumer), "provider": self.shown(&line.pact.provider),
                "files": files, "content": line.pact.sha, "status": line.status, "link": line.link,
                "differences": line.differences.iter()
                    .map(|it| json!({"description": self.shown(&it.description), "kind": kind(it)})).collect::<Vec<_>>(),
            })
        });
        let lines = |text: &str| text.lines().map(|it| self.shown(it)).collect::<Vec<_>>().join("\n");
        let notices =
            self.notices.iter().map(|it| json!({"type": self.shown(&it.kind), "text": lines(&it.text)}));
        json!({
            "version": 1,
            "dry_run": self.args.dry_run,
            "consumer_version": {
                "number": self.shown(&self.version.number), "branch": self.version.branch.as_deref().map(|it| self.shown(it)),
                "tags": self.version.tags.iter().map(|it| self.shown(it)).collect::<Vec<_>>(),
            },
            "pacts": pacts.collect::<Vec<_>>(),
            "notices": notices.collect::<Vec<_>>(),
        })
    }
}
