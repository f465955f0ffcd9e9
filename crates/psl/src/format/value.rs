//! Recognises values and argument lists, and writes them with regular spacing.
//!
//! Every function appends to `out` what it recognised. Where it answers `None` the cursor and `out` are left
//! anywhere: the caller, at the latest the one that reads a whole item, puts both back.

use super::scan::Cursor;

/// Deeper values make their line unreadable, so that no text can exhaust the stack.
const MAX_DEPTH: usize = 256;

/// `( … )`, or nothing at all where no `(` follows.
pub(super) fn optional_arguments(cursor: &mut Cursor<'_>, out: &mut String) -> Option<()> {
    let start = cursor.position();
    if cursor.eat_next("(") {
        arguments(cursor, out, 0)
    } else {
        cursor.reset(start);
        Some(())
    }
}

/// One value.
pub(super) fn value(cursor: &mut Cursor<'_>, out: &mut String) -> Option<()> {
    expression(cursor, out, 0)
}

/// The arguments after `(`, and `)`.
fn arguments(cursor: &mut Cursor<'_>, out: &mut String, depth: usize) -> Option<()> {
    out.push('(');
    cursor.skip_spaces();
    if !matches!(cursor.peek(), Some(b')' | b',')) {
        argument(cursor, out, depth)?;
        while cursor.eat_next(",") {
            cursor.skip_spaces();
            if cursor.peek() == Some(b')') {
                break;
            }
            out.push_str(", ");
            argument(cursor, out, depth)?;
        }
    } else {
        cursor.eat(",");
    }
    close(cursor, out, ")")
}

/// `name: value`, `name:` or a value.
fn argument(cursor: &mut Cursor<'_>, out: &mut String, depth: usize) -> Option<()> {
    let start = cursor.position();
    if let Some(name) = cursor.identifier()
        && cursor.eat_next(":")
    {
        out.push_str(name);
        out.push_str(": ");
        cursor.skip_spaces();
        return match cursor.peek() {
            Some(b',' | b')') => Some(()),
            _ => expression(cursor, out, depth),
        };
    }
    cursor.reset(start);
    expression(cursor, out, depth)
}

fn expression(cursor: &mut Cursor<'_>, out: &mut String, depth: usize) -> Option<()> {
    if depth == MAX_DEPTH {
        return None;
    }
    cursor.skip_spaces();
    match cursor.peek()? {
        b'[' => list(cursor, out, depth + 1),
        b'{' => object(cursor, out, depth + 1),
        b'"' => cursor.string().map(|text| out.push_str(text)),
        _ => name_call_or_number(cursor, out, depth),
    }
}

/// A name may begin with a digit, but then it is a number unless `(` follows it.
fn name_call_or_number(cursor: &mut Cursor<'_>, out: &mut String, depth: usize) -> Option<()> {
    let start = cursor.position();
    if let Some(name) = cursor.path() {
        let after = cursor.position();
        if cursor.eat_next("(") {
            out.push_str(name);
            return arguments(cursor, out, depth + 1);
        }
        cursor.reset(after);
        if !name.starts_with(|c: char| c.is_ascii_digit()) {
            out.push_str(name);
            return Some(());
        }
        cursor.reset(start);
    }
    cursor.number().map(|text| out.push_str(text))
}

fn list(cursor: &mut Cursor<'_>, out: &mut String, depth: usize) -> Option<()> {
    cursor.eat("[");
    out.push('[');
    cursor.skip_spaces();
    if cursor.peek() != Some(b']') {
        expression(cursor, out, depth)?;
        while cursor.eat_next(",") {
            out.push_str(", ");
            expression(cursor, out, depth)?;
        }
    }
    close(cursor, out, "]")
}

fn object(cursor: &mut Cursor<'_>, out: &mut String, depth: usize) -> Option<()> {
    cursor.eat("{");
    out.push_str("{ ");
    cursor.skip_spaces();
    if cursor.peek() != Some(b'}') {
        entry(cursor, out, depth)?;
        while cursor.eat_next(",") {
            out.push_str(", ");
            entry(cursor, out, depth)?;
        }
    }
    out.push(' ');
    close(cursor, out, "}")
}

fn entry(cursor: &mut Cursor<'_>, out: &mut String, depth: usize) -> Option<()> {
    cursor.skip_spaces();
    let name = cursor.identifier()?;
    if !cursor.eat_next(":") {
        return None;
    }
    out.push_str(name);
    out.push_str(": ");
    expression(cursor, out, depth)
}

fn close(cursor: &mut Cursor<'_>, out: &mut String, token: &str) -> Option<()> {
    cursor.eat_next(token).then(|| out.push_str(token))
}
