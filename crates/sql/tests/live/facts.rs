//! The facts of a replayed schema and of a database, in one notation.

use std::collections::BTreeSet;

use driftless_ir::{
    BaseType, Builtin, ColumnDefault, ColumnWalker, Identity, IndexKey, IndexKind, IndexMethod, IndexWalker,
    Literal, NullsOrder, ReferentialAction, Schema, SortOrder, TableWalker,
};

/// Facts: lines whose parts are separated by ` | `.
pub(crate) type Facts = BTreeSet<String>;

fn fact(parts: &[&str]) -> String {
    parts.join(" | ")
}

/// The facts of a replayed schema.
pub(crate) fn of_schema(schema: &Schema) -> Facts {
    let mut facts = Facts::new();
    facts.extend(schema.namespaces().map(|namespace| fact(&["namespace", namespace.name().as_str()])));
    facts.extend(schema.extensions().map(|extension| fact(&["extension", extension.name().as_str()])));
    for entry in schema.enums() {
        let values: Vec<_> = entry.values().map(|value| value.as_str()).collect();
        let name = entry.qualified_name();
        facts.insert(fact(&["enum", name.namespace.as_str(), name.name.as_str(), &values.join(",")]));
    }
    for table in schema.tables() {
        table_facts(table, &mut facts);
    }
    for view in schema.views() {
        let kind = if view.materialized { "materialized view" } else { "view" };
        facts.insert(fact(&[kind, view.name.namespace.as_str(), view.name.name.as_str()]));
    }
    for sequence in schema.sequences() {
        let owner = sequence.owner.as_ref().map(|(t, c)| format!("{}.{}", t.name.as_str(), c.as_str()));
        facts.insert(fact(&[
            "sequence",
            sequence.name.namespace.as_str(),
            sequence.name.name.as_str(),
            &owner.unwrap_or_default(),
            &builtin(sequence.ty),
            &sequence.start.to_string(),
            &sequence.increment.to_string(),
            &sequence.min.to_string(),
            &sequence.max.to_string(),
            &sequence.cache.to_string(),
            if sequence.cycle { "t" } else { "f" },
        ]));
    }
    for object in schema.unmodelled() {
        let namespace = object.namespace.as_str();
        match (&*object.kind, &object.table) {
            (kind @ ("trigger" | "row security policy"), Some(table)) => {
                facts.insert(fact(&[kind, namespace, table.as_str(), &object.name]));
            }
            (kind @ ("function" | "procedure" | "aggregate"), _) => {
                let (name, arguments) = object.name.split_once('(').unwrap();
                let count = if arguments == ")" { 0 } else { arguments.split(", ").count() };
                facts.insert(fact(&[kind, namespace, name, &count.to_string()]));
            }
            (kind @ ("domain" | "composite type"), _) => {
                facts.insert(fact(&[kind, namespace, &object.name]));
            }
            _ => {}
        }
    }
    facts
}

fn table_facts(table: TableWalker<'_>, facts: &mut Facts) {
    let name = table.qualified_name();
    let (namespace, table_name) = (name.namespace.as_str(), name.name.as_str());
    facts.insert(fact(&["table", namespace, table_name]));
    for (at, column) in table.columns().enumerate() {
        facts.insert(fact(&[
            "column",
            namespace,
            table_name,
            &format!("{:04}", at + 1),
            column.name().as_str(),
            &column_type(column),
            if column.get().nullable { "null" } else { "not null" },
            &column_default(column),
        ]));
    }
    for index in table.indexes() {
        facts.insert(index_fact(namespace, table_name, index));
    }
    for key in table.foreign_keys() {
        let target = key.referenced_table().qualified_name();
        let columns: Vec<_> = key.columns().map(|column| column.name().as_str()).collect();
        let referenced: Vec<_> = key.referenced_columns().map(|column| column.name().as_str()).collect();
        let entry = key.get();
        facts.insert(fact(&[
            "foreign key",
            namespace,
            table_name,
            key.name().as_str(),
            &columns.join(", "),
            target.namespace.as_str(),
            target.name.as_str(),
            &referenced.join(", "),
            action(entry.on_delete),
            action(entry.on_update),
            match entry.deferrable {
                None => "",
                Some(false) => "deferrable",
                Some(true) => "deferred",
            },
            if entry.validated { "valid" } else { "not valid" },
        ]));
    }
    for check in table.checks() {
        let valid = if check.validated { "valid" } else { "not valid" };
        facts.insert(fact(&["check", namespace, table_name, check.name.as_str(), valid]));
    }
}

fn action(action: ReferentialAction) -> &'static str {
    match action {
        ReferentialAction::NoAction => "a",
        ReferentialAction::Restrict => "r",
        ReferentialAction::Cascade => "c",
        ReferentialAction::SetNull => "n",
        ReferentialAction::SetDefault => "d",
    }
}

