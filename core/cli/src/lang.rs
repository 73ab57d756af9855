//! Which language to speak: `--lang`, else the locale, else Japanese.

use std::ffi::OsString;

use todokede_core::model::Lang;

/// Picks the language before the command line is parsed, so that its help and errors can speak it.
pub(crate) fn from_command_line(args: impl Iterator<Item = OsString>) -> Lang {
    let args: Vec<String> = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
    let after = args.iter().position(|arg| arg == "--lang").and_then(|at| args.get(at + 1));
    let joined = args.iter().find_map(|arg| arg.strip_prefix("--lang=").map(str::to_owned));
    match after.cloned().or(joined).as_deref() {
        Some("en") => Lang::En,
        Some("ja") => Lang::Ja,
        _ => from_locale(["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| std::env::var(name).ok())),
    }
}

/// The first locale that is set decides; one that names no language leaves Japanese, the product's own.
fn from_locale(mut set: impl Iterator<Item = String>) -> Lang {
    match set.find(|value| !value.is_empty()) {
        Some(locale) if locale.starts_with("ja") || locale.starts_with('C') || locale.starts_with("POSIX") => Lang::Ja,
        Some(_) => Lang::En,
        None => Lang::Ja,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_wins_over_the_locale() {
        let args = |list: &[&str]| list.iter().map(OsString::from).collect::<Vec<_>>().into_iter();
        assert_eq!(from_command_line(args(&["todokede", "--lang", "en", "demo"])), Lang::En);
        assert_eq!(from_command_line(args(&["todokede", "demo", "--lang=ja"])), Lang::Ja);
    }

    #[test]
    fn a_locale_without_a_language_leaves_japanese() {
        let locale = |text: &str| from_locale([text.to_owned()].into_iter());
        assert_eq!([locale("ja_JP.UTF-8"), locale("C.UTF-8"), locale("en_US.UTF-8")], [Lang::Ja, Lang::Ja, Lang::En]);
    }
}
