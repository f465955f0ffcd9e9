//! Blocks into files: what the schema has stays where it is, what is new goes behind its like.

use driftless_diagnostics::{FileId, Files};
use driftless_ir::{EnumId, Schema, TableId, View};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::blocks::Writer;
use super::join_table::JoinTable;
use super::notes::Remark;
use super::{Keep, LiftedFile};
use crate::format;
use crate::resolve::ModelRef;
use crate::syntax::{Block, Config, ConfigKind, Document, Expression, Model, ModelKind};

/// Which objects of the database are the blocks of the schema.
#[derive(Default)]
pub(super) struct Homes {
    pub(super) tables: IndexMap<ModelRef, TableId, FxBuildHasher>,
    views: IndexMap<ModelRef, usize, FxBuildHasher>,
    enums: IndexMap<usize, EnumId, FxBuildHasher>,
    /// All blocks of models and views, in order.
    blocks: Vec<ModelRef>,
}

impl Homes {
    pub(super) fn new(
        schema: &Schema,
        views: &[&View],
        previous: &super::previous::Previous<'_, '_>,
    ) -> Self {
        let blocks = previous.datamodel.models_with_refs().map(|(at, _)| at).collect();
        let mut homes = Self { blocks, ..Self::default() };
        for table in schema.tables() {
            homes.tables.extend(previous.table(table.qualified_name()).map(|at| (at, table.id())));
        }
        for (position, view) in views.iter().enumerate() {
            homes.views.extend(previous.view(&view.name).map(|at| (at, position)));
        }
        for enumeration in schema.enums() {
            homes.enums.extend(previous.enumeration(enumeration).map(|at| (at, enumeration.id())));
        }
        homes
    }
}

/// Everything that is needed to write the files.
pub(super) struct Assembly<'s, 'd, 'a> {
    pub(super) writer: Writer<'s, 'd, 'a>,
    pub(super) documents: &'d [Document<'a>],
    pub(super) files: &'d Files,
    pub(super) homes: &'s Homes,
    pub(super) views: &'s [&'s View],
    pub(super) shows_views: bool,
    pub(super) join_tables: &'s [JoinTable],
    /// For each table, what is said above its model.
    pub(super) remarks: &'s [Vec<Remark>],
    pub(super) keep: Keep,
}

/// A file as pieces of text, and behind which of them new blocks of each kind go.
#[derive(Default)]
struct Draft {
    pieces: Vec<String>,
    after_models: Option<usize>,
    after_views: Option<usize>,
    after_enums: Option<usize>,
    after_configuration: Option<usize>,
}

impl Assembly<'_, '_, '_> {
    /// The texts of all files, those that are there first.
    pub(super) fn files(&self) -> Vec<LiftedFile> {
        let mut models = 0;
        let mut enums = 0;
        let mut drafts: Vec<(Option<FileId>, Draft)> = Vec::new();
        for document in self.documents {
            drafts.push((Some(document.file), self.existing(document, &mut models, &mut enums)));
        }
        let home = match drafts.as_slice() {
            [_] => Some(0),
            drafts => drafts.iter().position(|(file, _)| self.is_for_new(*file)),
        };
        let new = self.new_blocks();
        match home {
            Some(at) => drafts[at].1.insert(new),
            None if new.iter().all(String::is_empty) => {}
            None => {
                let mut draft = Draft::default();
                draft.insert(new);
                drafts.push((None, draft));
            }
        }
        let finish = |(file, draft): (Option<FileId>, Draft)| LiftedFile {
            file,
            text: format::lay_out_text(&draft.pieces.concat()),
        };
        drafts.into_iter().map(finish).collect()
    }

    fn is_for_new(&self, file: Option<FileId>) -> bool {
        let name = file.and_then(|file| self.files.get(file)).map(|file| file.name());
        name.is_some_and(|name| name.rsplit(['/', '\\']).next() == Some(super::NEW_FILE))
    }

    /// A file as it is, its blocks written anew. `models` and `enums` count those of the files before.
    fn existing(&self, document: &Document<'_>, models: &mut usize, enums: &mut usize) -> Draft {
        let text = self.files.get(document.file).map(|file| file.text()).unwrap_or_default();
        let mut draft = Draft::default();
        let mut from = 0;
        for block in &document.blocks {
            let span = match block {
                Block::Model(model) => model.span,
                Block::Enum(enumeration) => enumeration.span,
                Block::Config(config) => config.span,
            };
            let gap = text.get(from..span.start as usize).unwrap_or_default();
            from = span.end as usize;
            let at = draft.pieces.len();
            let piece = match block {
                Block::Model(model) => {
                    *models += 1;
                    self.model(*models - 1, model, gap, (&mut draft, at))
                }
                Block::Enum(_) => {
                    *enums += 1;
                    self.enumeration(*enums - 1, gap, (&mut draft, at))
                }
                Block::Config(config) => {
                    draft.after_configuration = Some(at);
                    Some(configuration(text, config))
                }
            };
            let gap = match (&piece, self.keep) {
                (_, Keep::Configuration) => "\n\n",
                (Some(_), Keep::Everything) => gap,
                (None, Keep::Everything) => without_last_comment(gap),
            };
            draft.pieces.push(format!("{gap}{}", piece.unwrap_or_default()));
        }
        if self.keep == Keep::Everything {
            draft.pieces.push(text.get(from..).unwrap_or_default().to_owned());
        }
        draft
    }

    /// A model or view written anew; `None` where the database does not hold it.
    fn model(
        &self,
        position: usize,
        model: &Model<'_>,
        gap: &str,
        draft: (&mut Draft, usize),
    ) -> Option<String> {
        let at = *self.homes.blocks.get(position)?;
        let mut out = String::new();
        let (draft, piece) = draft;
        if let Some(id) = self.homes.tables.get(&at) {
            let table = self.writer.schema.table(*id);
            self.writer.write_model(table, &self.remarks[id.index()], gap, &mut out);
            draft.after_models = Some(piece);
        } else if let Some(position) = self.homes.views.get(&at) {
            self.writer.write_view(self.views[*position], *position, gap, &mut out);
            draft.after_views = Some(piece);
        } else if self.keep == Keep::Everything && self.is_out_of_reach(model) {
            out.push_str(self.files.slice(model.span));
        } else {
            return None;
        }
        Some(out)
    }

    /// Whether the database is not asked for what the block stands for.
    fn is_out_of_reach(&self, model: &Model<'_>) -> bool {
        match model.kind {
            ModelKind::Model => false,
            ModelKind::View => !self.shows_views,
            ModelKind::Composite => true,
        }
    }

    fn enumeration(&self, position: usize, gap: &str, (draft, piece): (&mut Draft, usize)) -> Option<String> {
        let id = self.homes.enums.get(&position)?;
        let mut out = String::new();
        self.writer.write_enum(self.writer.schema.enumeration(*id), gap, &mut out);
        draft.after_enums = Some(piece);
        Some(out)
    }

    /// The models, views and enums that the schema does not have yet.
    fn new_blocks(&self) -> [String; 3] {
        let [mut models, mut views, mut enums] = [const { String::new() }; 3];
        let known: Vec<bool> = self.known_tables();
        for table in self.writer.schema.tables().filter(|table| !known[table.id().index()]) {
            let remarks = &self.remarks[table.id().index()];
            if table.columns().len() > 0 || !self.is_commented_out(&self.writer.names.table(table).name) {
                models.push('\n');
                self.writer.write_model(table, remarks, "", &mut models);
            }
        }
        for (at, view) in self.views.iter().enumerate() {
            if self.writer.previous.view(&view.name).is_none() {
                views.push('\n');
                self.writer.write_view(view, at, "", &mut views);
            }
        }
        for enumeration in self.writer.schema.enums() {
            if self.writer.previous.enumeration(enumeration).is_none() {
                enums.push('\n');
                self.writer.write_enum(enumeration, "", &mut enums);
            }
        }
        [models, views, enums]
    }

    /// For each table, whether no new model is needed for it.
    fn known_tables(&self) -> Vec<bool> {
        let mut known = vec![false; self.writer.schema.tables().len()];
        let joins = self.join_tables.iter().map(|join| join.table);
        for id in self.homes.tables.values().copied().chain(joins) {
            known[id.index()] = true;
        }
        known
    }

    /// Whether a file holds the model of a table without columns as a comment already.
    fn is_commented_out(&self, name: &str) -> bool {
        let line = format!("// model {name} {{");
        self.keep == Keep::Everything && self.files.iter().any(|(_, file)| file.text().contains(&line))
    }
}

