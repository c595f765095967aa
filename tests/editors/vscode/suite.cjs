// Runs inside VS Code's extension host, on the installed extension.
const assert = require("node:assert");
const fs = require("node:fs");
const http = require("node:http");
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

  const name = at(document, '"integer"');
  const list = await vscode.commands.executeCommand("vscode.executeCompletionItemProvider", uri, name, undefined, 50);
  const told = list.items.find((it) => it.label === "integer")?.documentation;
  assert.match(told?.value ?? String(told), /without a fraction[^]*Since V3/);
  ok("a completion is documented");

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

/** What a build wrote where git does not look is told of, though nobody opened it. */
async function unopened() {
  const uri = file("build/pacts/app-stock.json");
  await until("the problems of a pact that git ignores", () => rules(uri).includes("unknown-matcher"));
  const isOpen = vscode.workspace.textDocuments.some((it) => it.uri.toString() === uri.toString());
  assert.ok(!isOpen, "nobody opened it");
  ok("a pact in an ignored folder that nobody opened is among the problems");
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

/** The status and the text that an address answers with. */
const get = (url) =>
  new Promise((resolve, reject) => {
    const request = http.get(url, (response) => {
      let text = "";
      response.on("data", (part) => (text += part)).on("end", () => resolve([response.statusCode, text]));
    });
    request.on("error", reject);
  });

/** A pact is verified and mocked by what stands above it. */
async function runs() {
  const document = await open("pacts/web-orders.json");
  const uri = document.uri;
  const lenses = async () => (await vscode.commands.executeCommand("vscode.executeCodeLensProvider", uri, 100)) ?? [];
  const titled = (all, title) => all.filter((it) => it.command?.title.startsWith(title));
  // Those of the whole pact, before those of its interactions.
  const lens = (title) =>
    until(`a lens ${title}`, async () => titled(await lenses(), title).find((it) => it.range.start.line === 0));
  const click = async ({ command }) => vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
  const asked = [];
  const provider = http.createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(404, { "Content-Type": "application/json" }).end('{"error": "nobody knows"}');
  });
  await new Promise((resolve) => provider.listen(0, "127.0.0.1", resolve));
  const config = file("pactlens.toml").fsPath;
  const verify = await lens("Verify");
  assert.ok(titled(await lenses(), "Try it").length > 1, "without a provider it can be seen what there is");
  const address = `http://127.0.0.1:${provider.address().port}`;
  fs.writeFileSync(config, `[rules]\nexact-body-values = "off"\n[verify]\nprovider = "${address}"\n`);
  await until("the configuration is read", () => !rules(uri).includes("exact-body-values"));
  assert.deepEqual(asked, [], "nothing is sent before somebody asks");
  await click(verify);
  await until("what the provider did wrong", () => rules(uri).includes("verify"));
  assert.ok(asked.length > 0);
  const told = vscode.languages.getDiagnostics(uri).find((it) => (it.code?.value ?? it.code) === "verify");
  assert.match(told.message, /status.*200.*404/s);
  ok("what a provider did wrong stands in its pact");

  await click(await lens("Mock"));
  const stop = await lens("Stop mock (");
  const url = stop.command.title.match(/http[^)]*/)[0];
  const [status, text] = await get(`${url}/none/of/them`);
  assert.equal(status, 500);
  assert.match(text, /closest/);
  await click(stop);
  await lens("Mock");
  await assert.rejects(get(url));
  const single = titled(await lenses(), "Mock").find((it) => it.range.start.line > 0);
  await click(single);
  const alone = () => lenses().then((all) => titled(all, "Stop mock (")[0]);
  await click(await until("a mock server of one interaction", alone));
  await until("no mock server any more", async () => !(await alone()));
  ok("a pact is mocked until it is no longer wanted, and so is one interaction");
  provider.close();
  fs.rmSync(config);
  await until("the configuration is gone", () => rules(uri).includes("exact-body-values"));
}

/** No test run takes longer to tell of than this, on a busy machine either; 1 s is the aim. */
const LONGEST = 10_000;

/**
 * A test run writes the open pact again and again. What is shown is at each moment that of one of
 * the texts, never nothing; that of the last text comes soon, and then stays.
 */
async function regenerated() {
  const document = await open("pacts/web-orders.json");
  const uri = document.uri;
  await until("diagnostics", () => rules(uri).length > 0);
  const text = fs.readFileSync(uri.fsPath, "utf8");
  const version = (n) => text.replace('"path": "/orders/7"', `"path": "/orders/${n}"`);
  const isLast = (found) => found.includes("unknown-matcher");
  // All that is shown from the first write on, and when it came.
  const seen = [];
  const ours = (change) => change.uris.some((it) => it.toString() === uri.toString());
  const told = vscode.languages.onDidChangeDiagnostics((change) => {
    if (ours(change)) seen.push({ found: rules(uri), at: Date.now() });
  });
  let read = 0;
  const changed = vscode.workspace.onDidChangeTextDocument(({ document: it }) => {
    if (it === document && it.getText().includes('"typ"')) read ||= Date.now();
  });
  const write = (text) => {
    fs.rmSync(uri.fsPath, { force: true });
    fs.writeFileSync(uri.fsPath, text);
  };
  for (let n = 0; n < 10; n += 1) {
    write(version(n));
    await pause(80);
  }
  write(version(99).replace('"match": "type"', '"match": "typ"'));
  const written = Date.now();
  await until("the finding of the last text", () => isLast(rules(uri)), LONGEST);
  // Whatever was on its way has come when the editor has asked once more.
  await vscode.commands.executeCommand("vscode.executeHoverProvider", uri, at(document, '"typ"'));
  await pause(500);
  told.dispose();
  changed.dispose();
  const sets = JSON.stringify(seen.map(({ found, at }) => [at - written, found]));
  assert.ok(!seen.some(({ found }) => found.length === 0), `never empty: ${sets}`);
  const first = seen.findIndex(({ found }) => isLast(found));
  assert.ok(first >= 0 && seen.slice(first).every(({ found }) => isLast(found)), `no way back: ${sets}`);
  ok("a pact that a test writes again and again is never shown without findings, nor with old ones after new");
  const took = seen[first].at - written;
  assert.ok(took < LONGEST, `${took} ms`);
  const parts = `${read - written} ms until the editor had read it, ${seen[first].at - read} ms from then on`;
  ok(`its findings came ${took} ms after the last write: ${parts}; the aim of 1 s is ${took <= 1000 ? "met" : "MISSED"}`);
}

exports.run = async () => {
  try {
    await features();
    await unopened();
    await roots();
    await runs();
    await regenerated();
    lines.push("PASSED");
  } catch (error) {
    lines.push(`FAILED: ${error.stack}`);
    throw error;
  } finally {
    fs.writeFileSync(path.join(process.env.WORK, "suite.txt"), `${lines.join("\n")}\n`);
  }
};
