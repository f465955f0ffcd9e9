//! The order of rows: each after those that it mentions, else as they are written.

use std::collections::{BTreeMap, BTreeSet};

use driftless_diagnostics::{Diagnostic, code};

use super::row::{Mention, Reference, Row, Rows, Term};

/// What the mentions of a seed lead to.
#[derive(Debug)]
pub(super) struct Order {
    /// The rows in the order in which they are written, by their positions.
    pub(super) rows: Vec<usize>,
    /// The mentions of rows that the seed does not hold: the database has to.
    pub(super) outside: Vec<Mention>,
}

/// Orders rows.
///
/// # Errors
/// Rows mention each other in a circle; `name` says what a row is called.
pub(super) fn order(seed: &Rows, name: &dyn Fn(&Row) -> String) -> Result<Order, Diagnostic> {
    let mut index = Index { rows: &seed.rows, positions: BTreeMap::new() };
    let mut outside = Vec::new();
    let mut needs: Vec<BTreeSet<usize>> = Vec::with_capacity(seed.rows.len());
    for row in &seed.rows {
        let mut found = BTreeSet::new();
        for mention in &row.mentions {
            index.follow(&mention.reference, mention, &mut found, &mut outside);
        }
        needs.push(found);
    }
    for link in &seed.links {
        index.follow(&link.mention.reference, &link.mention, &mut BTreeSet::new(), &mut outside);
    }
    match sort(&needs) {
        Ok(rows) => Ok(Order { rows, outside }),
        Err(circle) => Err(explain(&circle, &seed.rows, name)),
    }
}

/// Finds rows by what refers to them.
struct Index<'r> {
    rows: &'r [Row],
    /// For the fields of a model that references name: values to the position of the row.
    positions: BTreeMap<Reference, BTreeMap<Vec<&'r Term>, usize>>,
}

impl<'r> Index<'r> {
    /// Adds the rows that a reference needs, and the reference itself to `outside` where no row is meant.
    fn follow(
        &mut self,
        reference: &Reference,
        mention: &Mention,
        found: &mut BTreeSet<usize>,
        outside: &mut Vec<Mention>,
    ) {
        match self.find(reference) {
            Some(row) => {
                found.insert(row);
            }
            None => outside.push(Mention { reference: reference.clone(), span: mention.span }),
        }
        for (_, term) in &reference.key {
            if let Term::Lookup(inner, _) = term {
                self.follow(inner, mention, found, outside);
            }
        }
    }

    fn find(&mut self, reference: &Reference) -> Option<usize> {
        let fields: Vec<usize> = reference.key.iter().map(|(field, _)| *field).collect();
        let shape = Reference {
            model: reference.model,
            key: fields.iter().map(|field| (*field, Term::Null)).collect(),
        };
        let rows = self.rows;
        let positions = self.positions.entry(shape).or_insert_with(|| {
            let values =
                |row: &'r Row| fields.iter().map(|field| row.cells.get(field)).collect::<Option<Vec<_>>>();
            let rows = rows.iter().enumerate().filter(|(_, row)| row.model == reference.model);
            rows.filter_map(|(at, row)| Some((values(row)?, at))).collect()
        });
        let wanted: Vec<&Term> = reference.key.iter().map(|(_, term)| term).collect();
        let positions = &*positions;
        positions.get(wanted.as_slice()).copied()
    }
}

/// Positions in an order in which each comes after those that it needs, or those of a circle.
fn sort(needs: &[BTreeSet<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    let mut open: Vec<usize> = needs.iter().map(BTreeSet::len).collect();
    for (row, needs) in needs.iter().enumerate() {
        for needed in needs {
            needed_by[*needed].push(row);
        }
    }
    let mut ready: BTreeSet<usize> = (0..needs.len()).filter(|row| open[*row] == 0).collect();
    let mut order = Vec::with_capacity(needs.len());
    while let Some(row) = ready.pop_first() {
        order.push(row);
        for other in &needed_by[row] {
            open[*other] -= 1;
            if open[*other] == 0 {
                ready.insert(*other);
            }
        }
    }
    if order.len() == needs.len() { Ok(order) } else { Err(circle(needs, &open)) }
}

/// A circle among the positions that are still open. Each of them needs another one that is.
fn circle(needs: &[BTreeSet<usize>], open: &[usize]) -> Vec<usize> {
    let mut path: Vec<usize> = Vec::new();
    let mut next = open.iter().position(|count| *count > 0);
    while let Some(row) = next {
        if let Some(start) = path.iter().position(|earlier| *earlier == row) {
            return path.split_off(start);
        }
        path.push(row);
        next = needs[row].iter().copied().find(|needed| open[*needed] > 0);
    }
    path
}

fn explain(circle: &[usize], rows: &[Row], name: &dyn Fn(&Row) -> String) -> Diagnostic {
    let names: Vec<_> = circle.iter().chain(circle.first()).map(|row| name(&rows[*row])).collect();
    let message = format!("rows need each other in a circle: {}", names.join(" → "));
    let help = "leave out one of the relations, and set it in your application";
    let diagnostic = Diagnostic::error(code::SEED_CYCLE, message).label("in the circle").help(help);
    match circle.first() {
        Some(row) => diagnostic.at(rows[*row].span),
        None => diagnostic,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(edges: &[&[usize]]) -> Vec<BTreeSet<usize>> {
        edges.iter().map(|needs| needs.iter().copied().collect()).collect()
    }

    #[test]
    fn what_is_needed_comes_first_and_the_rest_stays_in_place() {
        assert_eq!(sort(&needs(&[&[], &[3], &[], &[]])), Ok(vec![0, 2, 3, 1]));
    }

    #[test]
    fn a_circle_is_told_without_what_hangs_on_it() {
        assert_eq!(sort(&needs(&[&[1], &[2], &[1], &[]])), Err(vec![1, 2]));
        assert_eq!(sort(&needs(&[&[0]])), Err(vec![0]));
    }
}
