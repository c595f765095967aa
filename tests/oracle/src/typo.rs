//! Slips of the hand.

use crate::random::Random;

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";

/// `word` with one slip in it: letters swapped, one dropped, doubled or replaced, or the
/// case of one changed. `None` if the slip that was drawn changes nothing.
pub fn slip(word: &str, random: &mut Random) -> Option<String> {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.is_empty() {
        return None;
    }
    let at = random.below(letters.len());
    let letter = char::from(*random.pick(LETTERS));
    match random.below(5) {
        0 if at + 1 < letters.len() => letters.swap(at, at + 1),
        0 | 1 => drop(letters.remove(at)),
        2 => letters.insert(at, letters[at]),
        3 => letters[at] = letter,
        _ => {
            let old = letters[at];
            letters[at] =
                if old.is_lowercase() { old.to_ascii_uppercase() } else { old.to_ascii_lowercase() };
        }
    }
    let slipped: String = letters.into_iter().collect();
    (slipped != word).then_some(slipped)
}

/// `text` with one letter or digit more, fewer or other.
pub fn edit(text: &str, random: &mut Random) -> Option<String> {
    const PIECES: [&str; 16] =
        ["a", "Z", "0", "9", " ", "-", "_", ".", "/", "$", "*", "[", "(", "\\", "é", "x y"];
    if random.coin() {
        return slip(text, random);
    }
    let mut letters: Vec<char> = text.chars().collect();
    let at = random.below(letters.len() + 1);
    let to = if random.coin() { at } else { (at + 1).min(letters.len()) };
    letters.splice(at..to, random.pick(&PIECES).chars());
    let edited: String = letters.into_iter().collect();
    (edited != text).then_some(edited)
}
