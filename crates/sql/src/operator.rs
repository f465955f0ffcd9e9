//! Operator classes: which types an access method can index, and which class is the default.

use driftless_ir::IndexMethod;

use crate::catalog::{Base, Catalog, Type, TypeKind};

/// Types without an order, so without a default B-tree class.
const UNORDERED: &[&str] = &[
    "json",
    "xml",
    "point",
    "line",
    "lseg",
    "box",
    "path",
    "polygon",
    "circle",
    "aclitem",
    "cid",
    "xid",
    "refcursor",
    "jsonpath",
    "pg_snapshot",
    "txid_snapshot",
    "pg_node_tree",
    "gtsvector",
];

/// Types that GiST can index without an extension.
const GIST: &[&str] = &["box", "circle", "point", "polygon", "tsquery", "tsvector"];

/// Types that SP-GiST can index without an extension.
const SPGIST: &[&str] = &["box", "inet", "cidr", "point", "polygon", "text", "varchar"];

/// Whether an access method has a default operator class for a type; `None` where an extension may bring one.
pub(crate) fn is_indexable(catalog: &Catalog, method: &IndexMethod, ty: &Type) -> Option<bool> {
    let base = catalog.base_type(ty);
    if base.is_unknown() {
        return None;
    }
    let name = short_name(&base);
    let is_range = name.ends_with("range");
    let extended = |extension: &str| catalog.extensions.get(&extension.into()).is_some();
    match method {
        IndexMethod::BTree => {
            Some(base.array && !UNORDERED.contains(&&*name) || is_ordered(catalog, &base, &name)?)
        }
        IndexMethod::Hash => match &*name {
            "json" | "point" | "bit" | "varbit" | "money" | "xml" | "tsvector" | "tsquery" => Some(false),
            _ => None,
        },
        IndexMethod::Gin if base.array || matches!(&*name, "jsonb" | "tsvector") => Some(true),
        IndexMethod::Gin if extended("btree_gin") || matches!(base.base, Base::Other(_)) => None,
        IndexMethod::Gin => Some(false),
        IndexMethod::Gist if GIST.contains(&&*name) || is_range => Some(!base.array),
        IndexMethod::Gist if extended("btree_gist") || matches!(base.base, Base::Other(_)) => None,
        IndexMethod::Gist => Some(false),
        IndexMethod::SpGist if SPGIST.contains(&&*name) || is_range => Some(!base.array),
        IndexMethod::SpGist if matches!(base.base, Base::Other(_)) => None,
        IndexMethod::SpGist => Some(false),
        IndexMethod::Brin if base.array || matches!(base.base, Base::Entry(_) | Base::Row(_)) => Some(false),
        IndexMethod::Brin => match &*name {
            "bool" | "json" | "jsonb" | "xml" | "money" => Some(false),
            _ => None,
        },
        IndexMethod::Other(_) => None,
    }
}

fn is_ordered(catalog: &Catalog, base: &Type, name: &str) -> Option<bool> {
    match &base.base {
        Base::Entry(id) => match catalog.type_if_exists(*id)?.kind {
            TypeKind::Enum(_) | TypeKind::Composite(_) => Some(true),
            _ => None,
        },
        Base::Row(_) => Some(true),
        Base::Other(text) if crate::catalog::is_native(text) => Some(!UNORDERED.contains(&name)),
        Base::Other(_) => None,
        _ => Some(!UNORDERED.contains(&name)),
    }
}

/// PostgreSQL's own name of a type, without modifiers.
pub(crate) fn short_name(ty: &Type) -> Box<str> {
    let name = match &ty.base {
        Base::Builtin(builtin) => builtin.short_name(),
        Base::Other(text) => text.split('(').next().unwrap_or_default(),
        Base::Entry(_) | Base::Row(_) | Base::Unknown => "",
    };
    name.into()
}

/// Whether naming a class says what would be chosen anyhow.
pub(crate) fn is_default_class(method: &IndexMethod, class: &str, ty: Option<&Type>) -> bool {
    let Some(ty) = ty else { return false };
    let is_text = !ty.array && matches!(&*short_name(ty), "varchar" | "text");
    if is_text && matches!(method, IndexMethod::BTree | IndexMethod::Hash) && class == "varchar_ops" {
        return true;
    }
    let has_default = match method {
        IndexMethod::Gist => GIST.contains(&&*short_name(ty)) || short_name(ty).ends_with("range"),
        _ => true,
    };
    has_default && class == default_class(method, ty)
}

/// The operator class that is taken where none is named.
pub(crate) fn default_class(method: &IndexMethod, ty: &Type) -> String {
    let name = short_name(ty);
    let class = match (method, &*name) {
        (IndexMethod::BTree | IndexMethod::Hash | IndexMethod::Gin, _) if ty.array => "array_ops",
        (IndexMethod::BTree | IndexMethod::Hash | IndexMethod::SpGist, "varchar") => "text_ops",
        (IndexMethod::SpGist, "point") => "quad_point_ops",
        (IndexMethod::Gist | IndexMethod::SpGist, "polygon") => "poly_ops",
        (IndexMethod::Gist | IndexMethod::SpGist, name) if name.ends_with("range") => "range_ops",
        (IndexMethod::Brin, "varchar") => "text_minmax_ops",
        (IndexMethod::Brin, "inet") => "inet_inclusion_ops",
        (IndexMethod::Brin, name) => return format!("{name}_minmax_ops"),
        (_, "") => "enum_ops",
        (_, name) => return format!("{name}_ops"),
    };
    class.to_owned()
}
