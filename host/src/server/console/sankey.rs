//! The picture of who hands over to whom: sources on the left, targets on the
//! right, each as high as it has handoffs, and a band for each pair.

use serde::Serialize;

use crate::view::flow::Stream;

/// Units of the picture, which is as wide as the page lets it be.
const WIDTH: f64 = 720.0;
/// Room for names on both sides.
const SIDE: f64 = 190.0;
const BAR: f64 = 14.0;
const GAP: f64 = 14.0;
const TOP: f64 = 12.0;
/// All handoffs together, beside the gaps.
const HIGH: f64 = 260.0;
/// A single handoff among thousands is still seen.
const THINNEST: f64 = 2.0;

/// The picture, for the template that writes it.
#[derive(Debug, Serialize)]
pub(super) struct Picture {
    width: f64,
    height: f64,
    bars: Vec<Bar>,
    bands: Vec<Band>,
}

/// An agent on one side.
#[derive(Debug, Serialize)]
struct Bar {
    name: String,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    /// Where its name is.
    label: f64,
    /// On which side it is: `source` or `target`.
    side: &'static str,
    handoffs: u64,
    /// Which colour of the palette.
    colour: usize,
}

/// The handoffs of a pair.
#[derive(Debug, Serialize)]
struct Band {
    path: String,
    colour: usize,
    source: String,
    target: String,
    handoffs: u64,
    answered: u64,
}

/// Colours of the palette in the style.
const COLOURS: usize = 8;

/// One side while the bands are laid: name, handoffs, next free place.
struct Side<'a>(Vec<(&'a str, u64, f64)>);

impl<'a> Side<'a> {
    fn of(names: impl Iterator<Item = (&'a str, u64)>, unit: f64) -> Self {
        let mut side: Vec<(&str, u64, f64)> = Vec::new();
        for (name, handoffs) in names {
            match side.iter_mut().find(|(there, _, _)| *there == name) {
                Some((_, sum, _)) => *sum += handoffs,
                None => side.push((name, handoffs, 0.0)),
            }
        }
        side.sort_by(|a, b| (b.1, a.0).cmp(&(a.1, b.0)));
        let mut y = TOP;
        for (_, handoffs, place) in &mut side {
            *place = y;
            y += height(*handoffs, unit) + GAP;
        }
        Self(side)
    }

    fn end(&self, unit: f64) -> f64 {
        self.0
            .last()
            .map_or(TOP, |(_, handoffs, y)| y + height(*handoffs, unit))
    }

    /// Takes a place for a band.
    fn take(&mut self, name: &str, handoffs: u64, unit: f64) -> f64 {
        match self.0.iter_mut().find(|(there, _, _)| *there == name) {
            Some((_, _, place)) => {
                let y = *place;
                *place += handoffs as f64 * unit;
                y
            }
            None => TOP,
        }
    }
}

fn height(handoffs: u64, unit: f64) -> f64 {
    (handoffs as f64 * unit).max(THINNEST)
}

fn bars(side: &Side<'_>, unit: f64, word: &'static str) -> Vec<Bar> {
    let source = word == "source";
    let x = if source { SIDE } else { WIDTH - SIDE - BAR };
    let each = side.0.iter().enumerate();
    each.map(|(at, (name, handoffs, y))| Bar {
        name: (*name).to_owned(),
        x,
        y: *y,
        width: BAR,
        height: height(*handoffs, unit),
        label: if source { x - 8.0 } else { x + BAR + 8.0 },
        side: word,
        handoffs: *handoffs,
        colour: at % COLOURS,
    })
    .collect()
}

/// None if there was no handoff.
pub(super) fn draw(streams: &[Stream]) -> Option<Picture> {
    let all: u64 = streams.iter().map(|stream| stream.handoffs).sum();
    if all == 0 {
        return None;
    }
    let unit = HIGH / all as f64;
    let source = |stream: &'_ Stream| stream.handoffs;
    let mut left = Side::of(streams.iter().map(|s| (s.source.as_str(), source(s))), unit);
    let mut right = Side::of(streams.iter().map(|s| (s.target.as_str(), source(s))), unit);
    let end = left.end(unit).max(right.end(unit));
    let sources = bars(&left, unit, "source");
    let targets = bars(&right, unit, "target");
    // In the order of the targets, so that bands of one source do not cross.
    let place = |name: &str| targets.iter().position(|bar| bar.name == name);
    let mut ordered: Vec<&Stream> = streams.iter().collect();
    ordered.sort_by_key(|stream| place(stream.target.as_str()));
    let colour =
        |name: &str| sources.iter().position(|bar| bar.name == name).unwrap_or(0) % COLOURS;
    let bands = ordered.into_iter().map(|stream| {
        let (from, to) = (stream.source.as_str(), stream.target.as_str());
        let thick = height(stream.handoffs, unit);
        let y0 = left.take(from, stream.handoffs, unit);
        let y1 = right.take(to, stream.handoffs, unit);
        Band {
            path: band(y0, y1, thick),
            colour: colour(from),
            source: from.to_owned(),
            target: to.to_owned(),
            handoffs: stream.handoffs,
            answered: stream.answered,
        }
    });
    let bands = bands.collect();
    Some(Picture {
        width: WIDTH,
        height: end + TOP,
        bars: sources.into_iter().chain(targets).collect(),
        bands,
    })
}

/// From the right edge of a source to the left edge of a target.
fn band(y0: f64, y1: f64, thick: f64) -> String {
    let (x0, x1) = (SIDE + BAR, WIDTH - SIDE - BAR);
    let middle = f64::midpoint(x0, x1);
    let (b0, b1) = (y0 + thick, y1 + thick);
    format!(
        "M{x0:.1},{y0:.1}C{middle:.1},{y0:.1} {middle:.1},{y1:.1} {x1:.1},{y1:.1}\
         V{b1:.1}C{middle:.1},{b1:.1} {middle:.1},{b0:.1} {x0:.1},{b0:.1}Z"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(source: &str, target: &str, handoffs: u64) -> Stream {
        Stream {
            source: source.into(),
            target: target.into(),
            handoffs,
            answered: handoffs,
            under_way: 0,
        }
    }

    #[test]
    fn without_handoffs_there_is_no_picture() {
        assert!(draw(&[]).is_none());
    }

    #[test]
    fn each_agent_is_as_high_as_it_has_handoffs() {
        let streams = [
            stream("desk", "billing", 3),
            stream("desk", "people", 1),
            stream("billing", "people", 4),
        ];
        let picture = draw(&streams).unwrap();
        let bar = |side: &str, name: &str| {
            let mut bars = picture.bars.iter();
            bars.find(|bar| bar.side == side && bar.name == name)
                .unwrap()
        };
        assert_eq!(bar("target", "people").handoffs, 5);
        assert_eq!(
            bar("source", "desk").height,
            bar("source", "billing").height
        );
        assert!((bar("target", "people").height - HIGH * 5.0 / 8.0).abs() < 0.01);
        assert_eq!(picture.bands.len(), 3);
        assert!(
            picture
                .bars
                .iter()
                .all(|bar| bar.y + bar.height <= picture.height)
        );
    }

    #[test]
    fn one_handoff_among_thousands_is_still_seen() {
        let picture = draw(&[stream("a", "b", 100_000), stream("a", "c", 1)]).unwrap();
        assert!(picture.bars.iter().all(|bar| bar.height >= THINNEST));
    }
}
