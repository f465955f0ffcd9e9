//! "Did you mean …?"

/// The longest word that is compared, in bytes.
const LONGEST: usize = 128;

/// How many candidates are looked at, and how many of them, near at a glance, are compared letter by letter. Thousands
/// of unknown names among thousands of known ones take no longer than this allows.
const GLANCES: usize = 1_000;
const COMPARISONS: usize = 200;

/// The candidate that is nearest to a mistyped word, if one is near enough to be worth offering.
///
/// Near is: equal but for case, or within an edit distance (insert, delete, replace, swap of neighbours) of a third of
/// the word's length. Of equally near candidates the first wins. A long word is near nothing, and of very many
/// candidates the last are not looked at.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let limit = (word.chars().count() / 3).max(1);
    let glance = Glance::new(word);
    let candidates = candidates.into_iter().take(GLANCES);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.filter(|candidate| glance.is_near(candidate, limit)).take(COMPARISONS) {
        let distance = if candidate.eq_ignore_ascii_case(word) { 0 } else { edit_distance(word, candidate) };
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// What a word looks like at a glance.
struct Glance {
    length: usize,
    bytes: u64,
    /// How many bytes a letter has at most.
    widest: usize,
}

impl Glance {
    fn new(word: &str) -> Self {
        Self { length: word.len(), bytes: bytes_in(word), widest: if word.is_ascii() { 1 } else { 4 } }
    }

    /// Whether so many edits may lead to the candidate: each changes the length by a letter, and which letters occur
    /// by two.
    fn is_near(&self, candidate: &str, edits: usize) -> bool {
        if candidate.len().abs_diff(self.length) > 4 * (edits + 1) {
            return false;
        }
        let widest = if candidate.is_ascii() { self.widest } else { 4 };
        (self.bytes ^ bytes_in(candidate)).count_ones() as usize <= 2 * widest * edits
    }
}

/// Which bytes occur in a word, as far as 64 bits tell; the case of letters does not matter.
fn bytes_in(word: &str) -> u64 {
    word.bytes().fold(0, |bits, byte| bits | 1 << (byte.to_ascii_lowercase() % 64))
}

/// Optimal string alignment distance.
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > a.len() / 3 + 1 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replace = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replace.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn offers_only_what_is_near() {
        assert_eq!(nearest("autorId", ["id", "authorId", "title"]), Some("authorId"));
        assert_eq!(nearest("STRING", ["Int", "String"]), Some("String"));
        assert_eq!(nearest("cuid", ["autoincrement", "now"]), None);
        assert_eq!(nearest("form", ["from"]), Some("from"));
        assert_eq!(nearest("größer", ["groesse", "größe"]), Some("größe"));
    }

    #[test]
    fn long_words_and_many_candidates_take_no_time() {
        let long = "x".repeat(1_000_000);
        assert_eq!(nearest(&long, [format!("{long}y").as_str()]), None);
        assert_eq!(nearest("xxx", std::iter::repeat_n(long.as_str(), 1_000)), None);
        let names: Vec<_> = (0..100_000).map(|number| format!("Name{number}")).collect();
        assert_eq!(nearest("Nams0", names.iter().map(String::as_str)), Some("Name0"));
    }
}
