//! What changes in the skills folder, told to whoever chats.

use baton::{routing::Admission, skill::Notice, view::grant};
use serde_json::{Value, json};

use crate::cli::{
    style::{BAD, GOOD, NOTE, paint},
    text::{list, one_line, span},
    wrap::wrap,
};

/// The notice for people.
pub fn line(notice: &Notice, width: Option<usize>) -> String {
    let (style, text) = match notice {
        Notice::Loaded {
            file,
            skill,
            version,
            took,
            ..
        } => (
            GOOD,
            format!(
                "skill {skill} {version} loaded from {file} in {}",
                span(*took)
            ),
        ),
        Notice::Replaced {
            file,
            skill,
            version,
            ..
        } => (
            GOOD,
            format!("skill {skill} {version} loaded from {file} instead of the one before"),
        ),
        Notice::Admission {
            skill,
            admission: Admission::Admitted,
        } => (
            GOOD,
            format!("skill {skill} admitted; its verdicts count now"),
        ),
        Notice::Admission {
            skill,
            admission: Admission::Shadow,
        } => (
            NOTE,
            format!("skill {skill} is not admitted any more; its verdicts do not count"),
        ),
        Notice::Grants { skill, granted, .. } => {
            let words = list(granted.words(), "nothing");
            (NOTE, format!("skill {skill} is granted {words} now"))
        }
        Notice::Readiness { skill, lacks } if lacks.is_empty() => {
            (GOOD, format!("skill {skill} is ready"))
        }
        Notice::Readiness { skill, lacks } => {
            let lacks = list(lacks, "");
            (BAD, format!("skill {skill} is not ready: {lacks}"))
        }
        Notice::Removed { file, skill } => (NOTE, format!("skill {skill} removed with {file}")),
        Notice::Refused {
            file,
            why,
            kept: None,
        } => (BAD, format!("{file} not loaded: {why}")),
        Notice::Refused {
            file,
            why,
            kept: Some(skill),
        } => (
            BAD,
            format!("{file} not loaded: {why}; {skill} goes on as it was before"),
        ),
    };
    let line = paint(style, wrap(&one_line(&text), width));
    match notice {
        Notice::Loaded {
            skill,
            admission: Admission::Shadow,
            ..
        }
        | Notice::Replaced {
            skill,
            admission: Admission::Shadow,
            ..
        } => {
            let admit = format!("its verdicts do not count until `baton skill admit {skill}`");
            format!("{line}\n{}", paint(NOTE, wrap(&admit, width)))
        }
        Notice::Grants { skill, waiting, .. } if !waiting.is_empty() => {
            let waits = grant::waits(skill, waiting);
            format!("{line}\n{}", paint(NOTE, wrap(&waits, width)))
        }
        _ => line,
    }
}

/// The notice for programs.
pub fn json(notice: &Notice) -> Value {
    match notice {
        Notice::Admission { skill, admission } => {
            json!({
                "notice": "admission",
                "skill": skill,
                "admitted": *admission == Admission::Admitted,
            })
        }
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
        Notice::Grants {
            skill,
            granted,
            waiting,
        } => {
            let granted: Vec<String> = granted.words().map(ToString::to_string).collect();
            let waiting = grant::for_programs(waiting);
            json!({ "notice": "grants", "skill": skill, "granted": granted, "waiting": waiting })
        }
        Notice::Readiness { skill, lacks } => {
            let lacks: Vec<String> = lacks.iter().map(ToString::to_string).collect();
            json!({ "notice": "readiness", "skill": skill, "lacks": lacks })
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
    use std::time::Duration;

    use anstream::adapter::strip_str;
    use baton::skill::Refusal;

    use super::*;

    fn shown(notice: &Notice) -> String {
        strip_str(&line(notice, None)).to_string()
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
            "skill finance 0.1.0 loaded from finance.wasm in 12 ms"
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
