# Answers for messages; run it with `python proxy.py`, then
# pactlens verify PACT --provider http://localhost:8090
import base64, json
from http.server import BaseHTTPRequestHandler, HTTPServer

MESSAGES = {
    # The description in the pact, and what your code makes for it. `request` is what came in,
    # for messages with an answer.
    "an order was placed": lambda states, request: {"id": 7},
}
METADATA = {"topic": "orders"}

class Proxy(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        make = MESSAGES.get(asked["description"])
        if make is None:
            return self.send_error(404, "no such message")
        body = json.dumps(make(asked.get("providerStates", []), asked.get("request"))).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Pact-Message-Metadata", base64.b64encode(json.dumps(METADATA).encode()).decode())
        self.end_headers()
        self.wfile.write(body)

HTTPServer(("localhost", 8090), Proxy).serve_forever()
