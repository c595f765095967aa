//! The command: flags, exit codes, what is printed and what is not.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::provider::Canary;
use super::*;
use crate::common::Run;

struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, String)]) -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, &[])
    }

    /// Runs `pactlens verify` with a cache of its own.
    fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pactlens"));
        command.arg("verify").args(arguments).current_dir(self.path()).stdin(Stdio::null());
        command.env("NO_COLOR", "1").env("XDG_CACHE_HOME", self.path().join(".cache"));
        for name in [
            "HTTP_PROXY",
            "http_proxy",
            "HTTPS_PROXY",
            "https_proxy",
            "ALL_PROXY",
            "all_proxy",
            "PACT_BROKER_BASE_URL",
            "PACT_BROKER_TOKEN",
        ] {
            command.env_remove(name);
        }
        command.envs(variables.iter().copied()).output().unwrap().into()
    }
}

fn one(pact: &Value) -> Folder {
    Folder::new(&[("p.json", pact.to_string())])
}

fn fine() -> Provider {
    Provider::new(|_| answer(200, &[], b""))
}

#[test]
fn exit_codes_say_what_happened() {
    let provider = fine();
    let url = provider.url();
    let passing = pact(json!([get("a", "/a", 200)]));
    let failing = pact(json!([get("a", "/a", 201)]));
    let mut plugin = get("plugin", "/", 200);
    plugin["type"] = json!("Synchronous/HTTP");
    plugin["pluginConfiguration"] = json!({"protobuf": {"a": 1}});
    let mut pending = get("pending", "/", 201);
    pending["type"] = json!("Synchronous/HTTP");
    pending["pending"] = json!(true);
    let folder = Folder::new(&[
        ("good.json", passing.to_string()),
        ("bad.json", failing.to_string()),
        ("plugin.json", pact4(json!([plugin])).to_string()),
        ("pending.json", pact4(json!([pending])).to_string()),
        ("empty.json", pact(json!([])).to_string()),
        ("broken.json", "{\"consumer\": {\"name\": \"a\"}, \"interactions\": [".to_owned()),
        ("other.json", "{}".to_owned()),
    ]);
    let run = |files: &[&str]| folder.run(&[files, &["--provider", &url]].concat());
    run(&["good.json"]).expect(0);
    let bad = run(&["bad.json"]).expect(1);
    assert!(bad.stdout.contains("exit 1"), "{}", bad.stdout);
    run(&["good.json", "bad.json"]).expect(1);
    run(&["plugin.json"]).expect(4);
    run(&["plugin.json", "good.json"]).expect(4);
    run(&["plugin.json", "bad.json"]).expect(1);
    run(&["pending.json"]).expect(0);
    run(&["empty.json"]).expect(3);
    run(&["empty.json", "--allow-empty"]).expect(0);
    run(&["empty.json", "--ignore-no-pacts-error"]).expect(0);
    run(&["broken.json"]).expect(2);
    run(&["broken.json", "bad.json"]).expect(2);
    run(&["other.json"]).expect(2);
    run(&["missing.json"]).expect(2);
    run(&["good.json", "--only", "nothing like it"]).expect(3);
    folder.run(&["good.json"]).expect(2);
    folder.run(&["good.json", "--provider", "ftp://x"]).expect(2);
    folder.run(&["good.json", "--provider", &url, "--ca-file", "missing.pem"]).expect(2);
    let gone = Canary::new();
    let gone = folder.run(&["good.json", "--provider", &format!("http://{}", gone.address)]).expect(4);
    assert!(gone.stdout.contains("breaks off"), "{}", gone.stdout);
    let closed = { std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap() };
    let state = folder.run(&["good.json", "--provider", &url, "-s", &format!("http://{closed}")]).expect(4);
    assert!(state.stdout.contains("cannot be reached"), "{}", state.stdout);
    let here = folder.run(&["--provider", &url, "--exclude", "{broken,bad,plugin,empty}.json"]).expect(0);
    assert!(here.stdout.contains("good.json"), "the folder is searched: {}", here.stdout);
}

