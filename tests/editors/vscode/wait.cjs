// Waiting, for what runs beside VS Code and inside of it.

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until `condition` gives something. */
async function until(what, condition, patience = 20000) {
  const start = Date.now();
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() - start > patience) throw new Error(`nothing came: ${what}`);
    await pause(20);
  }
}

module.exports = { pause, until };
