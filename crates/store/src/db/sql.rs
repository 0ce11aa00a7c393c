//! The text of a statement.

/// What a statement says: written down in the program, or put together.
#[derive(Clone, Copy)]
pub(crate) struct Sql<'a> {
    text: &'a str,
    is_written: bool,
}

impl<'a> Sql<'a> {
    pub(super) const fn text(self) -> &'a str {
        self.text
    }

    /// Where it is in memory, if there is never another text: if it is written down in the program.
    pub(super) fn place(self) -> Option<*const str> {
        self.is_written.then_some(std::ptr::from_ref(self.text))
    }
}

impl From<&'static str> for Sql<'_> {
    fn from(text: &'static str) -> Self {
        let is_written = true;
        Self { text, is_written }
    }
}

impl<'a> From<&'a String> for Sql<'a> {
    fn from(text: &'a String) -> Self {
        let is_written = false;
        Self { text, is_written }
    }
}
