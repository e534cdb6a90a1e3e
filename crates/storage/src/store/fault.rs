//! A store that fails on purpose, for tests of everything above it.

use super::{LocalFuture, PageStore, WriteBatch};
use crate::error::{Result, StorageError};
use crate::page::{PageBytes, PageId};
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// What goes wrong, and when. Operations (reads and writes together) count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// This one operation fails and does nothing.
    Once(u64),
    /// This operation and all after it fail and do nothing: the process was killed.
    From(u64),
    /// This one operation, when it is a write, is done and yet reported as failed: the acknowledgement got lost.
    Unacknowledged(u64),
}

/// Counts the operations on a store, fails them by plan, and makes every one wait once before it answers.
pub struct FaultStore {
    inner: Rc<dyn PageStore>,
    fault: Cell<Fault>,
    operations: Cell<u64>,
    writes: Cell<u64>,
}

impl FaultStore {
    /// A store over `inner` that fails as `fault` says.
    pub fn new(inner: Rc<dyn PageStore>, fault: Fault) -> Self {
        Self {
            inner,
            fault: Cell::new(fault),
            operations: Cell::new(0),
            writes: Cell::new(0),
        }
    }

    /// Operations so far.
    pub fn operations(&self) -> u64 {
        self.operations.get()
    }

    /// Writes so far.
    pub fn writes(&self) -> u64 {
        self.writes.get()
    }

    /// Plans the next fault; counting goes on.
    pub fn set_fault(&self, fault: Fault) {
        self.fault.set(fault);
    }

    /// Counts an operation; true when it has to fail without doing anything.
    fn fails(&self) -> bool {
        let number = self.operations.get();
        self.operations.set(number + 1);
        match self.fault.get() {
            Fault::Once(at) => number == at,
            Fault::From(at) => number >= at,
            Fault::None | Fault::Unacknowledged(_) => false,
        }
    }
}

fn injected() -> StorageError {
    StorageError::Store {
        message: "injected fault".into(),
    }
}

impl PageStore for FaultStore {
    fn read<'a>(&'a self, ids: &'a [PageId]) -> LocalFuture<'a, Result<Vec<Option<PageBytes>>>> {
        Box::pin(async move {
            Pause(false).await;
            if self.fails() {
                return Err(injected());
            }
            self.inner.read(ids).await
        })
    }

    fn write(&self, batch: WriteBatch) -> LocalFuture<'_, Result<()>> {
        Box::pin(async move {
            Pause(false).await;
            let number = self.operations.get();
            self.writes.set(self.writes.get() + 1);
            if self.fails() {
                return Err(injected());
            }
            self.inner.write(batch).await?;
            if self.fault.get() == Fault::Unacknowledged(number) {
                return Err(injected());
            }
            Ok(())
        })
    }
}

/// Pending once, then ready: finds code that counts on stores that answer at once.
struct Pause(bool);

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
