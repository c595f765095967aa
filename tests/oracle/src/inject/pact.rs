//! A sound pact, and the hands that spoil it.

use crate::random::Random;
use crate::tree::{Node, Path};

/// What a pact looks like: its version, and what its interactions are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Requests and responses, rules by `$.body.x`.
    V2,
    /// Requests and responses, rules by category.
    V3,
    /// Synchronous/HTTP.
    V4,
    /// `messages`.
    V3Message,
    /// Asynchronous/Messages.
    V4Message,
    /// Synchronous/Messages.
    V4Sync,
}

use Form::{V2, V3, V3Message, V4, V4Message, V4Sync};

/// Every form.
pub const ALL: &[Form] = &[V2, V3, V4, V3Message, V4Message, V4Sync];
/// Requests and responses.
pub const HTTP: &[Form] = &[V2, V3, V4];
/// Requests and responses with rules by category.
pub const HTTP3: &[Form] = &[V3, V4];
/// Everything with rules by category.
pub const V3UP: &[Form] = &[V3, V4, V3Message, V4Message, V4Sync];
/// Everything of version 4.
pub const V4S: &[Form] = &[V4, V4Message, V4Sync];
/// Version 2 and 3 of requests and responses.
pub const OLD: &[Form] = &[V2, V3];

const WORDS: [&str; 16] = [
    "amount", "city", "colour", "country", "depth", "floor", "grade", "height", "label", "owner", "price",
    "quantity", "sector", "stage", "street", "weight",
];

/// A pact in which one interaction is about to be spoilt.
pub struct Pact {
    /// The file.
    pub root: Node,
    /// Its form.
    pub form: Form,
    /// Pointer of the interaction, without the leading slash.
    pub it: String,
    /// Whether it is the request that is spoilt, where there is a choice.
    pub request: bool,
    /// Dice.
    pub random: Random,
}

impl Pact {
    /// Whether it is of version 4.
    pub fn is_v4(&self) -> bool {
        V4S.contains(&self.form)
    }

    /// Whether it is about requests and responses.
    pub fn is_http(&self) -> bool {
        HTTP.contains(&self.form)
    }

    /// One of some texts.
    pub fn pick(&mut self, of: &[&str]) -> String {
        (*self.random.pick(of)).to_owned()
    }

    /// A word that is good for a name.
    pub fn word(&mut self) -> String {
        self.pick(&WORDS)
    }

    /// Pointer of the part that is spoilt.
    pub fn part(&self) -> String {
        match self.form {
            V2 | V3 | V4 if self.request => format!("{}/request", self.it),
            V2 | V3 | V4 => format!("{}/response", self.it),
            V3Message | V4Message => self.it.clone(),
            V4Sync if self.request => format!("{}/request", self.it),
            V4Sync => format!("{}/response/0", self.it),
        }
    }

