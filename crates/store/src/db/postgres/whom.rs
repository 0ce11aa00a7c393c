//! Questions about somebody of whom only a name is known: the server looks up whom it means.
//!
//! They are written about a stand-in, and wherever a value names that one, the server puts whoever it finds
//! in their place. Whom it has found comes back with the answers. From then on that is who was asked about.

use super::live::with_places;
use super::value::cells;
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
            params: cells(params),
            stand_in: stand_in.to_owned(),
        }
    }

    /// The same question about whoever the server finds.
    pub(super) fn put_into(&self, sql: &str, params: &[Value<'_>]) -> (String, Vec<Cell>) {
        let mut values = cells(params);
        let found = with_places(&self.sql, |number| format!("?{}", params.len() + number));
        let text = with_places(sql, |number| {
            let value = number.checked_sub(1).and_then(|place| values.get(place));
            match value.filter(|value| self.is_named_by(value)) {
                Some(Cell::Blob(_)) => format!("(?{number} || convert_to(({found}), 'UTF8'))"),
                Some(_) => format!("({found})"),
                None => format!("?{number}"),
            }
        });
        // Else as it is asked of anybody.
        if text != sql {
            self.replace(&mut values, "");
            values.extend(self.params.iter().cloned());
        }
        (text, values)
    }

    /// Puts `sub` in the stand-in's place wherever a value names it.
    pub(super) fn replace(&self, values: &mut [Cell], sub: &str) {
        for value in values.iter_mut().filter(|value| self.is_named_by(value)) {
            match value {
                Cell::Text(text) => sub.clone_into(text),
                Cell::Blob(bytes) => {
                    bytes.truncate(bytes.len() - self.stand_in.len());
                    bytes.extend_from_slice(sub.as_bytes());
                }
                Cell::Null | Cell::Int(_) => {}
            }
        }
    }

    /// Whether a value is the stand-in's name, or a blob that ends in it.
    fn is_named_by(&self, value: &Cell) -> bool {
        match value {
            Cell::Text(text) => *text == self.stand_in,
            Cell::Blob(bytes) => bytes.ends_with(self.stand_in.as_bytes()),
            Cell::Null | Cell::Int(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stand_in_is_replaced_wherever_it_is_named() {
        let find = "SELECT COALESCE((SELECT sub FROM logins WHERE key = ?1), ?2) AS sub";
        let whom = Whom::new(find, &["ann@".into(), "nobody".into()], "nobody");
        let params = [
            "pool".into(),
            "nobody".into(),
            Value::Blob(b"p/nobody"),
            Value::Null,
        ];
        let (text, values) =
            whom.put_into("a = ?1 AND b = ?2 AND c IN (?3, ?4) OR d = ?12", &params);
        let found = "SELECT COALESCE((SELECT sub FROM logins WHERE key = ?5), ?6) AS sub";
        let expected = format!(
            "a = ?1 AND b = ({found}) AND c IN ((?3 || convert_to(({found}), 'UTF8')), ?4) OR d = ?12"
        );
        assert_eq!(text, expected);
        assert_eq!(values[2], Cell::Blob(b"p/".into()));
        let added = [Cell::Text("ann@".into()), Cell::Text("nobody".into())];
        assert_eq!(values[4..], added);
    }

    #[test]
    fn what_names_nobody_stays_as_it_is() {
        let whom = Whom::new("SELECT ?1 AS sub", &["nobody".into()], "nobody");
        let (text, values) = whom.put_into("SELECT ?1, ?2", &["ann".into(), Value::Int(1)]);
        assert_eq!(text, "SELECT ?1, ?2");
        assert_eq!(values, [Cell::Text("ann".into()), Cell::Int(1)]);
    }

    #[test]
    fn who_was_found_is_who_was_meant() {
        let whom = Whom::new("", &[], "nobody");
        let values = |name: &str| {
            let blob = |text: String| Cell::Blob(text.into_bytes());
            [
                Cell::Text(name.to_owned()),
                blob(format!("p/{name}")),
                // These name nobody, whoever is meant.
                Cell::Text("nobody else".to_owned()),
                blob("nobody/p".to_owned()),
                Cell::Null,
            ]
        };
        let mut asked = values("nobody");
        whom.replace(&mut asked, "ann");
        assert_eq!(asked, values("ann"));
    }
}
