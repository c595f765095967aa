use crate::rules::security::{MOST, is_example};
use crate::rules::sieve::INTERNAL_HOST;
use crate::rules::{Check, InteractionCx, Sieve, Sink, rule};
use crate::text::Span;

rule! {
    /// An example names a host that exists inside of one company only.
    ///
    /// Private addresses and names that end in `.internal`, `.corp` or `.intranet` tell readers of
    /// a published pact how a network is built, and mean nothing elsewhere.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"next": "http://10.1.2.3:8080/items"}}}
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// {"description": "d", "request": {"method": "GET", "path": "/"}, "response": {"status": 200,
    ///   "body": {"next": "http://items.example.com/items"}}}
    /// ```
    ///
    /// ## References
    ///
    /// RFC 1918 on private addresses; RFC 2606 on domains for examples.
    "internal-host", "security", Info, Strict, Test, Check::Interaction(check)
}

fn check(cx: &InteractionCx<'_>, out: &mut Sink<'_>) {
    if !cx.may_hold(Sieve::InternalHost) {
        return;
    }
    let text = cx.root.text();
    let mut past = 0;
    let mut count = 0;
    // So many are looked at that only a file made to be slow has more.
    for hit in INTERNAL_HOST.find_iter(text).take(20 * MOST) {
        let Some(span) = host(text, hit.start(), hit.end()).filter(|span| span.start >= past) else {
            continue;
        };
        past = span.end;
        if !is_example(cx, span) {
            continue;
        }
        out.report(
            span,
            format!("'{}' is known inside of one network only, and pacts are published", span.of(text)),
        )
        .help("put a host below example.com here");
        count += 1;
        if count == MOST {
            return;
        }
    }
}

/// The name or address that the bytes from `start` to `end` are part of, if it is internal.
fn host(text: &str, start: usize, end: usize) -> Option<Span> {
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let bytes = text.as_bytes();
    let from = bytes[..start].iter().rev().take(200).take_while(|b| is_part(b)).count();
    let to = bytes[end..].iter().take(200).take_while(|b| is_part(b)).count();
    let whole = text[start - from..end + to].trim_start_matches(['"', '/', '\\']);
    let last = end + to;
    let name = whole.trim_end_matches(['.', '-']);
    let start = last - whole.len();
    let internal =
        is_private(name) || [".internal", ".corp", ".intranet"].iter().any(|end| name.ends_with(end));
    // After an `@` it is an address of mail; a name with a blank before it may be a word.
    let in_place = matches!(bytes.get(start.wrapping_sub(1)), Some(b'"' | b'/' | b'@' | b' ' | b'='));
    let sound = name.split('.').all(|label| !label.is_empty())
        && !matches!(bytes.get(start + name.len()), Some(b'_' | b'('));
    (internal && in_place && sound).then(|| Span::new(start as u32, (start + name.len()) as u32))
}

/// Whether this is an address of RFC 1918.
fn is_private(name: &str) -> bool {
    name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_private())
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn addresses_and_names() {
        check(
            "internal-host",
            r#"
            {"description": "d", "request": {"path": "/", "headers": {"Host": "orders.prod.internal:8080"}},
                                                                               ^^^^^^^^^^^^^^^^^^^^ info 'orders.prod.internal' is known
              "response": {"status": 200, "body": {"a": "192.168.0.7", "b": "http:\/\/10.0.0.1\/x", "c": "172.217.0.1",
                                                         ^^^^^^^^^^^ info '192.168.0.7'
                                                                                      ^^^^^^^^ info '10.0.0.1'
                "d": "10.5", "e": "com.acme.internal.Order", "f": "see .internal", "g": "1.192.168.0.7"}}}"#,
        );
    }
}
