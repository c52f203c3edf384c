//! The chain as a picture: a column for each agent in the order in which they
//! appear, an arrow for each handoff, time downwards.

use std::fmt::Write;

use baton::{
    id::ConversationId,
    view::handoff::{End, Link},
};
use unicode_width::UnicodeWidthStr;

use super::{ended, percent};

/// Pixels. A letter of the label's size is about 7 wide; fonts differ, so
/// everything is given room.
const LETTER: usize = 7;
const MARGIN: usize = 52;
const HEAD: usize = 34;
const FIRST: usize = 118;
const STEP: usize = 58;

/// Longer names and reasons are cut; the whole is in the tooltip.
const LONGEST: usize = 28;

const STYLE: &str = "\
text{font:12px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;fill:#1f2328}\
.paper{fill:#ffffff}\
.agent{fill:#f0f3f6;stroke:#8c959f}\
.name{font-weight:600;text-anchor:middle}\
.life{stroke:#d0d7de;stroke-dasharray:2 4}\
.why{text-anchor:middle}\
.end{text-anchor:middle;font-size:11px;fill:#59636e}\
.turn{font-size:11px;fill:#59636e}\
.why,.end{paint-order:stroke;stroke:#ffffff;stroke-width:4px;stroke-linejoin:round}\
.title{font-size:13px;font-weight:600}\
.arrow{fill:none;stroke-width:1.6}\
.answered{stroke:#1a7f37}.rejected{stroke:#cf222e;stroke-dasharray:6 4}\
.failed{stroke:#cf222e}.under-way{stroke:#9a6700;stroke-dasharray:2 3}\
.tip{stroke-dasharray:none;stroke-linejoin:round;stroke-linecap:round}\
@media (prefers-color-scheme:dark){\
text{fill:#e6edf3}.paper{fill:#0d1117}.agent{fill:#21262d;stroke:#6e7681}\
.life{stroke:#3d444d}.why,.end{stroke:#0d1117}.end,.turn{fill:#9198a1}\
.answered{stroke:#3fb950}.rejected,.failed{stroke:#f85149}.under-way{stroke:#d29922}}";