#[test]
fn flags_of_the_official_verifier_are_taken() {
    let provider = fine();
    let folder = one(&pact(json!([get("a", "/a", 200)])));
    let port = provider.address.port().to_string();
    let arguments = [
        "-f",
        "p.json",
        "-h",
        "127.0.0.1",
        "-p",
        &port,
        "--scheme",
        "http",
        "-n",
        "orders",
        "--base-path",
        "/base",
        "-l",
        "none",
        "--no-colour",
        "--request-timeout",
        "9000",
        "-H",
        "X-A=1",
        "--json",
        "out/r.json",
        "-x",
        "r.xml",
        "--state-change-url",
        &format!("{}/state", provider.url()),
        "--state-change-teardown",
        "-c",
        "web",
        "--filter-description",
        "^a$",
        "--filter-no-state",
        "--transports",
        "message:1 grpc:2",
        "--retries",
        "3",
        "--provider-version",
        "1",
        "--exit-on-first-error",
        "--disable-ssl-verification",
    ];
    folder.run(&arguments).expect(0);
    let lines: Vec<String> = provider.seen().iter().map(|seen| seen.line.clone()).collect();
    assert_eq!(lines, ["POST /state HTTP/1.1", "GET /base/a HTTP/1.1", "POST /state HTTP/1.1"]);
    assert_eq!(provider.seen()[1].header("x-a"), Some("1"));
    let report: Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("out/r.json")).unwrap()).unwrap();
    assert_eq!(report["version"], 1);
    assert!(folder.path().join("r.xml").exists());

    let variables = [
        ("PACT_PROVIDER_HOSTNAME", "127.0.0.1"),
        ("PACT_PROVIDER_PORT", port.as_str()),
        ("PACT_DESCRIPTION", "b"),
    ];
    folder.run_with(&["p.json"], &variables).expect(3);
    folder.run_with(&["p.json"], &variables[..2]).expect(0);

    let help = folder.run(&["-h"]).expect(0);
    assert!(help.stdout.contains("--provider") && !help.stdout.contains("--ca-file"), "{}", help.stdout);
    assert!(folder.run(&["--help"]).expect(0).stdout.contains("--ca-file"));
    assert!(folder.run(&["-v"]).expect(0).stdout.contains("pact_matching"));
}

#[test]
fn filters_choose_interactions() {
    let provider = fine();
    let mut with_state = get("with a state", "/s", 200);
    with_state["providerStates"] = json!([{"name": "order 7 exists"}]);
    let list = pact(json!([get("first", "/1", 200), get("second", "/2", 200), with_state]));
    let mut other = list.clone();
    other["consumer"]["name"] = json!("mobile");
    other["provider"]["name"] = json!("users");
    let folder =
        Folder::new(&[("pacts/web.json", list.to_string()), ("pacts/mobile.json", other.to_string())]);
    let ran = |flags: &[&str]| {
        let url = provider.url();
        let run = folder.run(&[&["pacts", "--provider", &url, "--format", "json"], flags].concat()).expect(0);
        let pacts = run.json()["pacts"].as_array().unwrap().clone();
        let names = |pact: &Value| -> Vec<String> {
            let consumer = pact["consumer"].as_str().unwrap();
            let all = pact["interactions"].as_array().unwrap();
            all.iter().map(|it| format!("{consumer} {}", it["description"].as_str().unwrap())).collect()
        };
        pacts.iter().flat_map(names).collect::<Vec<_>>()
    };
    assert_eq!(ran(&["-c", "web", "--only", "sec"]), ["web second"]);
    assert_eq!(
        ran(&["--filter-consumer", "other,mobile", "--filter-state", "^order \\d+"]),
        ["mobile with a state"]
    );
    assert_eq!(ran(&["-n", "users", "--filter-no-state", "--filter-description", "st$"]), ["mobile first"]);
    assert_eq!(ran(&[]).len(), 6);
    let run = folder.run(&["pacts", "--provider", &provider.url()]).expect(0);
    assert!(run.stderr.contains("2 providers (orders, users)"), "{}", run.stderr);
    folder.run(&["pacts", "--provider", &provider.url(), "--filter-state", "["]).expect(2);
}

#[test]
fn what_failed_is_remembered() {
    let provider =
        Provider::new(|seen: &Seen| answer(if seen.target() == "/bad" { 500 } else { 200 }, &[], b""));
    let url = provider.url();
    let folder = one(&pact(json!([get("good", "/good", 200), get("bad", "/bad", 200)])));
    let first = folder.run(&["p.json", "--provider", &url, "--last-failed"]).expect(1);
    assert!(first.stderr.contains("all interactions are verified"), "{}", first.stderr);
    let again = folder.run(&["p.json", "--provider", &url, "--last-failed"]).expect(1);
    assert!(again.stdout.contains("bad") && !again.stdout.contains("good"), "{}", again.stdout);
    let targets: Vec<String> = provider.seen().iter().map(|seen| seen.target().to_owned()).collect();
    assert_eq!(targets, ["/good", "/bad", "/bad"]);
    let mended = fine();
    folder.run(&["p.json", "--provider", &mended.url(), "--last-failed"]).expect(0);
    assert_eq!(mended.seen().len(), 1);
    folder.run(&["p.json", "--provider", &mended.url(), "--last-failed"]).expect(0);
    assert_eq!(mended.seen().len(), 3, "nothing is left, so that all run");
}

