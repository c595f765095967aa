#!/usr/bin/env python3
"""Writes a synthetic V4 pact of about BYTES bytes to OUT: gen.py BYTES OUT.

Indented by two spaces, as the official core writes. The same arguments give the same
bytes. Interactions are HTTP, with a response body of about 1 kB and 10 to 20 matching
rules; every tenth request has a query, a header and a rule on the query.
"""

import json
import random
import sys

ALWAYS = {
    "$.order": {"match": "integer"},
    "$.uuid": {"match": "regex", "regex": "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"},
    "$.customer.name": {"match": "type"},
    "$.customer.email": {"match": "regex", "regex": "^[^@ ]+@[a-z.]+$"},
    "$.paid": {"match": "boolean"},
    "$.total": {"match": "decimal"},
    "$.labels": {"match": "type", "min": 1},
    "$.labels[*]": {"match": "type"},
    "$.lines": {"match": "type", "min": 1},
    "$.lines[*].sku": {"match": "regex", "regex": "^[A-Z]{3}-\\d{4}$"},
}
SOMETIMES = {
    "$.lines[*].quantity": {"match": "integer"},
    "$.lines[*].price": {"match": "number"},
    "$.lines[*].remark": {"match": "type"},
    "$.placed": {"match": "datetime", "format": "yyyy-MM-dd'T'HH:mm:ss"},
    "$.due": {"match": "date", "format": "yyyy-MM-dd"},
    "$.customer.address.city": {"match": "type"},
    "$.customer.address.latitude": {"match": "decimal"},
    "$._links.self": {"match": "regex", "regex": "^/orders/\\d+$"},
    "$._links.next": {"match": "regex", "regex": "^/orders/\\d+$"},
    "$.remark": {"match": "type"},
}


def both(rule):
    return {"combine": "AND", "matchers": [rule]}


def line(chance):
    return {
        "price": round(1 + 99 * chance.random(), 2),
        "quantity": chance.randint(1, 9),
        "remark": "wrapped " * chance.randint(1, 4),
        "sku": f"ABC-{chance.randint(0, 9999):04d}",
    }


def interaction(number, chance):
    content = {
        "_links": {"next": f"/orders/{number + 1}", "self": f"/orders/{number}"},
        "customer": {
            "address": {"city": "Anytown", "latitude": 51.5, "street": "1 Long Street"},
            "email": f"customer{number}@example.com",
            "name": f"Customer number {number}",
        },
        "due": "2024-08-01",
        "labels": [f"label-{chance.randint(0, 999)}" for _ in range(4)],
        "lines": [line(chance) for _ in range(5)],
        "order": number,
        "paid": number % 2 == 1,
        "placed": "2024-07-20T14:30:00",
        "remark": "leave it with a neighbour " * chance.randint(3, 6),
        "total": round(10 + 90 * chance.random(), 2),
        "uuid": f"{number:08x}-0000-4000-8000-{number:012x}",
    }
    rules = dict(ALWAYS)
    for path in chance.sample(sorted(SOMETIMES), chance.randint(0, len(SOMETIMES))):
        rules[path] = SOMETIMES[path]
    request = {"method": "GET", "path": f"/orders/{number}"}
    if number % 10 == 9:
        request["headers"] = {"Accept": ["application/json"]}
        request["matchingRules"] = {"query": {"expand": both({"match": "type"})}}
        request["query"] = {"expand": ["lines"]}
    return {
        "description": f"a request for order {number}",
        "pending": False,
        "providerStates": [{"name": f"order {number} exists", "params": {"number": number}}],
        "request": request,
        "response": {
            "body": {"content": content, "contentType": "application/json", "encoded": False},
            "headers": {"Content-Type": ["application/json"]},
            "matchingRules": {"body": {path: both(rule) for path, rule in sorted(rules.items())}},
            "status": 200,
        },
        "type": "Synchronous/HTTP",
    }


def main():
    size, out = int(sys.argv[1]), sys.argv[2]
    chance = random.Random(20)
    head = '{\n  "consumer": {\n    "name": "bench-web"\n  },\n  "interactions": [\n'
    tail = (
        '\n  ],\n  "metadata": {\n    "pactSpecification": {\n      "version": "4.0"\n    }\n  },\n'
        '  "provider": {\n    "name": "bench-service"\n  }\n}\n'
    )
    written = len(head) + len(tail)
    with open(out, "w") as file:
        file.write(head)
        number = 0
        while number == 0 or written < size:
            text = json.dumps(interaction(number, chance), indent=2).replace("\n", "\n    ")
            text = (",\n    " if number else "    ") + text
            written += file.write(text)
            number += 1
        file.write(tail)


if __name__ == "__main__":
    main()
