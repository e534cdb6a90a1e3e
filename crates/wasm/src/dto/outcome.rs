//! What running statements gives.

dto! {
    /// A half-open range of the SQL text.
    pub struct Span {
        pub start: u32,
        pub end: u32,
    }
    /// Why a statement failed. Every method that fails throws one.
    pub struct Failure {
        /// SQLSTATE, five characters.
        pub code: String,
        pub message: String,
        pub hint: Option<String>,
        pub span: Option<Span>,
    }
    /// A column of a result.
    pub struct ColumnHeader {
        pub name: String,
        /// PostgreSQL's name of the type.
        pub r#type: String,
    }
    /// Milliseconds a statement spent in each phase.
    pub struct Timing {
        pub parse: f64,
        pub bind: f64,
        pub normalize: f64,
        pub search: f64,
        pub execute: f64,
        pub total: f64,
    }
    /// What one physical operator did.
    pub struct OperatorActual {
        pub rows: f64,
        pub batches: f64,
        /// How often it was started: more than once below an apply.
        pub loops: f64,
        /// How often it came to its end: less often when an operator above needed no more rows.
        pub ended: f64,
        /// Time in it and below it.
        pub ms: f64,
        /// Most memory it held.
        pub bytes: f64,
    }
    /// What one statement did.
    pub struct StatementOutcome {
        /// PostgreSQL's command tag, such as `SELECT 5`.
        pub tag: String,
        pub span: Span,
        pub columns: Vec<ColumnHeader>,
        /// Ask `rows` for the rows by this id; null for commands.
        pub result: Option<u32>,
        pub row_count: f64,
        pub timing: Timing,
        /// Per operator of the physical plan, in pre-order; empty for commands.
        pub actuals: Vec<OperatorActual>,
    }
    /// What a script did: statements before a failure keep their effect.
    pub struct Outcome {
        pub statements: Vec<StatementOutcome>,
        pub failure: Option<Failure>,
    }
    /// Some rows of a result, each value as text, null for NULL.
    pub struct RowsWindow {
        pub start: f64,
        pub rows: Vec<Vec<Option<String>>>,
    }
    /// How far a long call has come.
    pub struct Progress {
        /// 0 to 1.
        pub fraction: f64,
        pub label: String,
    }
    /// A sample query and what to watch in it.
    pub struct SampleQuery {
        pub id: String,
        pub title: String,
        pub teaches: String,
        pub sql: String,
    }
}
