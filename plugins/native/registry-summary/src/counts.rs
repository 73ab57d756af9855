//! Counts of patients by product, sex and age, and the cells that are made of them.

use crate::plan::Ages;

/// A sex as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sex {
    /// Male.
    Male,
    /// Female.
    Female,
    /// Not known.
    Unknown,
}

impl Sex {
    /// All of them, as they are printed.
    pub(crate) const ALL: [Sex; 3] = [Sex::Male, Sex::Female, Sex::Unknown];

    /// The code.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Sex::Male => "male",
            Sex::Female => "female",
            Sex::Unknown => "unknown",
        }
    }

    fn place(self) -> usize {
        match self {
            Sex::Male => 0,
            Sex::Female => 1,
            Sex::Unknown => 2,
        }
    }
}

/// Which patients of a product a cell counts; ages by their place, see [`Ages::place`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// All.
    Total,
    /// Those of a sex.
    Sex(Sex),
    /// Those of an age band.
    Age(usize),
    /// Those of a sex and an age band.
    Both(Sex, usize),
}

impl Key {
    /// The cells of a product, in the order in which they are printed.
    pub(crate) fn all(ages: &Ages, cross: bool) -> Vec<Key> {
        let mut keys = vec![Key::Total];
        keys.extend(Sex::ALL.map(Key::Sex));
        keys.extend((0..ages.places()).map(Key::Age));
        if cross {
            keys.extend(Sex::ALL.into_iter().flat_map(|sex| (0..ages.places()).map(move |age| Key::Both(sex, age))));
        }
        keys
    }

    /// What a cell is the sum of, once for each way in which it is broken down.
    pub(crate) fn broken_down(self, ages: &Ages, cross: bool) -> Vec<Vec<Key>> {
        let bands = 0..ages.places();
        match self {
            Key::Total => vec![Sex::ALL.map(Key::Sex).to_vec(), bands.map(Key::Age).collect()],
            Key::Sex(sex) if cross => vec![bands.map(|age| Key::Both(sex, age)).collect()],
            Key::Age(age) if cross => vec![Sex::ALL.map(|sex| Key::Both(sex, age)).to_vec()],
            _ => Vec::new(),
        }
    }

    /// How it is written where it is remembered.
    pub(crate) fn name(self, ages: &Ages) -> String {
        let band = |age: usize| ages.bands.get(age).map_or_else(|| "unknown".to_owned(), |band| band.key());
        match self {
            Key::Total => "total".to_owned(),
            Key::Sex(sex) => format!("sex:{}", sex.code()),
            Key::Age(age) => format!("age:{}", band(age)),
            Key::Both(sex, age) => format!("both:{}:{}", sex.code(), band(age)),
        }
    }
}

/// Counts of patients by product, sex and age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cube {
    places: usize,
    counts: Vec<u64>,
}

impl Cube {
    /// Counts nobody yet.
    pub(crate) fn new(products: usize, ages: &Ages) -> Cube {
        Cube { places: ages.places(), counts: vec![0; products * Sex::ALL.len() * ages.places()] }
    }

    /// Counts one patient.
    pub(crate) fn add(&mut self, product: usize, sex: Sex, age: usize) {
        let place = self.place(product, sex, age);
        if let Some(count) = self.counts.get_mut(place) {
            *count += 1;
        }
    }

    /// The count of a cell; of all products when none is named.
    pub(crate) fn count(&self, product: Option<usize>, key: Key) -> u64 {
        let products = self.counts.len() / (Sex::ALL.len() * self.places);
        let products = product.map_or(0..products, |product| product..product + 1);
        products.map(|product| self.of(product, key)).sum()
    }

    fn of(&self, product: usize, key: Key) -> u64 {
        let sexes = match key {
            Key::Sex(sex) | Key::Both(sex, _) => vec![sex],
            _ => Sex::ALL.to_vec(),
        };
        let ages = match key {
            Key::Age(age) | Key::Both(_, age) => age..age + 1,
            _ => 0..self.places,
        };
        let places = sexes.into_iter().flat_map(|sex| ages.clone().map(move |age| self.place(product, sex, age)));
        places.filter_map(|place| self.counts.get(place)).sum()
    }

    fn place(&self, product: usize, sex: Sex, age: usize) -> usize {
        (product * Sex::ALL.len() + sex.place()) * self.places + age
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_the_sum_of_what_it_is_broken_down_into() {
        let ages = Ages::read("0-19,20-64,65-", 125).expect("bands");
        let mut cube = Cube::new(2, &ages);
        for patient in 0..97_usize {
            cube.add(patient % 2, Sex::ALL[patient % 3], patient % 4);
        }
        assert_eq!(cube.count(None, Key::Total), 97);
        for product in [None, Some(0), Some(1)] {
            for key in Key::all(&ages, true) {
                for parts in key.broken_down(&ages, true) {
                    let sum: u64 = parts.iter().map(|part| cube.count(product, *part)).sum();
                    assert_eq!(cube.count(product, key), sum, "{key:?}");
                }
            }
        }
    }
}
