//! What only shows when many pacts are looked at together.

pub(crate) mod conflicting_expectations;
pub(crate) mod interaction_without_test;
pub(crate) mod pacticipant_near_duplicate;
pub(crate) mod provider_state_near_duplicate;
pub(crate) mod provider_state_unhandled;
pub(crate) mod same_pair_conflicting_files;
pub(crate) mod state_params_differ;
