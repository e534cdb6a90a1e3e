//! What is known to have no rows takes what is above it along.
