//! Reading TPM structures: big-endian numbers and sized buffers.

use crate::error::{Fault, hex};

pub(super) struct Reader<'a> {
    rest: &'a [u8],
    what: &'static str,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], what: &'static str) -> Self {
        Self { rest: bytes, what }
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Fault> {
        let split = self.rest.split_at_checked(length);
        let (taken, rest) = split.ok_or_else(|| self.fault(length))?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], Fault> {
        let split = self.rest.split_first_chunk::<N>();
        let (taken, rest) = split.ok_or_else(|| self.fault(N))?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Fault> {
        self.array().map(|bytes| u16::from_be_bytes(*bytes))
    }

    /// A `TPM2B_...`: two bytes of length, and as many bytes.
    pub(super) fn sized(&mut self) -> Result<&'a [u8], Fault> {
        let length = self.u16()?;
        self.take(usize::from(length))
    }

    pub(super) fn end(&self) -> Result<(), Fault> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(Fault::new(
            format!("the end of {}", self.what),
            hex(self.rest),
        ))
    }

    fn fault(&self, length: usize) -> Fault {
        Fault::new(
            format!("{length} more bytes of {}", self.what),
            hex(self.rest),
        )
    }
}

/// A big-endian number without leading zeros.
pub(super) fn significant(number: &[u8]) -> &[u8] {
    let start = number
        .iter()
        .position(|byte| *byte != 0)
        .unwrap_or(number.len());
    number.get(start..).unwrap_or_default()
}
