//! Errors that a file throws: the rest of a `try` block is passed over, and outside of one there is no database.

use super::url;

/// What throws an error.
const THROWING: &[&str] = &[
    "env('NOPE')",
    "env('EMPTY')",
    "process.env.NOPE.trim()",
    "process.env.NOPE()",
    "const { q } = process.env.NOPE",
    "const { NOPE: { q } } = process.env",
    "const [q] = process.env.NOPE",
    "const q = [...undefined]",
    "null.x",
    "undeclared",
    "undeclared.x",
    "late; const late = 1",
    "fs.readFileSync('nope')",
    "fileURLToPath('nope')",
    "path.join(undefined)",
    "path.join('a', process.env.NOPE)",
    "path.resolve('a', null)",
    "path.dirname()",
    "new URL('nope')",
    "process.loadEnvFile('nope')",
    "const o = { a: `${env('NOPE')}` }",
    "throw new Error('x')",
    "if (process.env.A) throw 1",
];

/// What throws no error.
const FINE: &[&str] = &[
    "env('A')",
    "process.env.NOPE?.trim()",
    "const { q } = process.env",
    "const { NOPE: { q } = {} } = process.env",
    "const [q] = 'x'",
    "const q = [...[1]]",
    "path.resolve(undefined ?? 'a')",
    "path.join('a', process.env.NOPE ?? 'b')",
    "fileURLToPath(import.meta.url)",
    "new URL('./a', import.meta.url)",
    "typeof undeclared",
    "process.env.NOPE",
    "if (!process.env.A) throw 1",
    "const f = () => undeclared",
    "Buffer",
    "let late; late",
];

/// What may throw an error.
const DOUBTFUL: &[&str] = &[
    "fs.readFileSync('.env')",
    "path.join(fs.x)",
    "new URL('x:y')",
    "process.env.A.nope",
    "const { x } = fs.y",
    "resolve('a')",
    "require('pg').x.y",
];

const HEAD: &str = "import { env } from 'prisma/config'\nimport { config } from 'dotenv'\nimport fs from 'fs'\n\
                    import path from 'path'\nimport { fileURLToPath } from 'url'";

#[test]
fn what_stands_behind_an_error_in_a_try_block_is_passed_over() {
    let at = |statement: &str| {
        url(&format!(
            "{HEAD}\ntry {{ {statement}; config({{ path: '.env.prod', override: true }}) }} catch {{}}\n\
             export default {{ datasource: {{ url: process.env.A }} }}"
        ))
    };
    for statement in THROWING {
        assert_eq!(at(statement), "a", "{statement}");
    }
    for statement in FINE.iter().filter(|one| !one.contains("typeof")) {
        assert_eq!(at(statement), "prod", "{statement}");
    }
    for statement in DOUBTFUL {
        assert!(at(statement).starts_with("line 6: it may throw an error here"), "{statement}");
    }
}

#[test]
fn a_file_that_throws_an_error_names_no_database() {
    let at = |statement: &str, end: &str| url(&format!("{HEAD}\n{statement};\nexport default {end}"));
    let literal = "{ datasource: { url: 'literal' } }";
    for statement in THROWING {
        for end in [literal, "{}"] {
            let said = at(statement, end);
            assert!(said.starts_with("line 6: ") || said.starts_with("unset: "), "{statement}: {said}");
        }
    }
    for statement in FINE {
        assert_eq!(at(statement, literal), "literal", "{statement}");
        assert_eq!(at(statement, "{}"), "absent", "{statement}");
    }
    for statement in
        ["const k = 1; k = 2", "const k = 1; k++", "fs = 1", "const k = 1; k *= 2", "use(); const use = 1"]
    {
        assert!(at(statement, literal).starts_with("line 6: "), "{statement}");
    }
    let with = |setting: &str| at("", &format!("{{ {setting}, datasource: {{ url: 'literal' }} }}"));
    assert_eq!(with("schema: env('NOPE')"), "unset: the variable `NOPE` is not set");
    assert_eq!(with("schema: process.env.NOPE"), "literal");
}

#[test]
fn an_error_that_is_caught_is_handled() {
    let at = |body: &str, handler: &str| {
        url(&format!(
            "{HEAD}\ntry {{ {body} }} catch (e) {{ {handler} }}\nexport default {{ datasource: {{ url: process.env.A }} }}"
        ))
    };
    let load = "config({ path: '.env.prod', override: true })";
    assert_eq!(at("env('NOPE')", load), "prod");
    assert_eq!(at("env('A')", load), "a");
    assert_eq!(at("env('NOPE')", "console.warn(e)"), "a");
    assert_eq!(at("env('NOPE')", "throw e"), "line 6: it throws an error");
    assert_eq!(at("env('A')", "throw e"), "a");
    assert_eq!(at("env('NOPE')", "process.exit(1)"), "line 6: it ends the process");
    assert_eq!(at("process.exit(1)", ""), "line 6: it ends the process");
    assert_eq!(at("fs.readFileSync('.env')", load), "line 6: it calls `config()`, which may set variables");
    assert_eq!(at(&format!("try {{ env('NOPE') }} catch {{}} {load}"), ""), "prod");
    assert_eq!(at(&format!("try {{ env('NOPE') }} catch {{ throw 1 }} {load}"), ""), "a");
    assert_eq!(at(&format!("fs.x?.[{load}]"), ""), "line 6: it calls `config()`, which may set variables");
    assert_eq!(
        at(&format!("fs?.x?.y({load})"), ""),
        "line 6: it may throw an error here, and pass over what follows in `try`"
    );
}

#[test]
fn a_database_that_is_written_as_undefined_is_not_looked_for_elsewhere() {
    for written in [
        "{ url: undefined }",
        "{ url: void 0 }",
        "{ ...{ url: undefined } }",
        "{ url: 'a', ...{ url: undefined } }",
        "{ url: process.env.NOPE ?? undefined }",
    ] {
        let said = url(&format!("export default {{ datasource: {written} }}"));
        assert_eq!(said, "unset: it is `undefined`", "{written}");
    }
    for none in ["{}", "undefined", "{ directUrl: undefined }", "{ shadowDatabaseUrl: undefined }"] {
        assert_eq!(url(&format!("export default {{ datasource: {none} }}")), "absent", "{none}");
    }
}
