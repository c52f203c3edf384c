//! Names as the contract writes them, and the nearest right one.

use proc_macro2::Span;
use syn::{Attribute, Error, Expr, ExprLit, Ident, Lit, LitStr, Meta, Result};

/// `escalate_to_human` → `escalate-to-human`
pub fn of_function(ident: &Ident) -> String {
    let name = ident.to_string();
    name.trim_start_matches("r#")
        .trim_matches('_')
        .replace('_', "-")
        .to_lowercase()
}

/// `CustomerService` → `customer-service`, `HTTPRouter` → `http-router`
pub fn of_struct(ident: &Ident) -> String {
    let letters: Vec<char> = ident.to_string().trim_start_matches("r#").chars().collect();
    let mut name = String::new();
    for (at, &letter) in letters.iter().enumerate() {
        let after_small = at > 0 && !letters[at - 1].is_uppercase();
        let before_small = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && at > 0 && (after_small || before_small) {
            name.push('-');
        }
        name.extend(letter.to_lowercase());
    }
    name.replace('_', "-")
}

/// The name that `name = "…"` gives, which must look like the derived ones.
pub fn given(name: &LitStr) -> Result<String> {
    let value = name.value();
    let fits = !value.is_empty()
        && !value.starts_with('-')
        && !value.ends_with('-')
        && value
            .chars()
            .all(|letter| matches!(letter, 'a'..='z' | '0'..='9' | '-'));
    if fits {
        Ok(value)
    } else {
        Err(Error::new(
            name.span(),
            "a name is lower-case letters and digits with hyphens between: \"like-this\"",
        ))
    }
}

/// "… did you mean `x`?", where one of `right` is like what was written.
pub fn suggestion(wrong: &str, right: &[&str]) -> String {
    let nearest = right
        .iter()
        .map(|right| (strsim::normalized_damerau_levenshtein(wrong, right), right))
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .filter(|(likeness, _)| *likeness >= 0.4);
    let all = right
        .iter()
        .map(|right| format!("`{right}`"))
        .collect::<Vec<_>>()
        .join(", ");
    match nearest {
        Some((_, nearest)) => format!("did you mean `{nearest}`? There are {all}"),
        None => format!("there are {all}"),
    }
}

/// An error where one of these names is there twice.
pub fn distinct<'a>(kind: &str, names: impl Iterator<Item = (&'a str, Span)>) -> Result<()> {
    let mut seen = Vec::new();
    for (name, span) in names {
        if seen.contains(&name) {
            return Err(Error::new(
                span,
                format!(
                    "this skill already has a {kind} named `{name}`; rename the function or write `name = \"…\"`"
                ),
            ));
        }
        seen.push(name);
    }
    Ok(())
}

/// The text of a doc comment, its paragraphs in one line each.
pub fn documentation(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"))
    {
        if let Meta::NameValue(meta) = &attribute.meta
            && let Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) = &meta.value
        {
            let text = text.value();
            lines.extend(text.split('\n').map(|line| line.trim().to_owned()));
        }
    }
    unwrapped(&lines)
}

/// Joins lines that were only broken to fit the page: those that begin like
/// prose. A list keeps its lines.
fn unwrapped(lines: &[String]) -> String {
    let mut text = String::new();
    for line in lines {
        let prose = !line.starts_with(['-', '*', '|', '#', '`'])
            && !line.starts_with(|first: char| first.is_ascii_digit());
        if line.is_empty() {
            text.push_str("\n\n");
        } else if text.is_empty() || text.ends_with('\n') {
            text.push_str(line);
        } else {
            text.push(if prose { ' ' } else { '\n' });
            text.push_str(line);
        }
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ident(name: &str) -> Ident {
        Ident::new(name, Span::call_site())
    }

    #[test]
    fn names_are_words_with_hyphens_between() {
        assert_eq!(
            of_function(&ident("escalate_to_human")),
            "escalate-to-human"
        );
        assert_eq!(of_struct(&ident("CustomerService")), "customer-service");
        assert_eq!(of_struct(&ident("HTTPRouter2")), "http-router2");
        assert_eq!(of_struct(&ident("Finance")), "finance");
    }

    #[test]
    fn a_doc_comment_is_unwrapped_and_its_lists_are_not() {
        let lines =
            ["One", "sentence.", "", "- a", "- b", "  and c"].map(|it| it.trim().to_owned());
        assert_eq!(unwrapped(&lines), "One sentence.\n\n- a\n- b and c");
    }

    #[test]
    fn the_nearest_name_is_suggested_where_one_is_near() {
        assert_eq!(
            suggestion("trigger", &["triggers", "timeout"]),
            "did you mean `triggers`? There are `triggers`, `timeout`"
        );
        assert_eq!(suggestion("xyzzy", &["name"]), "there are `name`");
    }
}
