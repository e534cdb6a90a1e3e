//! Tests of one string: comparisons with constants, IN lists, LIKE patterns. On a dictionary-coded column a test runs
//! once for each distinct string, and its results are kept for the next batch with the same dictionary.

use super::in_list::{InList, Members};
use crate::kernels::compare::holds;
use crate::kernels::like::Pattern;
use crate::kernels::select::{select, select_rows};
use plan::Func;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use types::{Column, StrVec, Vector};

/// A test of a string that is true or false.
pub(crate) enum TextTest<'a> {
    Compare(Func, &'a [u8]),
    Between(&'a [u8], &'a [u8]),
    In(&'a InList),
    Like(&'a Pattern),
}

impl TextTest<'_> {
    #[inline]
    fn passes(&self, text: &[u8]) -> bool {
        match self {
            Self::Compare(func, constant) => holds(*func, text.cmp(constant)),
            Self::Between(low, high) => *low <= text && text <= *high,
            Self::In(list) => match &list.members {
                Members::Texts(texts) => texts.contains(text),
                Members::Whole(_) => false,
            },
            Self::Like(pattern) => pattern.matches(text),
        }
    }
}

/// The results of a test for the strings of the last dictionary it met. What a string is compared with may change from
/// one row of an outer input to the next, so it is part of what the results are kept for.
#[derive(Debug, Default)]
pub(crate) struct DictCache(RefCell<Option<Kept>>);

#[derive(Debug)]
struct Kept {
    dictionary: Arc<StrVec>,
    compared_with: Option<Vec<u8>>,
    results: Rc<Vec<bool>>,
}

impl DictCache {
    fn results(&self, values: &Arc<StrVec>, test: &TextTest<'_>) -> Rc<Vec<bool>> {
        let mut cache = self.0.borrow_mut();
        let compared_with = match test {
            TextTest::Compare(_, constant) => Some(*constant),
            _ => None,
        };
        if let Some(kept) = &*cache
            && Arc::ptr_eq(&kept.dictionary, values)
            && kept.compared_with.as_deref() == compared_with
        {
            return kept.results.clone();
        }
        let results: Rc<Vec<bool>> = Rc::new(match test {
            TextTest::Like(pattern) => pattern.matches_all(values),
            _ => (0..values.len())
                .map(|at| test.passes(values.bytes(at)))
                .collect(),
        });
        *cache = Some(Kept {
            dictionary: values.clone(),
            compared_with: compared_with.map(<[u8]>::to_vec),
            results: results.clone(),
        });
        results
    }
}

/// The rows of `selection` whose string passes the test, or fails it when not `wanted`; NULLs do neither.
pub(crate) fn select_text(
    column: &Column,
    selection: Option<&[u32]>,
    test: &TextTest<'_>,
    cache: &DictCache,
    wanted: bool,
) -> Vec<u32> {
    match &column.data {
        Vector::Dict { codes, values } => {
            let results = cache.results(values, test);
            select(codes, column.validity.as_ref(), selection, |code| {
                results[code as usize] == wanted
            })
        }
        Vector::Str(strings) => {
            let valid = |row: usize| !column.is_null(row);
            if let TextTest::Compare(func @ (Func::Eq | Func::Ne), constant) = test {
                let wanted = wanted == (*func == Func::Eq);
                return select_rows(column.len(), selection, |row| {
                    strings.equals(row, constant) == wanted && valid(row)
                });
            }
            select_rows(column.len(), selection, |row| {
                valid(row) && test.passes(strings.bytes(row)) == wanted
            })
        }
        _ => panic!("a test of strings reads strings"),
    }
}

/// The test's result on each row; rows that are NULL hold anything.
pub(crate) fn text_truths(column: &Column, test: &TextTest<'_>, cache: &DictCache) -> Vec<bool> {
    match &column.data {
        Vector::Dict { codes, values } => {
            let results = cache.results(values, test);
            codes.iter().map(|code| results[*code as usize]).collect()
        }
        _ => (0..column.len())
            .map(|row| test.passes(column.data.str_bytes(row)))
            .collect(),
    }
}
