//! SQL expressions: the text that is shown and written, and its normal form, which is compared.

use std::sync::Arc;

use crate::ColumnDefault;
use crate::expression::{Comparison, Context, Form};

/// Where the text of an expression comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExprForm {
    /// As a person wrote it.
    Written,
    /// As a person wrote it in a script, printed again by its reader: brackets, spaces, quotes and the case of words
    /// are not the person's.
    Replayed,
    /// As PostgreSQL prints it (`pg_get_expr` and kin): its normal form.
    Deparsed,
}

/// The text of an SQL expression, without a trailing semicolon.
#[derive(Clone)]
pub struct Expr {
    /// The text.
    pub text: Box<str>,
    /// Where the text comes from.
    pub form: ExprForm,
    /// PostgreSQL's own text of an expression that a person wrote, where it was asked for.
    normal: Option<Box<str>>,
    /// What the text, or PostgreSQL's own, is understood as; a schema knows it of all its expressions.
    reading: Option<Arc<Reading>>,
}

/// What an expression is understood as in its place.
#[derive(Debug)]
struct Reading {
    form: Form,
    /// The constant that it is for its column.
    constant: Option<ColumnDefault>,
}

/// Text and form. PostgreSQL's own text, where it was asked for, is no part of what the source says.
impl std::fmt::Debug for Expr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Expr").field("text", &self.text).field("form", &self.form).finish()
    }
}

impl Expr {
    /// An expression as a person wrote it.
    pub fn written(text: impl Into<Box<str>>) -> Self {
        Self { text: text.into(), form: ExprForm::Written, normal: None, reading: None }
    }

    /// An expression as the reader of a script prints it.
    pub fn replayed(text: impl Into<Box<str>>) -> Self {
        Self { text: text.into(), form: ExprForm::Replayed, normal: None, reading: None }
    }

    /// An expression as PostgreSQL prints it.
    pub fn deparsed(text: impl Into<Box<str>>) -> Self {
        Self { text: text.into(), form: ExprForm::Deparsed, normal: None, reading: None }
    }

    /// Notes PostgreSQL's own text of the expression. The text that was written stays what is shown.
    pub(crate) fn set_normal(&mut self, text: impl Into<Box<str>>, context: &Context<'_>) {
        self.normal = Some(text.into());
        self.read(context);
    }

    /// Works out what the expression means in its place.
    pub(crate) fn read(&mut self, context: &Context<'_>) {
        let form = match self.normal() {
            Some(text) => Form::read(text, true, context),
            None => Form::read(&self.text, false, context),
        };
        self.reading = form.map(|form| {
            let constant = context.target.as_ref().and_then(|ty| form.constant(ty));
            Arc::new(Reading { form, constant })
        });
    }

    /// The constant that it is for the column that it fills.
    pub fn constant(&self) -> Option<&ColumnDefault> {
        self.reading.as_ref()?.constant.as_ref()
    }

    /// Whether it may be a constant for its column although [`Expr::constant`] does not know it.
    pub fn may_be_constant(&self) -> bool {
        match &self.reading {
            Some(reading) => self.normal().is_none() && reading.form.may_be_constant(),
            None => self.normal().is_none(),
        }
    }

    /// The sequence of `nextval('…')`, by the parts of its name.
    pub fn sequence(&self) -> Option<Vec<Box<str>>> {
        self.reading.as_ref()?.form.sequence()
    }

    /// Whether it holds a constant that depends on the day on which it is read, such as `'today'::date`.
    pub fn is_moving(&self) -> bool {
        self.reading.as_ref().is_some_and(|reading| reading.form.is_moving())
    }

    /// Whether PostgreSQL's own text is not known, so that it may be worth asking for it.
    pub fn is_unasked(&self) -> bool {
        self.normal().is_none() && !self.text.is_empty() && !self.is_moving()
    }

    /// PostgreSQL's own text, if it is known.
    fn normal(&self) -> Option<&str> {
        match self.form {
            ExprForm::Deparsed => Some(&self.text),
            ExprForm::Written | ExprForm::Replayed => self.normal.as_deref(),
        }
    }

    /// Compares two expressions: by their normal forms, and by PostgreSQL's own texts where both are known.
    pub fn compare(&self, other: &Self) -> Comparison {
        if self.text.trim() == other.text.trim() && self.form == other.form {
            return Comparison::Same;
        }
        let forms = match (&self.reading, &other.reading) {
            (Some(a), Some(b)) => a.form.compare(&b.form),
            _ if self.text.trim() == other.text.trim() => Comparison::Same,
            _ => Comparison::Unproven,
        };
        match (self.normal(), other.normal()) {
            (Some(a), Some(b))
                if forms == Comparison::Unproven && !self.is_moving() && !other.is_moving() =>
            {
                if a == b {
                    Comparison::Same
                } else {
                    Comparison::Different
                }
            }
            _ => forms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_normal_forms_prove_a_difference() {
        let written = Expr::written("now() + '1 day'");
        let deparsed = Expr::deparsed("(now() + '1 day'::interval)");
        assert_eq!(written.compare(&Expr::deparsed("now() + '1 day'")), Comparison::Same);
        assert_eq!(written.compare(&deparsed), Comparison::Unproven);
        assert_eq!(deparsed.compare(&Expr::deparsed("now()")), Comparison::Different);
    }

    #[test]
    fn a_normal_form_that_was_asked_for_decides() {
        let context = Context {
            table: None,
            column: &|_| None,
            user_type: &|_| None,
            target: None,
            search_path: "public",
        };
        let mut written = Expr::written("f(now() + '1 day')");
        written.set_normal("f((now() + '1 day'::interval))", &context);
        assert_eq!(written.compare(&Expr::deparsed("f((now() + '1 day'::interval))")), Comparison::Same);
        assert_eq!(written.compare(&Expr::deparsed("now()")), Comparison::Different);
    }
}
