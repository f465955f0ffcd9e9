//! Pairs of the grammar → syntax tree.

use driftless_diagnostics::{Code, Diagnostic, FileId, Sink, Span, code};
use pest::iterators::{Pair, Pairs};

use super::{literal, quoted_list};
use crate::grammar::Rule;
use crate::syntax::{
    Argument, Arity, Attribute, Block, Call, Config, ConfigKind, Enum, EnumValue, Expression, Field,
    FieldType, Model, ModelKind, Property, Text, Word,
};

/// Builds the tree of one chunk that begins at `offset` of the file.
pub(super) struct Builder<'s, 'd> {
    file: FileId,
    text: &'s str,
    offset: u32,
    sink: &'d mut Sink,
}

impl<'s, 'd> Builder<'s, 'd> {
    pub(super) fn new(file: FileId, text: &'s str, offset: u32, sink: &'d mut Sink) -> Self {
        Self { file, text, offset, sink }
    }

    /// The block that `Rule::block` matched.
    pub(super) fn block(mut self, pairs: Pairs<'s, Rule>) -> Option<Block<'s>> {
        let block = pairs.into_iter().next()?.into_inner().next()?;
        let kind = match block.as_rule() {
            Rule::model => ModelKind::Model,
            Rule::view => ModelKind::View,
            Rule::composite => ModelKind::Composite,
            Rule::enumeration => return Some(Block::Enum(self.enumeration(block)?)),
            Rule::datasource => return Some(Block::Config(self.config(ConfigKind::Datasource, block)?)),
            Rule::generator => return Some(Block::Config(self.config(ConfigKind::Generator, block)?)),
            _ => {
                let help = format!("begin it with one of {} and a name", quoted_list(&super::BLOCK_KEYWORDS));
                self.problem(&block, "this is not the head of a block", &help);
                return None;
            }
        };
        Some(Block::Model(self.model(kind, block)?))
    }

    fn span(&self, pair: &Pair<'s, Rule>) -> Span {
        let span = pair.as_span();
        Span::new(self.file, self.offset + span.start() as u32, self.offset + span.end() as u32)
    }

    fn word(&self, pair: &Pair<'s, Rule>) -> Word<'s> {
        let span = self.span(pair);
        Word { text: &self.text[span.range()], span }
    }

    /// Reports a line, or a part of one, without the white space around it.
    fn problem(&mut self, pair: &Pair<'s, Rule>, message: &str, help: &str) {
        self.problem_under(code::SYNTAX, pair, message, help);
    }

    fn problem_under(&mut self, code: Code, pair: &Pair<'s, Rule>, message: &str, help: &str) {
        let mut span = self.span(pair);
        span.end = span.start + pair.as_str().trim_end().len() as u32;
        self.sink.push(Diagnostic::error(code, message).at(span).label("not understood").help(help));
    }

    fn model(&mut self, kind: ModelKind, pair: Pair<'s, Rule>) -> Option<Model<'s>> {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let name = self.word(&inner.next()?);
        let members = inner.next()?.into_inner();
        let fields = Vec::with_capacity(members.len());
        let mut model = Model { kind, name, fields, attributes: Vec::new(), span };
        for member in members {
            match member.as_rule() {
                Rule::field | Rule::rare_field => model.fields.extend(self.field(member)),
                Rule::block_attribute => model.attributes.extend(self.attribute(member)),
                Rule::incomplete_field => {
                    let message = format!("`{}` has no type", member.as_str().trim_end());
                    self.problem(&member, &message, "write a type behind the name, such as `String`");
                }
                Rule::bad_line => {
                    let help = "write `name Type @attributes` or `@@attribute(…)`, whole on one line";
                    self.problem(&member, "this line is neither a field nor an attribute", help);
                }
                _ => {}
            }
        }
        Some(model)
    }

    fn field(&mut self, pair: Pair<'s, Rule>) -> Option<Field<'s>> {
        let mut inner = pair.into_inner();
        let name = self.word(&inner.next()?);
        let mut field = Field {
            name,
            ty: FieldType::Named(name),
            arity: Arity::Required,
            attributes: Vec::new(),
            span: name.span,
        };
        while let Some(part) = inner.next() {
            match part.as_rule() {
                Rule::comment => continue,
                Rule::attribute if field.attributes.is_empty() => {
                    field.attributes.reserve_exact(inner.len() + 1);
                }
                _ => {}
            }
            field.span = field.span.to(self.span(&part));
            self.field_part(part, &mut field);
        }
        Some(field)
    }

    fn field_part(&mut self, part: Pair<'s, Rule>, field: &mut Field<'s>) {
        match part.as_rule() {
            Rule::identifier => field.ty = FieldType::Named(self.word(&part)),
            Rule::unsupported => field.ty = self.unsupported(part, field.name),
            Rule::arity => field.arity = self.arity(&part),
            Rule::attribute => field.attributes.extend(self.attribute(part)),
            Rule::legacy_colon => {
                self.problem(&part, "no colon stands between name and type", "take out the `:`");
            }
            Rule::legacy_list => {
                field.arity = Arity::List;
                self.problem(&part, "a list is not written like this", "write `Type[]` instead of `[Type]`");
                if let Some(inner) = part.into_inner().next() {
                    self.field_part(inner, field);
                }
            }
            _ => {}
        }
    }

    fn arity(&mut self, pair: &Pair<'s, Rule>) -> Arity {
        match pair.as_str() {
            "[]" => Arity::List,
            "?" => Arity::Optional,
            "!" => {
                self.problem(
                    pair,
                    "`!` does not exist",
                    "take it out: fields are required unless they say `?`",
                );
                Arity::Required
            }
            _ => {
                let help = "write `[]` or `?`: an empty list stands for nothing";
                self.problem(pair, "a list cannot be optional", help);
                Arity::List
            }
        }
    }

    fn unsupported(&mut self, pair: Pair<'s, Rule>, name: Word<'s>) -> FieldType<'s> {
        let span = self.span(&pair);
        match pair.into_inner().next() {
            Some(string) => FieldType::Unsupported(Text { span, ..self.string(&string) }),
            None => FieldType::Named(name),
        }
    }

    fn enumeration(&mut self, pair: Pair<'s, Rule>) -> Option<Enum<'s>> {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let name = self.word(&inner.next()?);
        let mut enumeration = Enum { name, values: Vec::new(), attributes: Vec::new(), span };
        for member in inner.next()?.into_inner() {
            match member.as_rule() {
                Rule::enum_value => enumeration.values.extend(self.enum_value(member)),
                Rule::block_attribute => enumeration.attributes.extend(self.attribute(member)),
                Rule::bad_line => {
                    let help = "write one value a line, a word without quotes or commas";
                    self.problem(&member, "this line is not an enum value", help);
                }
                _ => {}
            }
        }
        Some(enumeration)
    }

    fn enum_value(&mut self, pair: Pair<'s, Rule>) -> Option<EnumValue<'s>> {
        let mut inner = pair.into_inner();
        let name = self.word(&inner.next()?);
        let mut value = EnumValue { name, attributes: Vec::new(), span: name.span };
        for part in inner.filter(|part| part.as_rule() == Rule::attribute) {
            value.span = value.span.to(self.span(&part));
            value.attributes.extend(self.attribute(part));
        }
        Some(value)
    }

    fn config(&mut self, kind: ConfigKind, pair: Pair<'s, Rule>) -> Option<Config<'s>> {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let name = self.word(&inner.next()?);
        let mut config = Config { kind, name, properties: Vec::new(), span };
        for member in inner.next()?.into_inner() {
            match member.as_rule() {
                Rule::property => config.properties.extend(self.property(member)),
                Rule::bad_line => {
                    self.problem(
                        &member,
                        "this line is not a property",
                        "write `name = value`, whole on one line",
                    );
                }
                _ => {}
            }
        }
        Some(config)
    }

    fn property(&mut self, pair: Pair<'s, Rule>) -> Option<Property<'s>> {
        let mut inner = pair.into_inner();
        let name = self.word(&inner.next()?);
        let value = inner.next().and_then(|value| self.expression(value, false));
        let span = value.as_ref().map_or(name.span, |value| name.span.to(value.span()));
        Some(Property { name, value, span })
    }

    fn attribute(&mut self, pair: Pair<'s, Rule>) -> Option<Attribute<'s>> {
        let mut span = self.span(&pair);
        let mut inner = pair.into_inner();
        let name = self.word(&inner.next()?);
        span.end = name.span.end;
        let mut arguments = Vec::new();
        for part in inner.filter(|part| part.as_rule() == Rule::arguments) {
            span.end = self.span(&part).end;
            // The reference looks less closely at native types.
            arguments = self.arguments(part, !name.text.contains('.'));
        }
        Some(Attribute { name, arguments, span })
    }

    /// The arguments between parentheses. Where it is `strict`, a comma behind the last one and a name without a value
    /// are refused: in the arguments of an attribute, and of a function that is one of them, but not deeper.
    fn arguments(&mut self, pair: Pair<'s, Rule>, strict: bool) -> Vec<Argument<'s>> {
        let inner = pair.into_inner();
        let mut arguments = Vec::with_capacity(inner.len());
        for part in inner {
            match part.as_rule() {
                Rule::trailing_comma if strict => {
                    self.problem_under(
                        code::ARGUMENT,
                        &part,
                        "no argument follows this comma",
                        "take out the comma",
                    );
                }
                Rule::trailing_comma => {}
                Rule::named_argument => arguments.extend(self.named_argument(part, strict)),
                _ => {
                    let value = self.expression(part, strict);
                    arguments.extend(value.map(|value| {
                        let span = value.span();
                        Argument { name: None, value: Some(value), span }
                    }));
                }
            }
        }
        arguments
    }

    fn named_argument(&mut self, pair: Pair<'s, Rule>, strict: bool) -> Option<Argument<'s>> {
        let mut inner = pair.clone().into_inner();
        let name = self.word(&inner.next()?);
        let value = inner.next().and_then(|value| self.expression(value, strict));
        let span = value.as_ref().map_or_else(|| self.span(&pair), |value| name.span.to(value.span()));
        if value.is_none() && strict {
            let message = format!("the argument `{}` has no value", name.text);
            self.problem_under(code::ARGUMENT, &pair, &message, "write a value behind the colon");
        }
        Some(Argument { name: Some(name), value, span })
    }

    fn expression(&mut self, pair: Pair<'s, Rule>, strict: bool) -> Option<Expression<'s>> {
        let span = self.span(&pair);
        Some(match pair.as_rule() {
            Rule::string => Expression::String(self.string(&pair)),
            Rule::number => Expression::Number(self.word(&pair)),
            Rule::array => {
                let inner = pair.into_inner();
                let mut elements = Vec::with_capacity(inner.len());
                elements.extend(inner.filter_map(|part| self.expression(part, false)));
                Expression::Array(elements, span)
            }
            Rule::object => {
                let members = pair.into_inner().filter_map(|part| self.member(part));
                Expression::Object(members.collect(), span)
            }
            Rule::word => {
                let mut inner = pair.into_inner();
                let name = self.word(&inner.next()?);
                match inner.next() {
                    Some(arguments) => {
                        Expression::Call(Call { name, arguments: self.arguments(arguments, strict), span })
                    }
                    None => Expression::Constant(name),
                }
            }
            _ => return None,
        })
    }

    fn member(&mut self, pair: Pair<'s, Rule>) -> Option<(Word<'s>, Expression<'s>)> {
        let mut inner = pair.into_inner();
        let name = self.word(&inner.next()?);
        Some((name, self.expression(inner.next()?, false)?))
    }

    /// A string literal. PostgreSQL would take control characters, but the language has escapes for them.
    fn string(&mut self, pair: &Pair<'s, Rule>) -> Text<'s> {
        let span = self.span(pair);
        let raw = &self.text[span.start as usize + 1..span.end as usize - 1];
        if raw.bytes().any(|byte| byte.is_ascii_control() && byte != 0x7f) {
            let help = "write an escape instead, such as `\\t`";
            self.problem(pair, "a control character stands in this string", help);
        }
        Text { value: literal::unescape(raw, span, self.sink), span }
    }
}
