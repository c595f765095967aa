//! Tests as people write them, a snippet a library.

use std::sync::Arc;

use super::*;
use crate::analysis::source::Language;
use crate::diagnostic::Elsewhere;
use crate::text::Encoding;

/// An index of these files, each with its language told by its name.
fn index(files: &[(&str, &str)]) -> TestIndex {
    let mut index = TestIndex::default();
    for (path, text) in files {
        let extension = path.rsplit('.').next().unwrap();
        let language = Language::of_extension(extension).unwrap();
        index.put(&Arc::from(*path), scan(text, language, Encoding::Utf16));
    }
    index
}

fn place(found: Option<Elsewhere>) -> String {
    found.map_or_else(String::new, |it| format!("{}:{}", it.file, it.start.line + 1))
}

fn wrote(description: &str) -> Wrote<'_> {
    Wrote { description, pact: "pacts/web-orders.json", consumer: Some("web"), ..Wrote::default() }
}

/// Each description is found on the line that says so: `#N` at its end.
#[track_caller]
fn check(path: &str, text: &str, expected: &[(&str, u32)]) {
    let index = index(&[(path, text)]);
    for (description, line) in expected {
        let wanted = if *line == 0 { String::new() } else { format!("{path}:{line}") };
        assert_eq!(place(index.find(&wrote(description))), wanted, "{description}");
    }
}

#[test]
fn pact_js() {
    let text = r#"
const provider = new Pact({ consumer: "web", provider: "orders" });
const LATER = 'a request that is named elsewhere';
await provider.addInteraction({
  state: 'an order exists',
  uponReceiving: 'a request for an order',
  withRequest: { method: 'GET', path: '/orders/1' },
});
provider.addInteraction(new Interaction().given("x").uponReceiving("a fluent request").withRequest({}));
new PactV3({ consumer: "web" }).given('it is').uponReceiving(
  'a request ' +
    "over two lines",
);
pact.addInteraction().uponReceiving(`a template`).withRequest("GET", "/", (b) => b.query({ a: "uponReceiving" }));
messagePact.given("dogs").expectsToReceive("a dog event").withContent({});
pact.addSynchronousInteraction('a synchronous one').usingPlugin({});
pact.uponReceiving(LATER);
// uponReceiving('commented out')
pact.uponReceiving(`a request for ${kind}`);
pact.uponReceiving('a request for ' + kind);
create('a request of a helper', () => 1);
"#;
    let expected = [
        ("a request for an order", 6),
        ("a fluent request", 9),
        ("a request over two lines", 11),
        ("a template", 14),
        ("a dog event", 15),
        ("a synchronous one", 16),
        ("a request that is named elsewhere", 17),
        ("a request of a helper", 21),
        ("commented out", 0),
        ("a request for ", 0),
        ("an order exists", 0),
        ("uponReceiving", 0),
        ("GET", 0),
    ];
    check("test/orders.pact.test.ts", text, &expected);
    check("test/orders.pact.test.js", text, &expected);
}

#[test]
fn pact_python() {
    let text = r#"
from pact import Consumer, Provider, Pact, match
pact = Consumer("web").has_pact_with(Provider("orders"))
def test_get_order():
    (pact.given("Item 123 exists")
         .upon_receiving("a request for item 123")
         .with_request("GET", "/items/123"))
    pact.upon_receiving(
        "a request that is "
        "long"
    )
def test_v3():
    pact = Pact("web", "orders").with_specification("V4")
    (pact.upon_receiving('a v3 request').given("x").with_request("GET", "/"))
    (pact.upon_receiving("an event", "Async").with_body("{}"))
    pact.expects_to_receive("a message")
    pact.upon_receiving(f"a request for {kind}")
    pact.upon_receiving("a request for %s" % kind)
    pact.upon_receiving("a request for {}".format(kind))
"#;
    let expected = [
        ("a request for item 123", 6),
        ("a request that is long", 9),
        ("a v3 request", 14),
        ("an event", 15),
        ("a message", 16),
        ("a request for %s", 0),
        ("a request for {}", 0),
        ("Item 123 exists", 0),
    ];
    check("tests/test_orders.py", text, &expected);
}

