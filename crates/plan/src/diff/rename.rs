//! Renames that exchange names.

use std::hash::Hash;

use indexmap::IndexMap;

/// Which of these renames go in a circle, each taking a name that another of them gives up only afterwards.
pub(crate) fn circular<K: Hash + Eq>(renames: &[(K, K)]) -> Vec<bool> {
    let by_old: IndexMap<&K, usize> = renames.iter().enumerate().map(|(at, (old, _))| (old, at)).collect();
    let follower: Vec<Option<usize>> = renames.iter().map(|(_, new)| by_old.get(new).copied()).collect();
    let mut circular = vec![false; renames.len()];
    let mut seen_from = vec![usize::MAX; renames.len()];
    for start in 0..renames.len() {
        let mut at = start;
        while seen_from[at] == usize::MAX {
            seen_from[at] = start;
            match follower[at] {
                Some(next) => at = next,
                None => break,
            }
        }
        if seen_from[at] == start && follower[at].is_some() {
            while !circular[at] {
                circular[at] = true;
                at = follower[at].unwrap_or(at);
            }
        }
    }
    circular
}

#[cfg(test)]
mod tests {
    use super::circular;

    #[test]
    fn chains_are_no_circles() {
        assert_eq!(circular(&[("a", "b"), ("b", "c")]), [false, false]);
        assert_eq!(circular(&[("x", "a"), ("a", "b"), ("b", "a")]), [false, true, true]);
        assert_eq!(circular(&[("a", "b"), ("b", "a"), ("c", "d")]), [true, true, false]);
    }
}
