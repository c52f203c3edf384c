//! Named JSON values, written without a JSON library: a condition that puts a
//! word into its findings should not have to carry one.

use crate::bindings::types::Pair;
use serde::de::DeserializeOwned;
use std::fmt::Write;

/// A value that can be put into findings, metadata or details.
///
/// Anything else: make a `serde_json::Value` of it.
pub trait ToJson {
    /// Appends the value's JSON text.
    fn write_json(&self, out: &mut String);

    /// The value's JSON text.
    fn to_json(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out);
        out
    }
}

impl ToJson for str {
    fn write_json(&self, out: &mut String) {
        out.reserve(self.len() + 2);
        out.push('"');
        for letter in self.chars() {
            match letter {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                control if control < ' ' => {
                    const DIGITS: &[u8; 16] = b"0123456789abcdef";
                    let code = control as usize;
                    out.push_str("\\u00");
                    out.push(char::from(DIGITS[code >> 4 & 15]));
                    out.push(char::from(DIGITS[code & 15]));
                }
                other => out.push(other),
            }
        }
        out.push('"');
    }
}

impl ToJson for String {
    fn write_json(&self, out: &mut String) {
        self.as_str().write_json(out);
    }
}

impl ToJson for bool {
    fn write_json(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
}

macro_rules! whole_numbers {
    ($($number:ty)*) => {$(
        impl ToJson for $number {
            fn write_json(&self, out: &mut String) {
                // Writing to a string cannot fail.
                let _ = write!(out, "{self}");
            }
        }
    )*};
}

whole_numbers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl ToJson for f64 {
    /// A number that JSON cannot express becomes `null`.
    fn write_json(&self, out: &mut String) {
        if self.is_finite() {
            let _ = write!(out, "{self}");
        } else {
            out.push_str("null");
        }
    }
}

impl ToJson for serde_json::Value {
    fn write_json(&self, out: &mut String) {
        let _ = write!(out, "{self}");
    }
}

impl<T: ToJson + ?Sized> ToJson for &T {
    fn write_json(&self, out: &mut String) {
        (**self).write_json(out);
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn write_json(&self, out: &mut String) {
        match self {
            Some(value) => value.write_json(out),
            None => out.push_str("null"),
        }
    }
}

impl<T: ToJson> ToJson for [T] {
    fn write_json(&self, out: &mut String) {
        out.push('[');
        for (position, value) in self.iter().enumerate() {
            if position > 0 {
                out.push(',');
            }
            value.write_json(out);
        }
        out.push(']');
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn write_json(&self, out: &mut String) {
        self.as_slice().write_json(out);
    }
}

impl<T: ToJson, const N: usize> ToJson for [T; N] {
    fn write_json(&self, out: &mut String) {
        self.as_slice().write_json(out);
    }
}

impl Pair {
    /// A named value.
    pub fn new(name: &str, value: impl ToJson) -> Self {
        Self {
            name: name.to_owned(),
            value: value.to_json(),
        }
    }
}

/// Looking things up in a list of named values: findings, metadata, a profile.
pub trait Pairs {
    /// The JSON text of the last value of this name.
    fn json(&self, name: &str) -> Option<&str>;

    /// The value of this name if there is one and it is a `T`.
    fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.json(name)?).ok()
    }

    /// The text of this name if there is one and it is a text.
    fn text(&self, name: &str) -> Option<String> {
        self.read(name)
    }
}

impl Pairs for [Pair] {
    fn json(&self, name: &str) -> Option<&str> {
        self.iter()
            .rev()
            .find(|pair| pair.name == name)
            .map(|pair| pair.value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_as_the_same_value() {
        for text in [
            "",
            "plain",
            "\"quoted\" \\ back",
            "line\nbreak\ttab\r\u{1}\u{1f}",
            "größe 🎈",
        ] {
            assert_eq!(
                serde_json::from_str::<String>(&text.to_json()).unwrap(),
                text
            );
        }
        assert_eq!(["a", "b"].to_json(), r#"["a","b"]"#);
        assert_eq!(Some(-5).to_json(), "-5");
        assert_eq!(None::<u8>.to_json(), "null");
        assert_eq!(f64::NAN.to_json(), "null");
        assert_eq!(0.5.to_json(), "0.5");
    }

    #[test]
    fn a_value_is_found_by_its_name_and_read_as_its_type() {
        let pairs = [Pair::new("tier", "gold"), Pair::new("open", vec![7, 9])];
        assert_eq!(pairs.text("tier").as_deref(), Some("gold"));
        assert_eq!(pairs.read::<Vec<u32>>("open"), Some(vec![7, 9]));
        assert_eq!(pairs.text("open"), None);
        assert_eq!(pairs.json("missing"), None);
    }
}
