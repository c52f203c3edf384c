//! The guide for authors, followed to the letter by somebody who has nothing
//! but the program.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    new::{BUILD, stranger},
    support::{
        chat::Chat,
        desk::Desk,
        program::{Ran, run_within},
        repository, shared,
        skills::have_tools,
    },
};

/// What the guide leaves to its reader.
const NAME: &str = "refunds";

/// A reader at an empty folder.
struct Reader {
    place: TempDir,
    language: &'static str,
}

impl Reader {
    fn new(language: &'static str) -> Self {
        // One test at a time puts tools where all look for them.
        have_tools(language);
        let place = TempDir::with_prefix("reader-").unwrap();
        Self { place, language }
    }

    fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.place.path().join(name)
    }

    /// Types a line that the guide shows.
    #[track_caller]
    fn types(&self, line: &str) -> Ran {
        let line = self.reads(line);
        let (line, _) = line.split_once(" #").unwrap_or((&line, ""));
        let mut words = line.split_whitespace();
        assert_eq!(words.next(), Some("baton"), "{line}");
        let mut command = stranger(self.place.path());
        command.args(words);
        run_within(BUILD, &mut command, None).ok()
    }

    /// With what a reader puts in the place of the words in capitals.
    fn reads(&self, text: &str) -> String {
        text.replace("LANGUAGE", self.language)
            .replace("NAME", NAME)
            .replace("DESK", "desk")
    }

    /// The chat that the guide says to leave running.
    fn chats(&self) -> Chat {
        let mut command = stranger(self.place.path());
        command.args(["-C", "desk", "chat", "--json"]);
        Chat::start(command)
    }
}

/// A fenced block: its kind, and what is in it.
struct Block<'a> {
    kind: &'a str,
    text: &'a str,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let fenced = page.split("```").skip(1).step_by(2);
    fenced
        .filter_map(|block| block.split_once('\n'))
        .map(|(kind, text)| Block { kind, text })
        .collect()
}

fn guide(name: &str) -> String {
    fs::read_to_string(repository().join("docs").join(name)).unwrap()
}

/// From nothing to a desk that routes, as the guide has it.
#[track_caller]
fn a_stranger_follows_the_guide(language: &'static str) {
    let guide = guide("skills.md");
    let (_, way) = guide.split_once("## From nothing").unwrap();
    let (way, _) = way.split_once("\n## ").unwrap();
    let reader = Reader::new(language);
    let mut chat = None;
    for Block { kind, text } in blocks(way) {
        match kind {
            "toml" => {
                let (place, _) = text.split_once('\n').unwrap();
                let place = reader.reads(place.trim_start_matches("# "));
                fs::write(reader.path(place), text).unwrap();
                let chat = chat.insert(reader.chats());
                assert_eq!(chat.say("I want a refund").agent, "front");
            }
            // What watches does not end.
            "sh" => text
                .lines()
                .filter(|line| !line.contains("--watch"))
                .for_each(|line| match line.strip_prefix("mkdir -p ") {
                    Some(folder) => {
                        fs::create_dir_all(reader.path(reader.reads(folder))).unwrap();
                    }
                    None => drop(reader.types(line)),
                }),
            other => panic!("a block of {other} in the way in"),
        }
    }
    let mut chat = chat.unwrap();
    chat.notice("loaded", "refunds.wasm");
    let answer = chat.say("I want a refund");
    assert_eq!(answer.agent, "specialist");
    assert!(answer.reply.contains("Ask for the number"), "{answer:?}");
    assert_eq!(chat.explain("I want a refund").target, "specialist");
    let explained = reader.types("baton -C DESK explain refund");
    explained.shows(&["wants-refund"]);
}

#[test]
fn a_stranger_gets_from_nothing_to_a_desk_that_routes_in_rust() {
    a_stranger_follows_the_guide("rust");
}

#[test]
fn a_stranger_gets_from_nothing_to_a_desk_that_routes_in_python() {
    a_stranger_follows_the_guide("python");
}

#[test]
fn a_stranger_gets_from_nothing_to_a_desk_that_routes_in_typescript() {
    a_stranger_follows_the_guide("typescript");
}

#[test]
fn a_stranger_gets_from_nothing_to_a_desk_that_routes_in_go() {
    a_stranger_follows_the_guide("go");
}

