//! English plurals of names in lower camel case, as the reference forms them.

/// Words whose plural no rule gives.
const IRREGULAR: [(&str, &str); 10] = [
    ("ox", "oxen"),
    ("man", "men"),
    ("woman", "women"),
    ("die", "dice"),
    ("yes", "yeses"),
    ("foot", "feet"),
    ("eave", "eaves"),
    ("goose", "geese"),
    ("tooth", "teeth"),
    ("quiz", "quizzes"),
];

/// Words that have no plural. Whole names only: `rice`, but `brownRices`.
const UNCOUNTABLE: [&str; 4] = [
    "accommodation adulthood advertising advice aggression aid air aircraft alcohol anger applause arithmetic \
     assistance athletics bacon baggage beef biology blood botany bread butter carbon cardboard cash chalk chess \
     countryside dancing deer dignity dirt dust",
    "economics education electricity engineering enjoyment envy equipment ethics evidence evolution fame fiction \
     flour flu food fuel fun furniture garbage garlic genetics gold golf gossip grammar gratitude grief guilt \
     gymnastics happiness hardware harm hate hatred health heat help homework honesty honey hospitality housework \
     humour hunger hydrogen ice importance inflation information innocence iron irony jam jewelry judo karate \
     knowledge lack laughter lava leather leisure lightning linguine linguini linguistics literature litter \
     livestock logic loneliness luck luggage macaroni machinery magic management mankind marble mathematics \
     mayonnaise measles methane milk money mud mumps music",
    "nature news nitrogen nonsense nurture nutrition obedience obesity oxygen pasta patience physics poetry police \
     pollution poverty pride psychology publicity punctuation quartz racism relaxation reliability research respect \
     revenge rice rubbish rum safety scenery seafood seaside series shame sheep shopping sleep smoke smoking snow \
     soap software soil spaghetti species steam stuff stupidity sunshine symmetry",
    "tennis thirst thunder timber traffic transportation trust underwear unemployment unity validity veal vegetation \
     vegetarianism vengeance violence vitality warmth wealth weather welfare wheat wildlife wisdom yoga zinc zoology",
];

/// Endings after certain stems, and what the ending becomes. The first that fits counts.
const STEMS: [(&[&str], &[&str], &str); 16] = [
    (&["eau"], &["x"], "x"),
    (&["child"], &["", "ren"], "ren"),
    (&["pe"], &["rson", "ople"], "ople"),
    (&["m", "l"], &["ice", "ouse"], "ice"),
    (&["matr", "cod", "mur", "sil", "vert", "ind", "append"], &["ix", "ex"], "ices"),
    (&["x", "ch", "ss", "sh", "zz"], &[""], "es"),
    (&["x", "ch", "ss", "sh", "zz"], &["es"], "es"),
    (&["ar", "l", "ea", "eo", "oa", "hoo"], &["f"], "ves"),
    (&["kni", "wi", "li"], &["fe"], "ves"),
    (&[""], &["sis"], "ses"),
    (
        &[
            "apheli",
            "hyperbat",
            "periheli",
            "asyndet",
            "noumen",
            "phenomen",
            "criteri",
            "organ",
            "prolegomen",
            "hedr",
            "automat",
        ],
        &["a", "on"],
        "a",
    ),
    (
        &[
            "agend",
            "addend",
            "millenni",
            "dat",
            "extrem",
            "bacteri",
            "desiderat",
            "strat",
            "candelabr",
            "errat",
            "ov",
            "symposi",
            "curricul",
            "automat",
            "quor",
        ],
        &["a", "um"],
        "a",
    ),
    (&["her", "at", "gr"], &["o"], "oes"),
    (&["seraph", "cherub"], &["", "im"], "im"),
    (&["alumn", "alg", "vertebr"], &["a", "ae"], "ae"),
    (
        &[
            "alumn", "syllab", "octop", "vir", "radi", "nucle", "fung", "cact", "stimul", "termin", "bacill",
            "foc", "uter", "loc", "strat",
        ],
        &["us", "i"],
        "i",
    ),
];

