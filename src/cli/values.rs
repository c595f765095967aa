//! Choices of flags that other rooms already know by name.

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::config::file::FailOn;
use crate::model::regex::Target;
use crate::report::{ColourChoice, Format, StatesFormat, StubLanguage};
use crate::rules::Preset;

macro_rules! by_name {
    ($($choice:ty),*) => {$(
        impl ValueEnum for $choice {
            fn value_variants<'a>() -> &'a [$choice] {
                &<$choice>::ALL
            }

            fn to_possible_value(&self) -> Option<PossibleValue> {
                Some(PossibleValue::new(self.name()))
            }
        }
    )*};
}

by_name!(ColourChoice, Format, Preset, StatesFormat, StubLanguage);
#[cfg(feature = "runner")]
by_name!(crate::report::verification::Format);

impl ValueEnum for Target {
    fn value_variants<'a>() -> &'a [Target] {
        &Target::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(self.label()))
    }
}

impl ValueEnum for FailOn {
    fn value_variants<'a>() -> &'a [FailOn] {
        &[FailOn::Error, FailOn::Warning, FailOn::Info, FailOn::Never]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        FailOn::ALL.iter().find(|(_, value)| value == self).map(|(name, _)| PossibleValue::new(*name))
    }
}
