"""
Writes pacts with pact-python as its documentation uses it: `python write.py FOLDER`.

Every HTTP interaction runs against the library's own mock server and every message
through its own `verify`, so the files are what a passing consumer test leaves behind.
"""

from __future__ import annotations

import base64
import datetime
import json
import sys
import tempfile
import time
import urllib.error
import urllib.request
from importlib.metadata import version
from pathlib import Path

from pact import Pact, generate, match

try:
    from pact import xml
except ImportError:
    xml = None

FOLDER = Path(sys.argv[1])
MAJOR = version("pact-python").split(".")[0]
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def pact(topic: str, spec: str | None = None) -> Pact:
    made = Pact(f"py{MAJOR}-{topic}", "shop")
    return made.with_specification(spec) if spec else made


def call(server, method: str, path: str, body: bytes | None = None, **headers: str) -> bytes:
    request = urllib.request.Request(str(server.url) + path, data=body, method=method)
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        if error.code >= 500:
            raise
        return error.read()


def settle(server) -> None:
    """The mock server may take note of a request after it has answered it."""
    for _ in range(100):
        if server.matched:
            break
        time.sleep(0.02)


def start() -> None:
    """The examples of the front page and of the package's own documentation."""
    one = Pact("py" + MAJOR + "-start", "provider")
    (
        one.upon_receiving("a basic request")
        .given("user 123 exists")
        .with_request("GET", "/user/123")
        .will_respond_with(200)
        .with_header("Content-Type", "application/json")
        .with_body({"id": 123, "name": "Alice"})
    )
    with one.serve() as server:
        assert json.loads(call(server, "GET", "/user/123"))["id"] == 123
        settle(server)
    one.write_file(FOLDER)

    two = Pact("py" + MAJOR + "-users", "provider").with_specification("V4")
    (
        two.upon_receiving("a request for a user")
        .given("the user exists", id=123, name="Alice")
        .with_request("GET", match.regex("/users/123", regex=r"/users/\d+"))
        .with_header("Accept", "application/json")
        .will_respond_with(200)
        .with_body(
            {
                "id": match.int(123),
                "name": match.str("Alice"),
                "created_on": match.datetime(),
                "email": match.regex(
                    "alice@example.com",
                    regex=r"[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}",
                ),
                "address": {
                    "street": match.str("123 Main St"),
                    "postal_code": match.regex("12345", regex=r"\d{5}"),
                },
                "roles": match.each_like(match.str("admin")),
            },
            content_type="application/json",
        )
    )
    (
        two.upon_receiving("a user to be made")
        .given("no user exists")
        .with_request("POST", "/users/")
        .with_body({"name": "Verna"}, content_type="application/json")
        .will_respond_with(201)
        .with_body(
            {
                "id": match.int(124),
                "name": "Verna",
                "created_on": match.datetime("2024-07-20T14:30:00+0000"),
            },
            content_type="application/json",
        )
    )
    (
        two.upon_receiving("a request for a user that is missing")
        .given("the user doesn't exist", user_id=999)
        .with_request("GET", "/users/999")
        .will_respond_with(404)
        .with_body({"detail": "User not found"}, content_type="application/json")
    )
    (
        two.upon_receiving("a user to be deleted")
        .given("the user exists", id=123)
        .with_request("DELETE", "/users/123")
        .will_respond_with(204)
    )
    with two.serve() as server:
        call(server, "GET", "/users/123", Accept="application/json")
        call(server, "POST", "/users/", b'{"name": "Verna"}', Content_Type="application/json")
        call(server, "GET", "/users/999")
        call(server, "DELETE", "/users/123")
        settle(server)
    two.write_file(FOLDER)


def offset() -> None:
    """The documented example of `match.datetime`, which its own format refuses."""
    one = pact("offset", "V4")
    (
        one.upon_receiving("a time with an offset")
        .with_request("GET", "/now")
        .will_respond_with(200)
        .with_body(
            {"now": match.datetime("2024-07-20T14:30:00+00:00")}, content_type="application/json"
        )
    )
    with one.serve() as server:
        call(server, "GET", "/now")
        settle(server)
    one.write_file(FOLDER)


