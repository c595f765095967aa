//! Requests on one method and path told apart by their exact values, so that not each of
//! them has to be judged.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use serde_json::Value;

use crate::http::wire::Request;
use crate::runner::engine::{Place, Shape, parameters};

/// So few are simply judged.
pub(super) const FEW: usize = 2;
/// Places asked one after the other.
const DEEPEST: usize = 12;
/// The value of a parameter that is not there.
const ABSENT: u64 = 0;

/// A decision tree over numbers of requests.
#[derive(Debug)]
pub(super) enum Sieve {
    /// All of these have to be judged.
    All(Vec<u32>),
    /// The value at a place tells which.
    Ask {
        place: Place,
        by_value: FxHashMap<u64, Sieve>,
        /// Those that may have any value there.
        any: Box<Sieve>,
    },
}

/// A request to look up; what is asked of it is read when it is first asked.
pub(super) struct Asked<'a> {
    request: &'a Request,
    query: Option<std::collections::HashMap<String, Vec<String>>>,
    body: Option<Option<Value>>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(request: &'a Request) -> Asked<'a> {
        Asked { request, query: None, body: None }
    }

    /// The value at a place; `None` where no exact value can be.
    fn value(&mut self, place: &Place) -> Option<u64> {
        match place {
            Place::Query(name) => {
                let raw = self.request.query.as_deref();
                let query = self.query.get_or_insert_with(|| parameters(raw));
                let Some(values) = query.get(name) else { return Some(ABSENT) };
                Some(hash(&Value::Array(values.iter().cloned().map(Value::String).collect())))
            }
            Place::Body(keys) => {
                let bytes = &self.request.body;
                let body = self.body.get_or_insert_with(|| serde_json::from_slice(bytes).ok());
                let mut value = body.as_ref()?;
                for key in keys {
                    value = value.as_object()?.get(key)?;
                }
                Some(hash(value))
            }
        }
    }
}

/// Two values of one hash are only both judged, so that it need not be a strong one.
fn hash(value: &Value) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish().max(ABSENT + 1)
}

/// What is known of a request at the places that are asked.
struct Known {
    number: u32,
    at: FxHashMap<Place, u64>,
    /// Parameters of any value.
    free: FxHashSet<String>,
}

impl Known {
    /// The value it must have there; `None` for any.
    fn value(&self, place: &Place) -> Option<u64> {
        match (self.at.get(place), place) {
            (Some(value), _) => Some(*value),
            (None, Place::Query(name)) if !self.free.contains(name) => Some(ABSENT),
            (None, _) => None,
        }
    }
}

impl Sieve {
    /// Of requests by their numbers, which ascend.
    pub(super) fn new(shapes: impl Iterator<Item = (u32, Shape)>) -> Sieve {
        let known = |(number, shape): (u32, Shape)| Known {
            number,
            at: shape.exact.into_iter().map(|(place, value)| (place, hash(&value))).collect(),
            free: shape.ruled_query.into_iter().collect(),
        };
        build(shapes.map(known).collect(), 0)
    }

    /// The numbers of those that the request may be, appended to `out` in no order.
    pub(super) fn candidates(&self, asked: &mut Asked<'_>, out: &mut Vec<u32>) {
        match self {
            Sieve::All(numbers) => out.extend_from_slice(numbers),
            Sieve::Ask { place, by_value, any } => {
                let value = asked.value(place);
                if let Some(next) = value.and_then(|value| by_value.get(&value)) {
                    next.candidates(asked, out);
                }
                any.candidates(asked, out);
            }
        }
    }
}

