//! The same keys under the other keyboard layout: `пшд` was meant to be `gil`, `ujyrf` `гонка`.

/// The keys of a standard keyboard from the top left to the bottom right, under the two layouts.
const LATIN: &str = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./";
const CYRILLIC: &str = "ёйцукенгшщзхъфывапролджэячсмитьбю.";

/// What the keys pressed for a text give under the other layout, in lower case; `None` where it has letters of both layouts or of neither.
pub fn other_layout(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    let latin = text.chars().any(|c| c.is_ascii_alphabetic());
    let cyrillic = text.chars().any(|c| !c.is_ascii() && CYRILLIC.contains(c));
    let (from, to) = match (latin, cyrillic) {
        (true, false) => (LATIN, CYRILLIC),
        (false, true) => (CYRILLIC, LATIN),
        _ => return None,
    };
    let other = |c: char| match from.chars().position(|key| key == c) {
        Some(key) => to.chars().nth(key),
        None => c.is_ascii().then_some(c),
    };
    text.chars().map(other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_two_letters() {
        for (typed, meant) in [
            ("пшд", "gil"),
            ("ыудф", "sela"),
            ("ЫУДА", "self"),
            ("ujyrf", "гонка"),
            ("rjhenbyf", "корутина"),
            (",kjrbhjdrf", "блокировка"),
            ("фынтсшщ", "asyncio"),
            ("еркуфвштпюКДщсл", "threading.rlock"),
        ] {
            assert_eq!(other_layout(typed).as_deref(), Some(meant), "{typed}");
        }
        assert_eq!(other_layout("gil гил"), None);
        assert_eq!(other_layout("锁"), None);
        assert_eq!(other_layout("==").as_deref(), None);
    }

    #[test]
    fn both_layouts_have_the_same_keys() {
        assert_eq!(LATIN.chars().count(), CYRILLIC.chars().count());
    }
}
