//! Flame graphs: what is called is above its caller, and as wide as it is long at work.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::stacks::Stack;

/// In pixels.
const WIDTH: f64 = 1200.0;
const ROW: f64 = 15.0;
const MARGIN: f64 = 8.0;
const LETTER: f64 = 6.2;

/// What is narrower than so many pixels is left out.
const NARROWEST: f64 = 0.6;

/// Crates that are shown as one frame, whatever they call inside: they pass on what others do.
const PLUMBING: [&str; 9] = [
    "alloc",
    "axum",
    "core",
    "futures_util",
    "hyper",
    "hyper_util",
    "std",
    "tokio",
    "tower",
];

/// A function, how often it was met, and what it called.
#[derive(Default)]
struct Frame {
    samples: u32,
    calls: BTreeMap<String, Self>,
}

impl Frame {
    fn add<'a>(&mut self, mut names: impl Iterator<Item = &'a str>) {
        self.samples += 1;
        if let Some(name) = names.next() {
            self.calls.entry(name.to_owned()).or_default().add(names);
        }
    }

    fn depth(&self, narrowest: f64) -> u32 {
        let calls = self.calls.values();
        let wide = calls.filter(|call| f64::from(call.samples) >= narrowest);
        wide.map(|call| 1 + call.depth(narrowest))
            .max()
            .unwrap_or_default()
    }
}

/// The picture, as SVG.
pub(super) fn picture(title: &str, stacks: &[Stack]) -> String {
    let mut root = Frame::default();
    for stack in stacks {
        let mut names = vec![stack.thread.as_str()];
        names.extend(stack.frames.iter().map(|frame| shown(frame)));
        names.dedup();
        root.add(names.into_iter());
    }
    let scale = WIDTH / f64::from(root.samples.max(1));
    let depth = f64::from(root.depth(NARROWEST / scale));
    let height = (depth + 1.0) * ROW + 4.0 * MARGIN;
    let width = WIDTH + 2.0 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"monospace\" font-size=\"10\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n\
         <text x=\"{MARGIN}\" y=\"{}\" font-size=\"13\">{}</text>\n",
        2.0 * MARGIN,
        escaped(title)
    );
    draw(&mut svg, &root, scale, MARGIN, height - MARGIN - ROW);
    svg.push_str("</svg>\n");
    svg
}

/// Draws what `frame` called, from `x` on, and on `y`.
fn draw(svg: &mut String, frame: &Frame, scale: f64, mut x: f64, y: f64) {
    for (name, call) in &frame.calls {
        let width = f64::from(call.samples) * scale;
        if width >= NARROWEST {
            let name = escaped(name);
            let percent = 100.0 * width / WIDTH;
            let colour = colour(&name);
            let _ = write!(
                svg,
                "<g><title>{name}: {percent:.1} %</title>\
                 <rect x=\"{x:.1}\" y=\"{y:.0}\" width=\"{width:.1}\" height=\"14\" fill=\"{colour}\"/>"
            );
            if let Some(label) = label(&name, width) {
                let _ = write!(
                    svg,
                    "<text x=\"{:.1}\" y=\"{:.0}\">{label}</text>",
                    x + 2.0,
                    y + 11.0
                );
            }
            svg.push_str("</g>\n");
            draw(svg, call, scale, x, y - ROW);
        }
        x += width;
    }
}

/// As it is named in the picture.
fn shown(name: &str) -> &str {
    let start = name.trim_start_matches(['<', '&']);
    let owner = start.split("::").next().unwrap_or_default();
    PLUMBING
        .into_iter()
        .find(|plumbing| *plumbing == owner)
        .unwrap_or(name)
}

/// As much of the name as there is room for.
fn label(name: &str, width: f64) -> Option<String> {
    let mut room = width - 4.0;
    let mut label = String::new();
    for letter in name.chars() {
        room -= LETTER;
        if room < 0.0 {
            break;
        }
        label.push(letter);
    }
    // Half of an escaped letter is none.
    let whole = label
        .rfind('&')
        .filter(|start| !label[*start..].contains(';'));
    label.truncate(whole.unwrap_or(label.len()));
    (label.len() > 2).then_some(label)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Ours stand out.
fn colour(name: &str) -> &'static str {
    let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if is(&["poolhouse"]) {
        "#f4a259"
    } else if is(&["sqlite"]) {
        "#8cb369"
    } else if is(&["rsa", "RSA", "ec_", "p256", "bn_", "BN_", "aws_lc"]) {
        "#bc4b51"
    } else if is(&["::"]) {
        "#f4e285"
    } else {
        "#9fb8c8"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(frames: &[&str]) -> Stack {
        Stack {
            thread: "worker".to_owned(),
            at: 0.0,
            frames: frames.iter().map(|&frame| frame.to_owned()).collect(),
        }
    }

    #[test]
    fn frames_are_as_wide_as_their_share() {
        let stacks = [
            stack(&["main", "a<b>"]),
            stack(&["main", "c"]),
            stack(&["main", "c"]),
            stack(&["main"]),
        ];
        let svg = picture("half & half", &stacks);
        assert!(svg.contains("half &amp; half"), "{svg}");
        assert!(svg.contains("<title>main: 100.0 %</title>"), "{svg}");
        assert!(svg.contains("<title>a&lt;b&gt;: 25.0 %</title>"), "{svg}");
        assert!(
            svg.contains("<title>c: 50.0 %</title><rect x=\"308.0\""),
            "{svg}"
        );
    }

    #[test]
    fn plumbing_is_one_frame() {
        let deep = [
            "tokio::a",
            "tokio::b",
            "<core::c as d>::e",
            "core::f",
            "ours",
        ];
        let svg = picture("", &[stack(&deep)]);
        assert_eq!(svg.matches("<title>").count(), 4, "{svg}");
        assert_eq!(shown("core_of_ours::f"), "core_of_ours::f");
    }

    #[test]
    fn labels_end_where_there_is_no_more_room() {
        assert_eq!(label("function", 30.0).as_deref(), Some("func"));
        assert_eq!(label("ab&lt;c", 30.0), None);
        assert_eq!(label("f", 4.0), None);
    }
}
