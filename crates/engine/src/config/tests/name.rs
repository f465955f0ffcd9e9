//! Names, and what may happen to them on the way through a file.

use super::check_files;

/// Files, and the URL that they give.
const FOLLOWED: &[(&str, &str)] = &[
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
    ("import { env as look } from 'prisma/config'\nexport default { datasource: { url: look('A') } }", "a"),
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
];

/// Files, and why they give no URL.
const COMPUTED: &[(&str, &str)] = &[
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
    ("let url = 'a'\nurl = 'b'\nexport default { datasource: { url } }", "line 2: `url` is assigned here"),
    ("let url = 'a'\nurl += 'b'\nexport default { datasource: { url } }", "line 2: `url` is assigned here"),
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
        "require('dotenv-flow/config')\nmodule.exports = { datasource: { url: process.env.A } }",
        "line 1: it imports `dotenv-flow/config`, which may set variables",
    ),
    ("const p = require('pg')\nmodule.exports = { datasource: { url: process.env.A } }", "a"),
    ("export default { datasource: { url: getUrl().replace('a', 'b') } }", "line 1: it calls `getUrl()`"),
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
    ("export default { datasource: { url: 'a', ...more } }", "line 1: nothing before it says what `more` is"),
    ("export default { datasource: { get url() { return 'a' } } }", "line 1: it is a function"),
    (
        "if (!process.env.NONE) throw new Error('NONE')\nexport default { datasource: { url: 'a' } }",
        "line 1: it throws an error",
    ),
    ("export default { datasource: { url: tag`a` } }", "line 1: it calls `tag()`"),
    (
        "class C { static { process.env.A = 'x' } }\nexport default { datasource: { url: process.env.A } }",
        "line 1: a function, class or namespace may set variables here",
    ),
];

/// Files, and what they give.
const TAKEN_OVER: &[(&str, &str)] = &[
    ("const process = { env: { A: 'mine' } }\nexport default { datasource: { url: process.env.A } }", "mine"),
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
];

#[test]
fn names_are_followed_through_the_file() {
    check_files(FOLLOWED);
}

#[test]
fn what_only_running_tells_is_named_with_its_line() {
    check_files(COMPUTED);
}

#[test]
fn a_name_that_is_taken_over_is_not_what_it_was() {
    check_files(TAKEN_OVER);
}
