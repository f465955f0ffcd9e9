//! A map that can be taken back to an earlier state.

use std::collections::BTreeMap;

/// A map that remembers what each change replaced, until it is told to forget.
#[derive(Clone, Debug)]
pub(crate) struct Journal<K, V> {
    entries: BTreeMap<K, Entry<V>>,
    undo: Vec<(K, Option<V>)>,
    /// Grows with every mark: behind one, the first change of a key is all that must be remembered of it.
    stage: u64,
}

#[derive(Clone, Debug)]
struct Entry<V> {
    value: V,
    /// The stage in which the last change was remembered.
    remembered: u64,
}

impl<K, V> Default for Journal<K, V> {
    fn default() -> Self {
        Self { entries: BTreeMap::new(), undo: Vec::new(), stage: 1 }
    }
}

impl<K: Ord + Clone, V: Clone> Journal<K, V> {
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key).map(|entry| &entry.value)
    }

    /// The entry for a change; the journal keeps what it was.
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let entry = self.entries.get_mut(key)?;
        if entry.remembered != self.stage {
            entry.remembered = self.stage;
            self.undo.push((key.clone(), Some(entry.value.clone())));
        }
        Some(&mut entry.value)
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        let former = self.entries.insert(key.clone(), Entry { value, remembered: self.stage });
        if former.as_ref().is_none_or(|former| former.remembered != self.stage) {
            self.undo.push((key, former.map(|former| former.value)));
        }
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let former = self.entries.remove(key)?;
        if former.remembered != self.stage {
            self.undo.push((key.clone(), Some(former.value.clone())));
        }
        Some(former.value)
    }

    /// The entries in the order of their keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter().map(|(key, entry)| (key, &entry.value))
    }

    /// A point to come back to.
    pub(crate) fn mark(&mut self) -> usize {
        self.stage += 1;
        self.undo.len()
    }

    /// Takes back every change since the mark.
    pub(crate) fn rollback(&mut self, mark: usize) {
        self.stage += 1;
        while self.undo.len() > mark {
            let Some((key, former)) = self.undo.pop() else { return };
            match former {
                Some(value) => self.entries.insert(key, Entry { value, remembered: 0 }),
                None => self.entries.remove(&key),
            };
        }
    }

    /// Forgets how to come back: no mark is in use.
    pub(crate) fn forget(&mut self) {
        self.undo.clear();
        self.stage += 1;
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
        journal.insert(1, "e");
        journal.rollback(mark);
        assert_eq!(journal.iter().collect::<Vec<_>>(), [(&1, &"a")]);
    }
}
