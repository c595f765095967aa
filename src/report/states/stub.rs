//! Handlers to be filled in, in the languages that providers are written in.

use std::collections::BTreeMap;

use crate::analysis::source::{Language, string_literal};
use crate::analysis::states::{Parameter, PlacedHandler, State};

/// A language that stubs are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say it")]
pub enum StubLanguage {
    Java,
    Kotlin,
    Js,
    Ts,
    Python,
    Ruby,
    Csharp,
    Go,
    Php,
}

impl StubLanguage {
    /// All of them, in the order of a help text.
    pub const ALL: [StubLanguage; 9] = [
        StubLanguage::Java,
        StubLanguage::Kotlin,
        StubLanguage::Js,
        StubLanguage::Ts,
        StubLanguage::Python,
        StubLanguage::Ruby,
        StubLanguage::Csharp,
        StubLanguage::Go,
        StubLanguage::Php,
    ];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            StubLanguage::Java => "java",
            StubLanguage::Kotlin => "kotlin",
            StubLanguage::Js => "js",
            StubLanguage::Ts => "ts",
            StubLanguage::Python => "python",
            StubLanguage::Ruby => "ruby",
            StubLanguage::Csharp => "csharp",
            StubLanguage::Go => "go",
            StubLanguage::Php => "php",
        }
    }

    fn of(language: Language) -> Option<StubLanguage> {
        Some(match language {
            Language::Java | Language::Groovy | Language::Scala => StubLanguage::Java,
            Language::Kotlin => StubLanguage::Kotlin,
            Language::JavaScript => StubLanguage::Js,
            Language::TypeScript => StubLanguage::Ts,
            Language::Python => StubLanguage::Python,
            Language::Ruby => StubLanguage::Ruby,
            Language::CSharp => StubLanguage::Csharp,
            Language::Go => StubLanguage::Go,
            Language::Php => StubLanguage::Php,
            Language::Rust => return None,
        })
    }

    /// The language of most handlers.
    pub fn of_most(handlers: &[PlacedHandler]) -> Option<StubLanguage> {
        let mut counts: BTreeMap<StubLanguage, usize> = BTreeMap::new();
        for language in handlers.iter().filter_map(|it| StubLanguage::of(it.language?)) {
            *counts.entry(language).or_default() += 1;
        }
        // Of several the first in the list, so that the answer is always the same.
        counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(language, _)| language)
    }

    /// The language itself.
    fn language(self) -> Language {
        match self {
            StubLanguage::Java => Language::Java,
            StubLanguage::Kotlin => Language::Kotlin,
            StubLanguage::Js => Language::JavaScript,
            StubLanguage::Ts => Language::TypeScript,
            StubLanguage::Python => Language::Python,
            StubLanguage::Ruby => Language::Ruby,
            StubLanguage::Csharp => Language::CSharp,
            StubLanguage::Go => Language::Go,
            StubLanguage::Php => Language::Php,
        }
    }
}

