//! What a script asks of the program that sends it: `psql` has commands of its own, and sends and takes the rows of a
//! `COPY … FROM STDIN` and a `COPY … TO STDOUT`. To a server these are no SQL, or make it wait for rows that nobody sends.

use std::ops::Range;

use crate::splitter::{Content, Element, Scan, split};

/// What a script asks of its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientTask {
    /// To send rows: `COPY … FROM STDIN`.
    SendRows,
    /// To take rows: `COPY … TO STDOUT`.
    TakeRows,
    /// A command of `psql`: a line with a backslash.
    Command,
}

/// The first place where a script asks something of its client, if it does.
pub fn client_task(script: &str) -> Option<(ClientTask, Range<usize>)> {
    split(script).into_iter().find_map(|fragment| match fragment.content {
        Content::Statement(body) | Content::Unclosed(_, body) => {
            copies_with_client(&script[body.clone()]).map(|task| (task, body))
        }
        Content::PsqlCommand(line) => Some((ClientTask::Command, line)),
        Content::CopyRows(_) | Content::Nothing => None,
    })
}

/// What a `COPY` asks of its client. As in PostgreSQL's grammar, `FROM` and `TO` say the direction, and `STDIN` and
/// `STDOUT` mean the same behind either.
pub(crate) fn copies_with_client(statement: &str) -> Option<ClientTask> {
    let is_token =
        |element: &Element| !matches!(element, Element::Space | Element::LineComment | Element::BlockComment);
    let mut tokens = Scan::new(statement).filter(|(element, _)| is_token(element));
    let is = |range: &Range<usize>, keyword: &str| statement[range.clone()].eq_ignore_ascii_case(keyword);
    if !matches!(tokens.next()?, (Element::Word, range) if is(&range, "copy")) {
        return None;
    }
    let (mut depth, mut is_part) = (0_u32, false);
    while let Some((element, range)) = tokens.next() {
        match element {
            Element::Symbol(b'(') => depth += 1,
            Element::Symbol(b')') => depth = depth.saturating_sub(1),
            Element::Word if depth == 0 && !is_part => {
                let task = match () {
                    () if is(&range, "from") => Some(ClientTask::SendRows),
                    () if is(&range, "to") => Some(ClientTask::TakeRows),
                    () => None,
                };
                if task.is_some() {
                    let (element, place) = tokens.next()?;
                    let is_client = element == Element::Word && (is(&place, "stdin") || is(&place, "stdout"));
                    return task.filter(|_| is_client);
                }
            }
            _ => {}
        }
        // behind a dot stands a name, whatever the word
        is_part = element == Element::Symbol(b'.');
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(script: &str) -> Option<(ClientTask, &str)> {
        client_task(script).map(|(task, place)| (task, &script[place]))
    }

    #[test]
    fn rows_that_a_client_sends_or_takes_are_found_in_every_spelling() {
        for statement in [
            "COPY t FROM STDIN",
            "copy\n/* rows */ public.t -- of t\n(a, \"from\") From\tStdIn WITH (FORMAT csv)",
            "COPY BINARY t FROM stdin",
            "COPY public.to FROM STDOUT",
            "COPY \"to\".\"stdout\" FROM STDIN DELIMITERS ','",
            "COPY t FROM STDIN WHERE a > 1",
        ] {
            assert_eq!(task(statement), Some((ClientTask::SendRows, statement)));
        }
        for statement in [
            "COPY t TO STDOUT",
            "COPY (SELECT a FROM stdin WHERE a IN (SELECT 1)) TO STDOUT (FORMAT binary)",
            "COPY public.from TO STDIN",
        ] {
            assert_eq!(task(statement), Some((ClientTask::TakeRows, statement)));
        }
    }

    #[test]
    fn what_the_server_does_by_itself_is_no_task() {
        for script in [
            "COPY t FROM '/tmp/stdin'",
            "COPY t FROM PROGRAM 'cat'",
            "COPY (SELECT 'FROM STDIN') TO '/tmp/x'",
            "INSERT INTO copy SELECT 'COPY t FROM STDIN'; -- COPY t FROM STDIN",
            "DO $$ BEGIN EXECUTE 'COPY t TO STDOUT'; END $$",
            "SELECT '\\.'; COPY",
            "CREATE TABLE \"COPY t FROM STDIN\" (\"\\copy\" int)",
        ] {
            assert_eq!(task(script), None, "{script}");
        }
    }

    #[test]
    fn the_first_place_is_named_wherever_it_stands() {
        let script = "SELECT 1;\n\\connect other\nCOPY t FROM STDIN;";
        assert_eq!(task(script), Some((ClientTask::Command, "\\connect other")));
        let script = "SELECT 1; COPY t FROM STDIN;\nit's one row\n";
        assert_eq!(task(script), Some((ClientTask::SendRows, "COPY t FROM STDIN")));
        assert_eq!(task("SELECT 1 \\gexec"), Some((ClientTask::Command, "\\gexec")));
        assert_eq!(task("1\t2\n\\.\n"), Some((ClientTask::Command, "\\.")));
    }
}