impl Draft {
    /// Puts new blocks behind those of their kind, or else where the reference has them: models, views, enums.
    fn insert(&mut self, [models, views, enums]: [String; 3]) {
        let last = self.pieces.len().saturating_sub(1);
        if self.pieces.is_empty() {
            self.pieces.push(String::new());
        }
        let at_models = self.after_models.or(self.after_configuration);
        let at_views = self.after_views.or(at_models);
        // with one place for several kinds, what is inserted last comes first
        self.append(self.after_enums.unwrap_or(last), enums);
        let at_models = at_models.unwrap_or(last);
        let at_views = at_views.unwrap_or(last);
        if at_views == at_models {
            self.append(at_models, models + &views);
        } else {
            self.append(at_models, models);
            self.append(at_views, views);
        }
    }

    fn append(&mut self, at: usize, text: String) {
        if let Some(piece) = self.pieces.get_mut(at).filter(|_| !text.is_empty()) {
            piece.push('\n');
            piece.push_str(&text);
        }
    }
}

/// A configuration block as it stands, its list of namespaces sorted.
fn configuration(text: &str, config: &Config<'_>) -> String {
    let block = text.get(config.span.range()).unwrap_or_default();
    let is_list = config.kind == ConfigKind::Datasource;
    let property = config.properties.iter().find(|property| is_list && property.name.text == "schemas");
    let Some(Expression::Array(elements, span)) = property.and_then(|property| property.value.as_ref())
    else {
        return block.to_owned();
    };
    let mut names: Vec<_> = elements.iter().filter_map(Expression::as_string).collect();
    if names.len() != elements.len() || names.is_sorted() {
        return block.to_owned();
    }
    names.sort_unstable();
    let names: Vec<_> = names.into_iter().map(super::spelling::quoted).collect();
    let start = (span.start - config.span.start) as usize;
    let end = (span.end - config.span.start) as usize;
    format!("{}[{}]{}", &block[..start], names.join(", "), &block[end..])
}

/// The text between two blocks without what goes with the second: the comment directly above it, or a blank line.
fn without_last_comment(gap: &str) -> &str {
    let mut end = gap.len();
    for line in gap.split_inclusive('\n').rev() {
        let is_rest_of_block = end == line.len();
        if line.trim().is_empty() && end < gap.len() || is_rest_of_block {
            break;
        }
        end -= line.len();
    }
    &gap[..end]
}

#[cfg(test)]
mod tests {
    use super::without_last_comment;

    #[test]
    fn only_the_comment_above_goes() {
        assert_eq!(
            without_last_comment(" // behind\n\n// free\n\n// of it\n/// too\n"),
            " // behind\n\n// free\n\n"
        );
        assert_eq!(without_last_comment("\n\n"), "\n");
    }
}
