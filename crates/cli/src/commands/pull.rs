//! `db pull`.

use driftless_engine::{PullOptions, Pulled, Remark, pull, write_pulled};

use crate::arguments::PullArguments;
use crate::commands::{Context, Outcome};
use crate::exit::Exit;
use crate::report;

/// Reads the database, and prints the schema or writes it.
pub(crate) fn run(context: &Context, arguments: &PullArguments) -> Outcome {
    let options = PullOptions { force: arguments.force, namespaces: arguments.schemas.clone() };
    let pulled = match pull(&context.project, &options) {
        Ok(pulled) => pulled,
        Err(refusal) => {
            report::draw(context.terminal, &refusal.diagnostics, &refusal.files);
            return Ok(Exit::Failed);
        }
    };
    if arguments.print {
        let texts: Vec<_> = pulled.files.iter().map(|file| file.text.as_str()).collect();
        context.terminal.print(&texts.join("\n"))?;
    } else {
        for file in pulled.files.iter().filter(|file| file.differs) {
            write_pulled(&context.project, file)?;
            context.terminal.say(&format!("wrote `{}`", file.path.display()));
        }
        if !pulled.files.iter().any(|file| file.differs) {
            context
                .terminal
                .say(&format!("`{}` says what the database holds already", pulled.path.display()));
        }
    }
    conclude(context, &pulled);
    Ok(Exit::Done)
}

/// Says how much was found, and what the schema cannot say.
fn conclude(context: &Context, pulled: &Pulled) {
    let say = |text: &str| context.terminal.say(text);
    let (models, enums) = (count(pulled.models, "model"), count(pulled.enums, "enum"));
    say(&format!("{models} and {enums} from {}", pulled.database));
    for (remark, what) in REMARKS {
        let of_remark = pulled.remarks.iter().filter(|(_, found)| *found == remark);
        say_names(context, what, of_remark.map(|(name, _)| name.as_str()).collect());
    }
    let columns = pulled.unusable.iter().map(String::as_str).collect();
    say_names(context, "columns that the client cannot use", columns);
    let invalid = pulled.invalid_indexes.iter().map(String::as_str).collect();
    say_names(context, "invalid indexes, which a failed concurrent build left and no query uses", invalid);
    let others: Vec<_> = pulled.unsaid.iter().map(|(kind, number)| format!("{kind} ({number})")).collect();
    if !others.is_empty() {
        say(&format!("not in the schema, and left alone by every plan: {}", others.join(", ")));
    }
}

/// What models cannot say of their tables, in words.
const REMARKS: [(Remark, &str); 10] = [
    (Remark::NoIdentifier, "ignored, as nothing tells their rows apart"),
    (Remark::Partitioned, "partitioned"),
    (Remark::Inherited, "with tables that inherit"),
    (Remark::Commented, "with comments in the database"),
    (Remark::Deferred, "with constraints that are checked late"),
    (Remark::RowSecurity, "with row level security"),
    (Remark::NullsOrder, "with an index that puts NULLs elsewhere"),
    (Remark::ExpressionIndex, "with an index on an expression, which is left out"),
    (Remark::Check, "with CHECK constraints"),
    (Remark::Exclusion, "with EXCLUDE constraints"),
];

/// The most names that are listed.
const MAX_NAMES: usize = 10;

fn say_names(context: &Context, what: &str, names: Vec<&str>) {
    if names.is_empty() {
        return;
    }
    let shown = names.iter().take(MAX_NAMES).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(MAX_NAMES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    context.terminal.say(&format!("{what}: {shown}{more}"));
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
