//! An explanation for people.

use baton::{
    conversation::Came,
    handoff::Explanation,
    view::{
        condition::{Row, rows, why},
        recalled::Recalled,
    },
};

use crate::cli::{
    events,
    output::table,
    style::{BAD, FAINT, GOOD, NOTE, STRONG, paint},
    text::{count, one_line, span},
    wrap::wrap,
};

/// Conditions that were not asked are counted when there are more than this.
const NOT_ASKED_SHOWN: usize = 12;

/// The explanation as a table, what happened on the way, and the outcome.
pub fn show(explanation: &Explanation, all: bool, width: Option<usize>) -> String {
    let rows = rows(explanation);
    let asked = rows.iter().filter(|row| row.microseconds.is_some()).count();
    let mut parts = vec![paint(
        FAINT,
        format!(
            "{} has the conversation · {}, {asked} asked · decided in {}",
            explanation.owner,
            count(rows.len(), "condition"),
            span(explanation.took)
        ),
    )];
    parts.extend(conditions(&rows, all, width));
    let events: Vec<String> = explanation
        .events
        .iter()
        .map(|event| events::line(&event.kind))
        .collect();
    if !events.is_empty() {
        parts.push(events.join("\n"));
    }
    parts.push(paint(STRONG, wrap(&outcome(explanation), width)));
    let price = explanation.price;
    parts.extend(price.map(|price| paint(NOTE, format!("the answer would cost {price}"))));
    parts.extend(handed_over(explanation).map(|text| paint(FAINT, wrap(&text, width))));
    parts.join("\n\n")
}

/// What the record says of a turn.
pub fn show_recalled(recalled: &Recalled, width: Option<usize>) -> String {
    let mut parts = conditions(&recalled.conditions, true, width);
    let steps: Vec<String> = recalled
        .steps
        .iter()
        .map(|step| {
            let at = paint(FAINT, format!("+{}", time(step.microseconds)));
            wrap(
                &format!("{at} {} {}", step.kind, one_line(&step.text)),
                width,
            )
        })
        .collect();
    parts.push(steps.join("\n"));
    let mut outcome = format!("Turn {}: {}", recalled.turn, one_line(&recalled.why));
    if let Some(agent) = &recalled.answered {
        outcome.push_str(&format!("; {} answered", one_line(agent)));
    }
    parts.push(paint(STRONG, wrap(&format!("{outcome}."), width)));
    let rest = "What is not listed was not asked, as none of its triggers occurs.";
    parts.push(paint(FAINT, wrap(rest, width)));
    parts.join("\n\n")
}

/// The table, coloured by what came of each, and how many it leaves out.
fn conditions(rows: &[Row], all: bool, width: Option<usize>) -> Vec<String> {
    let untriggered = rows
        .iter()
        .filter(|row| row.verdict == Came::NotTriggered)
        .count();
    let leave_out = !all && untriggered > NOT_ASKED_SHOWN;
    let shown: Vec<&Row> = rows
        .iter()
        .filter(|row| !leave_out || row.verdict != Came::NotTriggered)
        .collect();
    let mut parts = Vec::new();
    if !shown.is_empty() {
        let heading = [
            "CONDITION",
            "VERDICT",
            "PRIORITY",
            "CONFIDENCE",
            "TIME",
            "WHY",
        ];
        parts.push(match width {
            Some(width) => shown
                .iter()
                .map(|row| block(row, width))
                .collect::<Vec<_>>()
                .join("\n"),
            None => table(None, heading, shown.iter().map(|row| cells(row))),
        });
    }
    if leave_out {
        let more = count(untriggered, "condition");
        let text = format!("{more} not asked, as none of their triggers occurs; --all lists them");
        parts.push(paint(FAINT, text));
    }
    parts
}

fn cells(row: &Row) -> [String; 6] {
    [
        format!("{}/{}", row.skill, row.condition),
        verdict(row),
        row.priority
            .map_or_else(|| "-".to_owned(), |priority| priority.to_string()),
        row.confidence
            .map_or_else(|| "-".to_owned(), |c| format!("{c:.2}")),
        row.microseconds.map_or_else(|| "-".to_owned(), time),
        one_line(&row.why),
    ]
}

/// Two lines for each condition, as six columns do not fit eighty.
fn block(row: &Row, width: usize) -> String {
    let (mark, style) = match row.verdict {
        Came::Won => ("✔", GOOD),
        Came::Outranked | Came::Held | Came::Shadowed => ("·", NOTE),
        Came::Rejected | Came::Invalid | Came::Faulted | Came::Quarantined => ("✘", BAD),
        Came::Pass | Came::OutOfScope | Came::NotItsAgent | Came::NotTriggered => ("·", FAINT),
    };
    let verdict = format!("  {}", verdict(row));
    let mut text = verdict.clone();
    if let Some(confidence) = row.confidence {
        if let Some(priority) = row.priority {
            text.push_str(&format!(" · priority {priority}"));
        }
        text.push_str(&format!(" · confidence {confidence:.2}"));
    }
    if let Some(took) = row.microseconds {
        text.push_str(&format!(" · {}", time(took)));
    }
    text.push_str(&format!(" · {}", one_line(&row.why)));
    let text = wrap(&text, Some(width));
    // Broken within only if a name is as long as a line.
    let (verdict, facts) = match text.strip_prefix(&verdict) {
        Some(facts) => (verdict.as_str(), facts),
        None => ("", text.as_str()),
    };
    let name = paint(STRONG, format!("{}/{}", row.skill, row.condition));
    format!(
        "{} {name}\n{}{}",
        paint(style, mark),
        paint(style, verdict),
        paint(FAINT, facts)
    )
}

fn verdict(row: &Row) -> String {
    match &row.target {
        Some(target) => format!("{} → {target}", row.verdict.as_str()),
        None => row.verdict.as_str().to_owned(),
    }
}

fn time(microseconds: u64) -> String {
    span(std::time::Duration::from_micros(microseconds))
}

/// Who would answer.
fn outcome(explanation: &Explanation) -> String {
    let owner = &explanation.owner;
    match explanation.decision.winner() {
        Some(winner) => format!(
            "{owner} would hand over to {}, as {}/{} says.",
            winner.proposal.target, winner.skill, winner.condition
        ),
        None => format!("{owner} would answer: {}.", why(explanation)),
    }
}

/// What the target would be told by the skill.
fn handed_over(explanation: &Explanation) -> Option<String> {
    let proposal = &explanation.decision.winner()?.proposal;
    let instructions = one_line(&proposal.instructions);
    let findings = serde_json::Value::Object(proposal.findings.clone());
    let told = [
        (!instructions.is_empty()).then(|| format!("instructions: {instructions}")),
        (!proposal.findings.is_empty())
            .then(|| format!("findings: {}", one_line(&findings.to_string()))),
    ];
    let told: Vec<String> = told.into_iter().flatten().collect();
    (!told.is_empty()).then(|| told.join("\n"))
}
