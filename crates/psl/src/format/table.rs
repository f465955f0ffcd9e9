//! Aligns rows of up to three columns.

use std::ops::Range;

use super::INDENT;

/// A row is at most a name, a type (or `=`) and a value.
pub(super) const COLUMNS: usize = 3;

/// Rows that are aligned with each other, and lines between them that are not. Their text is kept in one
/// buffer that is used again after [`Table::flush`].
#[derive(Default)]
pub(super) struct Table {
    text: String,
    rows: Vec<Row>,
}

struct Row {
    start: usize,
    /// Where each cell's text ends. The cells stand one after another in the buffer.
    ends: [usize; COLUMNS],
    /// Where the text behind the cells ends: a trailing comment, or the whole of a line that is not aligned.
    end: usize,
}

impl Row {
    fn cells(&self) -> [Range<usize>; COLUMNS] {
        let [first, second, third] = self.ends;
        [self.start..first, first..second, second..third]
    }
}

impl Table {
    /// Adds a row, and what stands behind its cells.
    pub(super) fn row(&mut self, cells: [&str; COLUMNS], suffix: Option<&str>) {
        let start = self.text.len();
        let ends = cells.map(|cell| {
            self.text.push_str(cell);
            self.text.len()
        });
        self.text.push_str(suffix.unwrap_or_default());
        self.rows.push(Row { start, ends, end: self.text.len() });
    }

    /// Adds a line that takes no part in the alignment.
    pub(super) fn line(&mut self, write: impl FnOnce(&mut String)) {
        let start = self.text.len();
        write(&mut self.text);
        self.rows.push(Row { start, ends: [start; COLUMNS], end: self.text.len() });
    }

    /// Writes the rows, indented, and forgets them.
    pub(super) fn flush(&mut self, out: &mut String) {
        let mut widths = [0; COLUMNS];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row.cells()) {
                *width = (*width).max(cell.len());
            }
        }
        for row in &self.rows {
            out.push_str(INDENT);
            self.write_row(row, widths, out);
            out.push('\n');
        }
        self.rows.clear();
        self.text.clear();
    }

    fn write_row(&self, row: &Row, widths: [usize; COLUMNS], out: &mut String) {
        let mut padding = 0;
        for (cell, width) in row.cells().into_iter().zip(widths) {
            if !cell.is_empty() {
                out.extend(std::iter::repeat_n(' ', padding));
                padding = 0;
            }
            padding += width + 1 - cell.len();
            out.push_str(&self.text[cell]);
        }
        let suffix = &self.text[row.ends[COLUMNS - 1]..row.end];
        if !suffix.is_empty() {
            if row.start < row.ends[COLUMNS - 1] {
                out.push(' ');
            }
            out.push_str(suffix);
        }
    }
}
