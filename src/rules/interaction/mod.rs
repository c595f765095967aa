//! Rules about interaction.
