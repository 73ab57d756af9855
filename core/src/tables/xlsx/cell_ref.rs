//! Names of cells such as `C7`, read as numbers.

/// Reads `C7` as column 2 (from 0) and row 7 (from 1); nothing where it is no name of a cell in a spreadsheet's grid.
pub(super) fn read(name: &[u8]) -> Option<(u32, u64)> {
    let mut column = 0_u32;
    let mut row = 0_u64;
    let mut digits = false;
    for byte in name {
        match byte {
            b'A'..=b'Z' if !digits => column = column * 26 + u32::from(byte - b'A') + 1,
            b'0'..=b'9' => {
                digits = true;
                row = row * 10 + u64::from(byte - b'0');
            }
            _ => return None,
        }
        if column > 16_384 || row > 1_048_576 {
            return None;
        }
    }
    (column > 0 && row > 0).then(|| (column - 1, row))
}

/// Reads `A1:C7` as its two corners.
pub(super) fn area(name: &[u8]) -> Option<((u32, u64), (u32, u64))> {
    let colon = name.iter().position(|byte| *byte == b':')?;
    Some((read(name.get(..colon)?)?, read(name.get(colon + 1..)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_to_the_last_corner() {
        assert_eq!(read(b"A1"), Some((0, 1)));
        assert_eq!(read(b"AA10"), Some((26, 10)));
        assert_eq!(read(b"XFD1048576"), Some((16_383, 1_048_576)));
        for bad in
            [&b"XFE1"[..], b"A1048577", b"A0", b"1", b"A", b"a1", b"A1B", b"", b"AAAAAAAAAAAAAAA1", b"A99999999999999999999999"]
        {
            assert_eq!(read(bad), None);
        }
        assert_eq!(area(b"A1:B2"), Some(((0, 1), (1, 2))));
        assert_eq!(area(b"A1"), None);
    }
}
