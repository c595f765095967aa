//! Rules about state.
