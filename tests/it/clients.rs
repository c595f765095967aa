//! What each editor is offered and told, by what it says of itself: `fixtures/editors/capabilities`
//! holds the part of it that counts, and beside the checkout may lie what the real ones said.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::{root, shared};
use crate::server::{Server, uri};

/// What an editor can use, and so is to get.
struct Editor {
    name: &'static str,
    /// The file with what the real one said.
    captured: &'static str,
    encoding: &'static str,
    /// It asks for diagnostics and is not sent any.
    pulls: bool,
    /// It shows further places of a diagnostic.
    related: bool,
    /// It opens the page of a rule from a diagnostic.
    pages: bool,
    /// It watches files for the server, and shows that work is being done.
    watches: bool,
    progress: bool,
    /// It has no outline of JSON itself.
    outline: bool,
    snippets: bool,
    docs: Docs,
    /// It fetches edits of actions, takes versioned ones, and shows documents for the server.
    resolves: bool,
    versioned: bool,
    shows: bool,
    /// It runs the commands of our extension.
    commands: bool,
}

/// How the documentation of a completion reaches an editor.
#[derive(PartialEq)]
enum Docs {
    Resolved,
    Markdown,
    Plain,
}

const EDITORS: [Editor; 4] = [
    Editor {
        name: "vscode",
        captured: "vscode-initialize.json",
        encoding: "utf-16",
        pulls: true,
        related: true,
        pages: true,
        watches: true,
        progress: true,
        outline: false,
        snippets: true,
        docs: Docs::Resolved,
        resolves: true,
        versioned: true,
        shows: true,
        commands: true,
    },
    Editor {
        name: "neovim",
        captured: "nvim-initialize.json",
        encoding: "utf-8",
        pulls: true,
        related: true,
        pages: false,
        watches: false,
        progress: true,
        outline: true,
        snippets: true,
        docs: Docs::Markdown,
        resolves: true,
        versioned: false,
        shows: true,
        commands: false,
    },
    Editor {
        name: "eglot",
        captured: "emacs-initialize.json",
        encoding: "utf-16",
        pulls: false,
        related: false,
        pages: false,
        watches: true,
        progress: false,
        outline: true,
        snippets: false,
        docs: Docs::Plain,
        resolves: false,
        versioned: true,
        shows: false,
        commands: false,
    },
    Editor {
        name: "kate",
        captured: "kate-initialize.json",
        encoding: "utf-16",
        pulls: false,
        related: true,
        pages: false,
        watches: false,
        progress: true,
        outline: true,
        snippets: false,
        docs: Docs::Plain,
        resolves: false,
        versioned: false,
        shows: false,
        commands: false,
    },
];

const PACT: &str = r#"{
  "consumer": { "é😀": 1, "name": "a", "name": "web" },
  "provider": { "name": "orders" },
  "interactions": [
    {
      "description": "an order",
      "request": { "method": "GET", "path": "/orders/7" },
      "response": {
        "status": 200,
        "body": { "id": 7 },
        "matchingRules": { "body": { "$.id": { "matchers": [{ "match": "integr" }] } } }
      }
    }
  ],
  "metadata": { "pactSpecification": { "version": "3.0.0" } }
}
"#;

