//! Rows of texts, one below the other.

use unicode_width::UnicodeWidthStr;

/// The rows of a table, each column as wide as its widest text; two columns further in, and two
/// between columns. Texts have no control characters.
pub fn lines(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest =
        |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|it| it.width()).max().unwrap_or(0);
    let widest: Vec<usize> = (0..columns).map(widest).collect();
    let line = |row: &Vec<String>| {
        let mut line = String::new();
        for (cell, widest) in row.iter().zip(&widest) {
            line.push_str("  ");
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', widest - cell.width()));
        }
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let rows = [["a", "RESULT", "x"], ["äb", "✓ passed", ""], ["漢字", "", "y"]];
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
        assert_eq!(lines(&rows), ["  a     RESULT    x", "  äb    ✓ passed", "  漢字            y"]);
        assert!(lines(&[]).is_empty());
    }
}