#[test]
fn pact_jvm() {
    let java = r#"
@PactConsumerTest
@PactTestFor(providerName = "orders")
class OrderPactTest {
    static final String GONE = "a request for a missing order";
    @Pact(provider = "orders", consumer = "web")
    V4Pact order(PactDslWithProvider builder) {
        return builder
            .given("an order exists")
            .uponReceiving("a request for an order")
                .path("/orders/1")
            .uponReceiving(GONE)
            .willRespondWith().status(200)
            .toPact(V4Pact.class);
    }
    V4Pact more(PactBuilder builder) {
        return builder
            .expectsToReceiveHttpInteraction("a lambda request", http -> http.withRequest(r -> r.path("/")))
            .expectsToReceive("an event", "core/interaction/message")
            .expectsToReceiveMessageInteraction("a message", m -> m)
            .uponReceiving("a long " +
                "request")
            .toPact();
    }
    @Test
    @PactTestFor(pactMethod = "order")
    void readsAnOrder(MockServer server) throws IOException { }
}
"#;
    let expected = [
        ("a request for an order", 10),
        ("a request for a missing order", 12),
        ("a lambda request", 18),
        ("an event", 19),
        ("a message", 20),
        ("a long request", 21),
        ("core/interaction/message", 0),
        ("an order exists", 0),
    ];
    check("src/test/java/OrderPactTest.java", java, &expected);
    let kotlin = r#"
class OrderPactTest {
    @Pact(consumer = "web")
    fun order(builder: PactDslWithProvider) = builder
        .uponReceiving("a request for an order").path("/orders/$id")
        .uponReceiving(description = "a named argument")
        .uponReceiving("a request for $kind")
        .toPact()
    @Test fun `reads an order`() {}
}
"#;
    let expected = [("a request for an order", 5), ("a named argument", 6), ("a request for $kind", 0)];
    check("src/test/kotlin/OrderPactTest.kt", kotlin, &expected);
    let groovy = "new PactBuilder().build {\n  serviceConsumer 'web'\n  uponReceiving 'a groovy request'\n  uponReceiving('another one')\n}";
    check("OrderSpec.groovy", groovy, &[("a groovy request", 3), ("another one", 4)]);
    let scala = "import com.itv.scalapact._\nforgePact.between(\"web\").addInteraction(\n  interaction\n    .description(\"a scala request\")\n)";
    check("OrderSpec.scala", scala, &[("a scala request", 4)]);
}

#[test]
fn pact_go() {
    let text = r#"
func TestOrders(t *testing.T) {
	pact := dsl.Pact{Consumer: "web", Provider: "orders"}
	pact.AddInteraction().
		Given("an order exists").
		UponReceiving("a request for an order").
		WithRequest(dsl.Request{Method: "GET"})
	mock.AddInteraction().UponReceiving(`a raw one`)
	pact.AddMessage().ExpectsToReceive("an event")
	p.AddSynchronousMessage("a synchronous one").Given("x")
	pact.UponReceiving(fmt.Sprintf("a request for %s", kind))
}
"#;
    let expected = [
        ("a request for an order", 6),
        ("a raw one", 8),
        ("an event", 9),
        ("a synchronous one", 10),
        ("a request for %s", 0),
    ];
    // The last one is a text of several words, but one that is computed with.
    check("orders_test.go", text, &expected[..4]);
}

#[test]
fn pact_net_php_ruby_and_rust() {
    let csharp = r#"
var pact = Pact.V4("web", "orders", config);
pact.UponReceiving("a request for an order")
    .Given("an order exists")
    .WithRequest(HttpMethod.Get, "/orders/1");
pact.WithMessageInteractions().ExpectsToReceive(@"an event");
pact.UponReceiving($"a request for {kind}");
"#;
    check("OrderTests.cs", csharp, &[("a request for an order", 3), ("an event", 6)]);
    let php = r#"<?php
$config->setConsumer('web');
$builder->given('an order exists')
    ->uponReceiving('a request for an order')
    ->with($request);
$builder->expectsToReceive("an " . 'event');
"#;
    check("OrderTest.php", php, &[("a request for an order", 4), ("an event", 6)]);
    let ruby = r#"
Pact.service_consumer "web" do
end
orders.given("an order exists").
  upon_receiving("a request for an order").
  with(method: :get)
orders.upon_receiving 'another request'
orders.upon_receiving "a request for #{kind}"
"#;
    check("orders_spec.rb", ruby, &[("a request for an order", 5), ("another request", 7)]);
    let rust = r#"
use pact_consumer::prelude::*;
#[tokio::test]
async fn reads_an_order() {
    let pact = PactBuilder::new_v4("web", "orders")
        .interaction("a request for an order", "", |mut i| {
            i.given("an order exists");
            i
        })
        .message_interaction("an event", |m| m);
}
"#;
    check("tests/orders.rs", rust, &[("a request for an order", 6), ("an event", 10)]);
}

