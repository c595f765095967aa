//! What a pact means: the semantics of its parts, without any rule about them.

pub mod datetime;
pub mod regex;
