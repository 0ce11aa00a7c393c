//! Questions about somebody of whom only a name is known: the server looks up whom it means.
//!
//! They are written about a stand-in, and wherever a value names that one, the server puts whoever it finds
//! in their place. Whom it has found comes back with the answers, so that they are known for what they are when the
//! same is asked about that one.

use crate::db::{Cell, Value};

/// Somebody who is to be found.
pub(super) struct Whom {
    /// Finds them, in one row: their `sub`, or the stand-in's.
    pub(super) sql: String,
    pub(super) params: Vec<Cell>,
    /// The `sub` by which the questions name them.
    stand_in: String,
}

impl Whom {
    pub(super) fn new(sql: &str, params: &[Value<'_>], stand_in: &str) -> Self {
        Self {
            sql: sql.to_owned(),
            params: params.iter().map(|value| Cell::from(*value)).collect(),
            stand_in: stand_in.to_owned(),
        }
    }

    /// The same question about whoever the server finds.
    pub(super) fn put_into(&self, sql: &str, params: &[Value<'_>]) -> (String, Vec<Cell>) {
        let mut values: Vec<Cell> = params.iter().map(|value| Cell::from(*value)).collect();
        let before = values.len();
        values.extend(self.params.iter().cloned());
        let found = with_places(&self.sql, |number| format!("${}", before + number));
        let text = with_places(sql, |number| {
            let value = number.checked_sub(1).and_then(|place| params.get(place));
            match value {
                Some(Value::Text(text)) if *text == self.stand_in => format!("({found})"),
                Some(Value::Blob(bytes)) => match bytes.strip_suffix(self.stand_in.as_bytes()) {
                    Some(start) => {
                        values.push(Cell::Blob(start.to_vec()));
                        format!("(${} || convert_to(({found}), 'UTF8'))", values.len())
                    }
                    None => format!("${number}"),
                },
                _ => format!("${number}"),
            }
        });
        // As it is asked of anybody.
        if text == sql {
            values.truncate(before);
        }
        (text, values)
    }

    /// Whether `asked`, of a question about the stand-in, is `value` of one about `found`.
    pub(super) fn is_meant(&self, asked: &Cell, value: &Value<'_>, found: &str) -> bool {
        match (asked, value) {
            (Cell::Text(asked), Value::Text(text)) => *asked == self.stand_in && *text == found,
            (Cell::Blob(asked), Value::Blob(bytes)) => asked
                .strip_suffix(self.stand_in.as_bytes())
                .is_some_and(|start| bytes.strip_suffix(found.as_bytes()) == Some(start)),
            _ => false,
        }
    }
}

/// A statement in whose text the parameters are written as `put` says.
fn with_places(sql: &str, mut put: impl FnMut(usize) -> String) -> String {
    let mut pieces = sql.split('$');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let rest = piece.trim_start_matches(|c: char| c.is_ascii_digit());
        let number = piece[..piece.len() - rest.len()].parse();
        text.push_str(&put(number.unwrap_or_default()));
        text.push_str(rest);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stand_in_is_replaced_wherever_it_is_named() {
        let find = "SELECT COALESCE((SELECT sub FROM logins WHERE key = $1), $2) AS sub";
        let whom = Whom::new(find, &["ann@".into(), "nobody".into()], "nobody");
        let params = [
            "pool".into(),
            "nobody".into(),
            Value::Blob(b"p/nobody"),
            Value::Null,
        ];
        let (text, values) =
            whom.put_into("a = $1 AND b = $2 AND c IN ($3, $4) OR d = $12", &params);
        let found = "SELECT COALESCE((SELECT sub FROM logins WHERE key = $5), $6) AS sub";
        let expected = format!(
            "a = $1 AND b = ({found}) AND c IN (($7 || convert_to(({found}), 'UTF8')), $4) OR d = $12"
        );
        assert_eq!(text, expected);
        let added = [
            Cell::Text("ann@".into()),
            Cell::Text("nobody".into()),
            Cell::Blob(b"p/".into()),
        ];
        assert_eq!(values[4..], added);
    }

    #[test]
    fn what_names_nobody_stays_as_it_is() {
        let whom = Whom::new("SELECT $1 AS sub", &["nobody".into()], "nobody");
        let (text, values) = whom.put_into("SELECT $1, $2", &["ann".into(), Value::Int(1)]);
        assert_eq!(text, "SELECT $1, $2");
        assert_eq!(values, [Cell::Text("ann".into()), Cell::Int(1)]);
    }

    #[test]
    fn who_was_found_is_who_was_meant() {
        let whom = Whom::new("", &[], "nobody");
        let (text, blob) = (Cell::Text("nobody".into()), Cell::Blob(b"p/nobody".into()));
        assert!(whom.is_meant(&text, &"ann".into(), "ann"));
        assert!(whom.is_meant(&blob, &Value::Blob(b"p/ann"), "ann"));
        for (asked, value) in [
            (&text, Value::Text("eve")),
            (&text, Value::Blob(b"ann")),
            (&blob, Value::Blob(b"q/ann")),
            (&blob, Value::Blob(b"p/eve")),
            (&Cell::Null, Value::Null),
        ] {
            assert!(!whom.is_meant(asked, &value, "ann"), "{asked:?} {value:?}");
        }
    }
}
