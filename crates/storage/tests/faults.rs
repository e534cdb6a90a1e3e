//! Every operation on the store fails once, fails from then on, or is done and reported as failed: what was committed
//! is there afterwards, what was not is not.

mod common;

use common::{Random, Row, batch, contents, rows};
use std::rc::Rc;
use storage::{Database, Fault, FaultStore, MemoryStore, PageId, StorageError, block_on};
use types::DataType;

const SCHEMA: [DataType; 3] = [DataType::Int32, DataType::Varchar(20), DataType::Text];

/// The rows of both tables after each commit; a table that does not exist has none.
type State = [Vec<Row>; 2];

struct Workload {
    seed: u64,
    page_size: usize,
    frames: usize,
}

fn catalog(roots: &[Option<PageId>; 2]) -> Vec<u8> {
    roots
        .iter()
        .flat_map(|root| root.map_or(0, |id| id.0).to_le_bytes())
        .collect()
}

fn roots(catalog: &[u8]) -> [Option<PageId>; 2] {
    let root = |at: usize| {
        let bytes = catalog.get(at..at + 4)?.try_into().ok()?;
        Some(PageId(u32::from_le_bytes(bytes))).filter(|id| id.0 != 0)
    };
    [root(0), root(4)]
}

fn state(database: &Database) -> storage::Result<State> {
    let mut state = State::default();
    for (rows, root) in state.iter_mut().zip(roots(&database.catalog())) {
        if let Some(root) = root {
            let heap = block_on(database.heap(root))?;
            *rows = contents(&heap)?.into_iter().map(|(_, row)| row).collect();
        }
    }
    Ok(state)
}

impl Workload {
    /// One transaction: rows in, rows out, a table made or dropped. The same number does the same every time.
    async fn transaction(
        &self,
        database: &Database,
        number: u64,
        state: &mut State,
    ) -> storage::Result<Vec<u8>> {
        let mut random = Random::new(self.seed * 1_000 + number);
        let mut roots = roots(&database.catalog());
        for _ in 0..1 + random.below(3) {
            let table = random.below(2);
            let Some(root) = roots[table] else {
                roots[table] = Some(database.create_heap(&SCHEMA).await?.root());
                continue;
            };
            let heap = database.heap(root).await?;
            match random.below(8) {
                0 => {
                    database.drop_heap(root).await?;
                    roots[table] = None;
                    state[table].clear();
                }
                1 => {
                    heap.truncate().await?;
                    state[table].clear();
                }
                2 | 3 => {
                    let ids = contents(&heap)?;
                    let keep: Vec<bool> = ids.iter().map(|_| random.one_in(2)).collect();
                    let gone = ids.iter().zip(&keep).filter(|(_, keep)| !**keep);
                    let gone: Vec<_> = gone.map(|((id, _), _)| *id).collect();
                    heap.delete(&gone).await?;
                    let mut keep = keep.into_iter();
                    state[table].retain(|_| keep.next().unwrap_or(true));
                }
                _ => {
                    let count = 1 + random.below(30);
                    let more = rows(&mut random, &SCHEMA, count, self.page_size * 3);
                    heap.append(&batch(&SCHEMA, &more)).await?;
                    state[table].extend(more);
                }
            }
        }
        Ok(catalog(&roots))
    }

    /// Runs transactions until one fails; `states[n]` is how transaction n found the tables. An error comes with
    /// the state that the failed transaction would have made, when it got as far as its commit.
    fn run(
        &self,
        store: &Rc<FaultStore>,
        database: &mut Option<Rc<Database>>,
        transactions: u64,
    ) -> (Vec<State>, Option<(StorageError, Option<State>)>) {
        let mut states = vec![State::default()];
        let created = block_on(Database::create(store.clone(), self.page_size, self.frames));
        match created {
            Ok(created) => *database = Some(created),
            Err(error) => return (Vec::new(), Some((error, Some(State::default())))),
        }
        let database = database.as_ref().expect("it was just created");
        for number in 0..transactions {
            let mut next = states[states.len() - 1].clone();
            let done = block_on(self.transaction(database, number, &mut next));
            let catalog = match done {
                Ok(catalog) => catalog,
                Err(error) => return (states, Some((error, None))),
            };
            if let Err(error) = block_on(database.commit(&catalog)) {
                return (states, Some((error, Some(next))));
            }
            states.push(next);
        }
        (states, None)
    }
}

