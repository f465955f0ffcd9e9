//! Takes a run of comments apart into the lines to write.

/// A line of a comment, without its indentation.
#[derive(Clone, Copy)]
pub(super) enum CommentLine<'a> {
    /// `// …` or `/// …`, as it stands.
    Whole(&'a str),
    /// The `/**` that opens a comment of several lines.
    Open,
    /// A line of text inside it.
    Inner(&'a str),
    /// Its end.
    Close,
}

impl CommentLine<'_> {
    pub(super) fn write(self, out: &mut String) {
        match self {
            CommentLine::Whole(text) => out.push_str(text),
            CommentLine::Open => out.push_str("/**"),
            CommentLine::Inner(text) => {
                out.push_str(" * ");
                out.push_str(text);
            }
            CommentLine::Close => out.push_str(" */"),
        }
    }
}

/// The lines of a run of comments, which holds nothing but comments, blanks and line ends.
pub(super) fn lines(run: &str) -> Vec<CommentLine<'_>> {
    let mut lines = Vec::new();
    let mut rest = run;
    while let Some(start) = rest.find('/') {
        rest = &rest[start..];
        if let Some(block) = rest.strip_prefix("/*") {
            let (body, behind) = block.split_once("*/").unwrap_or((block, ""));
            unwrap_block(body, &mut lines);
            rest = behind;
        } else {
            let (line, behind) = rest.split_at(rest.find(['\n', '\r']).unwrap_or(rest.len()));
            lines.push(CommentLine::Whole(line));
            rest = behind;
        }
    }
    lines
}

/// The lines of what stands between `/*` and `*/`: each without outer blanks and without one leading `*`, empty ones
/// left out.
fn unwrap_block<'a>(body: &'a str, lines: &mut Vec<CommentLine<'a>>) {
    lines.push(CommentLine::Open);
    for line in body.lines() {
        let line = line.trim();
        let text = line.strip_prefix('*').unwrap_or(line).trim();
        if !text.is_empty() {
            lines.push(CommentLine::Inner(text));
        }
    }
    lines.push(CommentLine::Close);
}
