//! Reads the type of a field, and the type aliases of old versions.

use super::attribute;
use super::scan::Cursor;

/// `Type`, `Type[]`, `Type?` or nothing; in older versions also `Type!` and `[Type]`.
pub(super) fn read(cursor: &mut Cursor<'_>, out: &mut String) {
    let start = cursor.position();
    if cursor.eat("[") {
        cursor.skip_spaces();
        if let Some(base) = read_base(cursor)
            && cursor.eat_next("]")
        {
            out.extend([base, "[]"]);
            return;
        }
        cursor.reset(start);
    }
    let Some(base) = read_base(cursor) else { return };
    out.push_str(base);
    let end = cursor.position();
    if cursor.eat_next("[]") {
        out.push_str("[]");
        let end = cursor.position();
        if cursor.eat_next("?") {
            out.push('?');
        } else {
            cursor.reset(end);
        }
    } else if cursor.eat("?") {
        out.push('?');
    } else if !cursor.eat("!") {
        cursor.reset(end);
    }
}

/// A name, or `Unsupported("…")` as it stands.
fn read_base<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    let start = cursor.position();
    if cursor.eat("Unsupported(") {
        cursor.skip_spaces();
        if cursor.string().is_some() && cursor.eat_next(")") {
            return Some(cursor.since(start));
        }
        cursor.reset(start);
    }
    cursor.identifier()
}

/// `type Name = Type @attribute …`. The blanks behind it belong to it unless it ends with arguments.
pub(super) fn read_alias(cursor: &mut Cursor<'_>) -> Option<()> {
    if !cursor.eat("type") {
        return None;
    }
    cursor.skip_spaces();
    cursor.identifier()?;
    if !cursor.eat_next("=") {
        return None;
    }
    cursor.skip_spaces();
    read_base(cursor)?;
    cursor.skip_spaces();
    let mut end = cursor.position();
    let mut unused = String::new();
    while cursor.eat_next("@") && attribute::read_call(cursor, &mut unused).is_some() {
        if !unused.ends_with(')') {
            cursor.skip_spaces();
        }
        end = cursor.position();
    }
    cursor.reset(end);
    Some(())
}
