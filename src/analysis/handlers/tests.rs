//! Handlers as people write them, a snippet a language.

use super::*;

#[track_caller]
fn check(language: Language, text: &str, names: &[&str], dynamic: usize) {
    let scan = scan(text, language);
    let found: Vec<&str> = scan.handlers.iter().map(|handler| handler.name.as_str()).collect();
    assert_eq!(found, names, "{:#?}", scan.dynamic.iter().map(|it| it.of(text)).collect::<Vec<_>>());
    assert_eq!(
        scan.dynamic.len(),
        dynamic,
        "{:?}",
        scan.dynamic.iter().map(|it| it.of(text)).collect::<Vec<_>>()
    );
}

#[test]
fn java() {
    let text = r#"
package shop;
import au.com.dius.pact.provider.junitsupport.State;
class CartPactTest {
    private static final String EMPTY = "a cart is empty";
    // @State("commented out")
    /* @State("commented out too") */
    @State("a cart exists") void cart() { log("@State(\"in a text\")"); char quote = '"'; }
    @State({"an order \"A\" exists", "two orders exist"}) void orders() {}
    @State(value = "a user exists", comment = "not a name", action = StateChangeAction.TEARDOWN) void u() {}
    @State(value = { EMPTY, "it is late" }) void empty() {}
    @State(States.GONE) void gone() {}
    @State("order " + ID + " exists") void joined() {}
    @au.com.dius.pact.provider.junit.State("qualified") void q() {}
    @State("""
        a long
        name""") void block() {}
}
"#;
    let names = [
        "a cart exists",
        "an order \"A\" exists",
        "two orders exist",
        "a user exists",
        "a cart is empty",
        "it is late",
        "qualified",
        "a long\nname",
    ];
    check(Language::Java, text, &names, 2);
    check(
        Language::Java,
        "import org.openjdk.jmh.annotations.State; @State(Scope.Benchmark) class B {}",
        &[],
        0,
    );
    check(Language::Java, "import impact.State; @State(\"x\") class B {}", &[], 0);
}

#[test]
fn java_dispatch() {
    let text = r#"
// The state change endpoint of the pact verification.
void change(StateChange body) {
    switch (body.getState()) {
        case "never read": break;
    }
    switch (body.state) {
        case "a user exists": users.add(new User("Ann")); break;
        case "no users exist", "nobody is here" -> users.clear();
        default: throw new IllegalStateException("unknown state");
    }
    if ("a cart exists".equals(request.getState())) carts.add(1);
    if (state.equals("a cart is full")) carts.fill();
    if (status.equals("open")) return;
}
"#;
    let names = ["a user exists", "no users exist", "nobody is here", "a cart is full"];
    check(Language::Java, text, &names, 0);
}

#[test]
fn kotlin() {
    let text = r#"
import au.com.dius.pact.provider.junitsupport.State
const val FULL = "a cart is full"
class PactTest {
    @State("a user exists", "a user is logged in")
    fun users(params: Map<String, Any>) = println("a ${params["id"]} b")
    @State(value = ["an order exists", "no order exists"]) fun orders() {}
    @State(*arrayOf("never")) fun spread() {}
    @State("user $id exists") fun computed() {}
    @State("costs \$5", FULL) fun cost() {}
    val stateHandlers = mapOf("a stock" to ::stock, "no stock" to { nothing() })
    fun change(state: String) = when (state) {
        "a refund", "two refunds" -> refund("x")
        "no refund" -> "text"
        else -> error("?")
    }
    /* nested /* comment */ @State("no") */
}
"#;
    let names = [
        "a user exists",
        "a user is logged in",
        "an order exists",
        "no order exists",
        "costs $5",
        "a cart is full",
        "a stock",
        "no stock",
        "a refund",
        "two refunds",
        "no refund",
    ];
    check(Language::Kotlin, text, &names, 1);
}