def matchers() -> dict[str, object]:
    """Each documented matcher, with an example and without where it draws one."""
    return {
        "int": match.int(123),
        "int, drawn": match.int(),
        "int, drawn in a range": match.int(min=18, max=99),
        "integer": match.integer(7),
        "float": match.float(98.5),
        "float, drawn": match.float(),
        "float, drawn with a precision": match.float(precision=2),
        "decimal": match.decimal(19.99),
        "number": match.number(42),
        "number with a fraction": match.number(4.2),
        "number, drawn": match.number(min=1, max=9),
        "str": match.str("Alice"),
        "str, drawn": match.str(),
        "str, drawn with a size": match.str(size=8),
        "str with a generator": match.str(generator=generate.hex(8)),
        "string": match.string("Alice"),
        "regex": match.regex("X1234-456def", regex=r"[A-Z]\d{3,6}-[0-9a-f]{6}"),
        "regex, drawn": match.regex(regex=r"\d{4}-[a-z]{3}"),
        "uuid": match.uuid("550e8400-e29b-41d4-a716-446655440000"),
        "uuid, drawn": match.uuid(),
        "uuid, simple": match.uuid("550e8400e29b41d4a716446655440000", format="simple"),
        "uuid, simple, drawn": match.uuid(format="simple"),
        "uuid, uppercase, drawn": match.uuid(format="uppercase"),
        "uuid, lowercase, drawn": match.uuid(format="lowercase"),
        "uuid, urn, drawn": match.uuid(format="urn"),
        "bool": match.bool(True),
        "bool, drawn": match.bool(),
        "boolean": match.boolean(False),
        "date": match.date("2024-07-20"),
        "date of Python": match.date(datetime.date(2024, 7, 20)),
        "date, drawn": match.date(),
        "date in another order": match.date("07/20/2024", format="%m/%d/%Y"),
        "date in the format of Java": match.date(
            "20.07.2024", format="dd.MM.yyyy", disable_conversion=True
        ),
        "time": match.time("14:30:00"),
        "time of Python": match.time(datetime.time(14, 30)),
        "time, drawn": match.time(),
        "time with half of the day": match.time("02:30 PM", format="%I:%M %p"),
        "datetime": match.datetime("2024-07-20T14:30:00+0000"),
        "datetime of Python": match.datetime(
            datetime.datetime(2024, 7, 20, 14, 30, tzinfo=datetime.timezone.utc)
        ),
        "datetime, drawn": match.datetime(),
        "datetime, short": match.datetime("2024-07-20 14:30", format="%Y-%m-%d %H:%M"),
        "timestamp": match.timestamp("2024-07-20T14:30:00+0000"),
        "none": match.none(),
        "null": match.null(),
        "type": match.type({"name": "Alice", "age": 36}),
        "like": match.like("Alice"),
        "like of a list": match.like(["a", "b"], min=1, max=5),
        "like with a generator": match.like("abc", generator=generate.str(3)),
        "each_like": match.each_like({"id": match.int(1), "name": match.str("Alice")}),
        "each_like of a plain value": match.each_like("admin"),
        "each_like, nested": match.each_like(
            {"id": match.int(1), "roles": match.each_like(match.str("user"))}
        ),
        "each_like between": match.each_like(match.str("item"), min=1, max=10),
        "includes": match.includes("success"),
        "array_containing": match.array_containing(
            [match.str("read"), match.regex("admin-edit", regex=r"admin-\w+")]
        ),
        "array_containing objects": match.array_containing(
            [{"kind": "a", "id": match.int(1)}, {"kind": "b", "id": match.int(2)}]
        ),
        "each_key_matches": match.each_key_matches(
            {"admin-read": True, "admin-write": False},
            rules=match.regex("admin-read", regex=r"admin-\w+"),
        ),
        "each_value_matches": match.each_value_matches(
            {"math": 95, "science": 87}, rules=match.int(85)
        ),
        "each_value_matches with several rules": match.each_value_matches(
            {"first": "tea"},
            rules=[match.like("tea"), match.regex("tea", regex=r"[a-z]+")],
        ),
    }


# Matchers that came with version 4, by the catalogue of the core.
LATER = ("array_containing", "each_key_matches", "each_value_matches")


def slug(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name)