#[test]
fn a_stranger_gets_from_nothing_to_a_desk_that_routes_in_c() {
    a_stranger_follows_the_guide("c");
}

/// Those who answer what the guide's skills ask and hand over.
const AGENTS: &str = "
[agents.finance-expert]
kind = 'scripted'
reply = '{instructions}'
[agents.science-expert]
kind = 'scripted'
reply = 'Leaves.'
[agents.history-expert]
kind = 'scripted'
reply = 'China.'
[skills.finance]
grants = ['agents', 'conversation', 'discovery', 'payments', 'tickets']
";

/// A desk with what this code of the language's page is built into, in the
/// place of what a new folder has.
#[track_caller]
fn desk_with(language: &'static str, source: &str, code: &str) -> Desk {
    let reader = Reader::new(language);
    reader.types("baton doctor --install LANGUAGE");
    reader.types("baton skill new finance --lang LANGUAGE");
    fs::write(reader.path("finance").join(source), code).unwrap();
    reader.types("baton skill build finance -o finance.wasm");
    let component = fs::read(reader.path("finance.wasm")).unwrap();
    Desk::scripted(AGENTS).skill("finance.wasm", component)
}

/// The condition that a page begins with is built and asked, and so is the skill
/// that shows the rest; whose tool is called with these arguments.
#[track_caller]
fn the_code_of_the_page_works(
    language: &'static str,
    source: &str,
    tool: [&str; 2],
) -> (Desk, Ran) {
    let page = guide(&format!("skills/{language}.md"));
    let kind = match language {
        "typescript" => "ts",
        other => other,
    };
    let shown: Vec<_> = blocks(&page)
        .into_iter()
        .filter(|block| block.kind == kind)
        .collect();
    let first = desk_with(language, source, shown[0].text);
    assert_eq!(first.say("My portfolio is down").agent, "finance-expert");
    assert_eq!(first.say("Good morning").agent, "desk");
    let desk = desk_with(language, source, shown[1].text);
    let call = ["tool", "call", "finance", tool[0], tool[1]];
    let called = desk.baton(&[&call[..], &["--conversation", "c"]].concat());
    (desk, called.ok())
}

const BURNS: &str = r#"{"reason":"it burns"}"#;

#[test]
fn the_code_in_the_guide_for_rust_is_built_and_routes() {
    // The rest of its page is compiled and run by the SDK's own tests.
    let page = guide("skills/rust.md");
    let all = blocks(&page);
    let first = all.iter().find(|block| block.kind == "rust").unwrap();
    let desk = desk_with("rust", "src/lib.rs", first.text);
    assert_eq!(desk.say("My portfolio is down").agent, "finance-expert");
}

#[test]
fn the_code_in_the_guide_for_python_is_built_and_routes() {
    let (desk, called) = the_code_of_the_page_works("python", "skill.py", ["escalate", BURNS]);
    called.shows(&["Ticket "]);
    assert_eq!(desk.explain("My parcel").conditions.len(), 1);
}

