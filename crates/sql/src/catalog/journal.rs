//! A map that can be taken back to an earlier state.

use std::collections::BTreeMap;

/// A map that remembers what each change replaced, until it is told to forget.
#[derive(Clone, Debug)]
pub(crate) struct Journal<K, V> {
    entries: BTreeMap<K, V>,
    undo: Vec<(K, Option<V>)>,
    /// The last mark: behind it, the first change of a key is all that must be remembered of it.
    marked: usize,
}

impl<K, V> Default for Journal<K, V> {
    fn default() -> Self {
        Self { entries: BTreeMap::new(), undo: Vec::new(), marked: 0 }
    }
}

impl<K: Ord + Clone, V: Clone> Journal<K, V> {
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key)
    }

    /// The entry for a change; the journal keeps what it was.
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let known = self.is_remembered(key);
        let entry = self.entries.get_mut(key)?;
        if !known {
            self.undo.push((key.clone(), Some(entry.clone())));
        }
        Some(entry)
    }

    fn is_remembered(&self, key: &K) -> bool {
        self.undo[self.marked..].iter().any(|(known, _)| known == key)
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        let known = self.is_remembered(&key);
        let former = self.entries.insert(key.clone(), value);
        if !known {
            self.undo.push((key, former));
        }
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let former = self.entries.remove(key)?;
        if !self.is_remembered(key) {
            self.undo.push((key.clone(), Some(former.clone())));
        }
        Some(former)
    }

    /// The entries in the order of their keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter()
    }

    /// A point to come back to.
    pub(crate) fn mark(&mut self) -> usize {
        self.marked = self.undo.len();
        self.marked
    }

    /// Takes back every change since the mark.
    pub(crate) fn rollback(&mut self, mark: usize) {
        self.marked = mark;
        while self.undo.len() > mark {
            let Some((key, former)) = self.undo.pop() else { return };
            match former {
                Some(value) => self.entries.insert(key, value),
                None => self.entries.remove(&key),
            };
        }
    }

    /// Forgets how to come back: no mark is in use.
    pub(crate) fn forget(&mut self) {
        self.undo.clear();
        self.marked = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_taken_back_in_reverse_order() {
        let mut journal = Journal::default();
        journal.insert(1, "a");
        let mark = journal.mark();
        journal.insert(1, "b");
        journal.insert(2, "c");
        *journal.get_mut(&2).unwrap() = "d";
        journal.remove(&1);
        journal.rollback(mark);
        assert_eq!(journal.iter().collect::<Vec<_>>(), [(&1, &"a")]);
    }
}
