//! Arithmetic modulo one odd number, by aws-lc's BIGNUM: the only `unsafe` code of this workspace.
//!
//! docs/decisions/0015-srp-arithmetic.md says why it is here. Numbers come in and go out as
//! big-endian bytes, so no pointer and no lifetime leaves this file. None of the operations
//! branches on a value or looks memory up by one: exponentiation is
//! `BN_mod_exp_mont_consttime`, and the others work on all words of a number whatever is in them
//! (BoringSSL's `crypto/fipsmodule/bn/internal.h` on constant time, which aws-lc follows).
//!
//! The C functions used here fail for two reasons: an operand that is not below the modulus, and
//! memory that cannot be had. The first does not happen, the callers' type sees to it; the second
//! ends the process, as it does everywhere in Rust.

#![expect(
    unsafe_code,
    reason = "no safe interface to constant-time arithmetic of this speed; decision 15"
)]
#![deny(unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]

use std::alloc::{Layout, handle_alloc_error};
use std::ffi::c_int;
use std::ptr::{self, NonNull};

use aws_lc_sys::{
    BIGNUM, BN_CTX, BN_CTX_free, BN_CTX_new, BN_MONT_CTX, BN_MONT_CTX_free,
    BN_MONT_CTX_new_for_modulus, BN_bin2bn, BN_bn2bin_padded, BN_free, BN_from_montgomery,
    BN_mod_add_quick, BN_mod_exp_mont_consttime, BN_mod_mul_montgomery, BN_mod_sub_quick, BN_new,
    BN_to_montgomery,
};

/// An odd number of `L` bytes, and what is computed once to divide by it quickly.
pub(crate) struct Modulus<const L: usize> {
    number: Number,
    montgomery: NonNull<BN_MONT_CTX>,
}

// SAFETY: both are only read after `new`: the C functions take them as `const`, and aws-lc allows
// concurrent use of what is passed as `const`. They belong to no thread.
unsafe impl<const L: usize> Send for Modulus<L> {}
// SAFETY: as above.
unsafe impl<const L: usize> Sync for Modulus<L> {}

impl<const L: usize> Modulus<L> {
    /// For an odd number whose first byte is not zero.
    pub(crate) fn new(modulus: &[u8; L]) -> Self {
        // The library looks once what the processor can do; that has happened after this.
        aws_lc_rs::init();
        let number = Number::of(modulus);
        let scratch = Scratch::new();
        // SAFETY: both pointers are live; the modulus is odd and not zero.
        let montgomery = unsafe { BN_MONT_CTX_new_for_modulus(number.as_ptr(), scratch.as_ptr()) };
        Self {
            number,
            montgomery: allocated(montgomery),
        }
    }

    /// `base ^ exponent`; the time depends on the exponent's length and not on its value.
    pub(crate) fn pow(&self, base: &[u8; L], exponent: &[u8]) -> [u8; L] {
        let (base, exponent) = (Number::of(base), Number::of(exponent));
        let (result, scratch) = (Number::new(), Scratch::new());
        // SAFETY: all pointers are live, and none of the operands is the result.
        done(unsafe {
            BN_mod_exp_mont_consttime(
                result.as_ptr(),
                base.as_ptr(),
                exponent.as_ptr(),
                self.number.as_ptr(),
                scratch.as_ptr(),
                self.montgomery.as_ptr(),
            )
        });
        result.to_bytes()
    }

    /// `a * b`.
    pub(crate) fn mul(&self, a: &[u8; L], b: &[u8; L]) -> [u8; L] {
        // (aR) * b / R = ab: one of the two in Montgomery's form is enough.
        self.product(&self.lift(a), &Lifted::from_bytes(b))
            .to_bytes()
    }

    /// `a` in Montgomery's form, `aR`.
    pub(crate) fn lift(&self, a: &[u8; L]) -> Lifted<L> {
        let (a, lifted, scratch) = (Number::of(a), Number::new(), Scratch::new());
        let montgomery = self.montgomery.as_ptr();
        // SAFETY: all pointers are live, and the operand is not the result.
        done(unsafe {
            BN_to_montgomery(lifted.as_ptr(), a.as_ptr(), montgomery, scratch.as_ptr())
        });
        Lifted(lifted)
    }

    /// The number of which `a` is Montgomery's form.
    pub(crate) fn lower(&self, a: &Lifted<L>) -> [u8; L] {
        let (lowered, scratch) = (Number::new(), Scratch::new());
        let montgomery = self.montgomery.as_ptr();
        // SAFETY: as above.
        done(unsafe {
            BN_from_montgomery(lowered.as_ptr(), a.0.as_ptr(), montgomery, scratch.as_ptr())
        });
        lowered.to_bytes()
    }