#[test]
fn names_of_tests() {
    let java = r#"
class OrderPactTest {
    @Pact(consumer = "web") V4Pact order(PactDslWithProvider b) { return b.uponReceiving("one").toPact(); }
    @Pact(consumer = "web") V4Pact other(PactDslWithProvider b) { return b.uponReceiving(name()).toPact(); }
    @Test void readsAnOrder(MockServer server) throws IOException { run(); }
}
"#;
    let twin = java.replace("OrderPactTest", "CartPactTest");
    let kotlin = "@PactTestFor class NamePactTest {\n  @Test fun `reads an order`() {}\n}";
    let python = "# upon_receiving\nclass TestOrders:\n    def test_order(self, x):\n        pass\n";
    let rust = "use pact_consumer::*;\nmod orders {\n  fn reads() {}\n}";
    let js = "pact.uponReceiving(name).testName('orders reads');\nit('reads it', () => {})\nit('and lists', () => {})";
    let index = index(&[
        ("a/OrderPactTest.java", java),
        ("b/CartPactTest.java", &twin),
        ("c/NamePactTest.kt", kotlin),
        ("d/test_orders.py", python),
        ("e/lib.rs", rust),
        ("f/orders.test.ts", js),
    ]);
    let named = |name, description| {
        let test_name = Some(name);
        place(index.find(&Wrote { test_name, ..wrote(description) }))
    };
    // The class tells two tests apart, and what is described is where it is mended.
    assert_eq!(named("shop.OrderPactTest.readsAnOrder(MockServer)", "one"), "a/OrderPactTest.java:3");
    assert_eq!(named("shop.CartPactTest.readsAnOrder(MockServer, A)", "one"), "b/CartPactTest.java:3");
    // Without the description the test itself.
    assert_eq!(named("shop.CartPactTest.readsAnOrder(MockServer)", "two"), "b/CartPactTest.java:5");
    assert_eq!(named("shop.OtherPactTest.readsAnOrder(MockServer)", "two"), "");
    assert_eq!(named("NamePactTest.reads an order(MockServer)", ""), "c/NamePactTest.kt:2");
    assert_eq!(named("tests/test_orders.py::TestOrders::test_order[1.5]", ""), "d/test_orders.py:3");
    assert_eq!(named("test_order", ""), "d/test_orders.py:3");
    assert_eq!(named("orders::reads", ""), "e/lib.rs:3");
    assert_eq!(named("orders reads", ""), "f/orders.test.ts:1");
    assert_eq!(named("reads it", ""), "f/orders.test.ts:2");
    assert_eq!(named("pact::elsewhere", ""), "");
    // One that leads nowhere does not stand in the way.
    assert_eq!(named("gone", "one"), "");
}

