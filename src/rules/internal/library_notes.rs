use crate::rules::{Check, Scope, rule};

rule! {
    /// The library that wrote the file wrote some of it in a form that tools read differently.
    ///
    /// Nobody who writes a consumer test can change this, so all such places of a file are one
    /// note, and only in the preset `strict`. A newer version of the library may have mended it.
    "library-notes", "internal", Info, Recommended, Library, Check::Elsewhere(Scope::File)
}
