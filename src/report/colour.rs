//! Whether to colour, and the few colours there are.

use std::fmt::Display;

use crate::diagnostic::Severity;

/// What the user asked for with `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColourChoice {
    /// Colour where a terminal shows it and the environment does not object.
    #[default]
    Auto,
    /// Colour in any case.
    Always,
    /// No colour in any case.
    Never,
}

impl ColourChoice {
    /// Every choice, in the order of a help text.
    pub const ALL: [ColourChoice; 3] = [ColourChoice::Auto, ColourChoice::Always, ColourChoice::Never];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            ColourChoice::Auto => "auto",
            ColourChoice::Always => "always",
            ColourChoice::Never => "never",
        }
    }
}

/// The environment variables that speak about colour, as they are set; `None` where
/// a variable is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ColourEnv<'a> {
    /// `NO_COLOR`: any value but the empty one means no (<https://no-color.org>).
    pub no_color: Option<&'a str>,
    /// `FORCE_COLOR`: `0` and `false` mean no, anything else yes; empty means nothing.
    pub force_color: Option<&'a str>,
    /// `CLICOLOR_FORCE`: anything but `0` and the empty value means yes
    /// (<https://bixense.com/clicolors>).
    pub clicolor_force: Option<&'a str>,
    /// `CLICOLOR`: `0` means no.
    pub clicolor: Option<&'a str>,
    /// `TERM`: `dumb` means no.
    pub term: Option<&'a str>,
}

/// Whether to colour an output. The command line decides first, then a refusal by
/// `NO_COLOR`, then `FORCE_COLOR`, then `CLICOLOR_FORCE`, and only when none of
/// them speaks it matters whether the output `is_terminal` and what kind it is.
pub fn decide_colour(choice: ColourChoice, is_terminal: bool, env: ColourEnv<'_>) -> bool {
    let set = |value: Option<&str>| value.is_some_and(|value| !value.is_empty());
    match choice {
        ColourChoice::Always => true,
        ColourChoice::Never => false,
        ColourChoice::Auto if set(env.no_color) => false,
        ColourChoice::Auto if set(env.force_color) => !matches!(env.force_color, Some("0" | "false")),
        ColourChoice::Auto if set(env.clicolor_force) && env.clicolor_force != Some("0") => true,
        ColourChoice::Auto => is_terminal && env.term != Some("dumb") && env.clicolor != Some("0"),
    }
}

/// What a piece of text is, as far as its colour goes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tone {
    Severity(Severity),
    Strong,
    Faint,
    Help,
    #[cfg(feature = "runner")]
    Good,
    #[cfg(feature = "runner")]
    Bad,
}

/// `text`, in the colour of its tone when `colour` is on.
pub(super) fn paint(colour: bool, tone: Tone, text: impl Display) -> String {
    if !colour {
        return text.to_string();
    }
    let code = match tone {
        Tone::Severity(Severity::Error) => "1;31",
        Tone::Severity(Severity::Warning) => "1;33",
        Tone::Severity(Severity::Info) | Tone::Help => "36",
        Tone::Strong => "1",
        Tone::Faint => "2",
        #[cfg(feature = "runner")]
        Tone::Good => "32",
        #[cfg(feature = "runner")]
        Tone::Bad => "31",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNSET: ColourEnv<'static> =
        ColourEnv { no_color: None, force_color: None, clicolor_force: None, clicolor: None, term: None };

    #[test]
    fn the_command_line_wins() {
        let refuse = ColourEnv { no_color: Some("1"), term: Some("dumb"), ..UNSET };
        assert!(decide_colour(ColourChoice::Always, false, refuse));
        let force = ColourEnv { force_color: Some("1"), clicolor_force: Some("1"), ..UNSET };
        assert!(!decide_colour(ColourChoice::Never, true, force));
    }

    #[test]
    fn the_environment_decides_in_its_order() {
        let auto = |is_terminal, env| decide_colour(ColourChoice::Auto, is_terminal, env);
        assert!(auto(true, UNSET));
        assert!(!auto(false, UNSET));
        for (expected, is_terminal, env) in [
            (false, true, ColourEnv { no_color: Some("1"), force_color: Some("1"), ..UNSET }),
            (true, true, ColourEnv { no_color: Some(""), ..UNSET }),
            (true, false, ColourEnv { force_color: Some("3"), ..UNSET }),
            (false, true, ColourEnv { force_color: Some("0"), clicolor_force: Some("1"), ..UNSET }),
            (false, false, ColourEnv { force_color: Some(""), ..UNSET }),
            (true, false, ColourEnv { clicolor_force: Some("1"), term: Some("dumb"), ..UNSET }),
            (false, false, ColourEnv { clicolor_force: Some("0"), ..UNSET }),
            (false, true, ColourEnv { term: Some("dumb"), ..UNSET }),
            (true, true, ColourEnv { term: Some("xterm-256color"), clicolor: Some("1"), ..UNSET }),
            (false, true, ColourEnv { clicolor: Some("0"), ..UNSET }),
        ] {
            assert_eq!(auto(is_terminal, env), expected, "{env:?}, terminal: {is_terminal}");
        }
    }
}
