//! What other tools read differently, and what should not be in a published file.

use crate::inject::pact::{ALL, HTTP, Pact};
use crate::inject::{Class, class};

pub(super) const CLASSES: &[Class] = &[
    class("secret-in-example", &[], HTTP, |p| {
        // In pieces, so that no scanner takes this file for a leak.
        let (head, tail) = *p.random.pick(&[
            ("AKIA", "IOSFODNN7EXAMPL3"),
            ("ghp_", "16C7e42F292c6912E7710c838347Ae178B4a"),
            ("xoxb-", "739284610375-8402957163048-kQ7mWz2RtYp9LsXb4NvGc6Hd"),
            ("glpat-", "a1B2c3D4e5F6g7H8i9J0"),
        ]);
        if p.random.coin() {
            return p.header("Authorization", &format!("Bearer {head}{tail}"));
        }
        let name = p.word();
        p.body(&format!(r#"{{"{name}": "{head}{tail}"}}"#))
    }),
    class("pii-in-example", &[], ALL, |p| {
        let card = card(p);
        let name = p.word();
        p.body(&format!(r#"{{"{name}": "{card}"}}"#))
    }),
    class("internal-host", &[], ALL, |p| {
        let host = p.pick(&["10.1.2.3", "192.168.0.7", "orders.internal", "db.corp", "172.16.9.1"]);
        let name = p.word();
        p.body(&format!(r#"{{"{name}": "http://{host}/x"}}"#))
    }),
];

/// A number that a payment card could have, and none of those that are published for tests.
fn card(p: &mut Pact) -> String {
    let mut digits: Vec<usize> = vec![4, 9, 2, 9];
    digits.extend((0..11).map(|_| p.random.below(10)));
    // From the right, the check digit to come included, every second one counts twice.
    let sum: usize = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| if at % 2 == 1 { *digit } else { digit * 2 % 10 + digit * 2 / 10 })
        .sum();
    digits.push((10 - sum % 10) % 10);
    digits.iter().map(usize::to_string).collect()
}
