//! What a configuration may say.

use super::super::*;
use super::said;

/// Files, what is wrong with them, and what to do.
const MISTAKES: &[(&str, &str, &str)] = &[
    (
        "export default {\n  schma: 'a' }",
        "`prisma.config.ts:2:3`: there is no setting `schma`",
        "did you mean `schema`?",
    ),
    (
        "export default { datasource: { urll: 'a' } }",
        "`prisma.config.ts:1:32`: there is no setting `datasource.urll`",
        "did you mean `url`?",
    ),
    (
        "export default { migrations: { paths: 'a' } }",
        "`prisma.config.ts:1:32`: there is no setting `migrations.paths`",
        "did you mean `path`?",
    ),
    (
        "const base = { Tables: {} }\nexport default { ...base }",
        "`prisma.config.ts:1:16`: there is no setting `Tables`",
        "did you mean `tables`?",
    ),
    ("export default { schema: 5 }", "`prisma.config.ts:1:18`: `schema` is not a text", "write a text there"),
    (
        "export default { schema: null }",
        "`prisma.config.ts:1:18`: `schema` is not a text",
        "write a text there",
    ),
    (
        "export default { migrations: { seed: '' } }",
        "`prisma.config.ts:1:32`: `migrations.seed` is empty",
        "write the command, or leave it out",
    ),
    (
        "export default { tables: { external: ['a.b'] } }",
        "`prisma.config.ts:1:1`: `tables.external` needs `experimental.externalTables`",
        "add `experimental: { externalTables: true }`",
    ),
    (
        "export default { enums: { external: [] }, experimental: { externalTables: false } }",
        "`prisma.config.ts:1:1`: `enums.external` needs `experimental.externalTables`",
        "add `experimental: { externalTables: true }`",
    ),
    (
        "export default { migrations: { initShadowDb: 'SELECT 1' } }",
        "`prisma.config.ts:1:1`: `migrations.initShadowDb` needs `experimental.externalTables`",
        "add `experimental: { externalTables: true }`",
    ),
    (
        "export default { experimental: { externalTables: true }, tables: { external: 'a.b' } }",
        "`prisma.config.ts:1:68`: `tables.external` is not a list of texts",
        "write a list of texts there",
    ),
    (
        "export default 5",
        "`prisma.config.ts:1:1`: the file exports no object",
        "export an object, as with `defineConfig({ … })`",
    ),
    (
        "export default { datasource: 'a' }",
        "`prisma.config.ts:1:18`: `datasource` is no object",
        "write an object there",
    ),
];

#[test]
fn what_no_configuration_may_say_is_refused_with_its_place() {
    for (source, message, help) in MISTAKES {
        let error = said(source).unwrap_err();
        assert_eq!((error.message.as_str(), error.help.as_deref()), (*message, Some(*help)), "{source}");
        assert_eq!(error.code, code::CONFIGURATION);
    }
}

#[test]
fn what_both_versions_know_is_taken() {
    let source = "export default {
        earlyAccess: true, engine: 'classic', adapter: async () => make(), extensions: [], schema: 'a',
        experimental: { adapter: true, studio: true, externalTables: true, extensions: true },
        studio: { adapter: () => 1 }, views: { path: 'v' }, typedSql: { path: 't' },
        tables: { external: ['a.b', `a.${'c'}`] }, enums: { external: [] },
        migrations: { path: 'm', seed: 'tsx seed.ts', initShadowDb: `CREATE TABLE a.b ()` },
        datasource: { url: 'u', directUrl: 'd', shadowDatabaseUrl: 's' },
    }";
    let configuration = said(source).unwrap();
    assert_eq!(
        configuration.setting("tables.external"),
        Setting::Texts(vec!["a.b".to_owned(), "a.c".to_owned()])
    );
    assert_eq!(
        configuration.setting("migrations.initShadowDb"),
        Setting::Text("CREATE TABLE a.b ()".to_owned())
    );
    assert_eq!(configuration.setting("datasource.directUrl"), Setting::Text("d".to_owned()));
}

#[test]
fn what_is_no_javascript_is_refused() {
    for source in ["export default {", "const = 5", "export default { url: 'a }", "\u{0}", "}{", "`${"] {
        let refusal = said(source).expect_err(source);
        assert!(refusal.code == code::CONFIGURATION || refusal.code == code::FILE_NOT_TEXT, "{source}");
    }
}