    /// Key of the body in its part.
    pub fn body_key(&self) -> &'static str {
        if self.is_http() { "body" } else { "contents" }
    }

    fn find(&self, pointer: &str) -> Option<Path> {
        let mut node = &self.root;
        let mut path = Path::new();
        for name in pointer.split('/').filter(|name| !name.is_empty()) {
            let name = name.replace("~1", "/").replace("~0", "~");
            let at = match node {
                Node::Object(members) => members.iter().position(|(key, _)| *key == name)?,
                _ => name.parse().ok()?,
            };
            node = node.child(at)?;
            path.push(at);
        }
        Some(path)
    }

    /// The node at a pointer.
    pub fn get(&self, pointer: &str) -> Option<&Node> {
        self.root.at(&self.find(pointer)?)
    }

    /// Puts JSON text at a pointer; objects on the way are made.
    pub fn set(&mut self, pointer: &str, json: &str) -> Option<()> {
        let value = Node::parse(json).unwrap_or_else(|| panic!("not JSON: {json}"));
        let (parent, key) = pointer.rsplit_once('/').unwrap_or(("", pointer));
        if self.get(parent).is_none() {
            self.set(parent, "{}")?;
        }
        let path = self.find(parent)?;
        let key = key.replace("~1", "/").replace("~0", "~");
        match self.root.at_mut(&path)? {
            Node::Object(members) => match members.iter_mut().find(|(name, _)| *name == key) {
                Some(member) => member.1 = value,
                None => members.push((key, value)),
            },
            Node::Array(items) => match items.get_mut(key.parse::<usize>().ok()?) {
                Some(item) => *item = value,
                None => items.push(value),
            },
            Node::Scalar(_) => return None,
        }
        Some(())
    }

    /// Likewise in the interaction.
    pub fn set_it(&mut self, pointer: &str, json: &str) -> Option<()> {
        self.set(&format!("{}/{pointer}", self.it), json)
    }

    /// Likewise in the part.
    pub fn set_part(&mut self, pointer: &str, json: &str) -> Option<()> {
        self.set(&format!("{}/{pointer}", self.part()), json)
    }

    /// Takes a node out.
    pub fn remove(&mut self, pointer: &str) -> Option<Node> {
        let path = self.find(pointer)?;
        self.root.remove(&path)
    }

    /// Gives a member another key.
    pub fn rename(&mut self, pointer: &str, key: &str) -> Option<()> {
        let path = self.find(pointer)?;
        let (&last, parent) = path.split_last()?;
        let Node::Object(members) = self.root.at_mut(parent)? else { return None };
        key.clone_into(&mut members.get_mut(last)?.0);
        Some(())
    }

    /// Forgets the rules and generators of the part.
    pub fn bare(&mut self) {
        let part = self.part();
        self.remove(&format!("{part}/matchingRules"));
        self.remove(&format!("{part}/generators"));
    }

    /// Sets the example of the part to a JSON document, without rules.
    pub fn body(&mut self, json: &str) -> Option<()> {
        self.bare();
        if self.is_http() && self.request {
            self.set_it("request/method", "\"POST\"")?;
        } else if self.is_http() {
            self.set_it("response/status", "200")?;
        }
        let key = self.body_key();
        if self.is_http() {
            self.content_type("application/json")?;
        }
        if self.is_v4() {
            let wrapped =
                format!(r#"{{"content": {json}, "contentType": "application/json", "encoded": false}}"#);
            return self.set_part(key, &wrapped);
        }
        self.set_part(key, json)
    }

    /// Sets the header Content-Type of the part.
    pub fn content_type(&mut self, value: &str) -> Option<()> {
        if !self.is_http() {
            return self.set_part(
                if self.form == V3Message { "metaData/contentType" } else { "metadata/contentType" },
                &format!("{value:?}"),
            );
        }
        self.header("Content-Type", value)
    }

    /// Sets a header of the part, in the file's own style.
    pub fn header(&mut self, name: &str, value: &str) -> Option<()> {
        let known = self.get(&format!("{}/headers", self.part())).cloned();
        if let Some(Node::Object(members)) = known {
            for (key, _) in members.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)) {
                self.remove(&format!("{}/headers/{key}", self.part()));
            }
        } else {
            self.set_part("headers", "{}")?;
        }
        let value = Node::string(value).to_string();
        let json = if self.form == V4 { format!("[{value}]") } else { value };
        self.set_part(&format!("headers/{name}"), &json)
    }

    /// Sets a query parameter of the request.
    pub fn query(&mut self, name: &str, value: &str) -> Option<()> {
        if self.form == V2 {
            return self.set_it("request/query", &format!("\"{name}={value}\""));
        }
        self.set_it("request/query", &format!("{{{name:?}: [{value:?}]}}"))
    }

    /// Adds a matching rule in the style of the version. `path` starts at the body, or is the
    /// name of a header or parameter.
    pub fn rule(&mut self, category: &str, path: &str, matcher: &str) -> Option<()> {
        if self.form == V2 {
            let key = match category {
                "body" => format!("$.body{}", &path[1..]),
                "header" => format!("$.headers.{path}"),
                "query" => format!("$.query.{path}"),
                _ => format!("$.{category}"),
            };
            return self.set_part(&format!("matchingRules/{}", escape(&key)), matcher);
        }
        self.group(category, path, &format!(r#"{{"combine": "AND", "matchers": [{matcher}]}}"#))
    }

    /// Adds a group of rules by category.
    pub fn group(&mut self, category: &str, path: &str, group: &str) -> Option<()> {
        if ["path", "status", "method"].contains(&category) {
            return self.set_part(&format!("matchingRules/{category}"), group);
        }
        self.set_part(&format!("matchingRules/{category}/{}", escape(path)), group)
    }

    /// Adds a generator.
    pub fn generator(&mut self, category: &str, path: &str, generator: &str) -> Option<()> {
        self.set_part(&format!("generators/{category}/{}", escape(path)), generator)
    }

    /// A body of one member with a rule on it, and the name of the member.
    pub fn ruled(&mut self, value: &str, matcher: &str) -> Option<String> {
        let name = self.word();
        self.body(&format!(r#"{{"{name}": {value}, "kind": "A"}}"#))?;
        self.rule("body", &format!("$.{name}"), matcher)?;
        Some(name)
    }
}

/// A key as a step of a pointer.
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
