//! Ids that mean the same in every layer.

/// A column of a query: global to one planning run and never reused, so a predicate reads the same in every plan version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColId(pub u32);

/// A table of the catalog; never reused while a database lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub u32);

impl ColId {
    /// The id as an array index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl TableId {
    /// The id as an array index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}
