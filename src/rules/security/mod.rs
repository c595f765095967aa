//! Rules about security.
