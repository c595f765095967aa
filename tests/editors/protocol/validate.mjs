// Talks to the server and holds every message of it against the protocol's own types:
// validate.mjs PACTLENS SCHEMA FIXTURES. Without faults planted nothing may be wrong; with them
// each must be seen.
import { spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [server, schemaFile, fixtures] = process.argv.slice(2);
const require = createRequire(path.resolve(schemaFile));
const { default: Ajv } = require("ajv");

const schema = JSON.parse(fs.readFileSync(schemaFile));
schema.definitions.uinteger = { type: "integer", minimum: 0, maximum: 2147483647 };
schema.definitions.integer = { type: "integer", minimum: -2147483648, maximum: 2147483647 };
const ajv = new Ajv({ allErrors: true, strict: false });
ajv.addSchema(schema, "wire");
const methods = schema.definitions.Wire.properties;

/** What is wrong with a message; empty if nothing is. */
function faults(method, value) {
  if (!(method in methods)) return `no type for ${method}`;
  const escaped = method.replace(/~/g, "~0").replace(/\//g, "~1");
  const check = ajv.getSchema(`wire#/definitions/Wire/properties/${escaped}`);
  return check(value) ? "" : `${method}: ${ajv.errorsText(check.errors).slice(0, 500)}`;
}

/** One session; what the server sends passes through `change` first. */
async function session(change, pulls) {
  const wrong = [];
  const seen = new Set();
  const child = spawn(server, ["lsp"], { stdio: ["pipe", "pipe", "ignore"] });
  const waiting = new Map();
  let bytes = Buffer.alloc(0);
  let id = 0;
  const send = (message) => {
    const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
    child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    child.stdin.write(body);
  };
  const judge = (method, value) => {
    seen.add(method);
    const fault = faults(method, change(method, value));
    if (fault !== "") wrong.push(fault);
  };
  child.stdout.on("data", (data) => {
    bytes = Buffer.concat([bytes, data]);
    for (;;) {
      const head = bytes.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(bytes.toString("latin1", 0, head))[1]);
      if (bytes.length < head + 4 + length) return;
      const message = JSON.parse(bytes.toString("utf8", head + 4, head + 4 + length));
      bytes = bytes.subarray(head + 4 + length);
      if (message.jsonrpc !== "2.0") wrong.push("no jsonrpc field");
      if (message.method === undefined) {
        const { method, resolve } = waiting.get(message.id);
        waiting.delete(message.id);
        if ("error" in message) wrong.push(`${method}: ${JSON.stringify(message.error)}`);
        else judge(method, message.result);
        resolve(message.result);
      } else {
        judge(message.method, message.params);
        const result = message.method === "window/showDocument" ? { success: true } : null;
        if ("id" in message) send({ id: message.id, result });
      }
    }
  });
  const ask = (method, params) =>
    new Promise((resolve) => {
      id += 1;
      waiting.set(id, { method, resolve });
      send({ id, method, params });
    });
  const tell = (method, params) => send({ method, params });

  const file = path.resolve(fixtures, "web-orders.json");
  const uri = pathToFileURL(file).href;
  const textDocument = { uri };
  const all = { start: { line: 0, character: 0 }, end: { line: 40, character: 0 } };
  const capabilities = {
    window: { workDoneProgress: true, showDocument: { support: true } },
    workspace: {
      workspaceEdit: { documentChanges: true, resourceOperations: ["create"] },
      didChangeWatchedFiles: { dynamicRegistration: true },
      codeLens: { refreshSupport: true },
    },
    textDocument: {
      ...(pulls ? { diagnostic: {} } : {}),
      publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true },
      codeAction: {
        codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } },
        resolveSupport: { properties: ["edit"] },
      },
      documentSymbol: { hierarchicalDocumentSymbolSupport: true },
      completion: {
        completionItem: {
          snippetSupport: true,
          documentationFormat: ["markdown"],
          // One session is told at once, the other asks.
          ...(pulls ? { resolveSupport: { properties: ["documentation"] } } : {}),
        },
      },
      hover: { contentFormat: ["markdown"] },
    },
  };
  const workspaceFolders = [{ uri: pathToFileURL(path.resolve(fixtures)).href, name: "pacts" }];
  const initializationOptions = { diagnosticMode: "workspace", commands: ["pactlens.copyHint", "pactlens.openTest"] };
  await ask("initialize", { processId: process.pid, rootUri: null, capabilities, workspaceFolders, initializationOptions });
  tell("initialized", {});
  const text = fs.readFileSync(file, "utf8");
  tell("textDocument/didOpen", { textDocument: { uri, languageId: "json", version: 1, text } });
  await ask("textDocument/documentSymbol", { textDocument });
  await ask("textDocument/foldingRange", { textDocument });
  await ask("textDocument/selectionRange", { textDocument, positions: [all.start, { line: 5, character: 9 }, all.end] });
  await ask("textDocument/inlayHint", { textDocument, range: all });
  await ask("textDocument/semanticTokens/full", { textDocument });
  await ask("textDocument/semanticTokens/range", { textDocument, range: all });
  await ask("textDocument/codeAction", { textDocument, range: all, context: { diagnostics: [] } });
  await ask("workspace/symbol", { query: "" });
  for (let row = 0; row < text.split("\n").length; row += 1) {
    const start = { line: row, character: 3 };
    const context = { diagnostics: [], triggerKind: 1 };
    const actions = await ask("textDocument/codeAction", { textDocument, range: { start, end: start }, context });
    for (const { command, data, ...rest } of actions ?? []) {
      if (command?.command === "pactlens.explain") await ask("workspace/executeCommand", command);
      if (data !== undefined) await ask("codeAction/resolve", { ...rest, data });
    }
  }
  await ask("codeAction/resolve", { title: "x", data: { uri, upgrade: "V4" } });
  await ask("textDocument/codeLens", { textDocument });
  await ask("textDocument/documentLink", { textDocument });
  if (pulls) {
    await ask("textDocument/diagnostic", { textDocument });
    await ask("workspace/diagnostic", { previousResultIds: [] });
  }
  const lines = text.split("\n");
  for (let line = 0; line < lines.length; line += 1) {
    for (let character = 0; character <= lines[line].length; character += 3) {
      const place = { textDocument, position: { line, character } };
      await ask("textDocument/hover", place);
      const items = await ask("textDocument/completion", place);
      if (pulls && items !== null) await ask("completionItem/resolve", items[0]);
      await ask("textDocument/definition", place);
      await ask("textDocument/references", { ...place, context: { includeDeclaration: true } });
      await ask("textDocument/documentHighlight", place);
      const renamed = await ask("textDocument/prepareRename", place);
      if (renamed !== null) await ask("textDocument/rename", { ...place, newName: "another" });
    }
  }
  await ask("shutdown");
  tell("exit");
  const code = await new Promise((resolve) => child.on("exit", resolve));
  if (code !== 0) wrong.push(`exit code ${code}`);
  return { wrong, seen };
}

const { wrong, seen } = await session((_, value) => value, false);
const pulled = await session((_, value) => value, true);
wrong.push(...pulled.wrong);
for (const method of pulled.seen) seen.add(method);
for (const fault of wrong.slice(0, 20)) console.error(fault);
const plants = {
  "textDocument/publishDiagnostics": (value) => ({ ...value, diagnostics: [{ message: "x", sevrity: 1 }] }),
  "textDocument/inlayHint": (value) => [{ ...value[0], position: { line: -1, character: 1.5 } }],
  "textDocument/documentSymbol": (value) => [{ ...value[0], kind: "Method" }],
};
let blind = 0;
for (const [method, plant] of Object.entries(plants)) {
  const { wrong: caught } = await session((at, value) => (at === method ? plant(value) : value), false);
  if (!caught.some((fault) => fault.startsWith(method))) {
    console.error(`a fault in ${method} was not seen`);
    blind += 1;
  }
}
console.log(`${seen.size} kinds of message, ${wrong.length} faults; ${Object.keys(plants).length - blind} planted ones seen`);
process.exit(wrong.length + blind === 0 ? 0 : 1);
