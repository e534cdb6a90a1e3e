//! CRC-32C (Castagnoli, polynomial 0x1EDC6F41 reflected), sixteen bytes a step.
//!
//! The stepping follows Kounavis and Berry, "Novel Table Lookup-Based Algorithms for High-Performance CRC
//! Generation" (2008). Most of a young page is zero: a run of n zero bytes multiplies the remainder by x^8n modulo the
//! polynomial, which takes a few multiplications (Adler's `crc32_combine` does the same).

use std::sync::LazyLock;

const POLYNOMIAL: u32 = 0x82F6_3B78;

type Tables = [[u32; 256]; 16];

/// `TABLES[k][b]`: the checksum of byte `b` followed by `k` zero bytes. Made when first needed, in microseconds: as
/// constants they were 16 kB of the WebAssembly module that no compression makes smaller.
static TABLES: LazyLock<Tables> = LazyLock::new(tables);

fn tables() -> Tables {
    let mut tables = [[0u32; 256]; 16];
    for byte in 0..256 {
        let mut crc = byte as u32;
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                crc >> 1 ^ POLYNOMIAL
            } else {
                crc >> 1
            };
        }
        tables[0][byte] = crc;
    }
    for k in 1..16 {
        for byte in 0..256 {
            let before = tables[k - 1][byte];
            tables[k][byte] = before >> 8 ^ tables[0][(before & 0xFF) as usize];
        }
    }
    tables
}

/// Bytes that are looked at together for being all zero.
const BLOCK: usize = 1024;

/// x^0 as a remainder: the highest bit holds the lowest power.
const ONE: u32 = 1 << 31;

/// The product of two remainders.
fn multiply(a: u32, mut b: u32) -> u32 {
    let mut product = 0;
    for bit in (0..32).rev() {
        if a >> bit & 1 == 1 {
            product ^= b;
        }
        b = if b & 1 == 1 {
            b >> 1 ^ POLYNOMIAL
        } else {
            b >> 1
        };
    }
    product
}

/// The remainder after so many zero bytes more.
fn after_zeros(crc: u32, bytes: usize) -> u32 {
    let (mut power, mut left) = (ONE >> 8, bytes);
    let mut crc = crc;
    while left > 0 {
        if left & 1 == 1 {
            crc = multiply(power, crc);
        }
        power = multiply(power, power);
        left >>= 1;
    }
    crc
}

fn is_zero(block: &[u8; BLOCK]) -> bool {
    let (words, _) = block.as_chunks::<8>();
    words.iter().all(|word| u64::from_le_bytes(*word) == 0)
}

/// The CRC-32C of the bytes.
pub(super) fn checksum(bytes: &[u8]) -> u32 {
    let tables = &*TABLES;
    let mut crc = u32::MAX;
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let mut zeros = 0;
    for block in blocks {
        if is_zero(block) {
            zeros += BLOCK;
            continue;
        }
        crc = continued(tables, after_zeros(crc, zeros), block);
        zeros = 0;
    }
    !continued(tables, after_zeros(crc, zeros), rest)
}

/// The remainder after these bytes more.
fn continued(tables: &Tables, mut crc: u32, bytes: &[u8]) -> u32 {
    let (steps, rest) = bytes.as_chunks::<16>();
    for step in steps {
        let mut step = *step;
        for (byte, before) in step.iter_mut().zip(crc.to_le_bytes()) {
            *byte ^= before;
        }
        crc = 0;
        for (at, &byte) in step.iter().enumerate() {
            crc ^= tables[15 - at][usize::from(byte)];
        }
    }
    for &byte in rest {
        crc = crc >> 8 ^ tables[0][((crc ^ u32::from(byte)) & 0xFF) as usize];
    }
    crc
}

#[cfg(test)]
mod tests {
    use super::checksum;

    /// Vectors of RFC 3720, appendix B.4, and the usual check string.
    #[test]
    fn known_checksums() {
        let ascending: Vec<u8> = (0..32).collect();
        let descending: Vec<u8> = (0..32).rev().collect();
        for (bytes, sum) in [
            (&b"123456789"[..], 0xE306_9283),
            (&[0; 32], 0x8A91_36AA),
            (&[0xFF; 32], 0x62A8_AB43),
            (&ascending, 0x46DD_794E),
            (&descending, 0x113F_DB5C),
            (b"", 0),
        ] {
            assert_eq!(checksum(bytes), sum);
        }
    }

    /// Runs of zeros of all lengths, at all places, count as the bytes they are.
    #[test]
    fn zeros_are_bytes_like_others() {
        let plain = |bytes: &[u8]| !super::continued(&super::TABLES, u32::MAX, bytes);
        for length in [0, 1, 7, 1023, 1024, 1025, 2048, 4096, 5000, 65_536, 65_532] {
            let mut bytes = vec![0; length];
            assert_eq!(checksum(&bytes), plain(&bytes), "{length} zeros");
            for at in [0, 5, 1023, 1024, 3000, 4095, 60_000] {
                if at < length {
                    bytes[at] = at as u8 | 1;
                    assert_eq!(checksum(&bytes), plain(&bytes), "{length}, byte {at}");
                }
            }
        }
    }
}
