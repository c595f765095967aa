// Which program is run as the server.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import * as vscode from "vscode";

const NAME = process.platform === "win32" ? "pactlens.exe" : "pactlens";

/** The setting, the bundled program, or one on the PATH, in this order. */
export function findServer(context: vscode.ExtensionContext): string | undefined {
  // In an untrusted folder this is the user's own setting, not the folder's.
  const wanted = vscode.workspace.getConfiguration("pactlens").get<string>("path", "").trim();
  if (wanted !== "") {
    return wanted;
  }
  const bundled = context.asAbsolutePath(join("server", NAME));
  if (existsSync(bundled)) {
    return bundled;
  }
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, NAME)).find((path) => existsSync(path));
}
