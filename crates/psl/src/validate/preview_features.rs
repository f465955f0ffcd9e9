//! The preview features of generators.

use driftless_diagnostics::{Diagnostic, Sink, code, nearest};

use crate::parse::quoted_list;
use crate::resolve::Generator;

/// Features that a schema may turn on.
const ACTIVE: [&str; 11] = [
    "fullTextSearchPostgres",
    "nativeDistinct",
    "partialIndexes",
    "postgresqlExtensions",
    "reactNative",
    "relationJoins",
    "schemaEngineDriverAdapters",
    "shardKeys",
    "strictUndefinedChecks",
    "typedSql",
    "views",
];

/// Features of the past: always on or gone, and naming them does nothing.
const RETIRED: [&str; 41] = [
    "aggregateApi",
    "atomicNumberOperations",
    "clientExtensions",
    "cockroachdb",
    "connectOrCreate",
    "createMany",
    "dataProxy",
    "deno",
    "distinct",
    "driverAdapters",
    "extendedIndexes",
    "extendedWhereUnique",
    "fieldReference",
    "filteredRelationCount",
    "filterJson",
    "fullTextIndex",
    "groupBy",
    "improvedQueryRaw",
    "interactiveTransactions",
    "jsonProtocol",
    "metrics",
    "microsoftSqlServer",
    "middlewares",
    "mongoDb",
    "multiSchema",
    "namedConstraints",
    "nApi",
    "nativeTypes",
    "omitApi",
    "orderByAggregateGroup",
    "orderByNulls",
    "orderByRelation",
    "prismaSchemaFolder",
    "queryCompiler",
    "referentialActions",
    "referentialIntegrity",
    "selectRelationCount",
    "tracing",
    "transactionApi",
    "uncheckedScalarInputs",
    "fullTextSearch",
];

/// Reports features that do not exist, and warns of those that do nothing any more.
pub(super) fn check(block: &Generator<'_>, sink: &mut Sink) {
    for feature in &block.preview_features {
        let name = &*feature.value;
        let is_among = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        if is_among(&ACTIVE) {
            continue;
        }
        let diagnostic = if name.eq_ignore_ascii_case("fullTextSearch") {
            let message = "on PostgreSQL the preview feature `fullTextSearch` is `fullTextSearchPostgres`";
            Diagnostic::warning(code::PREVIEW_FEATURE, message).help("write the new name")
        } else if is_among(&RETIRED) {
            let message = format!("the preview feature `{name}` is none any more");
            Diagnostic::warning(code::PREVIEW_FEATURE, message).help("take it out: nothing changes")
        } else {
            let help = match nearest(name, ACTIVE) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the preview features are {}", quoted_list(&ACTIVE)),
            };
            let message = format!("there is no preview feature `{name}`");
            Diagnostic::error(code::PREVIEW_FEATURE, message).label("unknown feature").help(help)
        };
        sink.push(diagnostic.at(feature.span));
    }
}
