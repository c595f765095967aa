// Runs suite.cjs inside the extension host of a real VS Code, by the hook that VS Code's own
// browser tests use.
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { withCode } = require("./code.cjs");

const { WORK, FIXTURES } = process.env;
const folder = path.join(WORK, "host");
fs.mkdirSync(path.join(folder, "pacts"), { recursive: true });
for (const name of fs.readdirSync(FIXTURES).filter((it) => it.endsWith(".json"))) {
  const text = fs.readFileSync(path.join(FIXTURES, name), "utf8");
  // The defect of the fixture is for those who look at the screen.
  fs.writeFileSync(path.join(folder, "pacts", name), text.replace('"integr"', '"integer"'));
}
// A pact that git does not see, with the defect, of another pair and state.
fs.mkdirSync(path.join(folder, "build/pacts"), { recursive: true });
fs.writeFileSync(path.join(folder, ".gitignore"), "build\n");
execFileSync("git", ["init", "--quiet", folder]);
const built = fs.readFileSync(path.join(FIXTURES, "web-orders.json"), "utf8");
fs.writeFileSync(
  path.join(folder, "build/pacts/app-stock.json"),
  built.replace('"web"', '"app"').replace('"orders"', '"stock"').replace("order 7 exists", "all is there"),
);
// A second root, whose configuration is another one.
const second = path.join(WORK, "second");
fs.mkdirSync(path.join(second, "pacts"), { recursive: true });
fs.copyFileSync(path.join(folder, "pacts/web-orders.json"), path.join(second, "pacts/web-orders.json"));
fs.writeFileSync(path.join(second, "pactlens.toml"), '[rules]\nexact-body-values = "off"\nmissing-content-type = "error"\n');
const workspace = path.join(WORK, "two.code-workspace");
fs.writeFileSync(workspace, JSON.stringify({ folders: [{ path: folder }, { path: second }] }));
// The hook wants an extension under development; the one to test is installed.
const stub = path.join(WORK, "stub");
fs.mkdirSync(stub, { recursive: true });
fs.writeFileSync(
  path.join(stub, "package.json"),
  JSON.stringify({ name: "stub", publisher: "pactlens", version: "0.0.0", engines: { vscode: "^1.91.0" } }),
);

let done;
const ended = new Promise((resolve) => (done = resolve));
const prepare = async (page, port) => {
  await page.exposeFunction("codeAutomationLog", () => {});
  await page.exposeFunction("codeAutomationExit", (code) => done(code));
  const remote = (file) => `vscode-remote://127.0.0.1:${port}${file}`;
  const payload = [
    ["extensionDevelopmentPath", remote(stub)],
    ["extensionTestsPath", remote(path.join(__dirname, "suite.cjs"))],
  ];
  return `&payload=${encodeURIComponent(JSON.stringify(payload))}`;
};
const timeout = new Promise((resolve) => setTimeout(() => resolve("no answer"), 120000));
withCode(workspace, () => Promise.race([ended, timeout]), { prepare, args: ["--vscode-option", "enable-smoke-test-driver"] }).then(
  (code) => {
    const report = path.join(WORK, "suite.txt");
    console.log(fs.existsSync(report) ? fs.readFileSync(report, "utf8").trim() : "no report");
    process.exit(code === 0 ? 0 : 1);
  },
  (error) => {
    console.error(`FAILED: ${error.stack}`);
    process.exit(1);
  },
);
