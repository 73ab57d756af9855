//! Names that are nearest to one that was typed.

/// Returns the names that exist, those most like a name first, at most so many.
pub(super) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>, most: usize) -> Vec<String> {
    let mut ranked: Vec<(f64, &str)> = known.map(|known| (strsim::jaro_winkler(name, known), known)).collect();
    ranked.sort_by(|(a, first), (b, second)| b.total_cmp(a).then_with(|| first.cmp(second)));
    ranked.into_iter().take(most).map(|(_, name)| name.to_owned()).collect()
}
