//! Rules about http.
