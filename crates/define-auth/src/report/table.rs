//! A table of labels and lines, as wide as the terminal.

/// A label, and what stands beside it.
pub(super) type Row = (&'static str, Vec<String>);

/// The fewest characters that are worth wrapping to.
const NARROWEST: usize = 20;

/// `rows` as a table, `width` characters wide at most if that is said; labels are bold if `colour`.
pub(super) fn table(rows: Vec<Row>, colour: bool, width: Option<usize>) -> String {
    let labels = rows.iter().map(|(label, _)| label.len()).max().unwrap_or(0);
    let room = width.map_or(usize::MAX, |width| width.saturating_sub(labels + 2));
    let mut text = String::new();
    for (label, lines) in rows {
        let lines = lines.iter().flat_map(|line| wrapped(line, room));
        for (index, line) in lines.enumerate() {
            let label = if index == 0 { label } else { "" };
            let cell = format!("{label:labels$}");
            let cell = if colour && index == 0 {
                format!("\x1b[1m{cell}\x1b[0m")
            } else {
                cell
            };
            text.push_str(format!("{cell}  {line}").trim_end());
            text.push('\n');
        }
    }
    text
}

/// `line` in pieces of at most `room` characters, cut between words; what goes on is indented.
fn wrapped(line: &str, room: usize) -> Vec<String> {
    let room = room.max(NARROWEST);
    if line.chars().count() <= room {
        return vec![line.to_owned()];
    }
    let indent = line.len() - line.trim_start().len();
    let mut pieces = Vec::new();
    let mut piece = " ".repeat(indent);
    let mut is_empty = true;
    for word in line.split_whitespace() {
        if !is_empty && piece.chars().count() + 1 + word.chars().count() > room {
            pieces.push(std::mem::replace(&mut piece, " ".repeat(indent + 2)));
        } else if !is_empty {
            piece.push(' ');
        }
        piece.push_str(word);
        is_empty = false;
    }
    pieces.push(piece);
    pieces
}
