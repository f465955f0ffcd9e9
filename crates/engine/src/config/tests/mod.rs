//! What configuration files are understood to say: texts, the variables they are read with, and what comes of them.

mod environment;
mod expression;
mod keys;
mod name;
mod order;
mod thrown;

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
        (".env.odd", "F=odd\nexport  F = b\n"),
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