fn index_fact(namespace: &str, table: &str, index: IndexWalker<'_>) -> String {
    let entry = index.get();
    let part = |part: &driftless_ir::IndexPart| {
        let mut text = match &part.key {
            IndexKey::Column(id) => index.schema().column(*id).name().as_str().to_owned(),
            IndexKey::Expression(_) => "(expression)".to_owned(),
        };
        if let (Some(class), IndexKey::Column(_)) = (&part.operator_class, &part.key)
            && !class.is_default
        {
            text.push_str(&format!(" {}", class.name.split('(').next().unwrap()));
        }
        text.push_str(if part.sort == Some(SortOrder::Descending) { " desc" } else { "" });
        text.push_str(match part.nulls {
            Some(NullsOrder::First) => " nulls first",
            Some(NullsOrder::Last) => " nulls last",
            None => "",
        });
        text
    };
    let parts: Vec<_> = entry.parts.iter().map(part).collect();
    let include: Vec<_> = entry.include.iter().map(|id| index.schema().column(*id).name().as_str()).collect();
    fact(&[
        "index",
        namespace,
        table,
        index.name().as_str(),
        match entry.kind {
            IndexKind::Primary => "primary",
            IndexKind::Unique { constraint: true } => "unique constraint",
            IndexKind::Unique { constraint: false } => "unique",
            IndexKind::Plain => "plain",
        },
        match &entry.method {
            IndexMethod::BTree => "btree",
            IndexMethod::Hash => "hash",
            IndexMethod::Gin => "gin",
            IndexMethod::Gist => "gist",
            IndexMethod::SpGist => "spgist",
            IndexMethod::Brin => "brin",
            IndexMethod::Other(name) => name.as_str(),
        },
        &parts.join(", "),
        &include.join(", "),
        if entry.predicate.is_some() { "partial" } else { "" },
        if entry.nulls_not_distinct { "nulls not distinct" } else { "" },
    ])
}

fn column_type(column: ColumnWalker<'_>) -> String {
    let ty = &column.get().ty;
    let base = match &ty.base {
        BaseType::Builtin(ty) => builtin(*ty),
        BaseType::Enum(id) => {
            let name = column.schema().enumeration(*id).qualified_name();
            format!("enum {}.{}", name.namespace.as_str(), name.name.as_str())
        }
        BaseType::Other(text) => text.to_string(),
    };
    if ty.array { format!("{base}[]") } else { base }
}

fn builtin(ty: Builtin) -> String {
    let with = |name: &str, modifier: Option<u32>| match modifier {
        Some(modifier) => format!("{name}({modifier})"),
        None => name.to_owned(),
    };
    let time =
        |name: &str, modifier: Option<u32>, zone: &str| format!("{} {zone} time zone", with(name, modifier));
    match ty {
        Builtin::SmallInt => "smallint".into(),
        Builtin::Integer => "integer".into(),
        Builtin::BigInt => "bigint".into(),
        Builtin::Real => "real".into(),
        Builtin::DoublePrecision => "double precision".into(),
        Builtin::Numeric(Some((precision, scale))) => format!("numeric({precision},{scale})"),
        Builtin::Numeric(None) => "numeric".into(),
        Builtin::Char(length) => with("character", length),
        Builtin::VarChar(length) => with("character varying", length),
        Builtin::Bit(length) => with("bit", length),
        Builtin::VarBit(length) => with("bit varying", length),
        Builtin::Time(fraction) => time("time", fraction, "without"),
        Builtin::TimeTz(fraction) => time("time", fraction, "with"),
        Builtin::Timestamp(fraction) => time("timestamp", fraction, "without"),
        Builtin::TimestampTz(fraction) => time("timestamp", fraction, "with"),
        other => other.to_string().to_lowercase(),
    }
}

fn column_default(column: ColumnWalker<'_>) -> String {
    let Some(default) = &column.get().default else { return String::new() };
    match default {
        ColumnDefault::Literal(Literal::DateTime(_)) => "time".into(),
        ColumnDefault::Literal(literal) => format!("literal {}", literal_text(literal)),
        ColumnDefault::Array(elements) => {
            let elements: Vec<_> = elements.iter().map(literal_text).collect();
            format!("array {elements:?}")
        }
        ColumnDefault::Now => "now".into(),
        ColumnDefault::Serial(name) => {
            format!("serial {}", name.as_ref().map_or("", |name| name.name.as_str()))
        }
        ColumnDefault::Identity(Identity::Always) => "identity always".into(),
        ColumnDefault::Identity(Identity::ByDefault) => "identity".into(),
        ColumnDefault::Generated(_) => "generated".into(),
        ColumnDefault::Expression(_) => "expression".into(),
    }
}

fn literal_text(literal: &Literal) -> String {
    match literal {
        Literal::Boolean(truth) => truth.to_string(),
        Literal::Number(text) | Literal::String(text) | Literal::Json(text) | Literal::EnumValue(text) => {
            text.to_string()
        }
        Literal::DateTime(_) => "time".into(),
        Literal::Bytes(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("\\x{digits}")
        }
    }
}

/// The facts of a database, from the output of `facts.sql`.
pub(crate) fn of_output(output: &str) -> Facts {
    output
        .split('\u{1d}')
        .map(|line| line.trim_matches('\n'))
        .filter(|line| !line.is_empty())
        .map(of_line)
        .collect()
}

