//! Code that runs where the order of the statements does not show it.

use super::{check_files, url};

/// The end of every file: it asks for a variable.
const END: &str = "export default { datasource: { url: process.env.A } }";

/// Ways to load a module that may set variables.
const LOADING: &[&str] = &[
    "import './load-env.mjs'",
    "import x from './load-env'",
    "import { x } from 'thing'",
    "import 'thing'",
    "import { x } from '@acme/env'",
    "const x = require('thing')",
    "require('./load-env')",
    "export * from './load-env.mjs'",
    "export * as q from './load-env'",
    "export { x } from './load-env'",
    "export {} from './load-env'",
    "import x = require('./load-env')",
    "export import x = require('thing')",
    "const x = await import('./load-env')",
];

/// Modules that set no variables, in the same ways.
const HARMLESS: &[&str] = &[
    "import { readFileSync } from 'node:fs'",
    "import { x } from 'pg'",
    "import { z } from 'zod'",
    "import { PrismaPg } from '@prisma/adapter-pg'",
    "import { config } from 'dotenv'",
    "import type { X } from './types'",
    "export type { X } from './types'",
    "export type * from './types'",
    "export * from 'node:path'",
    "import path = require('path')",
    "import type x = require('./types')",
    "const x = require('@prisma/client')",
];

/// Code that sets the variable, or may.
const SETTING: &[&str] = &[
    "export namespace N { process.env.A = 'z' }",
    "namespace N { process.env.A = 'z' }",
    "export enum E { X = (process.env.A = 'z') as any }",
    "const { [process.env.A = process.env.B]: z } = {}",
    "'x'.replace('x', () => { process.env.A = 'z'; return '' })",
    "const e = process.env; 'x'.replace('x', () => { e.A = 'z'; return '' })",
    "const o = { get x() { process.env.A = 'z'; return 1 } }; o.x",
    "const o = { set x(v) { process.env.A = v } }; o.x = 'z'",
    "const o = { toString() { process.env.A = 'z'; return '' } }; const t = `${o}`",
    "const o = { valueOf: () => load() }; const t = o + ''",
    "const o = { valueOf: load }; const t = o + ''",
    "const o = {}; o.toString = () => load(); const t = `${o}`",
    "const o = { *[Symbol.iterator]() { delete process.env.A } }; const [x] = o",
    "const o = { [Symbol.iterator]: function* () { load() } }; const x = [...o]",
    "{ using o = { [Symbol.dispose]() { process.env.A = 'z' } } }",
    "const f = () => Object.assign(process.env, { A: 'z' })",
    "const f = () => { ({ a: process.env.A } = { a: 'z' }) }",
    "function f() { for (process.env.A of ['z']) {} }",
    "const p = String(await f())",
];

/// Code of the same kinds that does nothing to the variable.
const QUIET: &[&str] = &[
    "export namespace N { export const x = 'y' }",
    "export enum E { X = 'y' }",
    "const k = 'a'; const { [k]: z } = { a: 'b' }",
    "const t = process.env.B.replace(/^b/, 'c')",
    "const o = { get x() { return process.env.A } }; o.x",
    "const o = { toString() { return 'x' } }",
    "const o = { toString: () => process.env.A }",
    "const k = 'n'; const o = { [k]: () => { return 1 } }",
    "const f = () => { const { A, ...rest } = process.env; return { ...process.env } }",
    "function f() { const copy = { A: '' }; copy.A = process.env.A; return copy }",
    "const adapter = async () => new PrismaPg({ url: process.env.A })",
    "export const x = 'y', f = () => load()",
];

/// Names, and what they stand for.
const NAMES: &[(&str, &str)] = &[
    (
        "let url = env('A'); 'x'.replace('x', () => { url = env('B'); return '' })\nexport default { datasource: { url } }",
        "line 1: it calls a function, which may change it",
    ),
    (
        "let url = 'a'\nconst f = () => { ({ url } = { url: 'b' }) }\nexport default { datasource: { url } }",
        "line 2: `url` is assigned in a function here",
    ),
    (
        "let url = 'a'\nconst f = () => { url++ }\nexport default { datasource: { url } }",
        "line 2: `url` is assigned in a function here",
    ),
    (
        "const url = 'a'\nconst f = () => { let other; other = 'b' }\nexport default { datasource: { url } }",
        "a",
    ),
    ("var url = env('B'); var url\nexport default { datasource: { url } }", "b"),
    ("var url = env('B'); { var url }\nexport default { datasource: { url } }", "b"),
    (
        "var url = env('B'); for (var url of ['x']) {}\nexport default { datasource: { url } }",
        "line 1: `url` is assigned here",
    ),
    (
        "import env = require('./myenv')\nexport default { datasource: { url: env('A') } }",
        "line 2: it calls `env()`",
    ),
    (
        "namespace N {}\nimport env = N.env\nexport default { datasource: { url: env('A') } }",
        "line 3: it calls `env()`",
    ),
    (
        "if (process.env.A) { function env() {} }\nexport default { datasource: { url: env('A') } }",
        "line 2: it calls `env()`",
    ),
    ("enum env {}\nexport default { datasource: { url: env('A') } }", "line 2: it calls `env()`"),
    (
        "let c = { datasource: { url: 'a' } }; export { c as default }; c = { datasource: { url: 'b' } }",
        "line 1: `c` is assigned here",
    ),
    ("export { c as default }; const c = { datasource: { url: 'a' } }", "a"),
    ("let c = { datasource: { url: 'a' } }; export default c; c = { datasource: { url: 'b' } }", "a"),
    ("let c = 'a'\nc ??= 'b'\nexport default { datasource: { url: c } }", "line 2: `c` is assigned here"),
];

#[test]
fn a_module_that_may_run_code_makes_every_variable_open() {
    for head in LOADING {
        let said = url(&format!("{head}\n{END}"));
        assert!(said.starts_with("line 1: it "), "{head}: {said}");
    }
    for head in HARMLESS {
        assert_eq!(url(&format!("{head}\n{END}")), "a", "{head}");
    }
}

#[test]
fn code_that_runs_without_a_call_makes_every_variable_open() {
    for head in SETTING {
        let said = url(&format!("{head}\n{END}"));
        assert!(said.starts_with("line 1: "), "{head}: {said}");
    }
    for head in QUIET {
        assert_eq!(url(&format!("{head}\n{END}")), "a", "{head}");
    }
}

#[test]
fn names_are_those_of_the_whole_file() {
    check_files(NAMES);
}
