use rustc_hash::FxHashMap;

use crate::rules::{Check, CrossSink, Located, WorkspaceCx, rule};

rule! {
    /// Two consumers give one provider state different parameters.
    ///
    /// The provider has one handler for a state. If one consumer passes `id` and another passes
    /// `userId`, or nothing, the handler works for one of them and breaks the other's
    /// verification.
    ///
    /// ## Invalid
    ///
    /// ```json
    /// [{"consumer": {"name": "web"}, "provider": {"name": "users"}, "interactions": [
    ///    {"description": "a user", "providerStates": [{"name": "a user exists", "params": {"id": 1}}]}]},
    ///  {"consumer": {"name": "app"}, "provider": {"name": "users"}, "interactions": [
    ///    {"description": "a user", "providerStates": [{"name": "a user exists", "params": {"userId": 1}}]}]}]
    /// ```
    ///
    /// ## Valid
    ///
    /// ```json
    /// [{"consumer": {"name": "web"}, "provider": {"name": "users"}, "interactions": [
    ///    {"description": "a user", "providerStates": [{"name": "a user exists", "params": {"id": 1}}]}]},
    ///  {"consumer": {"name": "app"}, "provider": {"name": "users"}, "interactions": [
    ///    {"description": "a user", "providerStates": [{"name": "a user exists", "params": {"id": 2}}]}]}]
    /// ```
    ///
    /// ## References
    ///
    /// Specification V3, "Provider states"; a state is looked up by its name alone.
    "state-params-differ", "workspace", Info, Recommended, Test, Check::Provider(check)
}

fn check(cx: &WorkspaceCx<'_>, out: &mut CrossSink<'_>) {
    // For each provider and state: where it is used first, and which consumers were told.
    type Use<'a> = (Located<'a>, usize);
    let mut first: FxHashMap<(&str, &str), (Use<'_>, Vec<&str>)> = FxHashMap::default();
    for at in cx.interactions() {
        let file = cx.files[at.file];
        let (Some(provider), Some(consumer)) = (&file.provider, &file.consumer) else { continue };
        for (index, state) in at.it.states.iter().enumerate().filter(|(_, state)| !state.name.is_empty()) {
            let key = (provider.name.as_str(), state.name.as_str());
            let Some(((earlier, number), told)) = first.get_mut(&key) else {
                first.insert(key, ((at, index), vec![&consumer.name]));
                continue;
            };
            let other = &earlier.it.states[*number];
            if other.keys == state.keys || told.contains(&consumer.name.as_str()) {
                continue;
            }
            told.push(&consumer.name);
            let [here, there] = [&state.keys, &other.keys].map(|keys| listed(keys));
            let theirs = cx.files[earlier.file].consumer.as_ref().map_or("", |party| &party.name);
            out.report(
                at.file,
                at.place(state.span),
                format!("This state has {here} here and {there} in the pact of '{theirs}': one handler has to serve both"),
                "agree on one set of parameters for this state",
            )
            .related(earlier.file, earlier.place(other.span), format!("with {there} here"));
        }
    }
}

fn listed(keys: &[String]) -> String {
    const SHOWN: usize = 4;
    match keys {
        [] => "no parameters".to_owned(),
        [one] => format!("the parameter '{one}'"),
        many => {
            let names: Vec<String> = many.iter().take(SHOWN).map(|key| format!("'{key}'")).collect();
            let more = if many.len() > SHOWN { ", ..." } else { "" };
            format!("the parameters {}{more}", names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check_files;

    #[test]
    fn once_a_consumer_and_never_within_one() {
        check_files(
            "state-params-differ",
            &[
                r#"{"consumer": {"name": "app"}, "provider": {"name": "users"}, "interactions": [
{"description": "a", "providerStates": [{"name": "s", "params": {"id": 1, "b": 2}}]},
{"description": "b", "providerStates": [{"name": "s", "params": {"id": 1}}]}]}"#,
                r#"{"consumer": {"name": "web"}, "provider": {"name": "users"}, "interactions": [
{"description": "a", "providerStates": [{"name": "s"}]},
                                                 ^^^ info no parameters here and the parameters 'b', 'id'
{"description": "b", "providerStates": [{"name": "s", "params": {"x": 1}}]}]}"#,
                r#"{"consumer": {"name": "web"}, "provider": {"name": "other"}, "interactions": [
{"description": "a", "providerStates": [{"name": "s", "params": {"x": 1}}]}]}"#,
            ],
        );
    }
}
