//! The constants of the cost model: what one unit of each kind of work costs, in nanoseconds.
//!
//! They are set to what the vectorised operators of this engine were expected to take on a laptop in WebAssembly, from
//! measurements of scans, hash tables and sorts of that shape: relations between them matter, not their size.

/// A kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Work {
    /// Reading a heap page through the buffer pool.
    PageRead,
    /// Copying a value out of a page.
    ValueRead,
    /// Evaluating a simple operation of a scalar expression on a row.
    Expression,
    /// Passing a row on.
    Row,
    /// Putting a row into a hash table.
    HashBuild,
    /// Looking a row up in a hash table.
    HashProbe,
    /// Advancing one input of a merge by a row.
    MergeStep,
    /// Trying one pair of rows.
    PairTest,
    /// Comparing two rows while sorting.
    SortCompare,
    /// Comparing a row with the top of a heap.
    HeapCompare,
    /// Updating the aggregates of a row.
    Aggregate,
    /// Copying a value into an output batch.
    ValueWrite,
    /// Holding a byte in memory.
    MemoryByte,
    /// Starting a subplan again.
    Restart,
}

/// Every kind of work.
pub const ALL_WORK: [Work; 14] = [
    Work::PageRead,
    Work::ValueRead,
    Work::Expression,
    Work::Row,
    Work::HashBuild,
    Work::HashProbe,
    Work::MergeStep,
    Work::PairTest,
    Work::SortCompare,
    Work::HeapCompare,
    Work::Aggregate,
    Work::ValueWrite,
    Work::MemoryByte,
    Work::Restart,
];

impl Work {
    /// Its name as a cost term.
    pub fn name(self) -> &'static str {
        match self {
            Self::PageRead => "page reads",
            Self::ValueRead => "values read",
            Self::Expression => "expressions",
            Self::Row => "rows passed on",
            Self::HashBuild => "hash build",
            Self::HashProbe => "hash probe",
            Self::MergeStep => "merge steps",
            Self::PairTest => "pairs tried",
            Self::SortCompare => "sort comparisons",
            Self::HeapCompare => "heap comparisons",
            Self::Aggregate => "aggregation",
            Self::ValueWrite => "values written",
            Self::MemoryByte => "memory",
            Self::Restart => "restarts",
        }
    }

    /// What is counted.
    pub fn unit(self) -> &'static str {
        match self {
            Self::PageRead => "pages",
            Self::ValueRead | Self::ValueWrite => "values",
            Self::Expression => "operations",
            Self::Row | Self::HashBuild | Self::HashProbe | Self::MergeStep => "rows",
            Self::PairTest => "pairs",
            Self::SortCompare | Self::HeapCompare => "comparisons",
            Self::Aggregate => "updates",
            Self::MemoryByte => "bytes",
            Self::Restart => "times",
        }
    }

    /// Its default constant in nanoseconds, and where it comes from.
    fn default_nanos(self) -> (f64, &'static str) {
        match self {
            Self::PageRead => (900.0, "pinning a page of 16 KiB and walking its slots"),
            Self::ValueRead => (1.5, "copying a column of a page into a batch"),
            Self::Expression => (1.5, "a kernel over two columns"),
            Self::Row => (0.5, "batch bookkeeping spread over 2,048 rows"),
            Self::HashBuild => (28.0, "hash, insert, chain; with rehashing"),
            Self::HashProbe => (14.0, "hash, lookup, compare"),
            Self::MergeStep => (9.0, "a comparison of keys and an advance"),
            Self::PairTest => (2.0, "a condition kernel on a pair"),
            Self::SortCompare => (6.0, "comparison of encoded keys"),
            Self::HeapCompare => (4.0, "comparison with the heap's top"),
            Self::Aggregate => (4.0, "a grouped update kernel"),
            Self::ValueWrite => (2.0, "gather into an output batch"),
            Self::MemoryByte => (0.15, "cache misses and spilling pressure"),
            Self::Restart => (1500.0, "opening the operators of a subplan"),
        }
    }

    /// Where its default constant comes from.
    pub fn source(self) -> &'static str {
        self.default_nanos().1
    }
}

/// Nanoseconds for each kind of work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Constants([f64; ALL_WORK.len()]);

impl Default for Constants {
    fn default() -> Self {
        Self(ALL_WORK.map(|work| work.default_nanos().0))
    }
}

impl Constants {
    /// Nanoseconds for a unit of work.
    pub fn nanos(&self, work: Work) -> f64 {
        self.0[work as usize]
    }

    /// The same constants with one multiplied: tests draw factors at random, and every plan must stay right.
    pub fn scaled(mut self, work: Work, factor: f64) -> Self {
        self.0[work as usize] *= factor;
        self
    }
}