const TRANSACTIONS: u64 = 9;

fn workloads() -> impl Iterator<Item = Workload> {
    let shapes = [(512, 1), (512, 3), (1_024, 64), (4_096, 2)];
    (0..12).map(move |seed| Workload {
        seed,
        page_size: shapes[seed as usize % 4].0,
        frames: shapes[seed as usize % 4].1,
    })
}

/// Calls `check` for every operation of every workload with a world in which that operation failed.
fn at_every_operation(
    fault: fn(u64) -> Fault,
    mut check: impl FnMut(Rc<MemoryStore>, Option<Rc<Database>>, Vec<State>, Option<State>, &FaultStore),
) -> u64 {
    let mut points = 0;
    for workload in workloads() {
        for number in 0.. {
            let memory = Rc::new(MemoryStore::new());
            let store = Rc::new(FaultStore::new(memory.clone(), fault(number)));
            let mut database = None;
            let (states, failed) = workload.run(&store, &mut database, TRANSACTIONS);
            let Some((error, maybe)) = failed else {
                // An operation that is no write is not touched by a lost acknowledgement.
                if store.operations() > number {
                    continue;
                }
                assert_eq!(states.len() as u64, TRANSACTIONS + 1);
                break;
            };
            assert_eq!(error.code().0, "58030", "{error}");
            points += 1;
            check(memory, database, states, maybe, &store);
        }
    }
    points
}

#[test]
fn a_killed_process_loses_nothing_committed() {
    let points = at_every_operation(Fault::From, |memory, _, states, _, _| {
        match block_on(Database::open(memory.clone(), 8)) {
            Ok(database) => {
                assert_eq!(&state(&database).unwrap(), states.last().unwrap());
                block_on(database.verify()).unwrap();
            }
            Err(error) => {
                assert_eq!(error, StorageError::NoDatabase);
                assert!(states.is_empty() && memory.ids().is_empty());
            }
        }
    });
    eprintln!("R10 operations failing for good {points}: nothing committed is lost");
    assert!(points > 500, "{points} points");
}

#[test]
fn a_failed_transaction_is_rolled_back_and_work_goes_on() {
    let points = at_every_operation(Fault::Once, |_, database, states, _, store| {
        let Some(database) = database else { return };
        store.set_fault(Fault::None);
        block_on(database.rollback()).unwrap();
        assert_eq!(&state(&database).unwrap(), states.last().unwrap());
        block_on(database.verify()).unwrap();
        work_goes_on(&database, states.last().unwrap());
    });
    eprintln!("R10 operations failing once {points}: all or nothing, and work goes on");
    assert!(points > 500, "{points} points");
}

#[test]
fn a_commit_without_acknowledgement_is_found_after_rollback() {
    let points = at_every_operation(
        Fault::Unacknowledged,
        |memory, database, _, maybe, store| {
            store.set_fault(Fault::None);
            let expected = maybe.expect("only commits write");
            let again = block_on(Database::open(memory, 8)).unwrap();
            assert_eq!(state(&again).unwrap(), expected);
            let Some(database) = database else { return };
            block_on(database.rollback()).unwrap();
            assert_eq!(state(&database).unwrap(), expected);
            block_on(database.verify()).unwrap();
            work_goes_on(&database, &expected);
        },
    );
    eprintln!("R10 commits without acknowledgement {points}: found whole, and work goes on");
    assert!(points > 80, "{points} points");
}

fn work_goes_on(database: &Rc<Database>, before: &State) {
    let workload = workloads().next().expect("there are workloads");
    let mut next = before.clone();
    for number in 100..102 {
        let catalog = block_on(workload.transaction(database, number, &mut next)).unwrap();
        block_on(database.commit(&catalog)).unwrap();
        assert_eq!(state(database).unwrap(), next);
        block_on(database.verify()).unwrap();
    }
}