    /// The product of two numbers in Montgomery's form, in this form.
    pub(crate) fn product(&self, a: &Lifted<L>, b: &Lifted<L>) -> Lifted<L> {
        let (product, scratch) = (Number::new(), Scratch::new());
        // SAFETY: all pointers are live, and none of the operands is the result.
        done(unsafe {
            BN_mod_mul_montgomery(
                product.as_ptr(),
                a.0.as_ptr(),
                b.0.as_ptr(),
                self.montgomery.as_ptr(),
                scratch.as_ptr(),
            )
        });
        Lifted(product)
    }

    /// `a + b`.
    pub(crate) fn add(&self, a: &[u8; L], b: &[u8; L]) -> [u8; L] {
        let (a, b, sum) = (Number::of(a), Number::of(b), Number::new());
        // SAFETY: all pointers are live.
        done(unsafe {
            BN_mod_add_quick(sum.as_ptr(), a.as_ptr(), b.as_ptr(), self.number.as_ptr())
        });
        sum.to_bytes()
    }

    /// `a - b`.
    pub(crate) fn sub(&self, a: &[u8; L], b: &[u8; L]) -> [u8; L] {
        let (a, b, difference) = (Number::of(a), Number::of(b), Number::new());
        // SAFETY: all pointers are live.
        done(unsafe {
            BN_mod_sub_quick(
                difference.as_ptr(),
                a.as_ptr(),
                b.as_ptr(),
                self.number.as_ptr(),
            )
        });
        difference.to_bytes()
    }
}

impl<const L: usize> Drop for Modulus<L> {
    fn drop(&mut self) {
        // SAFETY: it came from BN_MONT_CTX_new_for_modulus and is freed here only.
        unsafe { BN_MONT_CTX_free(self.montgomery.as_ptr()) };
    }
}

/// A number of `L` bytes in Montgomery's form.
pub(crate) struct Lifted<const L: usize>(Number);

impl<const L: usize> Lifted<L> {
    /// From what [`Lifted::to_bytes`] has made of one.
    pub(crate) fn from_bytes(bytes: &[u8; L]) -> Self {
        Self(Number::of(bytes))
    }

    pub(crate) fn to_bytes(&self) -> [u8; L] {
        self.0.to_bytes()
    }
}

impl<const L: usize> Clone for Lifted<L> {
    fn clone(&self) -> Self {
        Self::from_bytes(&self.to_bytes())
    }
}

/// A BIGNUM of our own. aws-lc wipes its memory when it is freed.
struct Number(NonNull<BIGNUM>);

impl Number {
    fn new() -> Self {
        // SAFETY: takes nothing.
        Self(allocated(unsafe { BN_new() }))
    }

    /// From big-endian bytes; as many words wide as they are, leading zeros included.
    fn of(bytes: &[u8]) -> Self {
        // SAFETY: the pointer and the length are those of one slice; null asks for a new BIGNUM.
        let number = unsafe { BN_bin2bn(bytes.as_ptr(), bytes.len(), ptr::null_mut()) };
        Self(allocated(number))
    }

    /// As `L` big-endian bytes, which must be enough.
    fn to_bytes<const L: usize>(&self) -> [u8; L] {
        let mut bytes = [0; L];
        // SAFETY: the pointer is live; `L` bytes may be written at `bytes`.
        done(unsafe { BN_bn2bin_padded(bytes.as_mut_ptr(), L, self.as_ptr()) });
        bytes
    }

    const fn as_ptr(&self) -> *mut BIGNUM {
        self.0.as_ptr()
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        // SAFETY: it came from BN_new or BN_bin2bn and is freed here only.
        unsafe { BN_free(self.as_ptr()) };
    }
}

/// Memory for intermediate values, wiped when it is freed.
struct Scratch(NonNull<BN_CTX>);

impl Scratch {
    fn new() -> Self {
        // SAFETY: takes nothing.
        Self(allocated(unsafe { BN_CTX_new() }))
    }

    const fn as_ptr(&self) -> *mut BN_CTX {
        self.0.as_ptr()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // SAFETY: it came from BN_CTX_new and is freed here only.
        unsafe { BN_CTX_free(self.as_ptr()) };
    }
}

/// What a C function allocated, unless there was no memory.
fn allocated<T>(pointer: *mut T) -> NonNull<T> {
    NonNull::new(pointer).unwrap_or_else(|| out_of_memory())
}

/// Whether a C function could do its work.
fn done(status: c_int) {
    if status != 1 {
        out_of_memory()
    }
}

fn out_of_memory() -> ! {
    handle_alloc_error(Layout::new::<BIGNUM>())
}
