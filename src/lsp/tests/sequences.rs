//! Whatever happened, an editor ends up with what a fresh server says of how things are.

#![allow(clippy::disallowed_methods, reason = "the workspace lies on disk")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::client::TestClient;
use super::unopened::{changed, pact, settle, start, uri, write};
use crate::config::BASELINE_NAME;
use crate::text::Encoding;
use crate::text::LineIndex;

const FILES: [&str; 4] = ["pacts/a.json", "pacts/é b.json", "lib/pact.json", "plain.json"];

/// A small generator of numbers, the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

/// Texts that a pact may have; all are pacts to a server that sees nothing else of them.
fn text(random: &mut Random) -> String {
    let wrong = random.below(2) == 0;
    let consumer = random.of(&["web", "app", "App", "web"]);
    let mut text = pact(consumer, wrong);
    // With some of these a text holds the same as another in all that is kept of it.
    let changes = [
        ("\"é\"", "\"other\""),
        ("204}", "204, \"boddy\": 1, \"body\": {\"a\": \"😀\"}}"),
        ("204}", "204, \"body\": {\"a\": 7}}"),
        ("204}", "204, \"headers\": {\"X\": \"1\"}}"),
        ("\"path\": \"/\"", "\"path\": \"/2\""),
        ("\"api\"", "\"apis\""),
        ("\"request\"", "\"providerStates\": [{\"name\": \"a user exists\"}], \"request\""),
        (
            "\"request\"",
            "\"providerStates\": [{\"name\": \"a user exsts\", \"params\": {\"id\": 1}}], \"request\"",
        ),
        ("\n", "\n\n"),
    ];
    for _ in 0..random.below(4) {
        let (from, to) = changes[random.below(changes.len())];
        text = text.replacen(from, to, 1);
    }
    // Half of it is written, or the rest is lost.
    if random.below(10) == 0 {
        text.truncate(text.find("\"request\"").expect("it has one"));
    }
    text
}

/// What is typed in such texts.
const EDITS: [(&str, &str); 14] = [
    ("7", "\"GET\""),
    ("\"GET\"", "7"),
    ("204", "204 "),
    ("\"web\"", "\"app\""),
    ("204", "\n204"),
    ("\"a\": 7", "\"a\": 8"),
    ("\"a\": 8", "\"a\": 7"),
    ("\"api\"", "\"apis\""),
    ("exsts", "exists"),
    ("\"X\": \"1\"", "\"X\": \"2\""),
    // A key that is just being typed, and a text without its end.
    ("\"request\"", "\"re\n\"request\""),
    ("\"re\n", ""),
    ("\"response\": {", "\"response\": {{"),
    ("{{", "{"),
];

/// A baseline that knows what is wrong with such pacts.
fn baseline(random: &mut Random) -> String {
    let one = |rule: &str, path: &str, value: &str| {
        json!({ "rule": rule, "consumer": "web", "provider": "api", "description": "é", "path": path,
            "value": value })
    };
    let wrong = one("wrong-value-type", "/request/method", "number");
    let rival = one("same-pair-conflicting-files", "/description", "string");
    let findings = [vec![], vec![wrong.clone()], vec![wrong, rival]][random.below(3)].clone();
    json!({ "version": 1, "findings": findings }).to_string()
}

/// What each document is told to have, in every detail; nothing where there is nothing.
type State = BTreeMap<String, Value>;

struct World {
    client: TestClient,
    folder: tempfile::TempDir,
    pulls: bool,
    told: State,
    ids: BTreeMap<String, String>,
    open: BTreeMap<&'static str, String>,
    /// What the user has set in the editor.
    wishes: Value,
    version: i32,
}

fn sorted(list: &Value) -> Value {
    let mut list = list.as_array().cloned().unwrap_or_default();
    list.sort_by_key(Value::to_string);
    Value::Array(list)
}

