//! What fields hold, and the attributes on fields, models and enums that are not indexes.

use driftless_diagnostics::{Diagnostic, Sink, Span, code, nearest};
use driftless_ir::ReferentialAction;

use super::arguments::{Arguments, Signature, problem};
use super::model::{
    Datamodel, DefaultAttribute, EnumValue, Field, FieldKind, Model, NativeType, RelationAttribute,
    ScalarType, Type,
};
use super::native;
use crate::parse::quoted_list;
use crate::syntax::{self, Attribute, Expression, FieldType, ModelKind, Text, Word};

const NO_ARGUMENTS: Signature = Signature { unnamed: None, names: &[] };
const MAP: Signature = Signature { unnamed: Some("name"), names: &["name"] };
const SCHEMA: Signature = Signature { unnamed: Some("map"), names: &["map"] };
const DEFAULT: Signature = Signature { unnamed: Some("value"), names: &["value", "map"] };
const RELATION: Signature = Signature {
    unnamed: Some("name"),
    names: &["name", "fields", "references", "onDelete", "onUpdate", "map"],
};

const FIELD_ATTRIBUTES: [&str; 7] = ["id", "unique", "default", "map", "relation", "updatedAt", "ignore"];
const MODEL_ATTRIBUTES: [&str; 7] = ["id", "unique", "index", "fulltext", "map", "schema", "ignore"];
const ENUM_ATTRIBUTES: [&str; 2] = ["map", "schema"];

/// The actions of the language.
const ACTIONS: [(&str, ReferentialAction); 5] = [
    ("Cascade", ReferentialAction::Cascade),
    ("Restrict", ReferentialAction::Restrict),
    ("NoAction", ReferentialAction::NoAction),
    ("SetNull", ReferentialAction::SetNull),
    ("SetDefault", ReferentialAction::SetDefault),
];

/// Resolves the fields and the attributes of a model that are not indexes. `at` is its position.
pub(super) fn resolve<'a>(datamodel: &Datamodel<'a>, model: &mut Model<'a>, at: usize, sink: &mut Sink) {
    let resolve = |field| resolve_field(datamodel, field, sink);
    model.fields = model.syntax.fields.iter().map(resolve).collect();
    resolve_model_attributes(model, sink);
    resolve_relation_attributes(datamodel, &datamodel.models[at], &mut model.fields, sink);
}

/// Resolves the attributes of enums and of their values.
pub(super) fn resolve_enums(datamodel: &mut Datamodel<'_>, sink: &mut Sink) {
    for enumeration in &mut datamodel.enums {
        let syntax = enumeration.syntax;
        let mut seen = Seen::new("@@");
        for attribute in &syntax.attributes {
            match attribute.name.text {
                name if seen.is_repeated(attribute, sink) => _ = name,
                "map" => enumeration.mapped = name_argument("@@", attribute, &MAP, sink),
                "schema" => enumeration.namespace = name_argument("@@", attribute, &SCHEMA, sink),
                _ => sink.push(unknown_attribute("@@", attribute, "an enum", &ENUM_ATTRIBUTES)),
            }
        }
        for value in &syntax.values {
            let mut resolved = EnumValue { syntax: value, mapped: None };
            let mut seen = Seen::new("@");
            for attribute in &value.attributes {
                match attribute.name.text {
                    name if seen.is_repeated(attribute, sink) => _ = name,
                    "map" => resolved.mapped = name_argument("@", attribute, &MAP, sink),
                    _ => sink.push(unknown_attribute("@", attribute, "an enum value", &["map"])),
                }
            }
            enumeration.values.push(resolved);
        }
    }
}

fn resolve_model_attributes(model: &mut Model<'_>, sink: &mut Sink) {
    let mut seen = Seen::new("@@");
    for attribute in &model.syntax.attributes {
        let repeatable = matches!(attribute.name.text, "index" | "unique" | "fulltext");
        if !repeatable && seen.is_repeated(attribute, sink) {
            continue;
        }
        match attribute.name.text {
            "map" => model.mapped = name_argument("@@", attribute, &MAP, sink),
            "schema" => model.namespace = name_argument("@@", attribute, &SCHEMA, sink),
            "ignore" => {
                Arguments::of_attribute("@@", attribute, &NO_ARGUMENTS, sink);
                model.ignored = Some(attribute);
            }
            "id" | "unique" | "index" | "fulltext" => {}
            _ => sink.push(unknown_attribute("@@", attribute, "a model", &MODEL_ATTRIBUTES)),
        }
    }
}

