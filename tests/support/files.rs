//! Files that are no skills, each for another reason.

/// A module, not a component.
pub fn core_module() -> Vec<u8> {
    b"\0asm\x01\0\0\0".to_vec()
}

/// A program for the command line.
pub fn wasi_command() -> Vec<u8> {
    component(&[], &["wasi:cli/run@0.2.6"])
}

/// A component of a world that has nothing to do with this.
pub fn of_another_world() -> Vec<u8> {
    component(&[], &["weather:station/readings@1.0.0"])
}

/// A skill of a contract that this host does not speak.
pub fn of_a_later_contract() -> Vec<u8> {
    component(&[], &["baton:skill/manifest@0.7.0"])
}

/// A skill that wants what no host has.
pub fn wanting(import: &str) -> Vec<u8> {
    component(&[import], &["baton:skill/manifest@0.1.0"])
}

/// A component that promises the contract's functions and has none.
pub fn hollow() -> Vec<u8> {
    component(&[], &["baton:skill/manifest@0.1.0"])
}

/// A valid component that imports and exports instances of these names, with
/// nothing in them.
fn component(imports: &[&str], exports: &[&str]) -> Vec<u8> {
    const TYPES: u8 = 7;
    const IMPORTS: u8 = 10;
    const INSTANCES: u8 = 5;
    const EXPORTS: u8 = 11;
    let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
    if !imports.is_empty() {
        // One type, of an instance with no declarations.
        section(&mut bytes, TYPES, &[1, 0x42, 0]);
        let mut content = vec![length(imports)];
        for import in imports {
            name(&mut content, import);
            // An instance of the type 0.
            content.extend([0x05, 0]);
        }
        section(&mut bytes, IMPORTS, &content);
    }
    // One instance, made of no exports.
    section(&mut bytes, INSTANCES, &[1, 0x01, 0]);
    let made = length(imports);
    let mut content = vec![length(exports)];
    for export in exports {
        name(&mut content, export);
        // The instance, with no type given.
        content.extend([0x05, made, 0]);
    }
    section(&mut bytes, EXPORTS, &content);
    bytes
}

fn section(bytes: &mut Vec<u8>, id: u8, content: &[u8]) {
    bytes.push(id);
    bytes.push(length(content));
    bytes.extend(content);
}

fn name(bytes: &mut Vec<u8>, name: &str) {
    bytes.push(0);
    bytes.push(length(name.as_bytes()));
    bytes.extend(name.as_bytes());
}

/// A number below 128 is one byte in WebAssembly.
fn length<T>(items: &[T]) -> u8 {
    u8::try_from(items.len())
        .ok()
        .filter(|length| *length < 128)
        .unwrap()
}
