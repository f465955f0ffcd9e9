//! What configuration files are understood to say: texts, the variables they are read with, and what comes of them.

use std::collections::BTreeMap;

use super::*;

/// The environment of every case.
const VARIABLES: [(&str, &str); 4] = [("A", "a"), ("B", "b"), ("EMPTY", ""), ("MODE", "prod")];

fn said(source: &str) -> Result<Configuration, Diagnostic> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        (".env", "A=file\nF=f\nX=${A}-$F\n"),
        (".env.prod", "A=prod\nF=p\nP=only\n"),
        ("env/.env", "F=deep\n"),
        ("prisma.config.ts", source),
    ] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let environment: BTreeMap<_, _> =
        VARIABLES.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    Configuration::find(folder.path(), None, &environment)
        .map(|found| found.expect("there is a configuration file"))
        .map(|found| Configuration { folder: String::new(), ..found })
}

/// The URL that a file gives, or why it gives none, in a line.
fn url(source: &str) -> String {
    match said(source) {
        Err(error) => format!("mistake: {}", error.message),
        Ok(configuration) => match configuration.setting("datasource.url") {
            Setting::Text(text) => text,
            Setting::Absent => "absent".to_owned(),
            Setting::Unset(reason) => format!("unset: {}", reason.text),
            Setting::Computed(reason) => {
                format!("line {}: {}", source[..reason.offset].matches('\n').count() + 1, reason.text)
            }
            other => format!("{other:?}"),
        },
    }
}

/// A file that exports a URL.
fn export(url: &str) -> String {
    format!(
        "import {{ defineConfig, env }} from 'prisma/config'\nexport default defineConfig({{ datasource: {{ url: {url} }} }})"
    )
}

fn check_expressions(cases: &[(&str, &str)]) {
    for (expression, expected) in cases {
        assert_eq!(url(&export(expression)), *expected, "{expression}");
    }
}

fn check_files(cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        assert_eq!(url(source), *expected, "{source}");
    }
}

#[test]
fn look_ups_have_the_value_that_they_have_in_node() {
    check_expressions(&[
        ("'a'", "a"),
        ("env('A')", "a"),
        ("env<Env>(\"A\")", "a"),
        ("env('NONE')", "unset: the variable `NONE` is not set"),
        ("env('EMPTY')", "unset: the variable `EMPTY` is empty"),
        ("process.env.A", "a"),
        ("process.env['A']", "a"),
        ("process.env[`A`]!", "a"),
        ("process.env[\"A\"] as string", "a"),
        ("process?.env?.A", "a"),
        ("(process.env.A satisfies string | undefined)", "a"),
        ("<string>process.env.A", "a"),
        ("globalThis.process.env.A", "a"),
        ("process.env.NONE", "unset: the variable `NONE` is not set"),
        ("process.env.NONE!", "unset: the variable `NONE` is not set"),
        ("process.env.EMPTY", ""),
        ("undefined", "absent"),
        ("void 0", "absent"),
    ]);
}

#[test]
fn operators_do_what_they_do_in_javascript() {
    check_expressions(&[
        ("process.env.A ?? 'x'", "a"),
        ("process.env.EMPTY ?? 'x'", ""),
        ("process.env.EMPTY || 'x'", "x"),
        ("process.env.NONE ?? process.env.B", "b"),
        ("process.env.NONE || process.env.EMPTY || process.env.B", "b"),
        ("process.env.B || process.env.A", "b"),
        ("process.env.NONE ?? process.env.NADA", "unset: the variable `NADA` is not set"),
        ("process.env.NONE ?? env('B')", "b"),
        ("process.env.A && process.env.B", "b"),
        ("process.env.EMPTY && process.env.B", ""),
        ("process.env.MODE === 'prod' ? process.env.A : process.env.B", "a"),
        ("process.env.MODE !== 'prod' ? process.env.A : process.env.B", "b"),
        ("process.env.MODE == 'test' ? env('A') : env('B')", "b"),
        ("process.env.NONE === undefined ? 'x' : 'y'", "x"),
        ("process.env.NONE == null ? 'x' : 'y'", "x"),
        ("process.env.NONE === null ? 'x' : 'y'", "y"),
        ("!process.env.NONE ? 'x' : 'y'", "x"),
        ("!!process.env.EMPTY ? 'x' : 'y'", "y"),
        ("process.env.A ? (process.env.NONE ? 1 : 'in') : 'out'", "in"),
        ("env('A') + '?schema=t'", "a?schema=t"),
        ("'x' + 1 + true", "x1true"),
        ("`${process.env.A}?schema=${process.env.B}`", "a?schema=b"),
        ("`a${1 + 1}`", "line 2: it uses the operator `+`"),
        ("`${process.env.NONE}/x`", "unset: the variable `NONE` is not set"),
        ("process.env.NONE + '/x'", "unset: the variable `NONE` is not set"),
        ("'x' + process.env.NONE", "unset: the variable `NONE` is not set"),
        ("(process.env.A, process.env.B)", "b"),
        ("'a' < 'b' ? 'x' : 'y'", "line 2: it uses the operator `<`"),
        ("typeof process.env.A === 'string' ? 'x' : 'y'", "line 2: it uses the operator `typeof`"),
    ]);
}

