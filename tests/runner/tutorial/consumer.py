"""A test of a consumer with pact-python: its client against pact-python's mock server.

Run as `consumer.py FOLDER`; it writes the pact into FOLDER.
"""

import sys

from client import fetch_member
from pact import Pact, match

pact = Pact("signup-page", "member-directory").with_specification("V4")
(
    pact.upon_receiving("a look at one member")
    .given("member 101 is known")
    .with_request("GET", "/members/101")
    .with_header("Accept", "application/json")
    .will_respond_with(200)
    .with_body(
        {
            "id": match.int(101),
            "name": match.str("Mary Somerville"),
            "email": match.regex("mary@example.com", regex=r"^[^@\s]+@[^@\s]+$"),
            "active": match.bool(True),
            "plan": {"title": match.str("yearly"), "price": match.decimal(12.5)},
        },
        content_type="application/json",
    )
)

with pact.serve() as server:
    fetch_member(str(server.url), 101)
pact.write_file(sys.argv[1])