fn of_line(line: &str) -> String {
    let mut parts: Vec<String> = line.split('\u{1f}').map(|part| part.replace('\u{1e}', ",")).collect();
    match parts[0].as_str() {
        "column" => {
            let ty = parts[5].clone();
            let last = parts.last_mut().unwrap();
            if let Some(expression) = last.strip_prefix('=') {
                *last = default_text(expression, &ty);
            }
        }
        "enum" if parts.len() == 3 => parts.push(String::new()),
        // concat_ws leaves a NULL out: an index without included columns.
        "index" if parts.len() == 9 => parts.insert(7, String::new()),
        _ => {}
    }
    parts.join(" | ")
}

/// The sequence behind `nextval`, without its schema and its quotes.
fn serial_text(name: &str) -> String {
    let name = name.rsplit_once("\".\"").map_or(name, |(_, name)| name);
    let name = match name.rfind('.') {
        Some(at) if !name.ends_with('"') || name[at..].starts_with(".\"") => &name[at + 1..],
        _ => name,
    };
    format!("serial {}", name.trim_matches('"'))
}

/// A default as the server prints it, in the notation of facts.
fn default_text(expression: &str, ty: &str) -> String {
    if expression.starts_with("NULL::") {
        return String::new();
    }
    let is_time = ["date", "time", "timestamp"].iter().any(|name| ty.starts_with(name));
    if matches!(expression, "now()" | "CURRENT_TIMESTAMP") && is_time {
        return "now".into();
    }
    if let Some(rest) = expression.strip_prefix("nextval('") {
        return serial_text(rest.strip_suffix("'::regclass)").unwrap_or(rest));
    }
    if let Some(element) = ty.strip_suffix("[]") {
        return array_text(expression, element).unwrap_or_else(|| "expression".into());
    }
    let modelled = [
        "smallint",
        "integer",
        "bigint",
        "real",
        "double",
        "numeric",
        "money",
        "oid",
        "boolean",
        "text",
        "citext",
        "character",
        "uuid",
        "xml",
        "inet",
        "bit",
        "json",
        "bytea",
        "enum ",
    ];
    if let Some((text, cast)) = quoted(expression) {
        let is_text = ["text", "character"].iter().any(|name| ty.starts_with(name));
        let other = is_text
            && !["text", "character varying", "bpchar"].iter().any(|name| cast == format!("::{name}"));
        return match () {
            () if other => "expression".into(),
            () if is_time => "time".into(),
            () if modelled.iter().any(|name| ty.starts_with(name)) => format!("literal {text}"),
            () => "expression".into(),
        };
    }
    let number = expression.trim_start_matches('(').trim_end_matches(')');
    let is_number = number.parse::<f64>().is_ok();
    let numeric = ["smallint", "integer", "bigint", "real", "double", "numeric", "money", "oid"];
    if (is_number && numeric.iter().any(|name| ty.starts_with(name))
        || matches!(expression, "true" | "false") && ty == "boolean")
        && !expression.contains("::")
    {
        return format!("literal {number}");
    }
    "expression".into()
}

/// The string at the start of an expression, if nothing but casts is behind it.
fn quoted(expression: &str) -> Option<(String, &str)> {
    let rest = expression.strip_prefix('\'').or_else(|| expression.strip_prefix("E'"))?;
    let escaped = expression.starts_with('E');
    let mut text = String::new();
    let mut characters = rest.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '\'' if characters.peek().is_some_and(|(_, next)| *next == '\'') => {
                text.push('\'');
                characters.next();
            }
            '\'' => {
                let tail = &rest[at + 1..];
                return (tail.is_empty()
                    || tail.starts_with("::") && !tail.contains(['(', ' '])
                    || is_cast(tail))
                .then_some((text, tail));
            }
            '\\' if escaped => text.extend(characters.next().map(|(_, next)| next)),
            other => text.push(other),
        }
    }
    None
}

fn is_cast(tail: &str) -> bool {
    tail.starts_with("::") && !tail[2..].contains("::") && !tail.contains(['+', '-', '|', '/'])
}

fn array_text(expression: &str, _element: &str) -> Option<String> {
    let list: Vec<String> = if let Some((text, _)) = quoted(expression) {
        let inner = text.strip_prefix('{')?.strip_suffix('}')?;
        let unquoted = |part: &str| part.trim_matches('"').replace("\\\"", "\"").replace("\\\\", "\\");
        if inner.is_empty() { Vec::new() } else { inner.split(',').map(unquoted).collect() }
    } else {
        let inner = expression.strip_prefix("ARRAY[")?;
        if inner.starts_with(']') {
            Vec::new()
        } else {
            let inner = &inner[..inner.rfind(']')?];
            let inner = inner
                .strip_suffix('[')
                .and_then(|cast| cast.rsplit_once(']'))
                .map_or(inner, |(list, _)| list);
            inner
                .split(", ")
                .map(|part| quoted(part).map_or_else(|| part.to_owned(), |(text, _)| text))
                .collect()
        }
    };
    Some(format!("array {list:?}"))
}
