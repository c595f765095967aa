// What a person sees of pactlens in VS Code.
const fs = require("node:fs");
const path = require("node:path");
const { withCode } = require("./code.cjs");
const { pause, until } = require("./wait.cjs");

const { WORK, SHOTS, FIXTURES } = process.env;
const folder = path.join(WORK, "project");
const pact = path.join(folder, "pacts/web-orders.json");
const read = (name) => fs.readFileSync(path.join(FIXTURES, name), "utf8");

function write(file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

write(pact, read("web-orders.json"));
write(path.join(folder, "pacts/web-users.json"), read("web-users.json"));
write(path.join(folder, ".gitignore"), "build\n");
write(path.join(folder, "build/pacts/app-orders.json"), read("web-orders.json").replace('"web"', '"app"'));
write(path.join(folder, "other.json"), '{ "name": "no-pact", "match": "integr" }\n');

const started = Date.now();
let shots = 0;

withCode(folder, async (page) => {
  const ok = (what) => console.log(`ok ${what} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  const check = (what, holds, seen) => {
    if (!holds) throw new Error(`${what}: ${JSON.stringify(seen)}`);
    ok(what);
  };
  const shot = (name) => page.screenshot({ path: path.join(SHOTS, `${++shots}-${name}.png`) });
  const texts = (selector) => page.$$eval(selector, (all) => all.map((one) => one.innerText.replace(/\s+/g, " ").trim()));
  const see = (selector, patience = 30000) => page.waitForSelector(selector, { timeout: patience });
  const open = async (name) => {
    await page.keyboard.press("Control+P");
    await see(".quick-input-widget input");
    await page.keyboard.type(name, { delay: 10 });
    await see(`.quick-input-list .monaco-list-row:has-text('${path.basename(name)}')`);
    await page.keyboard.press("Enter");
    await see(`.tab.active[data-resource-name='${path.basename(name)}']`);
  };
  const goTo = async (line, column) => {
    await page.keyboard.press("Control+G");
    await see(".quick-input-widget input");
    // The colon is there already.
    await pause(100);
    await page.keyboard.type(`${line}:${column}`, { delay: 20 });
    await pause(100);
    await page.keyboard.press("Enter");
    await pause(200);
  };
  /** A key that comes while the editor is busy with another may be lost, as it is for a person. */
  const again = async (work) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await work();
      } catch (error) {
        if (tries === 4) throw error;
      }
    }
  };
  const run = async (command) => {
    await page.keyboard.press("F1");
    await see(".quick-input-widget input");
    await page.keyboard.type(command, { delay: 5 });
    await see(".quick-input-list .monaco-list-row");
    await pause(200);
    await page.keyboard.press("Enter");
  };

  await see(".monaco-workbench", 90000);
  await see(".explorer-folders-view .monaco-list-row", 60000);
  await open("pacts/web-orders.json");
  await see(".squiggly-error", 60000);
  ok("a squiggle");
  await until("inlay hints", async () => (await texts("[class*='dyn-rule']")).some((text) => text.includes("exact")));
  ok("hints beside values");
  await see(".statusbar-item:has-text('pactlens')");
  await shot("open");

  await page.keyboard.press("Control+Shift+M");
  const rows = ".markers-panel .monaco-list-row";
  await until("problems", async () => (await texts(rows)).some((text) => text.includes("unknown-matcher")));
  await shot("problems");
  check("the problems panel names the rule", true);

  await again(async () => {
    await page.keyboard.press("Escape");
    await goTo(20, 49);
    await run("Show or Focus Hover");
    await see(".monaco-hover:not(.hidden) .hover-contents", 5000);
  });
  const hover = (await texts(".monaco-hover:not(.hidden) .hover-contents")).join(" | ");
  await shot("hover");
  check("a hover explains the rule", hover.includes("integr") && hover.includes("matcher"), hover);
  await page.keyboard.press("Escape");

  await again(async () => {
    await page.keyboard.press("Escape");
    await goTo(20, 49);
    await page.keyboard.press("Control+.");
    await see(".action-widget .monaco-list-row", 5000);
  });
  await pause(300);
  const actions = await texts(".action-widget .monaco-list-row");
  await shot("actions");
  check("a quick fix is offered", actions.some((text) => text.includes("Write 'integer'")), actions);
  await page.click(".action-widget .monaco-list-row:has-text(\"Write 'integer'\")");
  await page.waitForSelector(".squiggly-error", { state: "detached", timeout: 20000 });
  await page.keyboard.press("Control+S");
  await until("the fix on the disk", () => fs.readFileSync(pact, "utf8").includes('{ "match": "integer" }'));
  ok("a quick fix is saved");

  await goTo(20, 1);
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.type('"$.', { delay: 50 });
  await see(".suggest-widget.visible .monaco-list-row");
  await until("rule paths", async () =>
    (await page.$$eval(".suggest-widget.visible .monaco-list-row", (all) => all.map((one) => one.getAttribute("aria-label")))).some(
      (label) => label?.includes("$.items[*].price"),
    ),
  );
  // What is told of one is shown on demand, and fetched then.
  await page.keyboard.press("Control+Space");
  await until("what a path picks", async () => (await texts(".suggest-details")).some((text) => text.includes("Picks one value")));
  await shot("completion");
  ok("rule paths are completed, and tell what they pick");
  await page.keyboard.press("Escape");
  await run("File: Revert File");
  await pause(500);

  check("it is among the problems before", (await texts(rows)).some((text) => text.includes("app-orders.json")), await texts(rows));
  await open("build/pacts/app-orders.json");
  await see(".squiggly-error", 30000);
  ok("a pact in an ignored folder is judged");

  await open("other.json");
  await pause(1500);
  check("other JSON is left alone", (await page.locator(".squiggly-error, .squiggly-warning").count()) === 0);
}).then(
  () => process.exit(0),
  (error) => {
    console.error(`FAILED: ${error.stack}`);
    process.exit(1);
  },
);