#[test]
fn texts_are_read_with_their_escapes() {
    check_expressions(&[
        (r"'\x61\u0062\u{63}'", "abc"),
        (
            r"'a\
b'", "ab",
        ),
        (r"'\'\\\q'", "'\\q"),
        (r"`\${A}`", "${A}"),
        (r"'\ud800'", "line 2: it is an expression that only running it would tell"),
        ("'a//b' /* c */ // d\n", "a//b"),
    ]);
}

#[test]
fn methods_are_done_exactly_or_not_at_all() {
    check_expressions(&[
        ("env('A').replace('a', 'c')", "c"),
        ("'aXbX'.replace('X', '-')", "a-bX"),
        ("'aXbX'.replaceAll('X', '-')", "a-b-"),
        ("'aX'.replace('X', '$&$&')", "line 2: it calls a function"),
        ("env('A').replace(/a/, 'c')", "line 2: it is a regular expression"),
        ("' a '.trim()", "a"),
        ("'A'.toLowerCase()", "a"),
        ("'ß'.toUpperCase()", "line 2: it calls a function"),
        ("process.env.A?.trim()", "a"),
        ("process.env.NONE?.trim().concat('x')", "unset: the variable `NONE` is not set"),
        ("process.env.NONE?.trim() ?? 'x'", "x"),
        ("process.env.NONE.trim() ?? 'x'", "unset: the variable `NONE` is not set"),
        ("process.env.A.toString()", "a"),
        ("String(process.env.A)", "a"),
        ("process.env.A.startsWith('a') ? 'x' : 'y'", "x"),
        ("process.env.A.split('')[0]", "line 2: it calls `process.env.A.split()`"),
        ("new URL(process.env.A).toString()", "line 2: it calls a function"),
        ("process.env.A.length > 3 ? 'x' : 'y'", "line 2: it uses the operator `>`"),
    ]);
}

