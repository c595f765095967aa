//! Endpoints that answer for messages, to be filled in.

use crate::report::StubLanguage;

/// An endpoint in a language, with the standard library as far as that goes.
pub(super) fn stub(language: StubLanguage) -> &'static str {
    match language {
        StubLanguage::Java => include_str!("proxy/Proxy.java"),
        StubLanguage::Kotlin => include_str!("proxy/proxy.kt"),
        StubLanguage::Js => include_str!("proxy/proxy.js"),
        StubLanguage::Ts => include_str!("proxy/proxy.ts"),
        StubLanguage::Python => include_str!("proxy/proxy.py"),
        StubLanguage::Ruby => include_str!("proxy/proxy.rb"),
        StubLanguage::Csharp => include_str!("proxy/Proxy.cs"),
        StubLanguage::Go => include_str!("proxy/proxy.go"),
        StubLanguage::Php => include_str!("proxy/proxy.php"),
    }
}

/// All of them, for the help.
pub(super) fn all() -> String {
    let mut out = "Endpoints for messages, as --message-stub LANG prints them:\n".to_owned();
    for language in StubLanguage::ALL {
        out.extend(["\n  ", language.name(), "\n"]);
        for line in stub(language).lines() {
            let indent = if line.is_empty() { "" } else { "    " };
            out.extend([indent, line, "\n"]);
        }
    }
    out
}
