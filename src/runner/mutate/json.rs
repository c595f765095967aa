//! Small changes of JSON.

use serde_json::{Value, json};

use crate::model::field_step;
use crate::runner::mutate::Kind;

/// How many items of a list are changed: what holds for them mostly holds for all.
const ITEMS: usize = 3;

/// A step down in a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Item(usize),
}

/// The way to a value as a path, `$.items[0].price`.
pub(super) fn path(steps: &[Step]) -> String {
    let mut out = "$".to_owned();
    for step in steps {
        match step {
            Step::Key(name) => out += &field_step(name).unwrap_or_else(|| format!("['{name}']")),
            Step::Item(index) => out += &format!("[{index}]"),
        }
    }
    out
}

/// Every change of a value and of what is in it, in the order of the document.
pub(super) fn changes(value: &Value) -> Vec<(Vec<Step>, Kind)> {
    let mut out = Vec::new();
    collect(value, false, &mut Vec::new(), &mut out);
    out
}

/// The reader of the value takes 128 levels, which bounds the recursion. To leave out the
/// only item of a list is to empty the list, and to empty an object of one member is to
/// leave that out: each is tried once.
fn collect(value: &Value, is_only_item: bool, at: &mut Vec<Step>, out: &mut Vec<(Vec<Step>, Kind)>) {
    let mut kinds = vec![Kind::Retyped];
    if !at.is_empty() && !is_only_item {
        kinds.insert(0, Kind::Removed);
    }
    if !value.is_null() {
        kinds.insert(kinds.len() - 1, Kind::Nulled);
    }
    let one_member = value.as_object().is_some_and(|members| members.len() == 1);
    if !one_member && emptied(value).is_some_and(|empty| empty != *value) {
        kinds.push(Kind::Emptied);
    }
    out.extend(kinds.into_iter().map(|kind| (at.clone(), kind)));
    let mut below = |step: Step, value: &Value, is_only_item: bool| {
        at.push(step);
        collect(value, is_only_item, at, out);
        at.pop();
    };
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| below(Step::Key(name.clone()), value, false));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().take(ITEMS).enumerate() {
                below(Step::Item(index), item, items.len() == 1);
            }
        }
        _ => {}
    }
}

fn emptied(value: &Value) -> Option<Value> {
    match value {
        Value::String(_) => Some(json!("")),
        Value::Array(_) => Some(json!([])),
        Value::Object(_) => Some(json!({})),
        _ => None,
    }
}

/// A value of another type that is unlikely to be taken for one of the old type.
fn retyped(value: &Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => json!("text"),
        Value::String(_) => json!(1),
        Value::Array(_) => json!({}),
        Value::Object(_) => json!([]),
    }
}

/// Makes a change; none where the steps lead nowhere.
pub(super) fn apply(root: &mut Value, steps: &[Step], kind: Kind) {
    if kind == Kind::Removed {
        let Some((last, way)) = steps.split_last() else { return };
        match (find(root, way), last) {
            (Some(Value::Object(members)), Step::Key(name)) => {
                members.remove(name);
            }
            (Some(Value::Array(items)), Step::Item(index)) if *index < items.len() => {
                items.remove(*index);
            }
            _ => {}
        }
        return;
    }
    let Some(value) = find(root, steps) else { return };
    *value = match kind {
        Kind::Nulled => Value::Null,
        Kind::Emptied => emptied(value).unwrap_or_default(),
        Kind::Retyped | Kind::Changed | Kind::Removed => retyped(value),
    };
}

fn find<'v>(root: &'v mut Value, steps: &[Step]) -> Option<&'v mut Value> {
    steps.iter().try_fold(root, |value, step| match step {
        Step::Key(name) => value.get_mut(name),
        Step::Item(index) => value.get_mut(index),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_another_document() {
        let document = json!({"a b": [1, "x", {"y": null}, 4], "it's": true, "": {}});
        let mut seen = vec![document.to_string()];
        for (steps, kind) in changes(&document) {
            let mut changed = document.clone();
            apply(&mut changed, &steps, kind);
            let text = changed.to_string();
            assert!(!seen.contains(&text), "{} {kind:?}: {text}", path(&steps));
            seen.push(text);
        }
        assert_eq!(path(&[Step::Key("a b".into()), Step::Item(2), Step::Key("y".into())]), "$['a b'][2].y");
        assert!(seen.len() > 18, "{seen:#?}");
    }
}