impl World {
    fn new(pulls: bool) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), ".gitignore", "lib\n");
        let client = start(folder.path(), pulls);
        let (told, ids, open) = Default::default();
        World { client, folder, pulls, told, ids, open, wishes: json!({}), version: 1 }
    }

    fn uri(&self, name: &str) -> String {
        uri(self.folder.path(), name)
    }

    fn step(&mut self, random: &mut Random) {
        let here = self.folder.path().to_owned();
        let name = FILES[random.below(FILES.len())];
        let document = self.uri(name);
        match random.below(14) {
            0 | 1 => {
                write(&here, name, &text(random));
                self.on_disk(name, random);
            }
            2 => {
                _ = fs::remove_file(here.join(name));
                self.on_disk(name, random);
            }
            3 | 4 if !self.open.contains_key(name) => {
                let text = if random.below(2) == 0 {
                    text(random)
                } else {
                    fs::read_to_string(here.join(name)).unwrap_or_else(|_| pact("web", true))
                };
                self.client.open(&document, &text);
                self.open.insert(name, text);
            }
            3 | 4 => self.close(name),
            5 | 6 => self.edit(name, random),
            7 => {
                let config = random.of(&[
                    "rules.wrong-value-type = 'info'",
                    "exclude = ['pacts/a.json']",
                    "include = ['lib']",
                    "rules.same-pair-conflicting-files = 'off'\nrules.conflicting-expectations = 'error'",
                    "[states]\nhandlers = ['a user exists']",
                    "extends = ['org.toml']",
                    "rules.no-such-rule = 'off'",
                    "",
                ]);
                write(&here, "pactlens.toml", config);
                self.on_disk("pactlens.toml", random);
            }
            8 => {
                write(&here, "org.toml", random.of(&["preset = 'strict'", "preset = 'minimal'", "no"]));
                self.on_disk("org.toml", random);
            }
            9 => {
                match random.below(3) {
                    0 => _ = fs::remove_file(here.join(BASELINE_NAME)),
                    _ => write(&here, BASELINE_NAME, &baseline(random)),
                }
                self.on_disk(BASELINE_NAME, random);
            }
            10 => {
                let preset = random.of(&["recommended", "strict", "minimal"]);
                self.wishes = json!({ "preset": preset });
                let settings = json!({ "settings": self.wishes });
                self.client.notify("workspace/didChangeConfiguration", settings);
            }
            13 => {
                // Often what others are held against is the same in what is kept of it.
                let Ok(text) = fs::read_to_string(here.join(name)) else { return };
                let (from, to) = EDITS[random.below(EDITS.len())];
                write(&here, name, &text.replacen(from, to, 1));
                self.on_disk(name, random);
            }
            11 => self.rename(name, FILES[random.below(FILES.len())]),
            _ => {
                let source = random.of(&["pact.upon_receiving('é')", "\n\npact.upon_receiving('other')", ""]);
                write(&here, "t.py", source);
                self.on_disk("t.py", random);
            }
        }
    }

    /// Tells of a change at once, and often before the last one is dealt with.
    fn on_disk(&mut self, name: &str, random: &mut Random) {
        let uri = self.uri(name);
        if random.below(3) == 0 {
            changed(&mut self.client, &uri);
        } else {
            let changes = json!({ "changes": [{ "uri": uri, "type": 2 }] });
            self.client.notify("workspace/didChangeWatchedFiles", changes);
        }
    }

    fn close(&mut self, name: &'static str) {
        let document = self.uri(name);
        self.open.remove(name);
        self.client.notify("textDocument/didClose", json!({ "textDocument": { "uri": document } }));
        if self.pulls {
            // An editor that closes a document asks one last time.
            self.pull(name);
        }
    }

    /// As an editor renames: what is open stays so, under its new name.
    fn rename(&mut self, old: &'static str, new: &'static str) {
        let here = self.folder.path();
        if old == new || !here.join(old).exists() {
            return;
        }
        let folder = here.join(new).parent().expect("it has one").to_owned();
        fs::create_dir_all(folder).expect("folders");
        fs::rename(here.join(old), here.join(new)).expect("both are there");
        let [from, to] = [old, new].map(|name| self.uri(name));
        if self.open.contains_key(new) {
            self.close(new);
        }
        if let Some(text) = self.open.get(old).cloned() {
            self.close(old);
            self.client.open(&to, &text);
            self.open.insert(new, text);
        }
        let changes = json!({ "changes": [{ "uri": from, "type": 3 }, { "uri": to, "type": 1 }] });
        self.client.notify("workspace/didChangeWatchedFiles", changes);
    }

    fn edit(&mut self, name: &'static str, random: &mut Random) {
        let document = self.uri(name);
        let Some(text) = self.open.get_mut(name) else { return };
        if random.below(8) == 0 {
            *text = self::text(random);
            self.version += 1;
            let change = json!({
                "textDocument": { "uri": document, "version": self.version },
                "contentChanges": [{ "text": text }],
            });
            self.client.notify("textDocument/didChange", change);
            return;
        }
        let (from, to) = EDITS[random.below(EDITS.len())];
        let Some(at) = text.find(from) else { return };
        let lines = LineIndex::new(text);
        let place = |offset: usize| {
            let at = lines.position(text, offset as u32, Encoding::Utf16);
            json!({ "line": at.line, "character": at.col })
        };
        let range = json!({ "start": place(at), "end": place(at + from.len()) });
        self.version += 1;
        let change = json!({
            "textDocument": { "uri": document, "version": self.version },
            "contentChanges": [{ "range": range, "text": to }],
        });
        text.replace_range(at..at + from.len(), to);
        self.client.notify("textDocument/didChange", change);
    }

    /// Asks for the diagnostics of a document.
    fn pull(&mut self, name: &str) {
        let uri = self.uri(name);
        let report = self.client.call("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
        self.told.insert(uri, sorted(&report["items"]));
    }

    /// What the client knows in the end.
    fn state(&mut self) -> State {
        settle(&mut self.client);
        for params in self.client.all_notified("textDocument/publishDiagnostics") {
            let uri = params["uri"].as_str().expect("a URI").to_owned();
            self.told.insert(uri, sorted(&params["diagnostics"]));
        }
        if self.pulls {
            let previous: Vec<Value> =
                self.ids.iter().map(|(uri, value)| json!({ "uri": uri, "value": value })).collect();
            let id = self.client.ask("workspace/diagnostic", json!({ "previousResultIds": previous }));
            settle(&mut self.client);
            // Where nothing is new it waits.
            self.client.notify("$/cancelRequest", json!({ "id": id }));
            let answer = self.client.answer(id);
            for item in answer["result"]["items"].as_array().into_iter().flatten() {
                let uri = item["uri"].as_str().expect("a URI").to_owned();
                match item["resultId"].as_str() {
                    Some(id) => _ = self.ids.insert(uri.clone(), id.to_owned()),
                    None => _ = self.ids.remove(&uri),
                }
                if item["kind"] == "full" {
                    self.told.insert(uri, sorted(&item["items"]));
                }
            }
            // Those asked for first did not know of the others.
            for name in self.open.keys().chain(self.open.keys()) {
                let uri = uri(self.folder.path(), name);
                let report =
                    self.client.call("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
                self.told.insert(uri, sorted(&report["items"]));
            }
        }
        let said = self.told.iter().filter(|(_, list)| **list != json!([]));
        said.map(|(uri, list)| (uri.clone(), list.clone())).collect()
    }

    /// What a server says that sees nothing but how things are.
    fn fresh(&self, folder: &Path) -> State {
        let mut fresh = World {
            client: start(folder, self.pulls),
            folder: tempfile::tempdir().expect("a folder"),
            pulls: self.pulls,
            told: State::new(),
            ids: BTreeMap::new(),
            open: BTreeMap::new(),
            wishes: self.wishes.clone(),
            version: 1,
        };
        // Whether it is told in the beginning or a moment later.
        fresh.client.notify("workspace/didChangeConfiguration", json!({ "settings": self.wishes }));
        for (name, text) in &self.open {
            fresh.client.open(&uri(folder, name), text);
        }
        if self.pulls {
            for name in self.open.keys() {
                let uri = uri(folder, name);
                let report =
                    fresh.client.call("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
                fresh.told.insert(uri, sorted(&report["items"]));
            }
            // Those looked at first did not know of the others, and tests are read for a pact.
            fresh.client.settle_disk();
            for name in self.open.keys() {
                let uri = uri(folder, name);
                let report =
                    fresh.client.call("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
                fresh.told.insert(uri, sorted(&report["items"]));
            }
        }
        let state = fresh.state();
        fresh.client.finish();
        state
    }
}

/// Rule, line and first related place of each diagnostic.
fn sorted_codes(list: &Value) -> Vec<String> {
    let one = |it: &Value| {
        let place = &it["relatedInformation"][0]["location"];
        format!("{} {} {}:{}", it["code"], it["range"]["start"], place["uri"], place["range"]["start"])
    };
    list.as_array().map(|list| list.iter().map(one).collect()).unwrap_or_default()
}

fn run(seed: u64) {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    (0..8).for_each(|_| _ = random.below(2));
    let mut world = World::new(seed % 2 == 1);
    for _ in 0..2 {
        (0..random.below(12)).for_each(|_| world.step(&mut random));
        world.state();
    }
    // A client that asks may have asked before the last answers were known.
    let (state, fresh) = (world.state(), world.fresh(world.folder.path()));
    let short = |state: &State, uri: &String| state.get(uri).map(sorted_codes);
    let differ = |uri: &&String| state.get(*uri) != fresh.get(*uri);
    let different: Vec<_> = state
        .keys()
        .chain(fresh.keys())
        .filter(differ)
        .map(|uri| (uri, short(&state, uri), short(&fresh, uri)))
        .collect();
    assert!(different.is_empty(), "seed {seed}, open {:?}: {different:#?}", world.open.keys());
    world.client.finish();
}

/// `PACTLENS_SEQUENCES=FROM..TO` runs these instead.
#[test]
fn any_sequence_ends_as_a_fresh_start() {
    let wished = std::env::var("PACTLENS_SEQUENCES").ok();
    let wished = wished.as_deref().and_then(|wished| wished.split_once(".."));
    let number = |text: &str| text.parse::<u64>().expect("a number");
    let (from, to) = wished.map_or((0, 20), |(from, to)| (number(from), number(to)));
    let failed = |seed: &u64| std::panic::catch_unwind(|| run(*seed)).is_err();
    let failed: Vec<u64> = (from..to).filter(failed).collect();
    assert!(failed.is_empty(), "of {} sequences these fail: {failed:?}", to - from);
}
