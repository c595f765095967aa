//! Rules about the form of a pact.

pub(crate) mod content_type_hint_invalid;
pub(crate) mod empty_pact;
pub(crate) mod encoded_invalid;
pub(crate) mod grammar;
pub(crate) mod invalid_interaction_type;
pub(crate) mod legacy_spec_key;
pub(crate) mod messages_and_interactions;
pub(crate) mod messages_in_v4;
pub(crate) mod misplaced_key;
pub(crate) mod missing_consumer;
pub(crate) mod missing_description;
pub(crate) mod missing_interaction_type;
pub(crate) mod missing_interactions;
pub(crate) mod missing_provider;
pub(crate) mod missing_spec_version;
pub(crate) mod not_a_pact;
mod party;
pub(crate) mod plugin_config_undeclared;
pub(crate) mod plugin_entry_invalid;
pub(crate) mod schema;
pub(crate) mod spec_version_invalid;
pub(crate) mod spec_version_not_string;
pub(crate) mod spec_version_shape_mismatch;
pub(crate) mod status_not_integer;
pub(crate) mod status_out_of_range;
mod stray;
pub(crate) mod unknown_key;
pub(crate) mod v4_body_extra_keys;
pub(crate) mod v4_body_missing_content;
pub(crate) mod v4_body_not_wrapped;
pub(crate) mod v4_fields_in_older_file;
pub(crate) mod wrong_value_type;

#[cfg(test)]
mod tests {
    pub(super) use crate::rules::testing::fixed;

    use crate::rules::testing::findings;

    #[test]
    fn of_a_file_that_is_cut_off_nothing_is_said_to_be_missing() {
        let text = r#"{"interactions": [{"type": "Synchronous/HTTP", "pending": true, "request": {"method"#;
        for rule in ["missing-provider", "missing-spec-version", "v4-fields-in-older-file", "empty-pact"] {
            assert!(findings(rule, text).iter().all(|f| f.rule != rule), "{rule}");
        }
    }
}
