//! The life of migrations: from a folder of scripts to a database that has carried them out, and what it remembers.
//!
//! Vocabulary: a *migration* is a script with a name. The *history* is the table in which a database records which
//! migrations it carried out; the reference's own table, in its own shapes.

mod apply;
mod backup;
mod checksum;
mod deploy;
mod dev;
mod diagnosis;
mod failure;
mod folder;
mod hazard;
mod learn;
mod message;
mod preview;
mod progress;
mod provider;
mod reason;
mod rehearse;
mod reset;
mod resolve;
mod run;
mod segment;
mod standing;
mod status;
mod together;

pub use checksum::Checksum;
pub use deploy::{DeployOptions, Deployment, Event, LockOptions, Observer, deploy};
pub use dev::{DevOptions, Development, Dilemma, Draft, draft};
pub(crate) use diagnosis::in_effect;
pub use diagnosis::{Diagnosis, State, diagnose};
pub use folder::{Migration, MigrationsFolder, read_folder};
pub(crate) use folder::{find_folder, read_existing_folder};
pub(crate) use reason::list;
pub(crate) use rehearse::{Mishap, rehearse};
pub use reset::reset;
pub use resolve::{Resolution, resolve};
pub(crate) use segment::left_open;
pub use status::{Status, StatusOptions, Unfinished, status};