/// The stubs of some states.
pub(super) fn write(language: StubLanguage, states: &[&State]) -> String {
    let mut names = Names::default();
    let stubs: Vec<Stub> = states
        .iter()
        .map(|state| Stub {
            text: string_literal(language.language(), &state.name),
            name: names.of(&state.name, language),
            params: comment(&state.params),
        })
        .collect();
    let mut out = String::new();
    match language {
        StubLanguage::Java => each(&mut out, &stubs, "\n", |it| {
            let params = if it.params.is_some() { "Map<String, Object> params" } else { "" };
            format!(
                "@State({})\npublic void {}({params}) {{\n{}    throw new UnsupportedOperationException(\"not set up yet\");\n}}\n",
                it.text,
                it.name,
                it.line("    // ")
            )
        }),
        StubLanguage::Kotlin => each(&mut out, &stubs, "\n", |it| {
            let params = if it.params.is_some() { "params: Map<String, Any>" } else { "" };
            format!(
                "@State({})\nfun {}({params}) {{\n{}    TODO(\"not set up yet\")\n}}\n",
                it.text,
                it.name,
                it.line("    // ")
            )
        }),
        StubLanguage::Js | StubLanguage::Ts => {
            out.push_str("stateHandlers: {\n");
            each(&mut out, &stubs, "", |it| {
                let params = if it.params.is_some() { "parameters" } else { "" };
                format!(
                    "  {}: async ({params}) => {{\n{}    throw new Error(\"not set up yet\");\n  }},\n",
                    it.text,
                    it.line("    // ")
                )
            });
            out.push_str("},\n");
        }
        StubLanguage::Python => {
            each(&mut out, &stubs, "\n\n", |it| {
                let params = if it.params.is_some() { "parameters: dict[str, object]" } else { "" };
                format!(
                    "def {}({params}) -> None:\n{}    raise NotImplementedError\n",
                    it.name,
                    it.line("    # ")
                )
            });
            out.push_str("\n\nSTATE_HANDLERS = {\n");
            each(&mut out, &stubs, "", |it| format!("    {}: {},\n", it.text, it.name));
            out.push_str("}\n");
        }
        StubLanguage::Ruby => each(&mut out, &stubs, "\n", |it| {
            let params = if it.params.is_some() { " |params|" } else { "" };
            format!(
                "provider_state {} do\n  set_up do{params}\n{}    raise NotImplementedError\n  end\nend\n",
                it.text,
                it.line("    # ")
            )
        }),
        StubLanguage::Csharp => each(&mut out, &stubs, "", |it| {
            format!("{}[{}] = parameters => throw new NotImplementedException(),\n", it.line("// "), it.text)
        }),
        StubLanguage::Go => {
            out.push_str("models.StateHandlers{\n");
            each(&mut out, &stubs, "", |it| {
                format!(
                    "\t{}: func(setup bool, state models.ProviderState) (models.ProviderStateResponse, error) {{\n{}\t\treturn nil, errors.New(\"not set up yet\")\n\t}},\n",
                    it.text,
                    it.line("\t\t// ")
                )
            });
            out.push_str("}\n");
        }
        StubLanguage::Php => {
            out.push_str("switch ($state) {\n");
            each(&mut out, &stubs, "", |it| {
                format!(
                    "    case {}:\n{}        throw new \\LogicException('not set up yet');\n",
                    it.text,
                    it.line("        // ")
                )
            });
            out.push_str("}\n");
        }
    }
    out
}

struct Stub {
    text: String,
    name: String,
    params: Option<String>,
}

impl Stub {
    /// The comment on the parameters, as a line.
    fn line(&self, prefix: &str) -> String {
        self.params.as_ref().map_or_else(String::new, |params| format!("{prefix}{params}\n"))
    }
}

fn each(out: &mut String, stubs: &[Stub], between: &str, one: impl Fn(&Stub) -> String) {
    for (at, stub) in stubs.iter().enumerate() {
        if at > 0 {
            out.push_str(between);
        }
        out.push_str(&one(stub));
    }
}

fn comment(params: &[Parameter]) -> Option<String> {
    let one = |param: &Parameter| {
        let some = if param.always { "" } else { " (not always)" };
        // Neither a name nor a comment may end the line, or the code around it.
        let name = crate::report::escape(&param.name).replace("?>", "? >");
        format!("{name}: {}{some}", param.types.join(" or "))
    };
    let all: Vec<String> = params.iter().map(one).collect();
    (!all.is_empty()).then(|| format!("parameters: {}", all.join(", ")))
}

/// Names of functions, no two the same.
#[derive(Default)]
struct Names(BTreeMap<String, usize>);

impl Names {
    fn of(&mut self, state: &str, language: StubLanguage) -> String {
        let words = state.split(|ch: char| !ch.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let words: Vec<String> = words.take(12).map(str::to_ascii_lowercase).collect();
        let mut name = if language == StubLanguage::Python {
            words.join("_")
        } else {
            let capital = |word: &String| word[..1].to_ascii_uppercase() + &word[1..];
            words.iter().take(1).cloned().chain(words.iter().skip(1).map(capital)).collect()
        };
        let keyword = ["", "class", "default", "none", "new", "public", "import", "pass", "in", "is"];
        if keyword.contains(&name.as_str()) || name.starts_with(|ch: char| ch.is_ascii_digit()) {
            name.insert_str(0, if language == StubLanguage::Python { "state_" } else { "state" });
        }
        let count = self.0.entry(name.clone()).or_default();
        *count += 1;
        if *count > 1 { format!("{name}{count}") } else { name }
    }
}
