"""
Consumer tests that write pacts with findings, for tests/hints/run.sh: `python consumer.py FOLDER`.

Between `#[ RULE` and `#]` stands what the finding of that rule is about; hints.py puts there
what the finding says to write instead. `# case:` is the description of what follows.
"""

from __future__ import annotations

import sys
import time
import urllib.request
from pathlib import Path

from pact import Pact, generate, match  # noqa: F401

one = Pact("hints-py", "shop").with_specification("V4")

# case: exact values
(
    one.upon_receiving("exact values")
    .with_request("GET", "/exact")
    .will_respond_with(200)
    .with_body(
        {
            "ok": match.bool(True),
            #[ exact-body-values
            "id": 101,
            #]
            #[ exact-body-values
            "name": "Ann",
            #]
            #[ exact-body-values
            "price": 9.5,
            #]
            #[ exact-body-values
            "whole": 9.0,
            #]
            #[ exact-body-values
            "first-name": "O'Neil \"${x}\" {y} \\ \n\t\x07\u2028 é 😀 # %s",
            #]
            #[ exact-body-values
            "a \"{key}\" [0].b # é": "x",
            #]
            #[ exact-body-values
            "big": 12345678901234567890123,
            #]
        },
        content_type="application/json",
    )
)

# case: dates and ids
(
    one.upon_receiving("dates and ids")
    .with_request("GET", "/dates")
    .will_respond_with(200)
    .with_body(
        {
            #[ exact-body-values
            "createdAt": "2026-11-21T20:31:18Z",
            #]
            #[ exact-body-values
            "changedAt": "2026-11-21T20:31:18.123+01:00",
            #]
            #[ exact-body-values
            "sentAt": "2026-11-21T20:31:18+0100",
            #]
            #[ exact-body-values
            "seenAt": "2026-11-21 20:31",
            #]
            #[ exact-body-values
            "born": "1990-02-28",
            #]
            #[ exact-body-values
            "opens": "09:30:00",
            #]
            #[ exact-body-values
            "lower": "f81d4fae-7dec-41d0-a765-00a0c91e6bf6",
            #]
            #[ exact-body-values
            "mixed": "F81D4FAE-7dec-41d0-a765-00a0c91e6bf6",
            #]
        },
        content_type="application/json",
    )
)

# case: lists and objects
(
    one.upon_receiving("lists and objects")
    .with_request("GET", "/lists")
    .will_respond_with(200)
    .with_body(
        {
            "user": {
                "address": {
                    #[ exact-body-values
                    "street": "Main Street 1",
                    #]
                },
            },
            #[ exact-body-values
            "items": [{"sku": "A-1", "count": 2, "new": True}, {"sku": "B-2", "count": 3, "new": False}],
            #]
            #[ exact-body-values
            "tags": ["red", "blue"],
            #]
            #[ array-min-zero
            "codes": match.like(["a"], min=0),
            #]
        },
        content_type="application/json",
    )
)

# case: an order by its id
(
    one.upon_receiving("an order by its id")
    #[ missing-provider-state
    #]
    .with_request("GET", "/orders/7")
    .will_respond_with(200)
    .with_body(match.like({"total": 9.5}), content_type="application/json")
)

# case: user one
(
    one.upon_receiving("user one")
    #[ state-name-with-id
    .given("user 101 exists")
    #]
    .with_request("GET", "/users/101")
    .will_respond_with(204)
)
# case: user two
(
    one.upon_receiving("user two")
    .given("user 102 exists")
    .with_request("GET", "/users/102")
    .will_respond_with(204)
)

# case: patterns
(
    one.upon_receiving("patterns")
    #[ regex-unanchored
    .with_request("GET", match.regex("/patterns", regex=r"/pattern[a-z]"))
    #]
    .will_respond_with(200)
    .with_body(
        {
            #[ regex-accepts-anything
            "anything": match.regex("some text", regex=r".*"),
            #]
            #[ date-format-suspicious
            "due": match.date("2026-01-31", format="YYYY-MM-DD", disable_conversion=True),
            #]
            #[ localhost-url
            "next": "http://localhost:1234/items/17?page=2",
            #]
        },
        content_type="application/json",
    )
)

# case: headers
(
    one.upon_receiving("headers")
    .with_request("GET", "/headers")
    .will_respond_with(200)
    #[ volatile-header-exact
    .with_header("Date", "Sun, 06 Nov 1994 08:49:37 GMT")
    #]
)

# case: requests
(
    one.upon_receiving("requests")
    .with_request("GET", "/requests")
    #[ hard-coded-date
    .with_query_parameter("from", "2024-04-01")
    #]
    .will_respond_with(204)
)

PATHS = [
    "exact", "dates", "lists", "orders/7", "users/101", "users/102", "patterns", "headers",
    "requests?from=2024-04-01",
]
with one.serve() as server:
    for path in PATHS:
        urllib.request.urlopen(f"{server.url}/{path}", timeout=10).read()
    # The mock server may take note of a request after it has answered it.
    for _ in range(100):
        if server.matched:
            break
        time.sleep(0.02)
    else:
        raise SystemExit(f"not all requests were matched: {server.mismatches}")
one.write_file(Path(sys.argv[1]))
