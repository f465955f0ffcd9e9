//! Names for new fields, as the reference forms them.

/// `UserProfile`, `user_profile` and `USER_PROFILE` as `userProfile`; of a run of capitals at the beginning only the
/// last word keeps one (`URLMap` is `urlmap`). Only ASCII letters change.
pub(super) fn camel_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut new_word = false;
    let mut last_kept = ' ';
    for c in name.chars() {
        if !c.is_alphanumeric() {
            new_word = !out.is_empty();
        } else if c.is_numeric() {
            new_word = true;
            out.push(c);
        } else if new_word || (last_kept.is_lowercase() && c.is_uppercase()) {
            new_word = false;
            out.push(c.to_ascii_uppercase());
        } else {
            last_kept = c;
            out.push(c.to_ascii_lowercase());
        }
    }
    out
}

/// The column that refers to a field of a model: `userId` for the `id` of a `User`.
pub(super) fn foreign_key_field(model: &str, field: &str) -> String {
    let mut out = String::with_capacity(model.len() + field.len());
    let mut rest = model.chars();
    out.extend(rest.next().into_iter().flat_map(char::to_lowercase));
    out.push_str(rest.as_str());
    let mut rest = field.chars();
    out.extend(rest.next().into_iter().flat_map(char::to_uppercase));
    out.push_str(rest.as_str());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_name() {
        let cases = [
            ("UserProfile", "userProfile"),
            ("user_profile", "userProfile"),
            ("USER__PROFILE_", "userProfile"),
            ("URLMap", "urlmap"),
            ("FilePDF", "filePDF"),
            ("A1b", "a1B"),
            ("iOSApp", "iOSApp"),
            ("ÉtéA", "ÉtéA"),
        ];
        for (name, expected) in cases {
            assert_eq!(camel_case(name), expected);
        }
    }

    #[test]
    fn first_letters_of_a_foreign_key() {
        assert_eq!(foreign_key_field("URLMap", "id"), "uRLMapId");
        assert_eq!(foreign_key_field("Été", "é_a"), "étéÉ_a");
    }
}