#[test]
fn secrets_are_not_printed() {
    let secret = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
    let provider = Provider::new(move |_| json_answer(500, &json!({"error": "no", "token": secret})));
    let mut interaction = get("a", "/a", 200);
    interaction["request"]["headers"] = json!({"Cookie": "session=s3cr3t-cookie-value"});
    interaction["response"]["body"] = json!({"id": 1});
    let folder = one(&pact(json!([interaction])));
    let bearer = "Authorization=Bearer sk-live-verysecretvalue";
    let with_password = provider.url().replace("http://", "http://me:userinfo-password@");
    let base = ["p.json", "--provider", &with_password, "-H", bearer];
    let secrets = [secret, "sk-live-verysecretvalue", "s3cr3t-cookie-value", "userinfo-password"];
    for format in ["text", "json", "junit", "html", "markdown", "github", "sarif"] {
        let run = folder.run(&[&base[..], &["--format", format]].concat()).expect(1);
        assert!(!run.stdout.is_empty(), "{format}");
        for secret in secrets {
            assert!(
                !run.stdout.contains(secret) && !run.stderr.contains(secret),
                "{format}: {secret}\n{}",
                run.stdout
            );
        }
    }
    let shown = folder.run(&[&base[..], &["--show-secrets"]].concat()).expect(1);
    assert!(shown.stdout.contains("sk-live-verysecretvalue"), "{}", shown.stdout);
    let seen = provider.seen();
    assert_eq!(seen[0].header("authorization"), Some("Bearer sk-live-verysecretvalue"));
}

#[test]
fn nobody_else_is_called() {
    let (provider, canary) = (fine(), Canary::new());
    let proxy = format!("http://{}", canary.address);
    let folder = one(&pact(json!([get("a", "/a", 200)])));
    let variables =
        ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"].map(|name| (name, proxy.as_str()));
    let also = [("PACT_BROKER_BASE_URL", proxy.as_str()), ("PACT_BROKER_TOKEN", "t")];
    folder.run_with(&["p.json", "--provider", &provider.url()], &[&variables[..], &also].concat()).expect(0);
    assert_eq!(canary.came(), 0);
    folder.run(&["p.json", "--provider", &provider.url(), "--proxy", &proxy]).expect(4);
    assert_ne!(canary.came(), 0, "who names a proxy means it");
}

#[test]
fn pacts_are_fetched_from_urls() {
    let provider = fine();
    let text = pact(json!([get("a", "/a", 200)])).to_string();
    let broker = Provider::new(move |seen: &Seen| match (seen.header("authorization"), seen.target()) {
        (None, "/secret") => answer(401, &[], b""),
        (_, "/none") => answer(404, &[], b""),
        _ => answer(200, &["Content-Type: application/hal+json"], text.as_bytes()),
    });
    let folder = Folder::new(&[]);
    let url = format!("{}/secret?x=1", broker.url());
    let secret = format!("{}/secret", broker.url());
    let run = |arguments: &[&str], variables: &[(&str, &str)]| {
        folder.run_with(&[&["--provider", &provider.url()], arguments].concat(), variables)
    };
    run(&["--url", &url, "--token", "mine"], &[]).expect(0);
    run(&["--url", &secret, "--user", "me", "--password", "pw"], &[]).expect(0);
    let base = broker.url();
    run(&["--url", &secret], &[("PACT_BROKER_BASE_URL", &base), ("PACT_BROKER_TOKEN", "env")]).expect(0);
    let sent: Vec<_> =
        broker.seen().iter().map(|seen| seen.header("authorization").map(str::to_owned)).collect();
    assert_eq!(sent, ["Bearer mine", "Basic bWU6cHc=", "Bearer env"].map(|it| Some(it.to_owned())));
    assert!(provider.seen().iter().all(|seen| seen.header("authorization").is_none()));

    let withheld = run(&["--url", &secret], &[("PACT_BROKER_TOKEN", "env")]).expect(2);
    assert!(withheld.stderr.contains("PACT_BROKER_BASE_URL"), "{}", withheld.stderr);
    assert_eq!(broker.seen().last().unwrap().header("authorization"), None);
    run(&["--url", &format!("{base}/none")], &[]).expect(2);
    let lines: Vec<String> = provider.seen().iter().map(|seen| seen.line.clone()).collect();
    assert_eq!(lines, ["GET /a HTTP/1.1"; 3]);
}

