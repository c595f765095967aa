//! When a request is worth sending again.

use std::time::Duration;

use crate::http::wire::{Response, header};

/// A handler that asks for patience gets no more than this.
const MOST_PATIENCE: Duration = Duration::from_secs(30);

/// Whether a request may be answered when it is sent again (`is_retryable`).
pub(crate) fn is_passing(status: u16) -> bool {
    status >= 500 || status == 429 || status == 408
}

/// How long to wait before the next try, within bounds (`compute_retry_delay`): after one try a
/// second, then twice as long.
pub(crate) fn patience(answer: &Response, tries: u32) -> Duration {
    let asked = header(&answer.headers, "retry-after").and_then(|it| it.trim().parse::<u64>().ok());
    let wait = match asked.filter(|_| answer.status == 429) {
        Some(seconds) => Duration::from_secs(seconds.saturating_add((seconds / 5).min(60))),
        None => Duration::from_millis(500).saturating_mul(2_u32.saturating_pow(tries)),
    };
    wait.min(MOST_PATIENCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_has_an_end() {
        let asks = |status, after: &str| Response {
            status,
            headers: vec![("Retry-After".to_owned(), after.to_owned())],
            ..Response::default()
        };
        let seconds = |answer, tries| patience(&answer, tries).as_secs();
        assert_eq!([seconds(asks(503, "9"), 1), seconds(asks(503, "9"), 2)], [1, 2]);
        assert_eq!([seconds(asks(429, "10"), 1), seconds(asks(429, "soon"), 1)], [12, 1]);
        assert_eq!(
            [seconds(asks(429, "18446744073709551615"), 1), seconds(asks(500, ""), 4_000_000_000)],
            [30, 30]
        );
    }
}
