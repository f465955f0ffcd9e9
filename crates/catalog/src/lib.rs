//! The live PostgreSQL database.
//!
//! Vocabulary: a *URL* ([`DatabaseUrl`]) says where a database is and how to get in. A *session* ([`Session`]) is an open
//! connection to it. Its *catalog* is what PostgreSQL knows of its own objects.
//!
//! Invariants: every error is typed and carries a code ([`CatalogError`]); no output shows a password; the number of
//! round trips never depends on how much the database holds.

mod batch;
mod confine;
mod connect;
mod copy;
pub mod ephemeral;
mod error;
mod execute;
mod file;
mod history;
mod identity;
mod introspect;
mod lock;
mod normalise;
mod pooler;
mod routine;
mod row;
mod session;
mod shadow;
mod standing;
mod statement;
mod template;
mod temporary;
mod tls;
mod touch;
pub mod url;
mod version;
mod weak_role;

pub use confine::WantedExtension;
pub use copy::{COPY_SETTINGS, CopiedColumn, CopyError};
pub use error::CatalogError;
pub use execute::Probe;
pub use file::{read_regular, read_regular_text};
pub use history::{History, HistoryRow, HistoryWriter, is_overtaken};
pub use introspect::Scope;
pub use lock::{Holder, is_lock_lost};
pub use normalise::{NormalForm, Position, Written};
pub use session::Session;
pub use shadow::{Contents, InTheWay, Shadow};
pub use standing::{AskedName, Standing};
pub use statement::{Place, StatementError};
pub use temporary::TemporaryDatabase;
pub use touch::{Dropped, RowSet, Touch, Touched};
pub use url::{DatabaseUrl, Environment, InvalidUrl};
pub use version::{NEWEST_TESTED, OLDEST, ServerVersion, Unsupported};
