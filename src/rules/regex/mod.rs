//! Rules about regex.
