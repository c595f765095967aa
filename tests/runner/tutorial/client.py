"""The client of the tutorial. As a program, `client.py URL`, it asks there and says what it got."""

import json
import sys
from urllib.request import Request, urlopen


def fetch_member(base: str, number: int) -> dict:
    """A member, with everything that the sign-up page shows."""
    request = Request(f"{base.rstrip('/')}/members/{number}", headers={"Accept": "application/json"})
    with urlopen(request, timeout=10) as answer:
        member = json.load(answer)
    assert isinstance(member["id"], int), member
    assert isinstance(member["name"], str), member
    assert "@" in member["email"], member
    assert isinstance(member["active"], bool), member
    assert isinstance(member["plan"]["price"], float), member
    return member


if __name__ == "__main__":
    print(fetch_member(sys.argv[1], 101)["name"])
