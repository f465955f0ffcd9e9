//! What the datasource block says to those who connect to the database, whatever else is wrong with the schema.

use driftless_diagnostics::{Files, Sink};

use crate::parse;
use crate::syntax::{Block, ConfigKind, Expression, Property};

/// The settings of a datasource block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatasourceSettings {
    /// `provider`.
    pub provider: Option<String>,
    /// `url`: where the database is.
    pub url: Option<UrlSetting>,
    /// `directUrl`: where it is for those who change its schema, past any pooler.
    pub direct_url: Option<UrlSetting>,
    /// `shadowDatabaseUrl`: a database that migrations may be tried in.
    pub shadow_database_url: Option<UrlSetting>,
    /// `schemas`: the namespaces that may be used; empty where none are named.
    pub schemas: Vec<String>,
}

/// How a URL is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UrlSetting {
    /// As it stands.
    Text(String),
    /// `env("NAME")`: a variable of the environment.
    Variable(String),
    /// In a way that is not understood.
    Unknown,
}

/// Reads the first datasource block of a schema; `None` where there is none. Nothing else of the files is parsed.
pub fn read_datasource(files: &Files) -> Option<DatasourceSettings> {
    let mut ignored = Sink::new();
    files.iter().find_map(|(id, file)| {
        let document = parse::parse(id, block_text(file.text())?, &mut ignored);
        document.blocks.iter().find_map(|block| match block {
            Block::Config(config) if config.kind == ConfigKind::Datasource => {
                Some(DatasourceSettings::new(&config.properties))
            }
            _ => None,
        })
    })
}

/// The text from the line that begins the first datasource block to the line that ends it.
fn block_text(text: &str) -> Option<&str> {
    let is_start = |line: &str| {
        let rest = line.trim_start().strip_prefix("datasource");
        rest.is_some_and(|rest| rest.starts_with([' ', '\t']))
    };
    let mut at = 0;
    let mut start = None;
    for line in text.split_inclusive('\n') {
        at += line.len();
        if start.is_none() && is_start(line) {
            start = Some(at - line.len());
        }
        if let Some(start) = start
            && line.trim_start().starts_with('}')
        {
            return text.get(start..at);
        }
    }
    text.get(start?..)
}

impl DatasourceSettings {
    fn new(properties: &[Property<'_>]) -> Self {
        let property = |name: &str| properties.iter().find(|property| property.name.text == name);
        let value = |name: &str| property(name).and_then(|found| found.value.as_ref());
        let url = |name: &str| {
            let found = property(name)?;
            Some(found.value.as_ref().and_then(UrlSetting::new).unwrap_or(UrlSetting::Unknown))
        };
        let text = |expression: &Expression<'_>| expression.as_string().map(str::to_owned);
        Self {
            provider: value("provider").and_then(text),
            url: url("url"),
            direct_url: url("directUrl"),
            shadow_database_url: url("shadowDatabaseUrl"),
            schemas: value("schemas")
                .map(Expression::as_elements)
                .unwrap_or_default()
                .iter()
                .filter_map(text)
                .collect(),
        }
    }
}

impl UrlSetting {
    fn new(expression: &Expression<'_>) -> Option<Self> {
        match expression {
            Expression::Call(call) if call.name.text == "env" => {
                let [argument] = call.arguments.as_slice() else { return None };
                let name = argument.value.as_ref()?.as_string()?;
                Some(Self::Variable(name.to_owned()))
            }
            _ => expression.as_string().map(|text| Self::Text(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_is_read_wherever_it_stands() {
        let mut files = Files::new();
        files.add(
            "a.prisma",
            "model A {\n  id Int @id\n}\n\ndatasource db {\n  provider = \"postgresql\"\n  \
             url = env(\"A\") // }\n  schemas = [\"a\", \"b\"]\n}\nmodel B {\n",
        );
        let settings = read_datasource(&files).expect("there is a block");
        assert_eq!(settings.url, Some(UrlSetting::Variable("A".to_owned())));
        assert_eq!(settings.schemas, ["a", "b"]);
    }

    #[test]
    fn a_url_that_is_not_understood_is_not_taken_for_none() {
        for value in ["env(A)", "env()", "env(\"A\", \"B\")", "other(\"A\")", "[\"a\"]", "5"] {
            let mut files = Files::new();
            files.add("a.prisma", format!("datasource db {{\n  url = {value}\n}}\n"));
            let settings = read_datasource(&files).expect("there is a block");
            assert_eq!(settings.url, Some(UrlSetting::Unknown), "{value}");
        }
    }
}
