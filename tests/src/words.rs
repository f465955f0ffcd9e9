//! Command lines cut into words.

/// The words of a line; quotes keep blanks, variables stay as they are written.
pub fn words(line: &str) -> Vec<String> {
    words_up_to(line, &[])
}

/// The words up to the first of these letters that is not quoted. A `#` is an end only where a word begins.
pub fn words_up_to(line: &str, ends: &[char]) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (None, _) if ends.contains(&letter) && (letter != '#' || word.is_none()) => break,
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}
