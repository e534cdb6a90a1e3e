//! Sorts and limits: fewer of them, over fewer rows.
