//! What the functions of Node's module `path` make of texts, on systems whose separator is `/`.

/// `path.normalize`.
pub(super) fn normalize(path: &str) -> String {
    if path.is_empty() {
        return ".".to_owned();
    }
    let is_absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&"..") | None if !is_absolute => parts.push(".."),
                _ => {
                    parts.pop();
                }
            },
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (is_absolute, joined.is_empty(), path.ends_with('/')) {
        (true, true, _) => "/".to_owned(),
        (false, true, false) => ".".to_owned(),
        (false, true, true) => "./".to_owned(),
        (_, _, ends) => {
            format!("{}{joined}{}", if is_absolute { "/" } else { "" }, if ends { "/" } else { "" })
        }
    }
}

/// `path.join`.
pub(super) fn join(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    normalize(&parts.join("/"))
}

/// `path.resolve`, in the folder `current`.
pub(super) fn resolve(current: &str, parts: &[&str]) -> String {
    let start = parts.iter().rposition(|part| part.starts_with('/'));
    let mut from = parts[start.unwrap_or(0)..].to_vec();
    if start.is_none() {
        from.insert(0, current);
    }
    let path = join(&from);
    if path.len() > 1 { path.trim_end_matches('/').to_owned() } else { path }
}

/// `path.dirname`.
pub(super) fn dirname(path: &str) -> String {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() {
        return if path.is_empty() { "." } else { "/" }.to_owned();
    }
    match trimmed.rfind('/') {
        None => ".".to_owned(),
        Some(at) => {
            let folder = trimmed[..at].trim_end_matches('/');
            if folder.is_empty() { "/".to_owned() } else { folder.to_owned() }
        }
    }
}

/// `path.basename` without a second argument.
pub(super) fn basename(path: &str) -> String {
    let trimmed = path.trim_end_matches('/');
    trimmed.rsplit('/').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_what_node_makes_of_them() {
        for (path, expected) in [
            ("a/./b", "a/b"),
            ("a//b/..", "a"),
            ("../a", "../a"),
            ("/../a/", "/a/"),
            ("", "."),
            ("a/..", "."),
            ("./", "./"),
        ] {
            assert_eq!(normalize(path), expected, "{path}");
        }
        assert_eq!(join(&["a", "", "../b"]), "b");
        assert_eq!(join(&["a", "/b"]), "a/b");
        assert_eq!(resolve("/w", &["a", "b/"]), "/w/a/b");
        assert_eq!(resolve("/w", &["a", "/b", "c"]), "/b/c");
        assert_eq!(resolve("/w", &[]), "/w");
        for (path, folder, base) in [
            ("/a/b", "/a", "b"),
            ("a", ".", "a"),
            ("/a/", "/", "a"),
            ("a/b/", "a", "b"),
            ("", ".", ""),
            ("/", "/", ""),
        ] {
            assert_eq!((dirname(path).as_str(), basename(path).as_str()), (folder, base), "{path}");
        }
    }
}
