//! What a component has on record of how it was built, where its language's
//! tools do not give the same bytes twice. The SDK of the language writes it.

use serde_json::Value;

/// The custom section that it is in.
const SECTION: &[u8] = b"baton:sources";

/// The bytes before a component's first section.
const PREAMBLE: usize = 8;

/// Sources and tools, in the words of the language's SDK.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp(pub Value);

impl Stamp {
    /// What a component has on record; none: nothing.
    pub fn of(component: &[u8]) -> Option<Self> {
        let mut rest = component.get(PREAMBLE..)?;
        while let Some((kind, after)) = rest.split_first() {
            let (size, after) = read_number(after)?;
            let content = after.get(..size)?;
            rest = after.get(size..)?;
            if *kind == 0 {
                let (length, content) = read_number(content)?;
                if content.get(..length)? == SECTION {
                    let said = serde_json::from_slice(content.get(length..)?);
                    return said.ok().map(Self);
                }
            }
        }
        None
    }
}

/// The number at the beginning, in LEB128, and what comes after it.
fn read_number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0;
    // Sizes are of 32 bits, which take five bytes.
    for (at, byte) in bytes.iter().take(5).enumerate() {
        number |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((number, &bytes[at + 1..]));
        }
    }
    None
}
