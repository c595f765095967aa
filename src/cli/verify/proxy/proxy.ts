// Answers for messages; run it with `node proxy.mts`, then
// pactlens verify PACT --provider http://localhost:8090
import { createServer } from "node:http";

type State = { name: string; params?: Record<string, unknown> };

const messages: Record<string, (states: State[], request?: unknown) => unknown> = {
  // The description in the pact, and what your code makes for it. `request` is what came in,
  // for messages with an answer.
  "an order was placed": (states, request) => ({ id: 7 }),
};
const metadata = { topic: "orders" };

createServer(async (incoming, answer) => {
  let text = "";
  for await (const part of incoming) text += part;
  const { description, providerStates = [], request } = JSON.parse(text);
  const make = messages[description];
  if (!make) return answer.writeHead(404).end(`no message is called ${description}`);
  answer.writeHead(200, {
    "Content-Type": "application/json",
    "Pact-Message-Metadata": Buffer.from(JSON.stringify(metadata)).toString("base64"),
  });
  answer.end(JSON.stringify(make(providerStates, request)));
}).listen(8090, "localhost");