def http(spec: str) -> None:
    one = pact(f"http-{spec.lower()}", spec)
    paths = []
    for name, value in matchers().items():
        if spec != "V4" and name.startswith(LATER):
            continue
        if spec == "V2" and not name.startswith(("str", "like", "each_like", "regex", "uuid", "type")):
            continue
        # ... and those with a generator or with a number, which is a matcher of version 3.
        if spec == "V2" and (name == "each_like" or any(w in name for w in ("drawn", "generator", "nested"))):
            continue
        (
            one.upon_receiving(f"a request for a thing: {name}")
            .given("there is a thing")
            .with_request("GET", f"/things/{slug(name)}")
            .will_respond_with(200)
            .with_body({"value": value}, content_type="application/json")
        )
        paths.append(f"/things/{slug(name)}")
    plain = match.each_like({"sku": match.str("A-1"), "name": match.like("Tea")})
    (
        one.upon_receiving("a request for the lines of an order")
        .given("an order exists", id=15, customer="Ada")
        .given("the shop is open")
        .with_request("GET", match.regex("/orders/15/lines", regex=r"/orders/\d+/lines"))
        .with_query_parameter("page", match.regex("2", regex=r"\d+"))
        .with_query_parameters({"sort": "name"})
        .with_query_parameter("tag", "new")
        .with_query_parameter("tag", "sale")
        .with_header("X-Request-Id", match.regex("r-17", regex=r"r-\d+"))
        .with_headers({"Accept": "application/json"})
        .will_respond_with(200)
        .with_header("X-Rate-Limit", match.like("100"))
        .with_header("Content-Type", "application/json; charset=utf-8")
        .with_body(plain)
    )
    (
        one.upon_receiving("an order to be made")
        .with_request("POST", "/orders")
        .with_header("Content-Type", "application/vnd.shop.order.v2+json")
        .with_body({"sku": match.str("A-1"), "gift": match.like(False)})
        .will_respond_with(201)
        .with_header("Location", match.regex("/orders/15", regex=r"/orders/\d+"))
        .with_body(match.like({"id": 15, "state": "open"}), content_type="application/json")
    )
    (
        one.upon_receiving("a form")
        .with_request("POST", "/login")
        .with_body("name=ada&colour=blue", content_type="application/x-www-form-urlencoded")
        .will_respond_with(200)
        .with_body("welcome", content_type="text/plain")
    )
    (
        one.upon_receiving("bytes")
        .with_request("PUT", "/pictures/1")
        .with_binary_body(PICTURE, content_type="image/png")
        .will_respond_with(200)
        .with_binary_body(PICTURE, content_type="image/png")
    )
    (
        one.upon_receiving("nothing to say")
        .with_request("DELETE", "/orders/15")
        .will_respond_with(204)
    )
    if spec != "V2":
        (
            one.upon_receiving("values from the state of the provider")
            .given("an order exists", {"order-id": 15})
            .with_request("GET", "/orders/15")
            .will_respond_with(200)
            .with_body(
                {"id": match.like("15", generator=generate.provider_state("${order-id}"))},
                content_type="application/json",
            )
        )
    if spec == "V4":
        (
            one.upon_receiving("a request with remarks")
            .test_name("test_remarks")
            .add_text_comment("until spring")
            .set_comment("owner", {"team": "orders"})
            .set_key("remarks")
            .set_pending(pending=True)
            .with_request("GET", "/remarks")
            .will_respond_with(200)
        )
        (
            one.upon_receiving("rules beside a body")
            .with_request("POST", "/rules")
            .with_body('{"name": "Ada", "age": 36}', content_type="application/json")
            .with_matching_rules(
                {"body": {"$.name": {"combine": "AND", "matchers": [{"match": "type"}]}}}
            )
            .will_respond_with(200)
            .with_body({"id": 1}, content_type="application/json")
            .with_matching_rules({"body": {"$.id": match.int(1)}})
            .with_generators({"body": {"$.id": {"type": "RandomInt", "min": 1, "max": 9}}})
        )
        (
            one.upon_receiving("a generator of each kind")
            .with_request("GET", "/generators")
            .will_respond_with(200)
            .with_body(
                {
                    "int": match.like(3, generator=generate.int(min=1, max=9)),
                    "float": match.like(1.5, generator=generate.float(4)),
                    "hex": match.like("ab", generator=generate.hex(2)),
                    "str": match.like("abc", generator=generate.str(3)),
                    "regex": match.like("a1", generator=generate.regex("[a-z][0-9]")),
                    "uuid": match.like(
                        "550e8400-e29b-41d4-a716-446655440000", generator=generate.uuid()
                    ),
                    "date": match.like("2024-07-20", generator=generate.date()),
                    "time": match.like("14:30:00", generator=generate.time()),
                    "datetime": match.like(
                        "2024-07-20T14:30:00+0000",
                        generator=generate.datetime("%Y-%m-%dT%H:%M:%S%z"),
                    ),
                    "bool": match.like(True, generator=generate.bool()),
                    "state": match.like("15", generator=generate.provider_state("${id}")),
                    "url": match.regex(
                        "http://localhost:9000/orders/15", regex=r".*(/orders/\d+)$"
                    ),
                },
                content_type="application/json",
            )
        )
    with one.serve() as server:
        for path in paths:
            call(server, "GET", path)
        call(
            server,
            "GET",
            "/orders/15/lines?page=2&sort=name&tag=new&tag=sale",
            X_Request_Id="r-17",
            Accept="application/json",
        )
        call(
            server,
            "POST",
            "/orders",
            b'{"sku": "A-1", "gift": false}',
            Content_Type="application/vnd.shop.order.v2+json",
        )
        call(
            server,
            "POST",
            "/login",
            b"name=ada&colour=blue",
            Content_Type="application/x-www-form-urlencoded",
        )
        call(server, "PUT", "/pictures/1", PICTURE, Content_Type="image/png")
        call(server, "DELETE", "/orders/15")
        if spec != "V2":
            call(server, "GET", "/orders/15")
        if spec == "V4":
            call(server, "GET", "/remarks")
            call(server, "POST", "/rules", b'{"name": "Ada", "age": 36}', Content_Type="application/json")
            call(server, "GET", "/generators")
        settle(server)
    one.write_file(FOLDER)


