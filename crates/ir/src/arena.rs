//! Entries with dense ids, a unique key each, and the order in which they were added.

use std::hash::Hash;
use std::marker::PhantomData;

use indexmap::{Equivalent, IndexMap};
use rustc_hash::FxBuildHasher;

use crate::id::Id;

/// A map that keeps the order in which its entries were added. Its keys are names, which are short: a hasher without a
/// random seed is several times faster on them.
pub type OrderedMap<K, T> = IndexMap<K, T, FxBuildHasher>;

/// An [`OrderedMap`] whose positions are ids of one type.
#[derive(Clone, Debug)]
pub struct Arena<I, K, T> {
    entries: OrderedMap<K, T>,
    id: PhantomData<I>,
}

impl<I: Id, K: Hash + Eq, T> Arena<I, K, T> {
    /// An arena of these entries, in their order.
    pub fn new(entries: OrderedMap<K, T>) -> Self {
        Self { entries, id: PhantomData }
    }

    /// The id of a key.
    pub fn id<Q: ?Sized + Hash + Equivalent<K>>(&self, key: &Q) -> Option<I> {
        self.entries.get_index_of(key).map(I::from_index)
    }

    /// The key of an id that this arena gave out.
    pub fn key(&self, id: I) -> &K {
        let (key, _) =
            self.entries.get_index(id.index()).expect("an id is used with the schema that gave it out");
        key
    }

    /// Takes out the entries that `keep` refuses. The ids of those behind them change.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&K, &mut T) -> bool) {
        self.entries.retain(keep);
    }

    /// All ids, in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + use<I, K, T> {
        (0..self.entries.len()).map(I::from_index)
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<I: Id, K, T> std::ops::Index<I> for Arena<I, K, T> {
    type Output = T;

    fn index(&self, id: I) -> &T {
        &self.entries[id.index()]
    }
}

impl<I: Id, K, T> std::ops::IndexMut<I> for Arena<I, K, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.entries[id.index()]
    }
}
