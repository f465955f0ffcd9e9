//! Environment files that a configuration file loads.

use super::url;

/// What loads them, a variable, and its value.
const LOADS: &[(&str, &str, &str)] = &[
    ("import 'dotenv/config'", "F", "f"),
    ("import 'dotenv/config'", "A", "a"),
    ("import dotenv from 'dotenv'\ndotenv.config()", "F", "f"),
    ("import { config } from 'dotenv'\nconfig({ path: '.env.prod' })", "F", "p"),
    ("import { config } from 'dotenv'\nconfig({ path: '.env.prod' })", "A", "a"),
    ("import { config } from 'dotenv'\nconfig({ path: '.env.prod', override: true })", "A", "prod"),
    ("import { config } from 'dotenv'\nconfig({ path: ['.env.prod', '.env'] })", "F", "p"),
    ("import { config } from 'dotenv'\nconfig({ path: ['.env.prod', '.env'], override: true })", "F", "f"),
    ("import { config } from 'dotenv'\nconfig({ path: 'none' }); config()", "F", "f"),
    ("import 'dotenv/config'\nimport { config } from 'dotenv'\nconfig({ path: '.env.prod' })", "F", "f"),
    ("import 'dotenv/config'\nimport { config } from 'dotenv'\nconfig({ path: '.env.prod' })", "P", "only"),
    ("require('dotenv').config({ path: require('path').resolve(__dirname, 'env/.env') })", "F", "deep"),
    ("process.loadEnvFile()", "F", "f"),
    ("process.loadEnvFile('.env.prod')", "F", "p"),
    ("import { loadEnvFile } from 'node:process'\nloadEnvFile('env/.env')", "F", "deep"),
    ("try { process.loadEnvFile('none') } catch {}", "A", "a"),
    ("try { process.loadEnvFile('.env') } catch (e) { console.warn(e) }", "F", "f"),
    (
        "process.loadEnvFile('.env.odd')",
        "F",
        "line 1: it loads `.env.odd`, of which Node may take line 2 otherwise",
    ),
    ("import { config } from 'dotenv'\nconfig({ path: '.env.odd' })", "F", "b"),
    ("process.loadEnvFile('none')", "A", "line 1: it loads `none`, which does not exist"),
    ("import 'dotenv/config'", "X", "${A}-$F"),
    ("import { config } from 'dotenv'\nimport { expand } from 'dotenv-expand'\nexpand(config())", "X", "a-f"),
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
];

#[test]
fn environment_files_count_as_the_file_loads_them() {
    let at = |load: &str, name: &str| {
        url(&format!("{load}\nexport default {{ datasource: {{ url: process.env.{name} }} }}"))
    };
    for (load, name, expected) in LOADS {
        assert_eq!(at(load, name), *expected, "{load} {name}");
    }
    // The order counts.
    let source = "const url = process.env.F\nprocess.loadEnvFile()\nexport default { datasource: { url } }";
    assert_eq!(url(source), "unset: the variable `F` is not set");
}
