//! Age bands.

use crate::fold::narrow;

/// The age bands of a registry, and one more for ages that are not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ages {
    /// The bands, ascending without a gap; the last is open.
    pub(crate) bands: Vec<Band>,
    /// The largest age that is possible.
    pub(crate) largest: u32,
}

/// A band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Band {
    /// Its lowest age.
    pub(crate) low: u32,
    /// Its highest age; open when there is none.
    pub(crate) high: Option<u32>,
}

impl Ages {
    /// Reads `0-19,20-39,40-`. An error is the band that does not follow.
    pub(crate) fn read(text: &str, largest: u32) -> Result<Ages, String> {
        let text = narrow(text).replace(['、', '，'], ",").replace(['~', '〜', '～', '−', '‐'], "-");
        let mut bands: Vec<Band> = Vec::new();
        let mut next = Some(0);
        for part in text.split(',').map(str::trim) {
            let band = part.split_once('-').and_then(|(low, high)| {
                let low = low.trim().parse().ok()?;
                let high = if high.trim().is_empty() { None } else { Some(high.trim().parse().ok()?) };
                (next == Some(low) && high.is_none_or(|high| high >= low && high < largest)).then_some(Band { low, high })
            });
            let band = band.ok_or_else(|| part.to_owned())?;
            next = band.high.map(|high| high + 1);
            bands.push(band);
        }
        // The last band has to be open, or somebody falls out of the table.
        if next.is_some() { Err(text) } else { Ok(Ages { bands, largest }) }
    }

    /// The band of an age; the number of bands for one that is not known.
    pub(crate) fn place(&self, age: Option<u32>) -> usize {
        let within = |age: u32| self.bands.iter().position(|band| band.high.is_none_or(|high| age <= high));
        age.and_then(within).unwrap_or(self.bands.len())
    }

    /// How many places there are: the bands and the ages that are not known.
    pub(crate) fn places(&self) -> usize {
        self.bands.len() + 1
    }
}

impl Band {
    /// How it is written in keys: `20-39`, `65-`.
    pub(crate) fn key(self) -> String {
        self.high.map_or_else(|| format!("{}-", self.low), |high| format!("{}-{high}", self.low))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_age_falls_into_one_band() {
        let ages = Ages::read("0-19、20～39,40-", 125).expect("bands");
        assert_eq!(ages.bands.iter().map(|band| band.key()).collect::<Vec<_>>(), ["0-19", "20-39", "40-"]);
        assert_eq!([0, 19, 20, 39, 40, 125].map(|age| ages.place(Some(age))), [0, 0, 1, 1, 2, 2]);
        assert_eq!(ages.place(None), 3);
    }

    #[test]
    fn gaps_overlaps_and_a_closed_end_are_refused() {
        for text in ["", "0-19", "0-19,21-", "0-19,19-", "1-", "0-,20-", "20-10,11-", "0-19,20-39", "0-200,201-", "若年,高齢"]
        {
            assert!(Ages::read(text, 125).is_err(), "{text}");
        }
    }
}