/// The plural of a name.
pub(super) fn plural(name: &str) -> String {
    if let Some((_, plural)) = IRREGULAR.iter().find(|(word, _)| *word == name) {
        return (*plural).to_owned();
    }
    let uncountable = UNCOUNTABLE.iter().flat_map(|words| words.split(' ')).any(|word| word == name);
    if uncountable || keeps_its_form(name) {
        return name.to_owned();
    }
    let (dropped, ending) = ending(name);
    [name.strip_suffix(dropped).unwrap_or(name), ending].concat()
}

/// Words like `japanese`, `lens`, `menus`: most in `-s` are plurals already.
fn keeps_its_form(name: &str) -> bool {
    let before = |ending: &str| name.strip_suffix(ending).and_then(|rest| rest.chars().next_back());
    let people = before("ese").is_some_and(|c| !"aeiou".contains(c));
    let tongue = before("am").is_some_and(|c| "iu".contains(c));
    people || tongue
}

/// The ending that goes and the one that comes.
fn ending(name: &str) -> (&'static str, &'static str) {
    for (stems, endings, plural) in STEMS {
        let fitting = endings.iter().find(|ending| {
            name.strip_suffix(**ending).is_some_and(|rest| stems.iter().any(|stem| rest.ends_with(stem)))
        });
        if let Some(ending) = fitting {
            return (ending, plural);
        }
    }
    if name.ends_with('y') {
        ending_of_y(name)
    } else if name.ends_with('s') {
        ending_of_s(name)
    } else {
        ("", "s")
    }
}

/// `city`, `query` and `boney` have `-ies`; `day` and `key` do not.
fn ending_of_y(name: &str) -> (&'static str, &'static str) {
    let mut before = name.chars().rev().skip(1);
    match (before.next(), before.next(), before.next(), before.next()) {
        (Some('e'), Some('l' | 'n'), Some('i' | 'e' | 'o'), Some(c)) if !"ch".contains(c) => ("ey", "ies"),
        (Some('u'), Some('q'), ..) => ("y", "ies"),
        (Some(c), ..) if !"aeiouy".contains(c) => ("y", "ies"),
        _ => ("", "s"),
    }
}

/// `status` and `gas` have `-es`; most words in `-s` are plurals already.
fn ending_of_s(name: &str) -> (&'static str, &'static str) {
    if name.ends_with("axis") || name.ends_with("testis") {
        return ("is", "es");
    }
    let before_us = name.strip_suffix("us").and_then(|rest| rest.chars().next_back());
    let singular_us = before_us.is_some_and(|c| !"aou".contains(c));
    let plural_of_u = name.ends_with("emus") || name.ends_with("enus");
    let singular = ["alias", "tlas", "gas", "ris"].iter().any(|ending| name.ends_with(ending));
    if singular || (singular_us && !plural_of_u) { ("", "es") } else { ("", "") }
}

#[cfg(test)]
mod tests {
    use super::plural;

    #[test]
    fn plurals() {
        let cases = "post posts|category categories|day days|query queries|box boxes|status statuses|bus buses|\
                     menus menus|genus genus|users users|address addresses|class classes|analysis analyses|\
                     axis axes|person people|child children|mouse mice|house houses|index indices|leaf leaves|\
                     roof roofs|knife knives|hero heroes|photo photos|datum data|metadata metadata|userData userDatas|\
                     virus viri|criterion criteria|news news|money money|honey honey|key keys|boney bonies|\
                     japanese japanese|cheese cheeses|quiz quizzes|man men|human humans|gas gases|canvas canvas|\
                     s s|y ys|é és";
        for case in cases.split('|') {
            let (name, expected) = case.split_once(' ').unwrap();
            assert_eq!(plural(name), expected);
        }
    }
}