fn resolve_field<'a>(datamodel: &Datamodel<'a>, syntax: &'a syntax::Field<'a>, sink: &mut Sink) -> Field<'a> {
    let mut field = Field {
        syntax,
        kind: field_kind(datamodel, &syntax.ty, sink),
        mapped: None,
        default: None,
        native: None,
        updated_at: None,
        ignored: None,
        relation: None,
    };
    let mut seen = Seen::new("@");
    for attribute in &syntax.attributes {
        if attribute.name.text.contains('.') {
            let native = native_type(datamodel, attribute, sink);
            if field.native.is_some() {
                let message = format!("`{}` has two native types", syntax.name.text);
                sink.push(
                    Diagnostic::error(code::NATIVE_TYPE, message).at(attribute.span).help("take one out"),
                );
            }
            field.native = field.native.or(native);
            continue;
        }
        if seen.is_repeated(attribute, sink) {
            continue;
        }
        match attribute.name.text {
            "map" => field.mapped = name_argument("@", attribute, &MAP, sink),
            "default" => field.default = default_attribute(attribute, sink),
            "updatedAt" => {
                Arguments::of_attribute("@", attribute, &NO_ARGUMENTS, sink);
                field.updated_at = Some(attribute);
            }
            "ignore" => {
                Arguments::of_attribute("@", attribute, &NO_ARGUMENTS, sink);
                field.ignored = Some(attribute);
            }
            "id" | "unique" | "relation" => {}
            _ => sink.push(unknown_attribute("@", attribute, "a field", &FIELD_ATTRIBUTES)),
        }
    }
    field
}

fn field_kind(datamodel: &Datamodel<'_>, ty: &FieldType<'_>, sink: &mut Sink) -> FieldKind {
    let FieldType::Named(name) = ty else { return FieldKind::Unsupported };
    if let Some(scalar) = ScalarType::from_name(name.text) {
        return FieldKind::Scalar(scalar);
    }
    match datamodel.types.get(name.text) {
        Some(Type::Enum(enumeration)) => FieldKind::Enum(*enumeration),
        Some(Type::Model(model)) => match datamodel.model(*model).syntax.kind {
            ModelKind::Composite => FieldKind::Composite(*model),
            ModelKind::Model | ModelKind::View => FieldKind::Relation(*model),
        },
        None => {
            let known =
                ScalarType::ALL.iter().map(|scalar| scalar.name()).chain(datamodel.types.keys().copied());
            let help = match nearest(name.text, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("declare `{}` as a model or an enum, or use a scalar type", name.text),
            };
            let message = format!("there is no type `{}`", name.text);
            sink.push(
                Diagnostic::error(code::UNKNOWN_TYPE, message).at(name.span).label("unknown type").help(help),
            );
            FieldKind::Unknown
        }
    }
}

fn native_type<'a>(
    datamodel: &Datamodel<'a>,
    attribute: &'a Attribute<'a>,
    sink: &mut Sink,
) -> Option<NativeType<'a>> {
    let (prefix, name) = attribute.name.text.split_once('.')?;
    let datasource = datamodel.datasource().map_or("db", |datasource| datasource.name());
    if prefix != datasource {
        let message = format!("`{prefix}` is not the name of the datasource");
        let help = format!("write `@{datasource}.{name}`");
        let span = attribute.span;
        sink.push(Diagnostic::error(code::NATIVE_TYPE, message).at(span).label("unknown prefix").help(help));
        return None;
    }
    native::resolve(attribute, name, sink)
}

fn default_attribute<'a>(attribute: &'a Attribute<'a>, sink: &mut Sink) -> Option<DefaultAttribute<'a>> {
    let arguments = Arguments::of_attribute("@", attribute, &DEFAULT, sink);
    let mapped = arguments.text("map", sink);
    arguments.required("value", sink).map(|value| DefaultAttribute { value, mapped, attribute })
}

fn name_argument<'a>(
    sigil: &'static str,
    attribute: &'a Attribute<'a>,
    signature: &Signature,
    sink: &mut Sink,
) -> Option<&'a Text<'a>> {
    let name = signature.unnamed.unwrap_or_default();
    Arguments::of_attribute(sigil, attribute, signature, sink).required_text(name, sink)
}

/// Resolves `@relation` of every field; `model` has the names of its fields and nothing else yet.
fn resolve_relation_attributes<'a>(
    datamodel: &Datamodel<'a>,
    model: &Model<'a>,
    fields: &mut [Field<'a>],
    sink: &mut Sink,
) {
    for field in fields {
        let mut attributes = field.syntax.attributes.iter();
        let Some(attribute) = attributes.find(|attribute| attribute.name.text == "relation") else {
            continue;
        };
        let related = field.related_model().map(|related| datamodel.model(related));
        field.relation = Some(Box::new(relation_attribute(model, related, attribute, sink)));
    }
}