#[test]
fn the_code_in_the_guide_for_typescript_is_built_and_routes() {
    let topic = ["research-topic", r#"{"topic":"tea"}"#];
    let (_, called) = the_code_of_the_page_works("typescript", "src/skill.ts", topic);
    let found: Value = called.json();
    assert_eq!(found["history-expert"], "China.");
}

#[test]
fn the_code_in_the_guide_for_go_is_built_and_routes() {
    let tool = ["escalate-to-human", BURNS];
    let (desk, called) = the_code_of_the_page_works("go", "skill.go", tool);
    called.shows(&["I've created support ticket #"]);
    let reply = desk.say("My portfolio is down").reply;
    assert!(reply.contains("tier: \"gold\""), "{reply}");
}

#[test]
fn the_code_in_the_guide_for_c_is_built_and_routes() {
    let tool = ["escalate-to-human", BURNS];
    let (desk, called) = the_code_of_the_page_works("c", "skill.c", tool);
    called.shows(&["I've created support ticket #"]);
    let reply = desk.say("My portfolio is down").reply;
    assert!(reply.contains("tier: \"gold\""), "{reply}");
}

/// The second of the page's pieces in this language, with the third as its
/// tests, in a new folder.
fn tested_natively(language: &'static str, source: &str, tests: &str) -> Reader {
    let page = guide(&format!("skills/{language}.md"));
    let all = blocks(&page);
    let shown: Vec<_> = all.iter().filter(|it| it.kind == language).collect();
    let reader = Reader::new(language);
    reader.types("baton doctor --install LANGUAGE");
    reader.types("baton skill new finance --lang LANGUAGE");
    fs::write(reader.path("finance").join(source), shown[1].text).unwrap();
    fs::write(reader.path("finance").join(tests), shown[2].text).unwrap();
    reader
}

/// Runs the tests of a folder with the Go that the doctor has brought, or the
/// system's, which fetches nothing.
#[track_caller]
fn go_test(folder: &Path) -> Ran {
    let tools = fs::read_dir(shared("data").join("baton/tools")).unwrap();
    let brought = tools
        .map(|item| item.unwrap().path().join("bin/go"))
        .find(|program| program.is_file());
    let mut command = Command::new(brought.unwrap_or("go".into()));
    command
        .current_dir(folder)
        .args(["test", "-v"])
        .env("GOCACHE", shared("go-cache"))
        .env("GOPROXY", "off")
        .env("GOTOOLCHAIN", "local")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    run_within(BUILD, &mut command, None).ok()
}

#[test]
fn the_tests_in_the_guide_for_go_run_natively_and_pass() {
    let reader = tested_natively("go", "skill.go", "skill_test.go");
    go_test(&reader.path("finance")).shows(&[
        "PASS: TestAPersonIsCalled",
        "PASS: TestTwoExpertsAreAsked",
        "PASS: TestWhatAHookLearnsIsRemembered",
    ]);
}

/// Builds and runs the test of a folder in C with the one command that its
/// author is shown.
#[track_caller]
fn runs_in_c(folder: &Path, sdk: &Path) {
    let [sdk, contract, native] = ["", "contract", "native"].map(|part| sdk.join(part));
    let program = folder.join("skill-test");
    let mut clang = Command::new("clang");
    clang
        .current_dir(folder)
        .args(["-std=c17", "-Wall", "-Werror"]);
    for place in [&sdk, &contract, &native] {
        clang.arg("-I").arg(place);
    }
    clang
        .args(["skill.c", "tests/skill_test.c"])
        .arg(native.join("native.c"))
        .arg("-o")
        .arg(&program);
    let piped = |command: &mut Command| {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
    };
    piped(&mut clang);
    run_within(BUILD, &mut clang, None).ok();
    let mut tests = Command::new(program);
    piped(&mut tests);
    run_within(BUILD, &mut tests, None).ok();
}

#[test]
fn the_tests_in_the_guide_for_c_run_natively_and_pass() {
    let reader = tested_natively("c", "skill.c", "tests/skill_test.c");
    runs_in_c(&reader.path("finance"), &sdk_in_c(&reader));
}

#[test]
fn the_tests_of_a_new_folder_in_c_run_natively_and_pass() {
    let reader = Reader::new("c");
    reader.types("baton skill new refunds --lang LANGUAGE");
    runs_in_c(&reader.path("refunds"), &sdk_in_c(&reader));
}

/// Where the editor of a new folder is told that it is.
fn sdk_in_c(reader: &Reader) -> PathBuf {
    let folder = fs::read_dir(reader.place.path()).unwrap().next().unwrap();
    let flags = fs::read_to_string(folder.unwrap().path().join("compile_flags.txt")).unwrap();
    let (_, rest) = flags.split_once("-I\n").unwrap();
    rest.lines().next().unwrap().into()
}

#[test]
fn the_tests_of_a_new_folder_in_go_run_natively_and_pass() {
    let reader = Reader::new("go");
    reader.types("baton doctor --install LANGUAGE");
    reader.types("baton skill new refunds --lang LANGUAGE");
    go_test(&reader.path("refunds")).shows(&["PASS: TestTheToolSaysWhatItLacks"]);
}

#[test]
fn every_language_has_a_page_that_the_guide_and_the_readme_lead_to() {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let guide = guide("skills.md");
    for language in ["rust", "python", "typescript", "go", "c"] {
        let page = format!("skills/{language}.md");
        assert!(repository().join("docs").join(&page).is_file(), "{page}");
        assert!(guide.contains(&format!("({page})")), "{page}");
        assert!(readme.contains(&format!("(docs/{page})")), "{page}");
    }
}
