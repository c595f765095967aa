use super::*;
use crate::report::Format;
use crate::report::fixture::{ORDERS, Owned, header_finding, marked, order_finding, rendered};
use crate::text::Span;

#[test]
fn show() {
    let file = Owned::new(ORDERS, vec![header_finding(), order_finding()]);
    println!("{}", rendered(Format::Text, &[file.report()], &Options::default()));
    println!("{}", rendered(Format::Text, &[file.report()], &Options { colour: true, ..Options::default() }));
    let _ = marked(Span::at(0), &[]);
}
