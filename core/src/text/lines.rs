//! Byte offsets of a text → lines and columns.

/// Turns byte offsets, which only grow, into lines and columns counted from 1.
pub(crate) struct Lines<'a> {
    text: &'a str,
    offset: usize,
    line: u32,
    /// Where the line starts.
    start: usize,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str) -> Lines<'a> {
        Lines { text, offset: 0, line: 1, start: 0 }
    }

    /// Returns line and column, in characters, of an offset.
    pub(crate) fn at(&mut self, offset: usize) -> (u32, u32) {
        for (at, byte) in self.text.as_bytes().iter().enumerate().take(offset).skip(self.offset) {
            if *byte == b'\n' {
                self.line += 1;
                self.start = at + 1;
            }
        }
        self.offset = self.offset.max(offset);
        let before = self.text.get(self.start..offset).unwrap_or_default();
        (self.line, u32::try_from(before.chars().count() + 1).unwrap_or(u32::MAX))
    }
}
