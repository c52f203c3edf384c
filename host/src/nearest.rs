//! What may have been meant by a name that does not exist.

/// How alike two names must be, by Jaro-Winkler, for one to be offered for the
/// other. Below this, suggestions surprise more than they help.
const ALIKE: f64 = 0.8;

/// The one of `names` most like `wrong`, if any is alike at all.
pub fn nearest<'a, T>(
    wrong: &str,
    names: impl IntoIterator<Item = &'a T>,
    text: impl Fn(&T) -> &str,
) -> Option<&'a T> {
    names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(wrong, text(name)), name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_keyboard_is_understood_and_a_strange_word_is_not() {
        let names = ["billing".to_owned(), "shipping".to_owned()];
        assert_eq!(nearest("biling", &names, String::as_str), Some(&names[0]));
        assert_eq!(nearest("weather", &names, String::as_str), None);
    }
}