/// The picture.
pub fn draw(conversation: &ConversationId, links: &[Link]) -> String {
    let agents = agents(links);
    let step = column_width(&agents, links);
    let title = format!("Handoffs of conversation {}", conversation.as_str());
    let columns = agents.len().max(1);
    let width = (2 * MARGIN + columns * step).max(2 * MARGIN + title.width() * 8);
    let height = FIRST + links.len().max(1) * STEP + 8;
    let centre = |name: &str| {
        let at = agents.iter().position(|agent| *agent == name).unwrap_or(0);
        MARGIN + at * step + step / 2
    };

    let mut svg = String::new();
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n<rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\n\
         <text class=\"title\" x=\"8\" y=\"30\">{title}</text>",
        title = escaped(&title),
    );
    for agent in &agents {
        column(&mut svg, agent, centre(agent), step, height);
    }
    if links.is_empty() {
        let _ = writeln!(
            svg,
            "<text x=\"{MARGIN}\" y=\"70\">Nothing was handed over.</text>"
        );
    }
    let mut turn = None;
    for (at, link) in links.iter().enumerate() {
        let y = FIRST + at * STEP + 20;
        if turn != Some(link.turn) {
            turn = Some(link.turn);
            if let Some(turn) = link.turn {
                let _ = writeln!(
                    svg,
                    "<text class=\"turn\" x=\"8\" y=\"{}\">turn {turn}</text>",
                    y + 4
                );
            }
        }
        arrow(
            &mut svg,
            link,
            centre(&link.source),
            centre(&link.target),
            y,
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// In the order in which they appear.
fn agents(links: &[Link]) -> Vec<&str> {
    let mut agents: Vec<&str> = Vec::new();
    for name in links.iter().flat_map(|link| [&link.source, &link.target]) {
        if !agents.contains(&name.as_str()) {
            agents.push(name);
        }
    }
    agents
}

/// Wide enough for every name, and for every label on its arrow.
fn column_width(agents: &[&str], links: &[Link]) -> usize {
    let names = agents
        .iter()
        .map(|name| cut(name).width() * (LETTER + 1) + 40);
    let labels = links.iter().map(|link| {
        let place = |name: &str| agents.iter().position(|agent| *agent == name).unwrap_or(0);
        let columns = place(&link.source).abs_diff(place(&link.target)).max(1);
        let letters = label(link).width().max(cut(&ended(link)).width());
        (letters * LETTER + 30).div_ceil(columns)
    });
    names.chain(labels).max().unwrap_or(0).max(110)
}

fn column(svg: &mut String, name: &str, x: usize, step: usize, height: usize) {
    let width = step - 20;
    let left = x - width / 2;
    let _ = writeln!(
        svg,
        "<line class=\"life\" x1=\"{x}\" x2=\"{x}\" y1=\"{}\" y2=\"{}\"/>\n\
         <g><title>{}</title><rect class=\"agent\" x=\"{left}\" y=\"48\" width=\"{width}\" \
         height=\"{HEAD}\" rx=\"8\"/>\n<text class=\"name\" x=\"{x}\" y=\"69\">{}</text></g>",
        48 + HEAD,
        height - 14,
        escaped(name),
        escaped(&cut(name)),
    );
}

fn arrow(svg: &mut String, link: &Link, from: usize, to: usize, y: usize) {
    let class = match link.end {
        End::Answered => "answered",
        End::Rejected => "rejected",
        End::Failed => "failed",
        End::UnderWay => "under-way",
    };
    let why = link.why.as_deref().unwrap_or_default();
    let told = format!(
        "{} → {}: {}{}{}\n{why}",
        link.source,
        link.target,
        label(link),
        link.by
            .as_ref()
            .map_or(String::new(), |by| format!(", by {by}")),
        format_args!(", {}", ended(link)),
    );
    // The tip's two strokes end this far behind its point.
    let (back, path) = if from == to {
        let path = format!("M{from} {y}h36v14h-34");
        (from + 9, path)
    } else {
        let (end, back) = if from < to {
            (to - 2, to - 9)
        } else {
            (to + 2, to + 9)
        };
        (back, format!("M{from} {y}H{end}"))
    };
    let (tip, height) = if from == to {
        (from + 2, y + 14)
    } else if from < to {
        (to - 2, y)
    } else {
        (to + 2, y)
    };
    let middle = usize::midpoint(from, to);
    let _ = writeln!(
        svg,
        "<g><title>{}</title>\n<path class=\"arrow {class}\" d=\"{path}\"/>\n\
         <path class=\"arrow tip {class}\" d=\"M{back} {}L{tip} {height}L{back} {}\"/>\n\
         <text class=\"why\" x=\"{middle}\" y=\"{}\">{}</text>\n\
         <text class=\"end\" x=\"{middle}\" y=\"{}\">{}</text></g>",
        escaped(told.trim()),
        height - 4,
        height + 4,
        y - 7,
        escaped(&label(link)),
        y + 16,
        escaped(&cut(&ended(link))),
    );
}

fn label(link: &Link) -> String {
    format!("{} {}", cut(&link.reason), percent(link.confidence))
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let begin: String = text.chars().take(LONGEST - 1).collect();
    format!("{begin}…")
}

/// As text of XML, which cannot have control characters at all.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn link(source: &str, target: &str, end: End) -> Link {
        Link {
            handoff: "h".to_owned(),
            turn: Some(1),
            time: Timestamp::UNIX_EPOCH,
            source: source.to_owned(),
            target: target.to_owned(),
            reason: "escalation".to_owned(),
            by: Some("operator".to_owned()),
            confidence: 0.5,
            decay: None,
            end,
            why: None,
            milliseconds: Some(3),
            models: None,
            losers: Vec::new(),
        }
    }

    #[test]
    fn agents_stand_in_the_order_in_which_they_appear_and_each_once() {
        let links = [
            link("desk", "billing", End::Failed),
            link("desk", "manager", End::Answered),
            link("manager", "billing", End::Answered),
        ];
        assert_eq!(agents(&links), ["desk", "billing", "manager"]);
    }

    #[test]
    fn every_handoff_is_an_arrow_with_its_reason_and_confidence() {
        let links = [
            link("a", "b", End::Answered),
            link("b", "a", End::Rejected),
            link("a", "a", End::UnderWay),
        ];
        let picture = draw(&"c".into(), &links);
        assert_eq!(picture.matches("escalation 50%</text>").count(), 3);
        assert!(picture.contains("rejected after 3 ms"), "{picture}");
        assert!(picture.contains("prefers-color-scheme:dark"), "{picture}");
    }

    #[test]
    fn a_name_cannot_break_out_of_the_picture() {
        let links = [link("<script>", "a\u{0}&\"", End::Answered)];
        let picture = draw(&"c<".into(), &links);
        assert!(!picture.contains("<script>") && !picture.contains('\u{0}'));
        assert!(picture.contains("a&amp;&quot;"), "{picture}");
    }
}
