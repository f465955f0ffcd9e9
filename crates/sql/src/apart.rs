//! What a script makes that may have to be made by somebody else, before it runs.

use std::ops::Range;

use driftless_ir::Name;

use crate::splitter::{Content, split};
use crate::statement::{Statement, parse};

/// A statement that makes an extension, or a namespace and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Making {
    /// What it makes.
    pub made: Made,
    /// Whether it lets be what is there already.
    pub if_not_exists: bool,
    /// The statement in its script, without its semicolon.
    pub place: Range<usize>,
}

/// What a statement makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// An extension.
    Extension {
        /// Its name.
        name: Name,
        /// The namespace that it is wanted in.
        namespace: Option<Name>,
        /// The version that is wanted.
        version: Option<Box<str>>,
    },
    /// A namespace.
    Namespace(Name),
}

/// The statements of a script that make extensions and namespaces, in their order.
pub fn makings(script: &str) -> Vec<Making> {
    let mut makings = Vec::new();
    for fragment in split(script) {
        let Content::Statement(place) = fragment.content else { continue };
        let text = &script[place.clone()];
        // most statements of most scripts make something else, and need not be read
        if !text.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("create")) {
            continue;
        }
        let (made, if_not_exists) = match parse(text) {
            Statement::CreateExtension { name, namespace, version, if_not_exists } => {
                (Made::Extension { name, namespace, version }, if_not_exists)
            }
            Statement::CreateNamespace { name: Some(name), owner: None, if_not_exists } => {
                (Made::Namespace(name), if_not_exists)
            }
            _ => continue,
        };
        makings.push(Making { made, if_not_exists, place });
    }
    makings
}

#[cfg(test)]
mod tests {
    use super::{Made, makings};

    #[test]
    fn extensions_and_namespaces_are_found() {
        let script = "CREATE TABLE t (a int);\n-- CREATE EXTENSION no\ncreate extension \"uuid-ossp\" with schema s;\n\
                      CREATE SCHEMA IF NOT EXISTS s;";
        let found = makings(script);
        let [extension, namespace] = found.as_slice() else { panic!("{found:?}") };
        let Made::Extension { name, namespace: wanted, .. } = &extension.made else {
            panic!("{extension:?}")
        };
        assert_eq!((name.as_str(), wanted.as_ref().map(|name| name.as_str())), ("uuid-ossp", Some("s")));
        assert_eq!(&script[extension.place.clone()], "create extension \"uuid-ossp\" with schema s");
        assert!(!extension.if_not_exists && namespace.if_not_exists);
    }
}
