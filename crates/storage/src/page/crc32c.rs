//! CRC-32C (Castagnoli, polynomial 0x1EDC6F41 reflected), sixteen bytes a step.
//!
//! The stepping follows Kounavis and Berry, "Novel Table Lookup-Based Algorithms for High-Performance CRC
//! Generation" (2008).

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

/// The CRC-32C of the bytes.
pub(super) fn checksum(bytes: &[u8]) -> u32 {
    let tables = &*TABLES;
    let mut crc = u32::MAX;
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
    !crc
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
}