fn build(known: Vec<Known>, depth: usize) -> Sieve {
    let best = if known.len() <= FEW || depth >= DEEPEST { None } else { best_place(&known) };
    let Some(place) = best else { return Sieve::All(known.iter().map(|it| it.number).collect()) };
    let mut by_value: FxHashMap<u64, Vec<Known>> = FxHashMap::default();
    let mut any = Vec::new();
    for mut one in known {
        match one.value(&place) {
            Some(value) => {
                one.at.remove(&place);
                by_value.entry(value).or_default().push(one);
            }
            None => any.push(one),
        }
    }
    let by_value = by_value.into_iter().map(|(value, list)| (value, build(list, depth + 1))).collect();
    Sieve::Ask { place, by_value, any: Box::new(build(any, depth + 1)) }
}

/// The place that leaves the fewest to judge; `None` if none leaves fewer.
fn best_place(known: &[Known]) -> Option<Place> {
    let mut at: FxHashMap<&Place, FxHashMap<u64, usize>> = FxHashMap::default();
    for (place, value) in known.iter().flat_map(|one| &one.at) {
        *at.entry(place).or_default().entry(*value).or_default() += 1;
    }
    let mut free: FxHashMap<&str, usize> = FxHashMap::default();
    for name in known.iter().flat_map(|one| &one.free) {
        *free.entry(name).or_default() += 1;
    }
    let left = |place: &Place, values: &FxHashMap<u64, usize>| {
        let others = known.len().saturating_sub(values.values().sum());
        let free = match place {
            Place::Query(name) => free.get(name.as_str()).copied().unwrap_or(0),
            Place::Body(_) => others,
        };
        let largest = values.values().copied().max().unwrap_or(0);
        free + largest.max(others.saturating_sub(free))
    };
    let rated = at.iter().map(|(place, values)| (left(place, values), *place));
    let (left, place) = rated.min()?;
    (left < known.len()).then(|| place.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(exact: &[(Place, Value)]) -> Shape {
        Shape {
            method: "post".into(),
            path: crate::runner::engine::PathShape::Exact("/".into()),
            exact: exact.to_vec(),
            ruled_query: Vec::new(),
            has_rules: false,
        }
    }

    fn at(keys: &[&str]) -> Place {
        Place::Body(keys.iter().map(|key| (*key).to_owned()).collect())
    }

    #[test]
    fn one_of_many_is_left() {
        let shapes: Vec<Shape> = (0..1000)
            .map(|n| {
                let query = Value::from(format!("query {}", n / 10));
                shape(&[(at(&["query"]), query), (at(&["variables", "id"]), Value::from(n % 10))])
            })
            .chain([shape(&[])])
            .collect();
        let sieve = Sieve::new((0..).zip(shapes));
        let ask = |body: &str| {
            let request = Request { body: body.to_owned().into(), ..Request::default() };
            let mut out = Vec::new();
            sieve.candidates(&mut Asked::new(&request), &mut out);
            out.sort_unstable();
            out
        };
        let found = ask(r#"{"query": "query 42", "variables": {"id": 7}}"#);
        assert!(found.contains(&427) && found.contains(&1000) && found.len() <= FEW + 1, "{found:?}");
        assert_eq!(ask("no json"), [1000]);
        assert_eq!(ask(r#"{"query": "query 420", "variables": {"id": 7}}"#), [1000]);
    }

    #[test]
    fn a_parameter_that_is_not_expected_must_not_be_there() {
        let query = |name: &str| (Place::Query(name.into()), Value::from(vec!["1"]));
        let mut ruled = shape(&[]);
        ruled.ruled_query.push("a".into());
        let shapes = [shape(&[query("a")]), shape(&[query("b")]), shape(&[]), ruled];
        let sieve = Sieve::new((0..).zip(shapes));
        let ask = |query: Option<&str>| {
            let request = Request { query: query.map(str::to_owned), ..Request::default() };
            let mut out = Vec::new();
            sieve.candidates(&mut Asked::new(&request), &mut out);
            out.sort_unstable();
            out
        };
        assert!(ask(Some("a=1")).starts_with(&[0]) && ask(Some("a=1")).contains(&3));
        assert!(ask(None).contains(&2) && !ask(None).contains(&0));
    }
}
