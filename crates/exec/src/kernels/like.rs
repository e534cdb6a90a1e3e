//! LIKE patterns, analysed once: most are a prefix, a suffix or a few pieces to be found in turn.

use types::StrVec;

/// A pattern without `_` is a list of pieces between `%` signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// No `%`: the string itself.
    Exact(Vec<u8>),
    /// Starts with, contains in this order, ends with; the parts do not overlap.
    Pieces {
        first: Vec<u8>,
        middle: Vec<Needle>,
        last: Vec<u8>,
    },
    /// With `_`: matched character by character.
    General(String),
}

/// A piece to be found, with the byte that is looked for first: the one that is rarest in texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Needle {
    bytes: Vec<u8>,
    rare_at: usize,
}

impl Pattern {
    /// Analyses a pattern; `None` when it ends in its escape character, which is an error for some texts only.
    pub(crate) fn new(pattern: &str) -> Option<Self> {
        let mut pieces: Vec<Vec<u8>> = vec![Vec::new()];
        let mut chars = pattern.chars();
        let mut general = false;
        while let Some(c) = chars.next() {
            let literal = match c {
                '%' => {
                    pieces.push(Vec::new());
                    continue;
                }
                '_' => {
                    general = true;
                    continue;
                }
                '\\' => chars.next()?,
                c => c,
            };
            let piece = pieces.last_mut()?;
            piece.extend(literal.encode_utf8(&mut [0; 4]).bytes());
        }
        if general {
            return Some(Self::General(pattern.to_string()));
        }
        let first = pieces.remove(0);
        let Some(last) = pieces.pop() else {
            return Some(Self::Exact(first));
        };
        let middle = pieces.into_iter().filter(|p| !p.is_empty());
        Some(Self::Pieces {
            first,
            middle: middle.map(Needle::new).collect(),
            last,
        })
    }

    /// True when the text, which is UTF-8, matches.
    pub(crate) fn matches(&self, text: &[u8]) -> bool {
        match self {
            Self::Exact(bytes) => text == &bytes[..],
            Self::Pieces {
                first,
                middle,
                last,
            } => {
                if text.len() < first.len() + last.len()
                    || !text.starts_with(first)
                    || !text.ends_with(last)
                {
                    return false;
                }
                let mut rest = &text[first.len()..text.len() - last.len()];
                middle.iter().all(|needle| match needle.find(rest) {
                    Some(at) => {
                        rest = &rest[at + needle.bytes.len()..];
                        true
                    }
                    None => false,
                })
            }
            Self::General(pattern) => {
                let text = std::str::from_utf8(text).expect("string vectors hold UTF-8");
                plan::eval::like::like(text, pattern)
                    .expect("a pattern that ends in its escape character is not analysed")
            }
        }
    }

    /// Whether each string matches.
    pub(crate) fn matches_all(&self, texts: &StrVec) -> Vec<bool> {
        (0..texts.len())
            .map(|row| self.matches(texts.bytes(row)))
            .collect()
    }
}

/// Bytes of English text from frequent to rare; what is not in the list is rarer.
const FREQUENT: &[u8] = b" etaoinsrhldcumfpgwybvkxjqz";

/// Bytes looked at together.
const CHUNK: usize = 16;

impl Needle {
    fn new(bytes: Vec<u8>) -> Self {
        let rank = |byte: &u8| {
            let lower = byte.to_ascii_lowercase();
            FREQUENT
                .iter()
                .position(|f| *f == lower)
                .unwrap_or(FREQUENT.len())
        };
        let rare_at = (0..bytes.len())
            .max_by_key(|at| rank(&bytes[*at]))
            .unwrap_or(0);
        Self { bytes, rare_at }
    }

    /// Where the piece first occurs.
    pub(crate) fn find(&self, text: &[u8]) -> Option<usize> {
        let (len, rare) = (self.bytes.len(), self.bytes[self.rare_at]);
        let starts = (text.len() + 1).checked_sub(len)?;
        let window = &text[self.rare_at..self.rare_at + starts];
        let (chunks, rest) = window.as_chunks::<CHUNK>();
        for (chunk_at, chunk) in chunks.iter().enumerate() {
            // Most chunks do not hold the byte: found out for all of it at once.
            if chunk.iter().fold(false, |any, byte| any | (*byte == rare)) {
                let found = self.find_in(text, chunk, chunk_at * CHUNK);
                if found.is_some() {
                    return found;
                }
            }
        }
        self.find_in(text, rest, chunks.len() * CHUNK)
    }

    fn find_in(&self, text: &[u8], window: &[u8], offset: usize) -> Option<usize> {
        let rare = self.bytes[self.rare_at];
        window
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == rare)
            .map(|(at, _)| offset + at)
            .find(|start| text[*start..].starts_with(&self.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_rules_on_random_texts() {
        let mut state = 7u64;
        let mut random = |n: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % n
        };
        let (mut matched, mut missed) = (0, 0);
        for _ in 0..20_000 {
            let text: String = (0..random(40))
                .map(|_| ['a', 'b', 'q', 'ß'][random(4) as usize])
                .collect();
            let pattern: String = (0..random(7))
                .map(|_| ["a", "b", "q", "%", "_", "ß", "\\%", "%"][random(8) as usize])
                .collect();
            let expected = plan::eval::like::like(&text, &pattern).expect("no pattern ends in \\");
            let analysed = Pattern::new(&pattern).expect("no pattern ends in \\");
            assert_eq!(
                analysed.matches(text.as_bytes()),
                expected,
                "{text} LIKE {pattern}"
            );
            if expected { matched += 1 } else { missed += 1 }
        }
        assert!(matched > 1_000 && missed > 1_000);
        assert_eq!(Pattern::new("a\\"), None);
    }
}