def as_xml(spec: str) -> None:
    """XML, with an element that is repeated: what pact-python 3 repeats, it leaves empty."""
    one = pact(f"xml-{spec.lower()}", spec)
    (
        one.upon_receiving("a user as XML")
        .with_request("GET", "/user.xml")
        .will_respond_with(200)
        .with_body(
            xml.body(
                xml.element(
                    "user",
                    xml.element("id", match.int(123)),
                    xml.element("name", match.str("Alice")),
                    xml.element("note", "plain"),
                    xml.element(
                        "item", xml.element("sku", match.regex("A-1", regex=r"[A-Z]-\d"))
                    ).each(min=1, examples=3),
                    attrs={"xmlns:n": "http://example.com/n", "kind": match.str("guest")},
                )
            ),
            content_type="application/xml",
        )
    )
    with one.serve() as server:
        call(server, "GET", "/user.xml")
        settle(server)
    one.write_file(FOLDER)


def multipart(spec: str) -> None:
    one = pact(f"multipart-{spec.lower()}", spec)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cat.png"
        file.write_bytes(PICTURE)
        (
            one.upon_receiving("a picture in a form")
            .with_request("POST", "/upload")
            .with_multipart_file("photo", file, "image/png")
            .will_respond_with(201)
        )
        body = (
            b'--X\r\nContent-Disposition: form-data; name="photo"; filename="cat.png"\r\n'
            b"Content-Type: image/png\r\n\r\n" + PICTURE + b"\r\n--X--\r\n"
        )
        with one.serve() as server:
            call(server, "POST", "/upload", body, Content_Type="multipart/form-data; boundary=X")
            settle(server)
    one.write_file(FOLDER)


def messages(spec: str) -> None:
    one = pact(f"messages-{spec.lower()}", spec)

    def handle(body: str | bytes | None, metadata: dict[str, object]) -> None:
        del body, metadata

    for name, value in matchers().items():
        if spec != "V4" and name.startswith(LATER):
            continue
        (
            one.upon_receiving(f"news of a thing: {name}", "Async")
            .given("there is a thing")
            .with_body({"value": value}, content_type="application/json")
            .with_metadata({"contentType": "application/json", "topic": "things"})
        )
    (
        one.upon_receiving("a file to be written", "Async")
        .given("a file exists", path="/tmp/notes.txt")
        .with_body(
            {"action": "WRITE", "path": "notes.txt", "contents": match.str("a blue folder")},
            content_type="application/json",
        )
        .with_metadata(queue=match.like("files"), partition="1")
    )
    (
        one.upon_receiving("a note", "Async").with_body("a blue folder", content_type="text/plain")
    )
    (
        one.upon_receiving("bytes", "Async").with_binary_body(PICTURE, content_type="image/png")
    )
    one.verify(handle, "Async")
    one.write_file(FOLDER)

    if spec == "V4":
        two = pact("questions", spec)
        (
            two.upon_receiving("a question", "Sync")
            .given("there is an answer", to="everything")
            .with_body({"ask": match.str("how many?")}, content_type="application/json")
            .with_metadata({"priority": "low"})
            .will_respond_with()
            .with_body(
                {"answer": match.int(42), "notes": match.each_like("none")},
                content_type="application/json",
            )
        )
        (
            two.upon_receiving("a question in text", "Sync")
            .with_body("how many?", content_type="text/plain")
            .will_respond_with()
            .with_body("42", content_type="text/plain")
        )
        two.verify(handle, "Sync")
        two.write_file(FOLDER)


FOLDER.mkdir(parents=True, exist_ok=True)
start()
offset()
for SPEC in ("V2", "V3", "V4"):
    http(SPEC)
    if SPEC != "V2":
        multipart(SPEC)
        if xml is not None:
            as_xml(SPEC)
        messages(SPEC)
