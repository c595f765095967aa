// A real VS Code in a headless browser.
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");
const { chromium } = require("playwright-core");

const { until } = require("./wait.cjs");

const { WORK, SHOTS, ENTRY } = process.env;

const freePort = () =>
  new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

const answers = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });

/** Starts VS Code, opens `folder` (or a workspace file) and calls `work` with its page. */
async function withCode(folder, work, more = {}) {
  const port = await freePort();
  const args = [ENTRY, "--user-data-dir", path.join(WORK, "user"), "--extensions-dir", path.join(WORK, "extensions")];
  args.push("--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check");
  args.push("--disable-workspace-trust", "--disable-getting-started-override", ...(more.args ?? []));
  let log = "";
  const env = { ...process.env, EXTENSIONS_GALLERY: "{}" };
  const server = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env });
  server.stdout.on("data", (data) => (log += data));
  server.stderr.on("data", (data) => (log += data));
  let browser;
  try {
    await until("a listening server", () => server.exitCode !== null || answers(port), 60000);
    if (server.exitCode !== null) throw new Error(`the server ended: ${log}`);
    const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
    flags.push("--disable-background-networking", "--disable-component-update", "--disable-sync");
    browser = await chromium.launch({ executablePath: more.chromium ?? "/usr/bin/chromium", args: flags });
    const page = await (await browser.newContext({ viewport: { width: 1400, height: 900 } })).newPage();
    const kind = folder.endsWith(".code-workspace") ? "workspace" : "folder";
    const prepare = more.prepare ?? (async () => "");
    const query = await prepare(page, port);
    await page.goto(`http://127.0.0.1:${port}/?${kind}=${folder}${query}`);
    try {
      return await work(page);
    } catch (error) {
      await page.screenshot({ path: path.join(SHOTS, "failed.png") });
      throw error;
    }
  } finally {
    await browser?.close();
    server.kill("SIGTERM");
    fs.writeFileSync(path.join(SHOTS, "server.log"), log);
  }
}

module.exports = { withCode };
