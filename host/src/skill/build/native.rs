//! Go's generated bindings, taken apart: the types are the same everywhere, and
//! what calls the host is, outside of WebAssembly, whatever a test puts there.

/// The files that one generated file becomes.
pub(super) struct Parts {
    /// What needs no host.
    pub(super) types: String,
    /// Calls of the host.
    pub(super) wasm: String,
    /// The same functions, which call variables.
    pub(super) native: String,
}

/// Takes a generated file apart.
pub(super) fn parts(text: &str) -> Parts {
    let (head, body) = text.split_once("\n)\n").unwrap_or((text, ""));
    let (package, imports) = head.split_once("import (\n").unwrap_or((head, ""));
    let (mut types, mut wasm, mut native) = (String::new(), String::new(), String::new());
    for chunk in chunks(body) {
        let calls = chunk.contains("wasm_import_") || chunk.contains("resourceDrop");
        match calls {
            true => {
                wasm.push_str(&chunk);
                native.push_str(&called(&chunk).unwrap_or_default());
            }
            false => types.push_str(&chunk),
        }
    }
    let file = |code: String| {
        let used = imports.lines().filter(|line| is_used(line, &code));
        let used: Vec<&str> = used.collect();
        format!("{package}import (\n{}\n)\n{code}", used.join("\n"))
    };
    Parts {
        types: file(types),
        wasm: format!("//go:build wasm\n\n{}", file(wasm)),
        native: format!("//go:build !wasm\n\n{}", file(native)),
    }
}

/// Declarations, each with the comments before it.
fn chunks(body: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut chunk = String::new();
    let mut depth = 0_i32;
    for line in body.lines() {
        chunk.push_str(line);
        chunk.push('\n');
        let (code, _) = line.split_once("//").unwrap_or((line, ""));
        depth += code.matches(['(', '{']).count() as i32;
        depth -= code.matches([')', '}']).count() as i32;
        // A comment or a line without anything belongs to what comes.
        if depth == 0 && !code.trim().is_empty() {
            found.push(std::mem::take(&mut chunk));
        }
    }
    found
}

/// Go takes no import that is not used.
fn is_used(line: &str, code: &str) -> bool {
    let path = line.rsplit('"').nth(1).unwrap_or_default();
    let name = match line.trim().split_once(' ') {
        Some((name, _)) => name,
        None => path.rsplit('/').next().unwrap_or_default(),
    };
    code.contains(&format!("{name}."))
}

/// `func Open(reason string) Ticket {` as a variable `OnOpen` of that type, and
/// the function that calls it. None for what is not a function with a body.
fn called(chunk: &str) -> Option<String> {
    let line = chunk.lines().find(|line| line.starts_with("func "))?;
    let signature = line.strip_prefix("func ")?.strip_suffix('{')?.trim_end();
    let (receiver, rest) = match signature.strip_prefix('(') {
        Some(rest) => rest.split_once(") ")?,
        None => ("", signature),
    };
    let (name, rest) = rest.split_once('(')?;
    let (parameters, result) = rest.split_once(')')?;
    let result = result.trim();
    let kind = receiver.rsplit(['*', ' ']).next().unwrap_or_default();
    let given: Vec<&str> = [receiver, parameters]
        .into_iter()
        .filter(|it| !it.is_empty())
        .collect();
    let given = given.join(", ");
    let names: Vec<&str> = given
        .split(", ")
        .filter_map(|one| one.split(' ').next())
        .collect();
    let names = names.join(", ");
    let method = match receiver {
        "" => String::new(),
        receiver => format!("({receiver}) "),
    };
    let returns = match result {
        "" => "",
        _ => "return ",
    };
    Some(format!(
        "\n// On{kind}{name} is what takes the host's place.\n\
         var On{kind}{name} func({given}) {result}\n\n\
         func {method}{name}({parameters}) {result} {{ {returns}On{kind}{name}({names}) }}\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_stay_and_calls_of_the_host_are_replaced_outside_of_webassembly() {
        let parts = parts(
            "package x\n\nimport (\n\t\"a/b_types\"\nruntime \"c/d\"\n\"unsafe\"\n)\n\n\
             type Pair = b_types.Pair\n\n\
             //go:wasmimport x open\nfunc wasm_import_open(arg0 uintptr) \n\n\
             func Open(a []b_types.Pair, b string) b_types.Error {\n\
             if true {\n}\nwasm_import_open(unsafe.Pointer(a))\n}\n\n\
             func (self *Work) Drop() {\n\twasm_import_drop(runtime.x)\n}\n",
        );
        assert!(parts.types.contains("type Pair"), "{}", parts.types);
        assert!(!parts.types.contains("\"unsafe\""), "{}", parts.types);
        assert!(parts.wasm.contains("wasm_import_open(arg0"));
        for expected in [
            "var OnOpen func(a []b_types.Pair, b string) b_types.Error",
            "func Open(a []b_types.Pair, b string) b_types.Error { return OnOpen(a, b) }",
            "func (self *Work) Drop()  { OnWorkDrop(self) }",
        ] {
            assert!(parts.native.contains(expected), "{}", parts.native);
        }
        assert!(!parts.native.contains("wasm_import"), "{}", parts.native);
    }
}
