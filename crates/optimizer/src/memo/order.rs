//! Required and provided sort orders, interned.

use super::hashing::WordMap;
use plan::SortKey;

/// An interned sort order. Order 0 is no order: any will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderId(pub u32);

/// No required order.
pub const ANY: OrderId = OrderId(0);

/// Every order that the search met.
#[derive(Debug, Clone)]
pub struct Orders {
    keys: Vec<Vec<SortKey>>,
    ids: WordMap<Vec<SortKey>, OrderId>,
}

impl Default for Orders {
    fn default() -> Self {
        let ids = [(Vec::new(), ANY)].into_iter().collect();
        Self {
            keys: vec![Vec::new()],
            ids,
        }
    }
}

impl Orders {
    /// The id of an order; a column that comes again adds nothing and is dropped.
    pub fn intern(&mut self, keys: &[SortKey]) -> OrderId {
        let mut distinct: Vec<SortKey> = Vec::with_capacity(keys.len());
        for key in keys {
            if !distinct.iter().any(|k| k.col == key.col) {
                distinct.push(*key);
            }
        }
        if let Some(id) = self.ids.get(&distinct) {
            return *id;
        }
        let id = OrderId(self.keys.len() as u32);
        self.ids.insert(distinct.clone(), id);
        self.keys.push(distinct);
        id
    }

    /// The keys of an order, most significant first.
    pub fn keys(&self, id: OrderId) -> &[SortKey] {
        &self.keys[id.0 as usize]
    }

    /// True when rows in the provided order are also in the required one: it is a prefix.
    pub fn satisfies(&self, provided: &[SortKey], required: OrderId) -> bool {
        provided.starts_with(self.keys(required))
    }
}