fn relation_attribute<'a>(
    model: &Model<'a>,
    related: Option<&Model<'a>>,
    attribute: &'a Attribute<'a>,
    sink: &mut Sink,
) -> RelationAttribute<'a> {
    let arguments = Arguments::of_attribute("@", attribute, &RELATION, sink);
    let mut is_broken = false;
    let mut fields_of = |name: &str, owner: Option<&Model<'a>>, sink: &mut Sink| {
        let value = arguments.get(name)?;
        let words = field_words(&arguments, name, value, sink);
        let owner = owner?;
        let found: Vec<_> = words.iter().filter_map(|word| find_field(owner, *word, sink)).collect();
        is_broken |= found.len() < value.as_elements().len();
        Some(found)
    };
    let fields = fields_of("fields", Some(model), sink);
    let references = fields_of("references", related, sink);
    RelationAttribute {
        attribute,
        name: arguments.text("name", sink),
        fields,
        references,
        is_broken,
        on_delete: action(&arguments, "onDelete", sink),
        on_update: action(&arguments, "onUpdate", sink),
        mapped: arguments.text("map", sink),
    }
}

fn field_words<'a>(
    arguments: &Arguments<'a>,
    name: &str,
    value: &'a Expression<'a>,
    sink: &mut Sink,
) -> Vec<Word<'a>> {
    let word = |element: &'a Expression<'a>| match element {
        Expression::Constant(word) => Some(*word),
        other => {
            arguments.wrong_kind(name, other, "a list of fields", sink);
            None
        }
    };
    value.as_elements().iter().filter_map(word).collect()
}

/// The position of the field that a word names; reports a word that names none.
pub(super) fn find_field(model: &Model<'_>, word: Word<'_>, sink: &mut Sink) -> Option<usize> {
    let found = model.find_field(word.text);
    if found.is_none() {
        let message = format!("`{}` has no field `{}`", model.name(), word.text);
        let help = match nearest(word.text, model.field_names.keys().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add the field to `{}`, or name another", model.name()),
        };
        sink.push(problem(message, word.span).label("unknown field").help(help));
    }
    found
}

fn action(arguments: &Arguments<'_>, name: &str, sink: &mut Sink) -> Option<(ReferentialAction, Span)> {
    let word = arguments.word(name, sink)?;
    let found = ACTIONS.iter().find(|(action, _)| *action == word.text);
    if found.is_none() {
        let names = ACTIONS.map(|(action, _)| action);
        let help = match nearest(word.text, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the actions are {}", quoted_list(&names)),
        };
        let message = format!("there is no referential action `{}`", word.text);
        let diagnostic = Diagnostic::error(code::REFERENTIAL_ACTION, message).at(word.span);
        sink.push(diagnostic.label("unknown action").help(help));
    }
    found.map(|(_, action)| (*action, word.span))
}

/// The attributes that one element had so far.
struct Seen<'a> {
    sigil: &'static str,
    names: Vec<&'a str>,
}

impl<'a> Seen<'a> {
    fn new(sigil: &'static str) -> Self {
        Self { sigil, names: Vec::new() }
    }

    /// Whether the attribute stood there before, which is reported.
    fn is_repeated(&mut self, attribute: &Attribute<'a>, sink: &mut Sink) -> bool {
        if self.names.contains(&attribute.name.text) {
            let message = format!("`{}{}` stands there twice", self.sigil, attribute.name.text);
            let diagnostic = Diagnostic::error(code::ATTRIBUTE, message).at(attribute.span);
            sink.push(diagnostic.label("second").help("take one of them out"));
            return true;
        }
        self.names.push(attribute.name.text);
        false
    }
}

fn unknown_attribute(sigil: &str, attribute: &Attribute<'_>, place: &str, known: &[&str]) -> Diagnostic {
    let name = attribute.name.text;
    let message = format!("`{sigil}{name}` is not an attribute of {place}");
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{sigil}{near}`?"),
        None => {
            let known: Vec<_> = known.iter().map(|known| format!("`{sigil}{known}`")).collect();
            format!("the attributes are {}", known.join(", "))
        }
    };
    Diagnostic::error(code::ATTRIBUTE, message).at(attribute.span).label("unknown attribute").help(help)
}
