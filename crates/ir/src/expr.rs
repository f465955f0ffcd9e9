//! SQL expressions as text, compared three-valued.

/// Where the text of an expression comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExprForm {
    /// As a person wrote it.
    Written,
    /// As PostgreSQL prints it (`pg_get_expr` and kin): its normal form.
    Deparsed,
}

/// The text of an SQL expression, without a trailing semicolon.
#[derive(Clone, Debug)]
pub struct Expr {
    /// The text.
    pub text: Box<str>,
    /// Where the text comes from.
    pub form: ExprForm,
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
        Self { text: text.into(), form: ExprForm::Written }
    }

    /// An expression as PostgreSQL prints it.
    pub fn deparsed(text: impl Into<Box<str>>) -> Self {
        Self { text: text.into(), form: ExprForm::Deparsed }
    }

    /// Compares two expressions as far as their texts allow.
    ///
    /// Two normal forms that differ are different; a text that a person wrote proves nothing when it differs.
    pub fn compare(&self, other: &Self) -> Comparison {
        if self.text.trim() == other.text.trim() {
            return Comparison::Same;
        }
        match (self.form, other.form) {
            (ExprForm::Deparsed, ExprForm::Deparsed) => Comparison::Different,
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
}
