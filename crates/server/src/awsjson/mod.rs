//! Placeholder: replaced with its first part.
