//! pactlens: static analysis of Pact contract files.
