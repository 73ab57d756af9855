//! The order of a list of words in a Japanese document: those in Latin letters first, by the alphabet whether capital or
//! small, then the others by their reading in kana. A voiced kana stands where its plain one does.

use std::cmp::Ordering;

use tera::{Kwargs, State, TeraResult, Value};

/// Sorts rows; `by` names the field that holds the word or its reading.
pub(super) fn in_order(rows: &[Value], kwargs: Kwargs, _: &State) -> TeraResult<Vec<Value>> {
    let by: &str = kwargs.must_get("by")?;
    let key = |row: &Value| -> TeraResult<String> {
        let found = row.as_map().and_then(|map| map.iter().find(|(name, _)| name.as_str() == Some(by)));
        let text = found.and_then(|(_, value)| value.as_str());
        text.map(str::to_owned).ok_or_else(|| tera::Error::message(format!("a row has no text `{by}`")))
    };
    let mut keyed = rows.iter().map(|row| Ok((key(row)?, row.clone()))).collect::<TeraResult<Vec<_>>>()?;
    keyed.sort_by(|(left, _), (right, _)| compare(left, right));
    Ok(keyed.into_iter().map(|(_, row)| row).collect())
}

fn compare(left: &str, right: &str) -> Ordering {
    let plain = |text: &str| text.chars().map(plain_kana).flat_map(char::to_lowercase).collect::<String>();
    plain(left).cmp(&plain(right)).then_with(|| left.cmp(right))
}

/// Returns the kana under which a word is looked up: hiragana, unvoiced, not small.
fn plain_kana(c: char) -> char {
    // Katakana stand 0x60 above hiragana.
    let c = match c {
        'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        other => other,
    };
    let below = |by: u32| char::from_u32(u32::from(c) - by).unwrap_or(c);
    match c {
        'ぁ' | 'ぃ' | 'ぅ' | 'ぇ' | 'ぉ' | 'ゃ' | 'ゅ' | 'ょ' | 'っ' | 'ゎ' => {
            char::from_u32(u32::from(c) + 1).unwrap_or(c)
        }
        'が' | 'ぎ' | 'ぐ' | 'げ' | 'ご' | 'ざ' | 'じ' | 'ず' | 'ぜ' | 'ぞ' | 'だ' | 'ぢ' | 'づ' | 'で' | 'ど' | 'ば'
        | 'び' | 'ぶ' | 'べ' | 'ぼ' => below(1),
        'ぱ' | 'ぴ' | 'ぷ' | 'ぺ' | 'ぽ' => below(2),
        'ゔ' => 'う',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(words: &[&str]) -> Vec<String> {
        let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        words.sort_by(|left, right| compare(left, right));
        words
    }

    #[test]
    fn latin_words_come_first_and_capitals_do_not_count() {
        assert_eq!(sorted(&["あせんと", "SAE", "jRCT", "eCRF", "FAS", "AE"]), ["AE", "eCRF", "FAS", "jRCT", "SAE", "あせんと"]);
    }

    #[test]
    fn voiced_and_small_kana_stand_with_their_plain_ones() {
        assert_eq!(
            sorted(&["しけんやく", "じっしきかん", "がん", "かんかい", "パス", "はて", "ばす"]),
            ["がん", "かんかい", "しけんやく", "じっしきかん", "ばす", "パス", "はて"]
        );
    }
}