fn fixture(name: &str) -> Value {
    let path = root().join("tests/fixtures/editors/capabilities").join(format!("{name}.json"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn each_editor_gets_what_it_can_use() {
    for editor in &EDITORS {
        session(editor, fixture(editor.name), "what counts");
    }
}

#[test]
fn each_editor_gets_it_for_what_it_really_says() {
    let Some(folder) = shared("tools/editors/captured-initialize") else { return };
    for editor in &EDITORS {
        let said = fs::read_to_string(folder.join(editor.captured)).unwrap();
        let mut said: Value = serde_json::from_str(&said).unwrap();
        // Another extension was the one that was listened to.
        if editor.commands {
            said["initializationOptions"] = fixture(editor.name)["initializationOptions"].clone();
        }
        session(editor, said, "what it really says");
    }
}

/// The introduction as if `folder` was what the editor has open.
fn moved(introduction: &Value, folder: &Path) -> Value {
    let text = introduction.to_string();
    let text = text.replace("file:///workspace", &uri(folder));
    let text = text.replace("\"/workspace", &format!("\"{}", folder.to_str().unwrap()));
    serde_json::from_str(&text).unwrap()
}

/// The place of the first character of `part` in [`PACT`], counted as `encoding` does.
fn place(part: &str, encoding: &str) -> Value {
    let before = &PACT[..PACT.find(part).unwrap()];
    let line = before.rsplit('\n').next().unwrap();
    let column = if encoding == "utf-8" { line.len() } else { line.encode_utf16().count() };
    json!({ "line": before.matches('\n').count(), "character": column })
}

fn session(editor: &Editor, introduction: Value, source: &str) {
    let folder = TempDir::new().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    fs::create_dir(folder.join("pacts")).unwrap();
    let path = folder.join("pacts/web-orders.json");
    fs::write(&path, PACT).unwrap();
    let lenses = introduction["capabilities"]["textDocument"]["codeLens"].is_object();
    let (mut server, answer) = Server::introduced(&folder, moved(&introduction, &folder));
    let context = format!("{}, by {source}", editor.name);
    offered(editor, lenses, &answer["capabilities"], &context);

    let uri = uri(&path);
    let document = json!({ "uri": uri });
    server.open(&uri, 1, PACT);
    let found = match editor.pulls {
        true => server.call("textDocument/diagnostic", json!({ "textDocument": document }))["items"].clone(),
        false => Value::from(server.until(&uri, |found| found.len() >= 2).pop().unwrap()),
    };
    let found = found.as_array().unwrap();
    let of = |code: &str| {
        found.iter().find(|it| it["code"] == code).unwrap_or_else(|| panic!("{context}: {found:#?}"))
    };
    let twice = of("json-duplicate-key");
    assert_eq!(twice["range"]["start"], place("\"name\": \"web\"", editor.encoding), "{context}");
    assert_eq!(twice.get("relatedInformation").is_some(), editor.related, "{context}: {twice}");
    assert_eq!(twice.get("codeDescription").is_some(), editor.pages, "{context}: {twice}");

    let range = of("unknown-matcher")["range"].clone();
    let here = json!({ "textDocument": document, "position": range["start"] });
    let hover = server.call("textDocument/hover", here.clone());
    assert_eq!(hover["contents"]["kind"], "markdown", "{context}");
    if editor.outline {
        let symbols = server.call("textDocument/documentSymbol", json!({ "textDocument": document }));
        assert!(symbols[0]["children"].is_array(), "{context}: {symbols}");
    }
    completed(editor, &mut server, here, &context);
    acted(editor, &mut server, &document, &range, &context);
    upgraded(editor, &mut server, &folder, &context);

    if editor.watches {
        server.hear("client/registerCapability");
    }
    if editor.progress {
        server.hear("window/workDoneProgress/create");
    }
    let said = server.leave();
    let heard = |method: &str| said.iter().any(|message| message["method"] == method);
    assert_eq!(heard("client/registerCapability"), editor.watches, "{context}");
    assert_eq!(heard("window/workDoneProgress/create"), editor.progress, "{context}");
    assert_eq!(heard("textDocument/publishDiagnostics"), !editor.pulls, "{context}: {said:#?}");
}

/// What is offered to an editor that says whether it shows `lenses`.
fn offered(editor: &Editor, lenses: bool, offer: &Value, context: &str) {
    let runs = cfg!(feature = "runner");
    let has = |name: &str| offer.get(name).is_some();
    assert_eq!(offer["positionEncoding"], editor.encoding, "{context}");
    assert_eq!(has("diagnosticProvider"), editor.pulls, "{context}");
    assert_eq!(has("documentSymbolProvider"), editor.outline, "{context}");
    assert_eq!(has("foldingRangeProvider"), editor.outline, "{context}");
    assert_eq!(has("executeCommandProvider"), editor.shows || runs, "{context}");
    assert_eq!(has("codeLensProvider"), editor.commands || runs && lenses, "{context}");
    let resolves = &offer["completionProvider"]["resolveProvider"];
    assert_eq!(resolves == &json!(true), editor.docs == Docs::Resolved, "{context}");
    let resolves = &offer["codeActionProvider"]["resolveProvider"];
    assert_eq!(resolves == &json!(true), editor.resolves, "{context}");
    assert!(offer["codeActionProvider"]["codeActionKinds"].is_array(), "{context}");
    for name in [
        "hoverProvider",
        "definitionProvider",
        "inlayHintProvider",
        "renameProvider",
        "selectionRangeProvider",
    ] {
        assert!(has(name), "{context}: {name}");
    }
    // Who has another formatter of JSON would be asked which one to use.
    for name in offer.as_object().unwrap().keys() {
        assert!(!name.to_lowercase().contains("formatting"), "{context}: {name}");
    }
}

fn completed(editor: &Editor, server: &mut Server, here: Value, context: &str) {
    let items = server.call("textDocument/completion", here);
    let item = items.as_array().unwrap().iter().find(|item| item["label"] == "integer").unwrap();
    assert_eq!(item["insertTextFormat"], if editor.snippets { 2 } else { 1 }, "{context}");
    let told = match editor.docs {
        Docs::Resolved => {
            assert_eq!(item.get("documentation"), None, "{context}: {item}");
            let resolved = server.call("completionItem/resolve", item.clone());
            assert_eq!(resolved["textEdit"], item["textEdit"], "{context}");
            resolved["documentation"].clone()
        }
        Docs::Markdown | Docs::Plain => {
            assert_eq!(item.get("data"), None, "{context}: {item}");
            item["documentation"].clone()
        }
    };
    let text = if editor.docs == Docs::Plain { &told } else { &told["value"] };
    assert!(text.as_str().unwrap().contains("without a fraction"), "{context}: {told}");
}

/// Edits of much of a large file are only made when the action is chosen, where that can be.
fn upgraded(editor: &Editor, server: &mut Server, folder: &Path, context: &str) {
    let sound = PACT.replace(r#" "é😀": 1, "name": "a","#, "").replace("integr", "integer");
    let uri = uri(&folder.join("pacts/large.json"));
    server.open(&uri, 1, &format!("{sound}{}", " ".repeat(1 << 20)));
    let start = json!({ "line": 0, "character": 0 });
    let actions = server.call(
        "textDocument/codeAction",
        json!({ "textDocument": { "uri": uri }, "range": { "start": start, "end": start },
            "context": { "diagnostics": [], "triggerKind": 1 } }),
    );
    let is_upgrade = |it: &&Value| it["title"].as_str().unwrap().starts_with("Upgrade this file");
    let upgrade = actions.as_array().unwrap().iter().find(is_upgrade).unwrap();
    assert_eq!(upgrade.get("edit").is_none(), editor.resolves, "{context}: {upgrade}");
    if editor.resolves {
        let resolved = server.call("codeAction/resolve", upgrade.clone());
        assert!(resolved["edit"].is_object(), "{context}: {resolved}");
    }
}

fn acted(editor: &Editor, server: &mut Server, document: &Value, range: &Value, context: &str) {
    let asked = json!({ "diagnostics": [], "triggerKind": 1 });
    let actions = server.call(
        "textDocument/codeAction",
        json!({ "textDocument": document, "range": range, "context": asked }),
    );
    let actions = actions.as_array().unwrap();
    let fix = actions.iter().find(|it| it["title"].as_str().unwrap().contains("'integer'"));
    let edit = &fix.unwrap_or_else(|| panic!("{context}: {actions:#?}"))["edit"];
    assert_eq!(edit.get("documentChanges").is_some(), editor.versioned, "{context}: {edit}");
    assert_eq!(edit.get("changes").is_some(), !editor.versioned, "{context}: {edit}");
    let command = actions.iter().any(|it| it["command"]["command"] == "pactlens.explain");
    assert_eq!(command, editor.shows, "{context}: {actions:#?}");
}

/// What LSP4IJ reads of a template: the name, the command by system, and the patterns with a
/// language id.
#[test]
fn the_template_for_jetbrains_starts_the_server() {
    let read = |name: &str| -> Value {
        let text = fs::read_to_string(root().join("editors/jetbrains").join(name)).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let template = read("template.json");
    assert_eq!(template["name"], "pactlens");
    assert_eq!(template["programArgs"]["default"], "pactlens lsp");
    let mapping = &template["fileTypeMappings"][0];
    assert_eq!(
        (&mapping["languageId"], &mapping["fileType"]["patterns"]),
        (&json!("json"), &json!(["*.json"]))
    );
    // An option that nobody knows would be none.
    let page = fs::read_to_string(root().join("editors/README.md")).unwrap();
    for (name, value) in read("initializationOptions.json").as_object().unwrap() {
        assert!(page.contains(&format!("| `{name}` |")) && value.is_boolean(), "{name}");
    }
}