#[test]
fn javascript() {
    let text = r#"
const { Verifier } = require("@pact-foundation/pact");
const EMPTY = 'the shop is empty';
const options = {
  provider: "orders",
  stateHandlers: {
    "an order exists": async () => db.insert({ id: 1, "not a name": 2 }),
    'it\'s late'() { return /["'}]/.test(`x`); },
    [`a cart exists`]: { setup: async (p) => { p["x"]: 1 }, teardown: () => {} },
    [EMPTY]: () => Promise.resolve(`count ${db.count({ a: `${1}` })}`),
    [Names.OTHER]: () => 1,
    [`user ${id}`]: () => 2,
    ["user " + id]: () => 3,
    async "no orders exist"() {},
    userExists: () => {},
    shorthand,
    ...others,
    // "commented": () => 1,
  },
  requestFilter: (req) => { req.headers["x"] = "y" },
};
stateHandlers["added later"] = () => {};
"#;
    let names = [
        "an order exists",
        "it's late",
        "a cart exists",
        "the shop is empty",
        "no orders exist",
        "userExists",
        "shorthand",
        "added later",
    ];
    check(Language::JavaScript, text, &names, 3);
}

#[test]
fn typescript() {
    let text = r#"
import { Verifier } from "@pact-foundation/pact";
export const stateHandlers: Record<string, (p?: { id: string }) => Promise<void>> = {
  "a user exists": async () => undefined,
};
const declared: { [name: string]: () => void } = { "not a state": () => {} };
class Setup {
  private stateHandlers: StateHandlers = { "a cart exists": this.cart } satisfies StateHandlers;
  get providerStateHandlers() { return { "from a getter": () => 1 }; }
}
const more = { "passed on": seed };
new Verifier({ stateHandlers: more, other: { "no": 1 } });
new Verifier({ stateHandlers: imported });
app.post("/_state", (req, res) => {
  switch (req.body.state) {
    case "posted": seed(); break;
    case 'posted twice':
    case `posted thrice`: { const kind = x ? "a" : "b"; break; }
  }
  if (req.body.state === "compared") seed();
  handlers[req.body.state]?.();
});
const handlers = { "looked up": () => {}, "and found": async () => {} };
"#;
    let names = [
        "a user exists",
        "a cart exists",
        "from a getter",
        "passed on",
        "posted",
        "posted twice",
        "posted thrice",
        "compared",
        "looked up",
        "and found",
    ];
    check(Language::TypeScript, text, &names, 1);
}

#[test]
fn reducers_and_consumers_have_no_handlers() {
    let reducer =
        r#"switch (state) { case "open": return 1; } if (state === "closed") {} const states = { "a": f };"#;
    check(Language::JavaScript, reducer, &[], 0);
    let consumer = r#"
import { PactV4 } from "@pact-foundation/pact";
provider.given("a user exists").uponReceiving("x").withRequest({});
provider.addInteraction({ states: [{ description: "a cart exists" }], uponReceiving: "y" });
provider.addInteraction({ state: "an order exists" });
const machine = { states: { idle: {}, running: {} } };
"#;
    check(Language::TypeScript, consumer, &[], 0);
    let table = "return { state, stateHandlers: { onSort: setSort, [KEY]: f }, x: makeStateHandlers(y) };";
    check(Language::TypeScript, table, &[], 0);
    let fields = "state := &core.StateHandlers{ Cluster: &mock{exists: true}, uint64(1): f }";
    check(Language::Go, fields, &[], 0);
}

#[test]
fn python() {
    let text = r#"
from pact import Verifier

LATE = "it is late"

STATES: dict[str, Callable[[], None]] = {
    "user 'A' exists": lambda: db.add("x"),
    r'raw \d exists': seed,
    LATE: late,
    f"user {uid} exists": seed,
    "joined " "twice": seed,
}
CAPITALS_BY_STATE_MAP = {"Texas": "Austin"}

def state_handler(state, action, params):
    """if state == "in a docstring": pass"""
    match state:
        case "no users exist" | "nobody is here":
            users.clear()
        case "late" if action == "setup":
            pass
        case _:
            raise ValueError(f"unknown {state['x']}")
    if action == "setup": pass

def change():
    body = request.json
    if body["state"] == "a cart exists":  # "not this"
        carts.add()
    elif body.get("state") == 'a cart is full':
        carts.fill()
    if state in ("one", "two"): pass
    mapping = {
        "an order exists": order_exists,
        "no order exists": no_order,
    }
    mapping[request.json["state"]]()

verifier.state_handler({"passed": f, "passed too": g}, teardown=True)
verifier.state_handler(state_handler)
verifier.state_handler(imported_map)
"#;
    let names = [
        "user 'A' exists",
        "raw \\d exists",
        "it is late",
        "no users exist",
        "nobody is here",
        "late",
        "a cart exists",
        "a cart is full",
        "one",
        "two",
        "an order exists",
        "no order exists",
        "passed",
        "passed too",
    ];
    check(Language::Python, text, &names, 3);
}

#[test]
fn python_endpoint() {
    let text = r#"
verifier.set_state("http://localhost:8080/_pact/states")

@states.route("/_pact/provider_states", methods=["POST"])
def set_up():
    state = request.get_json()["state"]
    if state == "user 7 exists":
        seed()
    elif state == "user 8 is gone":
        forget()
    return "", 204
"#;
    check(Language::Python, text, &["user 7 exists", "user 8 is gone"], 0);
}

#[test]
fn csharp() {
    let text = r##"
using PactNet;
public class ProviderStateMiddleware {
    private const string Late = "it is late";
    #region Don't mind
    public ProviderStateMiddleware() {
        this.providerStates = new Dictionary<string, Func<IDictionary<string, object>, Task>>(StringComparer.Ordinal)
        {
            ["an event exists"] = this.EnsureEventExists,
            [@"a ""quoted"" one"] = Other,
            { "there is data", this.AddData },
            { Late, () => {} },
            { States.Some.Name, Some },
            [$"event {id}"] = X,
        };
    }
    [ProviderState("a user exists")] public void User() {}
    [Fact, ProviderState(Late)] public void L() {}
    Task Handle(ProviderState state) => state.State switch {
        "a cart exists" => Cart("x"),
        "a cart is full" or "no" => null,
        _ => throw new Exception("?"),
    };
    void Old(ProviderState providerState) {
        switch (providerState.State) { case "old": case """raw one""": break; }
    }
}
"##;
    let names = [
        "an event exists",
        "a \"quoted\" one",
        "there is data",
        "it is late",
        "a user exists",
        "it is late",
        "a cart exists",
        "a cart is full",
        "no",
        "old",
        "raw one",
    ];
    check(Language::CSharp, text, &names, 2);
}

#[test]
fn ruby() {
    let text = r#"
=begin
provider_state "in a comment" do
=end
Pact.provider_states_for "web" do
  provider_state "a user's cart exists" do
    set_up do
      puts <<~SQL
        it's a "text'
        provider_state "in a text" do
      SQL
    end
  end
  provider_state('no cart exists') { no_op }
  provider_state %q(it's late) do
  end
  provider_state "user #{id} exists" do
  end
  # provider_state "commented" do
end
post "/state" do
  case params[:state]
  when "a shop is open", 'a shop is closed'
    shop.open if name =~ /it's "x/
  when "it rains" then rain
  else
    raise "unknown"
  end
  HANDLERS[params[:state]].call
  seed if params["state"] == "compared"
end
HANDLERS = { "looked up" => -> { 1 }, "found" => method(:x) }.freeze
"#;
    let names = [
        "a user's cart exists",
        "no cart exists",
        "it's late",
        "a shop is open",
        "a shop is closed",
        "it rains",
        "compared",
        "looked up",
        "found",
    ];
    check(Language::Ruby, text, &names, 1);
}

#[test]
fn php() {
    let text = r#"<html>it's not code: state</html>
<?php
// The provider states of the pact; don't mind ?><p>it's "html"</p><?php
#[Attribute] # case 'no':
$handlers = ['a user exists' => fn () => $db->add('x'), "no users" => 'clear', "user $id" => 1];
$handlers[$body['state']]();
switch ($body['state']) {
    case 'it\'s late': $x = 'y'; break;
    case "a cart exists": break;
    case 'joined ' . $x: break;
}
if ($state === 'a shop exists') {}
$result = match ($request->state) { 'matched', 'matched too' => 1, default => null };
"#;
    let names = [
        "a user exists",
        "no users",
        "it's late",
        "a cart exists",
        "a shop exists",
        "matched",
        "matched too",
    ];
    check(Language::Php, text, &names, 2);
}

#[test]
fn go() {
    let text = r#"
package provider

import "github.com/pact-foundation/pact-go/v2/models"

const late = "it is late"

func states() models.StateHandlers {
	return models.StateHandlers{
		"a user exists": func(setup bool, s models.ProviderState) (models.ProviderStateResponse, error) {
			fmt.Println('"', "not: this")
			return nil, nil
		},
		`raw "name"`: handler,
		late: handler,
		"user " + id: handler,
	}
}

func change(state string) {
	switch state {
	case "a cart exists", "a cart is full":
		seed("x")
	case late:
	}
	if s.State == "compared" {
	}
	h := map[string]func(){"looked up": f}
	h[state]()
}
"#;
    let names = [
        "a user exists",
        "raw \"name\"",
        "it is late",
        "a cart exists",
        "a cart is full",
        "it is late",
        "compared",
        "looked up",
    ];
    check(Language::Go, text, &names, 1);
}

#[test]
fn rust() {
    let text = r##"
//! Changes provider states.
fn change<'a>(state: &'a ProviderState) -> char {
    match state.name.as_str() {
        "a user exists" | r#"a "raw" user"# => users.add("x"),
        "none" if strict => '"',
        other => panic!("unknown {other}"),
    }
    if provider_state == "compared" {}
    match kind { "not a state" => {} }
}
"##;
    check(Language::Rust, text, &["a user exists", "a \"raw\" user", "none", "compared"], 0);
}

const ALL: [Language; 12] = [
    Language::Java,
    Language::Kotlin,
    Language::Groovy,
    Language::Scala,
    Language::JavaScript,
    Language::TypeScript,
    Language::Python,
    Language::Ruby,
    Language::CSharp,
    Language::Php,
    Language::Go,
    Language::Rust,
];

#[test]
fn hostile_texts_do_no_harm() {
    let seeds = [
        "@State(",
        "stateHandlers: {",
        "stateHandlers = () => {",
        "`${",
        "\"${",
        "f\"{",
        "$\"{",
        "#{",
        "case state when ",
        "match state: ",
        "switch (state) {",
        "state == \"",
        "'",
        "\"\"\"",
        "/* ",
        "<<~X\n",
        "=/[",
        "%w(",
        "r#\"",
        "[ProviderState(\"",
        "provider_state \"",
        "\\",
        "<?php ",
        "\u{FFFD}",
        "é'",
        "state_handler(t)",
        "t[state]",
        "@State({[(\"x\" ",
        "\"\"\"\"\"\"",
        "const a: b = ",
        "=begin\n",
        "state in (",
        "@a.State(",
        "$",
        "{{",
        "}}",
        ")",
        "]",
        "}",
    ];
    for language in ALL {
        for a in seeds {
            for b in seeds {
                scan(&format!("<?php pact state {a}{b}{a}"), language);
                scan(&format!("pact state\n{a}x{b}\n{b}\"y\"{a}"), language);
            }
        }
    }
}

#[test]
fn long_texts_take_no_time() {
    let seeds = [
        "@State(\"a\" ",
        "stateHandlers = {",
        "`${",
        "case state when ",
        "case state when\n",
        "match state: ",
        "=/[",
        "%w(",
        "\"",
        "\"\"\"",
        "state == \"a\" ",
        "def stateHandlers(a) ",
        "t[state] ",
        "stateHandlers: ",
        "a",
        "(",
        "switch (state) { ",
        "state in (",
        "stateHandlers(a1,",
        "match state:\n ",
        "<<~X ",
    ];
    for language in [Language::Java, Language::TypeScript, Language::Python, Language::Ruby, Language::CSharp]
    {
        for seed in seeds {
            let text = "<?php pact state ".to_owned() + &seed.repeat((1 << 17) / seed.len());
            scan(&text, language);
        }
    }
}
