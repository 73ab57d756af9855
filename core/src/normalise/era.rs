//! Japanese eras: the days they hold, and dates spelt in them.

use jiff::civil::{Date, date};

/// An era.
#[derive(Debug, PartialEq, Eq)]
pub struct Era {
    /// Its name.
    pub name: &'static str,
    /// Its name in Latin letters; the first is its abbreviation.
    pub latin: &'static str,
    /// Its name as one character.
    pub square: char,
    /// Its first day.
    pub start: Date,
}

/// The eras since 1868, oldest first.
pub static ERAS: [Era; 5] = [
    Era { name: "明治", latin: "Meiji", square: '㍾', start: date(1868, 1, 25) },
    Era { name: "大正", latin: "Taisho", square: '㍽', start: date(1912, 7, 30) },
    Era { name: "昭和", latin: "Showa", square: '㍼', start: date(1926, 12, 25) },
    Era { name: "平成", latin: "Heisei", square: '㍻', start: date(1989, 1, 8) },
    Era { name: "令和", latin: "Reiwa", square: '㋿', start: date(2019, 5, 1) },
];

/// The first day of the calendar in use; earlier dates were written in another one.
pub const CALENDAR_START: Date = date(1873, 1, 1);

impl Era {
    /// Returns the era of a day.
    pub fn of(day: Date) -> Option<&'static Era> {
        ERAS.iter().rev().find(|era| era.start <= day)
    }

    /// Returns the year of the common era that a year of this era is.
    pub fn common_year(&self, year: i16) -> i16 {
        self.start.year().saturating_add(year).saturating_sub(1)
    }

    /// Returns the year of this era in which a day is.
    pub fn year_of(&self, day: Date) -> i16 {
        day.year() - self.start.year() + 1
    }

    /// Returns the last day; the present era has none.
    pub fn end(&self) -> Option<Date> {
        let next = ERAS.iter().find(|era| era.start > self.start)?;
        next.start.yesterday().ok()
    }

    /// Returns whether a day is in the era.
    pub fn contains(&self, day: Date) -> bool {
        self.start <= day && self.end().is_none_or(|end| day <= end)
    }

    /// Returns whether any day of a year of the common era is in the era.
    pub fn touches(&self, year: i16) -> bool {
        self.start.year() <= year && self.end().is_none_or(|end| year <= end.year())
    }

    /// Takes an era's name, its one character or its letter off the front of a text.
    pub(super) fn strip(text: &str) -> Option<(&'static Era, &str)> {
        ERAS.iter().find_map(|era| {
            let letter = era.latin.chars().next()?;
            let by_letter = || text.strip_prefix([letter, letter.to_ascii_lowercase()]);
            let rest = text.strip_prefix(era.name).or_else(|| text.strip_prefix(era.square)).or_else(by_letter)?;
            Some((era, rest))
        })
    }
}

/// Writes a day as `令和8年4月1日`, a first year as `元年`; nothing for a day before [`CALENDAR_START`].
pub fn japanese(day: Date) -> Option<String> {
    let era = Era::of(day).filter(|_| day >= CALENDAR_START)?;
    Some(format!("{}年{}月{}日", japanese_year(era, era.year_of(day)), day.month(), day.day()))
}

/// Writes a year of an era without its 年: `令和8`, `令和元`.
pub(super) fn japanese_year(era: &Era, year: i16) -> String {
    if year == 1 { format!("{}元", era.name) } else { format!("{}{year}", era.name) }
}

#[cfg(test)]
mod tests {
    use super::super::date;
    use super::*;

    #[test]
    fn every_day_since_1873_makes_the_round_trip_through_its_era() {
        let mut day = CALENDAR_START;
        while day.year() <= 2100 {
            let spelt = japanese(day).unwrap();
            assert_eq!(date::read(&spelt), Ok(Some(day.to_string())), "{spelt}");
            day = day.tomorrow().unwrap();
        }
    }

    #[test]
    fn eras_follow_each_other_without_gap_or_overlap() {
        for pair in ERAS.windows(2) {
            let end = pair[0].end().unwrap();
            assert_eq!(end.tomorrow().unwrap(), pair[1].start);
            assert!(pair[0].contains(end) && !pair[0].contains(pair[1].start) && pair[1].contains(pair[1].start));
        }
        assert_eq!(ERAS[4].end(), None);
    }

    #[test]
    fn first_and_last_days_are_spelt_in_their_era() {
        let cases = [
            (jiff::civil::date(1912, 7, 29), "明治45年7月29日"),
            (jiff::civil::date(1912, 7, 30), "大正元年7月30日"),
            (jiff::civil::date(1926, 12, 24), "大正15年12月24日"),
            (jiff::civil::date(1926, 12, 25), "昭和元年12月25日"),
            (jiff::civil::date(1989, 1, 7), "昭和64年1月7日"),
            (jiff::civil::date(1989, 1, 8), "平成元年1月8日"),
            (jiff::civil::date(2019, 4, 30), "平成31年4月30日"),
            (jiff::civil::date(2019, 5, 1), "令和元年5月1日"),
            (jiff::civil::date(2026, 4, 1), "令和8年4月1日"),
        ];
        for (day, spelt) in cases {
            assert_eq!(japanese(day).as_deref(), Some(spelt));
        }
        assert_eq!(japanese(jiff::civil::date(1872, 12, 31)), None);
    }
}
