//! Form parameters (`match_form_urlencoded` in pact_matching): `$.a` is a parameter,
//! `$.a[0]` its first value.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::model::outline::{MAX_NODES, Outline, OutlineKind};
use crate::model::query::decoded;

/// A value and the bytes of its pair.
type Value = (String, Range<usize>);

/// The outline of the text of a form; `None` if it has too many parameters.
pub(super) fn outline(text: &str) -> Option<Outline> {
    let mut names: Vec<(String, Vec<Value>)> = Vec::new();
    let mut known: FxHashMap<String, usize> = FxHashMap::default();
    let (mut at, mut count) = (0, 0);
    for pair in text.split('&') {
        let range = at..at + pair.len();
        at = range.end + 1;
        if pair.is_empty() {
            continue;
        }
        count += 1;
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decoded(name).into_owned();
        let index = *known.entry(name.clone()).or_insert_with(|| {
            names.push((name, Vec::new()));
            names.len() - 1
        });
        names[index].1.push((decoded(value).into_owned(), range));
    }
    if 2 * count + 1 > MAX_NODES {
        return None;
    }
    let mut outline = Outline::default();
    outline.push(OutlineKind::Root, String::new(), String::new(), 0..text.len(), 0);
    for (name, values) in names {
        let range = values.first().map_or(0..0, |(_, range)| range.clone());
        let parameter = outline.push(OutlineKind::Parameter, name, String::new(), range, 0);
        for (index, (value, range)) in values.into_iter().enumerate() {
            outline.push(OutlineKind::Value, index.to_string(), value, range, parameter);
        }
        outline.close(parameter);
    }
    outline.close(0);
    Some(outline)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_one_name_stand_together() {
        let text = "a=1&b%5B%5D=x+y&a=2&&c";
        let outline = outline(text).expect("it is small");
        let shown: Vec<_> = outline
            .nodes
            .iter()
            .map(|node| {
                let at = &text[node.range.start as usize..node.range.end as usize];
                format!("{} = {} at {at}", node.name, node.value)
            })
            .collect();
        assert_eq!(
            shown[1..],
            [
                "a =  at a=1",
                "0 = 1 at a=1",
                "1 = 2 at a=2",
                "b[] =  at b%5B%5D=x+y",
                "0 = x y at b%5B%5D=x+y",
                "c =  at c",
                "0 =  at c"
            ]
        );
        assert_eq!(outline.children(0).collect::<Vec<_>>(), [1, 4, 6]);
    }
}
