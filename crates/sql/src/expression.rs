//! Whether a text is exactly one expression.

use std::ops::ControlFlow;

use driftless_ir::{NotSingle, SingleExpression};
use sqlparser::ast::{Query, Visit, Visitor};

use crate::statement::parse_expression;

/// Reads a text that is to be put into a statement. Two readers have to agree: the one of brackets, strings and comments
/// ([`SingleExpression::read`]), and the grammar of expressions.
///
/// # Errors
/// It is not certain that the text is exactly one expression without a query in it.
pub fn single_expression(text: &str) -> Result<SingleExpression, NotSingle> {
    let single = SingleExpression::read(text)?;
    let expression = parse_expression(text).ok_or(NotSingle::Unread)?;
    match expression.visit(&mut Queries) {
        ControlFlow::Continue(()) => Ok(single),
        ControlFlow::Break(()) => Err(NotSingle::Query),
    }
}

/// Finds queries.
struct Queries;

impl Visitor for Queries {
    type Break = ();

    fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        ControlFlow::Break(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_expression_is_read_to_its_end() {
        for text in [
            "now() + interval '1 day' -- soon",
            "gen_random_uuid()",
            "name in ('a', 'b')",
            "a::text = 'x' AND (b IS NOT NULL OR c[1] > 2)",
            "'2020-01-01'::timestamp with time zone",
            "E'it\\'s'",
            "nextval('\"s\".\"t_id_seq\"'::regclass)",
            "CASE WHEN a THEN 1 ELSE 2 END",
            "ARRAY[]::text[]",
        ] {
            assert_eq!(single_expression(text).map(|single| single.as_str().to_owned()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "'a'); COPY (SELECT 1) TO PROGRAM 'id'; ALTER TABLE t ALTER a SET DEFAULT ('a'",
            "1 NOT VALID, ADD CHECK (true",
            "1 2",
            "a b",
            "1 DEFAULT 2",
            "EXISTS (VALUES (1))",
            "a IN (VALUES (1))",
            "(SELECT 1)",
            "ARRAY(SELECT 1)",
            "DROP TABLE a",
            "",
        ] {
            assert!(single_expression(text).is_err(), "{text:?}");
        }
    }
}
