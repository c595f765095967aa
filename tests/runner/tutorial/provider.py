"""The provider of the tutorial: members in memory, and a handler for provider states.

`Directory("name")` keeps to the pact; with another word the field has been renamed.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))
from wire import Request, response  # noqa: E402

JSON = [("Content-Type", "application/json")]


class Directory:
    def __init__(self, field: str):
        self.field = field
        self.members: dict[str, dict] = {}
        self.states: list[dict] = []

    def __call__(self, request: Request) -> bytes:
        if request.method == "POST" and request.path == "/_pact/provider_states":
            return self._state(json.loads(request.body))
        member = self.members.get(request.path.removeprefix("/members/"))
        if request.method == "GET" and request.path.startswith("/members/") and member:
            return response(200, JSON, json.dumps(member).encode())
        return response(404, JSON, b'{"error": "no such member"}')

    def _state(self, call: dict) -> bytes:
        self.states.append(call)
        if call["state"] == "member 101 is known" and call["action"] == "setup":
            self.members["101"] = {
                "id": 101,
                self.field: "Caroline Herschel",
                "email": "caroline@example.org",
                "active": False,
                "plan": {"title": "monthly", "price": 1.5},
            }
        elif call["action"] == "teardown":
            self.members.clear()
        return response(200, JSON, b"{}")
