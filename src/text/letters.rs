//! Text at the beginning of bytes.

/// The text of `bytes`, without a letter that is cut at their end; `None` where they are no text.
pub fn whole_letters(bytes: &[u8]) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&bytes[..error.valid_up_to()]).ok(),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_that_is_cut_is_left_out() {
        assert_eq!(whole_letters("aé".as_bytes()), Some("aé"));
        assert_eq!(whole_letters(&"aé".as_bytes()[..2]), Some("a"));
        assert_eq!(whole_letters(b"a\xff b"), None);
    }
}
