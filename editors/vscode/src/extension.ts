// Starts `pactlens lsp` and keeps it running; everything else is the server's work.

import * as vscode from "vscode";
import { type Executable, LanguageClient, type LanguageClientOptions, State } from "vscode-languageclient/node";

import { findServer } from "./server";

let client: LanguageClient | undefined;
let output: vscode.LogOutputChannel;
let status: vscode.StatusBarItem;
/** Starts and stops come one after the other. */
let turn: Promise<void> = Promise.resolve();

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  output = vscode.window.createOutputChannel("pactlens", { log: true });
  status = vscode.window.createStatusBarItem("pactlens", vscode.StatusBarAlignment.Right, 0);
  status.name = "pactlens";
  status.command = "pactlens.showOutput";
  const restart = () => inTurn(() => start(context));
  context.subscriptions.push(
    output,
    status,
    vscode.commands.registerCommand("pactlens.restart", restart),
    vscode.commands.registerCommand("pactlens.showOutput", () => output.show()),
    vscode.commands.registerCommand("pactlens.showVersion", showVersion),
    vscode.commands.registerCommand("pactlens.copyHint", copyHint),
    vscode.commands.registerCommand("pactlens.openTest", openTest),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("pactlens") && !change.affectsConfiguration("pactlens.trace")) {
        void restart();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.window.onDidChangeActiveTextEditor(showStatus),
  );
  await restart();
}

export function deactivate(): Promise<void> {
  return inTurn(stop);
}

function inTurn(work: () => Promise<void>): Promise<void> {
  turn = turn.then(work).catch((error: unknown) => output.error(String(error)));
  return turn;
}

async function start(context: vscode.ExtensionContext): Promise<void> {
  await stop();
  const settings = vscode.workspace.getConfiguration("pactlens");
  if (!settings.get<boolean>("enable", true)) {
    return;
  }
  const command = findServer(context);
  if (command === undefined) {
    const text = "pactlens: no server comes with this build and none is on the PATH; set pactlens.path";
    output.error(text);
    void vscode.window.showErrorMessage(text);
    return;
  }
  output.info(`starting ${command} lsp`);
  const env = { ...process.env, ...settings.get<Record<string, string>>("environment", {}) };
  const server: Executable = { command, args: ["lsp"], options: { env } };
  const globs = settings.get<string[]>("files", ["**/*.json"]);
  const options: LanguageClientOptions = {
    documentSelector: globs.flatMap((pattern) =>
      ["json", "jsonc"].map((language) => ({ scheme: "file", language, pattern })),
    ),
    outputChannel: output,
    traceOutputChannel: output,
    initializationOptions: {
      // The editor's own JSON support has an outline, and tells of invalid JSON.
      outline: false,
      syntaxErrors: false,
      diagnosticMode: settings.get<string>("diagnosticMode", "workspace"),
      // In a workspace that is not trusted nothing is run.
      trusted: vscode.workspace.isTrusted,
      regexTargets: settings.get<string[]>("regexTargets", []),
      // What the server may have us do, registered above.
      commands: ["pactlens.copyHint", "pactlens.openTest"],
    },
  };
  client = new LanguageClient("pactlens", "pactlens", server, options);
  client.onDidChangeState(showStatus);
  await client.start();
}

async function stop(): Promise<void> {
  const old = client;
  client = undefined;
  if (old !== undefined) {
    await old.dispose();
  }
  showStatus();
}

function showVersion(): void {
  const info = client?.initializeResult?.serverInfo;
  const text = info === undefined ? "pactlens is not running" : `${info.name} ${info.version ?? ""}`;
  void vscode.window.showInformationMessage(text);
}

/** The code that a test needs, from an action on a finding. */
async function copyHint(code: string): Promise<void> {
  await vscode.env.clipboard.writeText(code);
  vscode.window.setStatusBarMessage("Copied for the test", 3000);
}

/** The test that wrote an interaction, from the lens above it; line and column from zero. */
async function openTest(uri: string, line: number, column: number): Promise<void> {
  const place = new vscode.Position(line, column);
  await vscode.window.showTextDocument(vscode.Uri.parse(uri), { selection: new vscode.Range(place, place) });
}

/** Shown while a JSON file is, so that other work is not disturbed. */
function showStatus(): void {
  const language = vscode.window.activeTextEditor?.document.languageId;
  if (language !== "json" && language !== "jsonc") {
    status.hide();
    return;
  }
  const running = client?.state === State.Running;
  status.text = running ? "$(check) pactlens" : "$(circle-slash) pactlens";
  status.tooltip = running ? "pactlens is running" : "pactlens is not running";
  status.show();
}
