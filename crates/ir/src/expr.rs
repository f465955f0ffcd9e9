//! SQL expressions as text, compared three-valued.

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
}

/// Text and form. PostgreSQL's own text, where it was asked for, is no part of what the source says.
impl std::fmt::Debug for Expr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Expr").field("text", &self.text).field("form", &self.form).finish()
    }
}

/// What can be said of two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// They are the same.
    Same,
    /// They differ.
    Different,
    /// The texts differ, and only PostgreSQL can tell whether the expressions do.
    Unproven,
}

impl Expr {
    /// An expression as a person wrote it.
    pub fn written(text: impl Into<Box<str>>) -> Self {
        Self { text: text.into(), form: ExprForm::Written, normal: None }
    }

    /// An expression as the reader of a script prints it.
    pub fn replayed(text: impl Into<Box<str>>) -> Self {
        Self { text: text.into(), form: ExprForm::Replayed, normal: None }
    }

    /// An expression as PostgreSQL prints it.
    pub fn deparsed(text: impl Into<Box<str>>) -> Self {
        Self { text: text.into(), form: ExprForm::Deparsed, normal: None }
    }

    /// Notes PostgreSQL's own text of the expression. The text that was written stays what is shown.
    pub fn set_normal(&mut self, text: impl Into<Box<str>>) {
        self.normal = Some(text.into());
    }

    /// PostgreSQL's own text, if it is known.
    fn normal(&self) -> Option<&str> {
        match self.form {
            ExprForm::Deparsed => Some(&self.text),
            ExprForm::Written | ExprForm::Replayed => self.normal.as_deref(),
        }
    }

    /// Compares two expressions as far as their texts allow.
    ///
    /// Two normal forms that differ are different; a text that a person wrote proves nothing when it differs.
    pub fn compare(&self, other: &Self) -> Comparison {
        if self.text.trim() == other.text.trim() {
            return Comparison::Same;
        }
        match (self.normal(), other.normal()) {
            (Some(a), Some(b)) if a == b => Comparison::Same,
            (Some(_), Some(_)) => Comparison::Different,
            _ => Comparison::Unproven,
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
        let mut written = Expr::written("now() + '1 day'");
        written.set_normal("(now() + '1 day'::interval)");
        assert_eq!(written.compare(&Expr::deparsed("(now() + '1 day'::interval)")), Comparison::Same);
        assert_eq!(written.compare(&Expr::deparsed("now()")), Comparison::Different);
    }
}
