//! What begins with a slash.

use baton::{
    id::{FunctionName, SkillName},
    nearest::nearest,
};

use crate::cli::input::id;

/// A line of a chat.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// A message for the desk.
    Message(String),
    /// What can be written.
    Help,
    /// Enough.
    Quit,
    /// What the skills say to a message.
    Explain(String),
    /// A call of a tool.
    Tool {
        /// The skill.
        skill: SkillName,
        /// Its tool.
        tool: FunctionName,
        /// The arguments as they were written.
        arguments: String,
    },
    /// What was said before.
    History,
    /// Who can answer.
    Agents,
    /// The skills.
    Skills,
}

const NAMES: [&str; 7] = [
    "/help", "/quit", "/explain", "/tool", "/history", "/agents", "/skills",
];

/// What can be written, a line each.
pub const HELP: &str = "\
/explain TEXT          what every skill says to a message, and who would answer
/tool SKILL TOOL JSON  calls a skill's tool
/history               what was said in this conversation
/agents                who can answer
/skills                the skills, and files that are not loaded
/quit                  ends, as Ctrl-D does
//TEXT                 a message that begins with a slash
Ctrl-C cancels the line, or the answer under way.";

/// Reads a line.
pub fn read(line: &str) -> Result<Line, String> {
    let line = line.trim();
    if !line.starts_with('/') {
        return Ok(Line::Message(line.to_owned()));
    }
    if line.starts_with("//") {
        return Ok(Line::Message(line[1..].to_owned()));
    }
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    match name {
        "/help" => Ok(Line::Help),
        "/quit" | "/exit" => Ok(Line::Quit),
        "/explain" if rest.is_empty() => {
            Err("write the message after it: /explain TEXT".to_owned())
        }
        "/explain" => Ok(Line::Explain(rest.to_owned())),
        "/tool" => tool(rest),
        "/history" => Ok(Line::History),
        "/agents" => Ok(Line::Agents),
        "/skills" => Ok(Line::Skills),
        _ => Err(match nearest(name, &NAMES, |name| name) {
            Some(meant) => format!("there is no command {name}; did you mean {meant}?"),
            None => format!("there is no command {name}; /help shows those there are"),
        }),
    }
}

fn tool(rest: &str) -> Result<Line, String> {
    let mut words = rest.splitn(2, char::is_whitespace);
    let skill = words.next().unwrap_or_default();
    let rest = words.next().unwrap_or_default().trim();
    let (tool, arguments) = rest.split_once(char::is_whitespace).unwrap_or((rest, "{}"));
    if skill.is_empty() || tool.is_empty() {
        return Err("write skill, tool and arguments after it: /tool SKILL TOOL JSON".to_owned());
    }
    Ok(Line::Tool {
        skill: id(skill)?,
        tool: id(tool)?,
        arguments: arguments.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_begin_with_a_slash_is_a_message() {
        assert_eq!(
            read(" hello /help "),
            Ok(Line::Message("hello /help".to_owned()))
        );
        assert_eq!(
            read("//etc is full"),
            Ok(Line::Message("/etc is full".to_owned()))
        );
    }

    #[test]
    fn a_tool_is_called_with_the_rest_of_the_line() {
        let tool = Line::Tool {
            skill: "finance".into(),
            tool: "quote".into(),
            arguments: r#"{"a": "b c"}"#.to_owned(),
        };
        assert_eq!(read(r#"/tool finance  quote {"a": "b c"}"#), Ok(tool));
    }

    #[test]
    fn a_tool_without_arguments_is_called_with_none() {
        let Ok(Line::Tool { arguments, .. }) = read("/tool finance quote") else {
            panic!()
        };
        assert_eq!(arguments, "{}");
        assert!(read("/tool finance").is_err());
    }

    #[test]
    fn a_mistyped_command_is_answered_with_the_right_one() {
        assert_eq!(
            read("/explian hello"),
            Err("there is no command /explian; did you mean /explain?".to_owned())
        );
    }
}
