//! What people set out to do, from the outside and to the end.

mod commits;
mod platform;
mod rewritten;