#[test]
fn names_are_followed_through_the_file() {
    check_files(&[
        ("const u = process.env.A\nexport default { datasource: { url: u } }", "a"),
        ("const url = process.env.A\nexport default { datasource: { url } }", "a"),
        ("const x = 'p', y = x + '/q', z = `${y}/r`\nexport default { datasource: { url: z } }", "p/q/r"),
        ("const { A, B: b } = process.env\nexport default { datasource: { url: b } }", "b"),
        ("const { NONE = 'd' } = process.env\nexport default { datasource: { url: NONE } }", "d"),
        ("const { env } = process\nexport default { datasource: { url: env.A } }", "a"),
        ("import { env } from 'node:process'\nexport default { datasource: { url: env.A } }", "a"),
        ("import process from 'process'\nexport default { datasource: { url: process.env.A } }", "a"),
        ("const d = { url: 'u' }; const c = { datasource: d }; export default c", "u"),
        ("const c = { db: { main: ['x', 'y'] } }\nexport default { datasource: { url: c.db.main[1] } }", "y"),
        ("const base = { datasource: { url: 'a' } }\nexport default { ...base }", "a"),
        ("const base = { url: 'a' }\nexport default { datasource: { ...base, url: 'b' } }", "b"),
        ("const base = { url: 'a' }\nexport default { datasource: { url: 'b', ...base } }", "a"),
        ("module.exports = { datasource: { url: 'a' } }", "a"),
        (
            "const { defineConfig } = require('prisma/config')\nmodule.exports = defineConfig({ datasource: { url: 'a' } })",
            "a",
        ),
        ("const c = { datasource: { url: 'a' } } satisfies PrismaConfig\nexport { c as default }", "a"),
        ("const c: PrismaConfig = { datasource: { url: 'a' } } as const\nexport default c", "a"),
        ("export = { datasource: { url: 'a' } }", "a"),
        (
            "import * as p from 'prisma/config'\nexport default p.defineConfig({ datasource: { url: p.env('A') } })",
            "a",
        ),
        (
            "import { env as look } from 'prisma/config'\nexport default { datasource: { url: look('A') } }",
            "a",
        ),
        ("let url = process.env.A\nexport default { datasource: { url } }", "a"),
        ("const n = 'A'\nexport default { datasource: { url: process.env[n] } }", "a"),
        ("const k = 'url'\nexport default { datasource: { [k]: 'a' } }", "a"),
        (
            "type T = { a: string }\ninterface U {}\ndeclare const z: number\nexport default { datasource: { url: 'a' } }",
            "a",
        ),
        (
            "if (!process.env.A) throw new Error('A is missing')\nexport default { datasource: { url: process.env.A } }",
            "a",
        ),
        ("", "absent"),
        ("export default {}", "absent"),
    ]);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn what_only_running_tells_is_named_with_its_line() {
    check_files(&[
        (
            "function getUrl() { return process.env.A }\nexport default { datasource: { url: getUrl() } }",
            "line 2: it calls `getUrl()`",
        ),
        (
            "const getUrl = () => 'a'\nexport default { datasource: { url: getUrl() } }",
            "line 2: it calls `getUrl()`",
        ),
        (
            "let url = process.env.A\nif (process.env.MODE === 'prod') url = process.env.B\nexport default { datasource: { url } }",
            "line 2: `url` is assigned here",
        ),
        (
            "let url = 'a'\nurl = 'b'\nexport default { datasource: { url } }",
            "line 2: `url` is assigned here",
        ),
        (
            "let url = 'a'\nurl += 'b'\nexport default { datasource: { url } }",
            "line 2: `url` is assigned here",
        ),
        (
            "let url = 'a'\nfor (url of ['b']) {}\nexport default { datasource: { url } }",
            "line 2: `url` is assigned here",
        ),
        (
            "var url = 'a'\nif (x) { var url = 'b' }\nexport default { datasource: { url } }",
            "line 2: `url` is assigned here",
        ),
        (
            "process.env.A = 'z'\nexport default { datasource: { url: process.env.A } }",
            "line 1: it sets the variable `A` itself",
        ),
        (
            "const e = process.env\ne['A'] ??= 'z'\nexport default { datasource: { url: e.A } }",
            "line 2: it sets the variable `A` itself",
        ),
        ("process.env.A = 'z'\nexport default { datasource: { url: process.env.B } }", "b"),
        (
            "Object.assign(process.env, { A: 'z' })\nexport default { datasource: { url: process.env.A } }",
            "line 1: it calls `Object.assign()`, which may set variables",
        ),
        (
            "const c = { datasource: { url: 'a' } }\nc.datasource.url = 'b'\nexport default c",
            "line 2: it is changed here",
        ),
        (
            "const c = { datasource: { url: 'a' } }\nconst d = c.datasource\nd.url = 'b'\nexport default c",
            "line 3: it is changed here",
        ),
        (
            "const c = { datasource: { url: 'a' } }\nset(c)\nexport default c",
            "line 2: it calls `set()`, which may change it",
        ),
        (
            "import { url } from './url'\nexport default { datasource: { url } }",
            "line 1: it uses what it imports from `./url`",
        ),
        (
            "import './load'\nexport default { datasource: { url: process.env.A } }",
            "line 1: it imports `./load`, which may set variables",
        ),
        (
            "import 'dotenv-flow/config'\nexport default { datasource: { url: process.env.A } }",
            "line 1: it imports `dotenv-flow/config`, which may set variables",
        ),
        (
            "import { loadEnvConfig } from '@next/env'\nloadEnvConfig('.')\nexport default { datasource: { url: process.env.A } }",
            "line 2: it calls `loadEnvConfig()`, which may set variables",
        ),
        (
            "const url = await fetchUrl()\nexport default { datasource: { url } }",
            "line 1: it waits for a promise",
        ),
        ("export default async () => ({ datasource: { url: 'a' } })", "line 1: it is a function"),
        ("export default defineConfig(make())", "line 1: it calls `make()`"),
        ("export const url = 'a'", "line 1: it has no `export default`"),
        (
            "export default { datasource: { url: 'a', ...more } }",
            "line 1: nothing before it says what `more` is",
        ),
        ("export default { datasource: { get url() { return 'a' } } }", "line 1: it is a function"),
        (
            "if (!process.env.NONE) throw new Error('NONE')\nexport default { datasource: { url: 'a' } }",
            "line 1: it throws an error",
        ),
        ("export default { datasource: { url: tag`a` } }", "line 1: it calls `tag()`"),
        (
            "class C { static { process.env.A = 'x' } }\nexport default { datasource: { url: process.env.A } }",
            "line 1: it declares a class, which may set variables",
        ),
    ]);
}

#[test]
fn a_name_that_is_taken_over_is_not_what_it_was() {
    check_files(&[
        (
            "const process = { env: { A: 'mine' } }\nexport default { datasource: { url: process.env.A } }",
            "mine",
        ),
        (
            "function env(name) { return 'x' }\nexport default { datasource: { url: env('A') } }",
            "line 2: it calls `env()`",
        ),
        (
            "import { defineConfig } from './mine'\nexport default defineConfig({ datasource: { url: 'a' } })",
            "line 2: it calls `defineConfig()`",
        ),
        (
            "import { join } from './paths'\nexport default { datasource: { url: join('a', 'b') } }",
            "line 2: it calls `join()`",
        ),
        (
            "const undefined_ = undefined ?? 'x'\n{ const undefined_ = 'in' }\nexport default { datasource: { url: undefined_ } }",
            "x",
        ),
    ]);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn environment_files_count_as_the_file_loads_them() {
    let at = |load: &str, name: &str| {
        url(&format!("{load}\nexport default {{ datasource: {{ url: process.env.{name} }} }}"))
    };
    for (load, name, expected) in [
        ("import 'dotenv/config'", "F", "f"),
        ("import 'dotenv/config'", "A", "a"),
        ("import dotenv from 'dotenv'\ndotenv.config()", "F", "f"),
        ("import { config } from 'dotenv'\nconfig({ path: '.env.prod' })", "F", "p"),
        ("import { config } from 'dotenv'\nconfig({ path: '.env.prod' })", "A", "a"),
        ("import { config } from 'dotenv'\nconfig({ path: '.env.prod', override: true })", "A", "prod"),
        ("import { config } from 'dotenv'\nconfig({ path: ['.env.prod', '.env'] })", "F", "p"),
        (
            "import { config } from 'dotenv'\nconfig({ path: ['.env.prod', '.env'], override: true })",
            "F",
            "f",
        ),
        ("import { config } from 'dotenv'\nconfig({ path: 'none' }); config()", "F", "f"),
        ("import 'dotenv/config'\nimport { config } from 'dotenv'\nconfig({ path: '.env.prod' })", "F", "f"),
        (
            "import 'dotenv/config'\nimport { config } from 'dotenv'\nconfig({ path: '.env.prod' })",
            "P",
            "only",
        ),
        ("require('dotenv').config({ path: require('path').resolve(__dirname, 'env/.env') })", "F", "deep"),
        ("process.loadEnvFile()", "F", "f"),
        ("process.loadEnvFile('.env.prod')", "F", "p"),
        ("import { loadEnvFile } from 'node:process'\nloadEnvFile('env/.env')", "F", "deep"),
        ("try { process.loadEnvFile('none') } catch {}", "A", "a"),
        ("try { process.loadEnvFile('.env') } catch (e) { console.warn(e) }", "F", "f"),
        ("process.loadEnvFile('none')", "A", "line 1: it loads `none`, which does not exist"),
        ("import 'dotenv/config'", "X", "${A}-$F"),
        (
            "import { config } from 'dotenv'\nimport { expand } from 'dotenv-expand'\nexpand(config())",
            "X",
            "a-f",
        ),
        ("import 'dotenv/config'", "NONE", "unset: the variable `NONE` is not set"),
        (
            "import { config } from 'dotenv'\nif (process.env.MODE === 'prod') config({ path: '.env.prod' })",
            "F",
            "p",
        ),
        (
            "import { config } from 'dotenv'\nif (process.env.MODE === 'dev') config({ path: '.env.prod' })",
            "F",
            "unset: the variable `F` is not set",
        ),
        ("import { config } from 'dotenv'\nconfig({ path: `.env.${process.env.MODE}` })", "F", "p"),
        ("import { existsSync } from 'fs'\nif (existsSync('.env')) process.loadEnvFile()", "F", "f"),
        (
            "import { config } from 'dotenv'\nif (other()) config({ path: '.env.prod' })",
            "F",
            "line 2: it calls `other()`, which may set variables",
        ),
        (
            "import { config } from 'dotenv'\nconfig({ path: where() })",
            "A",
            "line 2: it calls `where()`, which may set variables",
        ),
        (
            "import { config } from 'dotenv'\nconfig({ processEnv: {} })",
            "A",
            "line 2: it gives the option `processEnv`, which decides what variables are set",
        ),
    ] {
        assert_eq!(at(load, name), expected, "{load} {name}");
    }
    // The order counts.
    let source = "const url = process.env.F\nprocess.loadEnvFile()\nexport default { datasource: { url } }";
    assert_eq!(url(source), "unset: the variable `F` is not set");
}

#[test]
fn paths_are_what_node_makes_of_them() {
    let schema = |source: &str| {
        let configuration = said(source).unwrap();
        match configuration.setting("schema") {
            Setting::Text(text) => {
                let file = text.rsplit_once("/.tmp").map_or(text.as_str(), |(_, rest)| rest);
                file.split_once('/')
                    .filter(|_| text.starts_with('/'))
                    .map_or(file.to_owned(), |(_, rest)| rest.to_owned())
            }
            other => format!("{other:?}"),
        }
    };
    for (head, expression, expected) in [
        ("import path from 'node:path'", "path.join('a', '..', 'b', 'c.prisma')", "b/c.prisma"),
        ("import { join as j } from 'path'", "j('a', 'b')", "a/b"),
        ("import * as path from 'path'", "path.resolve(__dirname, 'a')", "a"),
        ("const path = require('path')", "path.join(__dirname, 'a', 'b')", "a/b"),
        ("import path from 'path'", "path.resolve('a')", "a"),
        ("import path from 'path'", "path.join(process.cwd(), 'a')", "a"),
        ("import path from 'path'", "path.join(import.meta.dirname, 'a')", "a"),
        (
            "import path from 'path'\nimport { fileURLToPath } from 'url'\nconst here = path.dirname(fileURLToPath(import.meta.url))",
            "path.join(here, 'a')",
            "a",
        ),
        (
            "import { fileURLToPath as f } from 'node:url'",
            "f(new URL('./a/b.prisma', import.meta.url))",
            "a/b.prisma",
        ),
        ("", "new URL('a', import.meta.url).pathname", "a"),
        ("", "process.env.NONE ?? 'x/y.prisma'", "x/y.prisma"),
    ] {
        let source = format!("{head}\nexport default {{ schema: {expression} }}");
        assert_eq!(schema(&source), expected, "{source}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn what_no_configuration_may_say_is_refused_with_its_place() {
    for (source, message, help) in [
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
        (
            "export default { schema: 5 }",
            "`prisma.config.ts:1:18`: `schema` is not a text",
            "write a text there",
        ),
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
    ] {
        let error = said(source).unwrap_err();
        assert_eq!((error.message.as_str(), error.help.as_deref()), (message, Some(help)), "{source}");
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

#[test]
fn the_language_is_understood_where_it_does_not_matter() {
    for head in [
        "const r = /[/'\"]/g",
        "const f = <T,>(x: T): T => x",
        "abstract class A<T> { private x!: number; @dec() method() {} }",
        "enum E { A = 1 }",
        "import json from './a.json' with { type: 'json' }",
        "import type { PrismaConfig } from 'prisma'",
        "export type X = typeof import('x')",
        "const a = 1 < 2 && 3 > (4)",
        "label: for (const x of []) { break label }",
        "/* a */ // b\n/** c */",
    ] {
        let source = format!("{head}\nexport default {{ datasource: {{ url: 'a' }} }}");
        assert_eq!(url(&source), "a", "{head}");
    }
}

#[test]
fn nesting_and_growth_have_an_end() {
    let nested = |open: &str, close: &str, times: usize| {
        format!(
            "export default {{ datasource: {{ url: {}'a'{} }} }}",
            open.repeat(times),
            close.repeat(times)
        )
    };
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("!", ""),
        ("{a:", "}"),
        ("f(", ")"),
        ("x=>", ""),
        ("a?.b??", ""),
        ("`${", "}`"),
    ] {
        let times = (60_000 / (open.len() + close.len())).min(30_000);
        assert!(!url(&nested(open, close, times)).is_empty(), "{open}");
        assert!(!url(&nested(open, "", times)).is_empty(), "{open}");
    }
    let doubled: String = (1..60).map(|at| format!("const a{at} = a{} + a{};\n", at - 1, at - 1)).collect();
    let source = format!("const a0 = 'x';\n{doubled}export default {{ datasource: {{ url: a59 }} }}");
    assert!(url(&source).ends_with("it makes a text of more than 1 MiB"), "{}", url(&source));
    let spread: String =
        (1..60).map(|at| format!("const a{at} = [...a{}, ...a{}];\n", at - 1, at - 1)).collect();
    let source = format!("const a0 = ['x'];\n{spread}export default {{ datasource: {{ url: a59[0] }} }}");
    assert!(url(&source).ends_with("it has too many elements"), "{}", url(&source));
    let error = said(&format!("// {}", "x".repeat(70_000))).unwrap_err();
    assert_eq!(error.message, "`prisma.config.ts` is larger than 64 KiB, which no configuration is");
}
