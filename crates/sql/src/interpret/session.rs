//! Transactions and the search path.

use std::rc::Rc;

use driftless_ir::Name;

use super::{Interpreter, Transaction};
use crate::catalog::Object;
use crate::refusal::{Done, Refusal, SqlState};
use crate::statement;

impl Interpreter {
    pub(super) fn transact(&mut self, statement: statement::Transaction) -> Done {
        use statement::Transaction as T;
        match statement {
            T::Begin => {
                if self.transaction.is_none() {
                    self.transaction = Some(Transaction {
                        begin: self.at,
                        mark: self.catalog.mark(),
                        savepoints: Vec::new(),
                        opaque: self.unknown.len(),
                        failed: false,
                    });
                }
                Ok(())
            }
            T::Commit if self.transaction.as_ref().is_some_and(|transaction| transaction.failed) => {
                self.roll_back();
                Ok(())
            }
            T::Commit => {
                self.transaction = None;
                self.drop_on_commit();
                Ok(())
            }
            T::Rollback => {
                self.roll_back();
                Ok(())
            }
            T::Savepoint(name) => {
                let mark = self.catalog.mark();
                self.open_transaction()?.savepoints.push((name, mark));
                Ok(())
            }
            T::Release(name) => {
                let (at, _) = self.find_savepoint(&name)?;
                self.open_transaction()?.savepoints.truncate(at);
                Ok(())
            }
            T::RollbackTo(name) => {
                let (at, mark) = self.find_savepoint(&name)?;
                self.catalog.rollback(&mark);
                let transaction = self.open_transaction()?;
                transaction.savepoints.truncate(at + 1);
                transaction.failed = false;
                Ok(())
            }
        }
    }

    /// Takes the open transaction back; whether there was one.
    pub(crate) fn roll_back(&mut self) -> bool {
        let Some(transaction) = self.transaction.take() else { return false };
        self.catalog.rollback(&transaction.mark);
        self.unknown.truncate(transaction.opaque);
        true
    }

    fn open_transaction(&mut self) -> Done<&mut Transaction> {
        let none = || Refusal::new(SqlState::NoActiveTransaction, "no transaction is open");
        self.transaction.as_mut().ok_or_else(none)
    }

    fn find_savepoint(&mut self, name: &Name) -> Done<(usize, crate::catalog::Mark)> {
        let savepoints = &self.open_transaction()?.savepoints;
        let at = savepoints.iter().rposition(|(known, _)| known == name);
        let missing = || {
            let message = format!("savepoint `{}` does not exist", name.as_str());
            Refusal::new(SqlState::UndefinedObject, message)
        };
        let at = at.ok_or_else(missing)?;
        Ok((at, savepoints[at].1.clone()))
    }

    fn drop_on_commit(&mut self) {
        self.drop_temporary(|table| table.drop_on_commit);
    }

    /// Ends the session: temporary objects go, settings are as at the start.
    pub(crate) fn end_session(&mut self) {
        let _ = self.reset_search_path();
        self.drop_temporary(|_| true);
    }

    fn drop_temporary(&mut self, which: impl Fn(&crate::catalog::Table) -> bool) {
        let all = which(&crate::catalog::Table::default());
        let goes = |relation: &crate::catalog::Relation| all || relation.table().is_some_and(&which);
        let gone = self.catalog.temporary().filter(|(_, relation)| goes(relation));
        let gone: Vec<_> = gone.map(|(id, _)| Object::Relation(id)).collect();
        let at = self.at;
        if !gone.is_empty() {
            let _ = self.catalog.drop_objects(gone, true, at);
        }
    }

    pub(super) fn set_search_path(&mut self, names: Vec<Name>, local: bool) -> Done {
        if local && self.transaction.is_none() {
            return Ok(());
        }
        let names = names.into_iter().filter(|name| !matches!(name.as_str(), "" | "$user"));
        self.catalog.session.search_path = names.collect::<Rc<[Name]>>();
        Ok(())
    }

    pub(super) fn reset_search_path(&mut self) -> Done {
        self.catalog.session.search_path = Rc::from([self.catalog.default_namespace.clone()]);
        Ok(())
    }
}
