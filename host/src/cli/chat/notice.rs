//! What changes in the skills folder, told to whoever chats.

use std::time::Duration;

use baton::{id::SkillName, routing::Admission, skill::Notice};
use serde_json::{Value, json};

use crate::cli::{
    style::{BAD, GOOD, NOTE, paint},
    text::{one_line, span},
};

/// The notice on one line.
pub fn line(notice: &Notice) -> String {
    match notice {
        Notice::Loaded {
            file,
            skill,
            version,
            admission,
            took,
        } => loaded("loaded", skill, version, file, *admission, Some(*took)),
        Notice::Replaced {
            file,
            skill,
            version,
            admission,
        } => loaded("replaced", skill, version, file, *admission, None),
        Notice::Removed { file, skill } => paint(
            NOTE,
            format!("skill {skill} removed with {}", one_line(file)),
        ),
        Notice::Refused { file, why, kept } => {
            let kept = kept
                .as_ref()
                .map(|skill| format!("; {skill} goes on as it was before"));
            let why = one_line(&why.to_string());
            paint(
                BAD,
                format!(
                    "{} not loaded: {why}{}",
                    one_line(file),
                    kept.unwrap_or_default()
                ),
            )
        }
    }
}

fn loaded(
    what: &str,
    skill: &SkillName,
    version: &str,
    file: &str,
    admission: Admission,
    took: Option<Duration>,
) -> String {
    let took = took
        .map(|took| format!(" in {}", span(took)))
        .unwrap_or_default();
    let line = paint(
        GOOD,
        format!(
            "skill {skill} {version} {what} from {}{took}",
            one_line(file)
        ),
    );
    match admission {
        Admission::Admitted => line,
        Admission::Shadow => {
            let admit = format!("its verdicts do not count until `baton skill admit {skill}`");
            format!("{line}; {}", paint(NOTE, admit))
        }
    }
}

/// The notice for programs.
pub fn json(notice: &Notice) -> Value {
    match notice {
        Notice::Loaded {
            file,
            skill,
            version,
            ..
        } => {
            json!({ "notice": "loaded", "file": file, "skill": skill, "version": version })
        }
        Notice::Replaced {
            file,
            skill,
            version,
            ..
        } => {
            json!({ "notice": "replaced", "file": file, "skill": skill, "version": version })
        }
        Notice::Removed { file, skill } => {
            json!({ "notice": "removed", "file": file, "skill": skill })
        }
        Notice::Refused { file, why, kept } => {
            json!({ "notice": "refused", "file": file, "why": why.to_string(), "kept": kept })
        }
    }
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use baton::skill::Refusal;

    use super::*;

    fn shown(notice: &Notice) -> String {
        strip_str(&line(notice)).to_string()
    }

    #[test]
    fn a_skill_that_is_there_now_is_told_with_its_file_and_time() {
        let notice = Notice::Loaded {
            file: "finance.wasm".to_owned(),
            skill: "finance".into(),
            version: "0.1.0".to_owned(),
            admission: Admission::Admitted,
            took: Duration::from_millis(12),
        };
        assert_eq!(
            shown(&notice),
            "skill finance 0.1.0 loaded from finance.wasm in 12.0 ms"
        );
    }

    #[test]
    fn a_bad_new_version_is_told_with_its_reason_and_that_the_old_one_goes_on() {
        let notice = Notice::Refused {
            file: "finance.wasm".to_owned(),
            why: Refusal::Empty,
            kept: Some("finance".into()),
        };
        assert_eq!(
            shown(&notice),
            "finance.wasm not loaded: it is empty; is it still being written?; finance goes on as it was before"
        );
    }
}