#[test]
fn what_tells_two_places_apart() {
    let one = |consumer: &str, state: &str| {
        format!("new Pact({{ consumer: '{consumer}' }});\np.given('{state}').uponReceiving('a request');")
    };
    let find = |files: &[(&str, &str)], wrote: Wrote<'_>| place(index(files).find(&wrote));
    let (web, mobile) = (one("web", "s1"), one("mobile", "s1"));
    // The consumer; a file of another consumer is none.
    assert_eq!(find(&[("a.ts", &web), ("b.ts", &mobile)], wrote("a request")), "a.ts:2");
    assert_eq!(find(&[("b.ts", &mobile)], wrote("a request")), "");
    assert_eq!(find(&[("b.ts", &one("Web", "s1"))], wrote("a request")), "b.ts:2");
    let two = format!("{mobile}\n{web}");
    assert_eq!(find(&[("a.ts", &two)], wrote("a request")), "a.ts:4");
    // The state.
    let other = one("web", "s2");
    let states = Wrote { states: &["s2"], ..wrote("a request") };
    assert_eq!(find(&[("a.ts", &web), ("b.ts", &other)], states), "b.ts:2");
    let both = format!("{web}\n{}\n{other}", "\n".repeat(20));
    assert_eq!(find(&[("a.ts", &both)], states), "a.ts:25");
    // A provider's file last.
    let provider = format!("{web}\nnew Verifier({{ stateHandlers: {{}} }})");
    assert_eq!(find(&[("a.ts", &provider), ("b.ts", &web)], wrote("a request")), "b.ts:2");
    // The folder that the pact lies in.
    let near = Wrote { pact: "web/pacts/p.json", ..wrote("a request") };
    assert_eq!(find(&[("admin/a.ts", &web), ("web/b.ts", &web)], near), "web/b.ts:2");
    // Nothing tells these apart, in two files or in one.
    assert_eq!(find(&[("a.ts", &web), ("b.ts", &web)], wrote("a request")), "");
    assert_eq!(find(&[("a.ts", &format!("{web}\n{web}"))], wrote("a request")), "");
    // A call comes before a text.
    let text = "x.uponReceiving(name);\nlog('a request');";
    assert_eq!(find(&[("a.ts", text), ("b.ts", &web)], wrote("a request")), "b.ts:2");
    assert_eq!(find(&[("a.ts", text)], wrote("a request")), "a.ts:2");
}

#[test]
fn an_index_follows_its_files() {
    let mut index = index(&[("t/a.ts", "p.uponReceiving('one');"), ("t/b.ts", "p.uponReceiving('two');")]);
    let path: Arc<str> = Arc::from("t/a.ts");
    let scan = |text| scan(text, Language::TypeScript, Encoding::Utf16);
    assert!(!index.put(&path, scan("p.uponReceiving('one');")), "it is the same");
    assert!(index.put(&path, scan("\np.uponReceiving('uno');")));
    assert_eq!(place(index.find(&wrote("one"))), "");
    assert_eq!(place(index.find(&wrote("uno"))), "t/a.ts:2");
    assert!(index.put(&path, TestFile::default()));
    assert!(!index.put(&path, TestFile::default()));
    assert_eq!(place(index.find(&wrote("uno"))), "");
    assert_eq!(index.len(), 1);
    assert!(!index.remove_below("x") && index.remove_below("t"));
    assert!(index.is_empty());
}

#[test]
fn hostile_texts_do_no_harm() {
    let long = "uponReceiving('".repeat(60_000);
    let line = format!("uponReceiving('a b')  {}", "'x y' ".repeat(160_000));
    let plus = format!("uponReceiving({})", "'a'+".repeat(200_000));
    let texts = [
        "uponReceiving(",
        "uponReceiving('",
        "uponReceiving(\"a\nb",
        "uponReceiving:",
        "uponReceiving",
        "uponReceiving(\0'\0a b')",
        "uponReceiving(`${`${`",
        "consumer: uponReceiving consumer(",
        "\u{feff}uponReceiving('é😀",
        &long,
        &line,
        &plus,
        "pact_consumer fn",
        "class class def def upon_receiving `",
        "fun ` upon_receiving",
    ];
    for text in texts {
        for extension in ["java", "kt", "groovy", "scala", "js", "ts", "py", "rb", "cs", "php", "go", "rs"] {
            let language = Language::of_extension(extension).unwrap();
            let file = scan(text, language, Encoding::Utf16);
            assert!(file.mentions.len() <= MAX_LITERALS && file.literals.len() <= MAX_LITERALS);
        }
    }
}

#[test]
fn columns_are_those_of_the_line_index() {
    let text = "uponReceiving('é 1'); uponReceiving(\"😀 2\");\r\n  uponReceiving('3 c')";
    for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
        let lines = crate::text::LineIndex::new(text);
        let file = scan(text, Language::JavaScript, encoding);
        assert_eq!(file.mentions.len(), 3);
        for (mention, literal) in file.mentions.iter().zip(["'é 1'", "\"😀 2\"", "'3 c'"]) {
            let at = text.find(literal).unwrap();
            let ends = [at, at + literal.len()].map(|at| lines.position(text, at as u32, encoding));
            assert_eq!([mention.start, mention.end], ends);
        }
    }
}
