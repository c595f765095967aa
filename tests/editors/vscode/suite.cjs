// Runs inside VS Code's extension host, on the installed extension.
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");

const { pause, until } = require("./wait.cjs");

const lines = [];
const ok = (what) => lines.push(`ok ${what}`);

const root = () => vscode.workspace.workspaceFolders[0].uri;
const file = (name) => vscode.Uri.joinPath(root(), name);
const rules = (uri) =>
  vscode.languages
    .getDiagnostics(uri)
    .filter((it) => it.source === "pactlens")
    .map((it) => it.code?.value ?? it.code);

async function open(name) {
  const document = await vscode.workspace.openTextDocument(file(name));
  await vscode.window.showTextDocument(document);
  return document;
}

const at = (document, text) => document.positionAt(document.getText().indexOf(text) + 1);

async function features() {
  const extension = vscode.extensions.getExtension("pactlens.pactlens");
  assert.ok(extension, "the extension is there");
  const document = await open("pacts/web-orders.json");
  const uri = document.uri;
  await until("diagnostics", () => rules(uri).includes("exact-body-values"));
  ok("diagnostics");

  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const hints = await vscode.commands.executeCommand("vscode.executeInlayHintProvider", uri, whole);
  const labels = hints.map((it) => (typeof it.label === "string" ? it.label : it.label.map((part) => part.value).join("")));
  assert.ok(labels.includes("exact") && labels.includes("type, min 1"), labels.join());
  ok("inlay hints");

  const places = await vscode.commands.executeCommand("vscode.executeDefinitionProvider", uri, at(document, '"$.items"'));
  assert.equal(document.getText(places[0].range ?? places[0].targetRange).trim()[0], "[");
  ok("a rule leads to its value");

  const symbols = await vscode.commands.executeCommand("vscode.executeDocumentSymbolProvider", uri);
  assert.ok(!(symbols ?? []).some((it) => it.name.startsWith("GET /orders")), "the outline is left to the editor");
  ok("no second outline");

  const formats = await vscode.commands.executeCommand("vscode.executeFormatDocumentProvider", uri, {});
  assert.ok(formats === undefined || Array.isArray(formats));

  const edit = await vscode.commands.executeCommand(
    "vscode.executeDocumentRenameProvider",
    uri,
    at(document, '"order 7 exists"'),
    "order 7 is open",
  );
  assert.equal(edit.entries().length, 3, "all pacts that use it");
  assert.ok(await vscode.workspace.applyEdit(edit));
  await vscode.workspace.saveAll(false);
  for (const name of ["pacts/web-orders.json", "pacts/web-users.json"]) {
    await until(`the new name in ${name}`, () => fs.readFileSync(file(name).fsPath, "utf8").includes('"order 7 is open"'));
  }
  ok("a state is renamed in all files");

  const finding = vscode.languages.getDiagnostics(uri).find((it) => (it.code?.value ?? it.code) === "exact-body-values");
  const actions = await vscode.commands.executeCommand("vscode.executeCodeActionProvider", uri, finding.range);
  const loosen = actions.find((it) => it.title.startsWith("Accept "));
  assert.ok(loosen, actions.map((it) => it.title).join(" | "));
  assert.ok(await vscode.workspace.applyEdit(loosen.edit));
  await until("no exact values", () => !rules(uri).includes("exact-body-values"));
  assert.ok(document.getText().includes('"$.createdAt"'), "a rule was written");
  ok("a body is loosened");
  await vscode.commands.executeCommand("workbench.action.files.revert");
}

/** Each root has its own configuration, and it counts at once when it changes. */
async function roots() {
  const second = vscode.workspace.workspaceFolders[1].uri;
  const uri = vscode.Uri.joinPath(second, "pacts/web-orders.json");
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  const config = vscode.Uri.joinPath(second, "pactlens.toml");
  fs.writeFileSync(config.fsPath, '[rules]\nexact-body-values = "error"\n');
  const loud = (it) => it.source === "pactlens" && it.severity === vscode.DiagnosticSeverity.Error;
  await until("the level of the second root", () => vscode.languages.getDiagnostics(uri).some(loud));
  fs.writeFileSync(config.fsPath, '[rules]\nexact-body-values = "off"\n');
  await until("nothing in the second root", () => rules(uri).length === 0);
  assert.ok(rules(file("pacts/web-orders.json")).includes("exact-body-values"), "the first root is as it was");
  ok("two roots have two configurations");
}

/** A test run writes the open pact again and again; what is shown never goes empty in between. */
async function regenerated() {
  const document = await open("pacts/web-orders.json");
  const uri = document.uri;
  await until("diagnostics", () => rules(uri).length > 0);
  const seen = [];
  const listener = vscode.languages.onDidChangeDiagnostics((change) => {
    if (change.uris.some((it) => it.toString() === uri.toString())) seen.push(rules(uri));
  });
  const text = fs.readFileSync(uri.fsPath, "utf8");
  const version = (n) => text.replace('"path": "/orders/7"', `"path": "/orders/${n}"`);
  for (let n = 0; n < 10; n += 1) {
    fs.rmSync(uri.fsPath, { force: true });
    fs.writeFileSync(uri.fsPath, version(n));
    await pause(80);
  }
  const last = version(99).replace('"match": "type"', '"match": "typ"');
  fs.rmSync(uri.fsPath, { force: true });
  fs.writeFileSync(uri.fsPath, last);
  const written = Date.now();
  await until("the finding of the last text", () => rules(uri).includes("unknown-matcher"));
  const took = Date.now() - written;
  listener.dispose();
  assert.ok(!seen.some((found) => found.length === 0), `never empty: ${JSON.stringify(seen)}`);
  ok(`a pact that a test writes anew is judged anew (${took} ms after the last write), and never silently empty`);
}

exports.run = async () => {
  try {
    await features();
    await roots();
    await regenerated();
    lines.push("PASSED");
  } catch (error) {
    lines.push(`FAILED: ${error.stack}`);
    throw error;
  } finally {
    fs.writeFileSync(path.join(process.env.WORK, "suite.txt"), `${lines.join("\n")}\n`);
  }
};