#[test]
fn the_configuration_may_say_where() {
    let provider = fine();
    let folder = one(&pact(json!([get("a", "/a", 200)])));
    let configured = format!("[verify]\nprovider = \"{}/base\"\nstate-url = \"/state\"\n", provider.url());
    folder.write("pactlens.toml", &configured);
    folder.run(&["p.json"]).expect(0);
    folder.run(&["p.json", "--provider", &provider.url(), "--state-url", ""]).expect(0);
    let lines: Vec<String> = provider.seen().iter().map(|seen| seen.line.clone()).collect();
    assert_eq!(lines, ["POST /base/state HTTP/1.1", "GET /base/a HTTP/1.1", "GET /a HTTP/1.1"]);
    // What another file says of mocks leaves the provider as it is.
    folder.write("base.toml", &configured);
    folder.write("pactlens.toml", "extends = \"./base.toml\"\n[mock]\nport = 0\n");
    folder.run(&["p.json"]).expect(0);
    folder.write("pactlens.toml", "[verify]\nprovider = \"http://example.invalid\"\n");
    let run = folder.run(&["p.json"]).expect(2);
    assert!(
        run.stderr.contains("not on this machine") && run.stderr.contains("--provider"),
        "{}",
        run.stderr
    );
}

#[test]
fn stubs_are_printed() {
    let mut interaction = get("a", "/a", 200);
    interaction["providerStates"] = json!([{"name": "order 7 exists", "params": {"id": 7}}]);
    let folder = one(&pact(json!([interaction, get("b", "/b", 200)])));
    let provider =
        Provider::new(|seen: &Seen| answer(if seen.target() == "/state" { 404 } else { 200 }, &[], b""));
    let run = folder.run(&["p.json", "--provider", &provider.url(), "--state-url", "/state"]).expect(1);
    assert!(run.stdout.contains("pactlens verify p.json --states-stub"), "{}", run.stdout);
    let stub = folder.run(&["p.json", "--states-stub", "java"]).expect(0);
    assert!(stub.stdout.contains("@State(\"order 7 exists\")"), "{}", stub.stdout);
    folder.run(&["p.json", "--states-stub", "java", "--only", "b"]).expect(3);
    for language in ["java", "kotlin", "js", "ts", "python", "ruby", "csharp", "go", "php"] {
        let proxy = folder.run(&["--message-stub", language]).expect(0);
        assert!(proxy.stdout.contains("Pact-Message-Metadata"), "{language}");
        assert!(proxy.stdout.contains("roviderStates"), "{language}");
    }
}

#[test]
fn what_a_pact_would_not_notice_is_told() {
    let provider = Provider::new(|_| json_answer(200, &json!({"id": 7, "name": "x"})));
    let mut interaction = get("a", "/a", 200);
    interaction["response"]["body"] = json!({"id": 7});
    let folder = one(&pact(json!([interaction, get("failing", "/a", 500)])));
    let run = folder.run(&["p.json", "--provider", &provider.url(), "--mutate"]).expect(1);
    let told = run.stdout.split_once("Not noticed").unwrap().1;
    assert!(told.contains("$.name") && !told.contains("failing"), "{}", run.stdout);
    let run =
        folder.run(&["p.json", "--provider", &provider.url(), "--mutate", "--format", "json"]).expect(1);
    run.json();
    assert!(run.stderr.contains("$.name"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_run_with_what_is_known() {
    let (sender, receiver) = channel();
    let provider = Provider::with_stream(move |seen, mut stream| {
        if seen.target() == "/first" {
            provider::send(&mut stream, &answer(200, &["Connection: close"], b""));
        } else {
            sender.send(()).unwrap();
            std::mem::forget(stream);
        }
    });
    let list = pact(json!([
        get("the first", "/first", 200),
        get("the second", "/second", 200),
        get("c", "/c", 200)
    ]));
    let folder = one(&list);
    let child = Command::new(env!("CARGO_BIN_EXE_pactlens"))
        .args(["verify", "p.json", "--provider", &provider.url(), "--timeout", "600"])
        .current_dir(folder.path())
        .env("XDG_CACHE_HOME", folder.path().join(".cache"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    receiver.recv().unwrap();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let out = child.wait_with_output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert_eq!(out.status.code(), Some(4), "{stdout}{stderr}");
    assert!(stdout.contains("the first") && !stdout.contains("the second"), "{stdout}");
    assert!(stderr.contains("2 of 3 interactions were not verified"), "{stderr}");
}
