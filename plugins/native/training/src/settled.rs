//! Who completed what: the rows of the exports given to the people of the staff list.

use std::collections::BTreeMap;

use jiff::civil::Date;
use todokede_abi::Text;

use crate::roster::{Match, Names, Roster, Why};
use crate::settings::{Expires, Settings};
use crate::table::{Completion, Person, Problem, Tables};

/// The staff list with everyone's completions, and what did not fit.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    pub(crate) staff: Vec<Person>,
    /// Completions of each person, by index.
    of: BTreeMap<usize, Vec<usize>>,
    /// What did not fit.
    pub(crate) problems: Vec<Problem>,
    /// How many rows of the exports belong to nobody of the list.
    pub(crate) unmatched: usize,
}

impl Settled {
    /// Gives the rows to the people.
    pub(crate) fn new(tables: &Tables, settings: &Settings, now: Date) -> Settled {
        let staff = merged(&tables.staff);
        let mut settled = Settled::default();
        let roster = Roster::new(&staff);
        settled.shared(&roster, &staff, tables);
        settled.differing(&staff, tables, settings);
        for (index, completion) in tables.completions.iter().enumerate() {
            let names = if settings.name_alone { Names::WithoutUnit } else { Names::WithUnit };
            match roster.find(&completion.keys, names) {
                Match::One(person) => {
                    settled.one(person, completion, tables, settings, now);
                    settled.of.entry(person).or_default().push(index);
                }
                other => settled.nobody(&other, completion, &staff, tables, settings),
            }
        }
        settled.certificates(tables);
        settled.staff = staff;
        settled
    }

    /// Returns the completions of a person.
    pub(crate) fn completions<'a>(&self, person: usize, tables: &'a Tables) -> Vec<&'a Completion> {
        let of = self.of.get(&person).into_iter().flatten();
        of.filter_map(|index| tables.completions.get(*index)).collect()
    }

    /// Returns whose each completion is, by index.
    pub(crate) fn holders(&self) -> BTreeMap<usize, usize> {
        self.of.iter().flat_map(|(person, all)| all.iter().map(|index| (*index, *person))).collect()
    }

    fn shared(&mut self, roster: &Roster, staff: &[Person], tables: &Tables) {
        let (ids, mails) = roster.shared();
        for (rule, groups) in [("TR-0110", ids), ("TR-0111", mails)] {
            for group in groups {
                let people: Vec<&Person> = group.iter().filter_map(|index| staff.get(*index)).collect();
                let Some(first) = people.first() else { continue };
                let found = if rule == "TR-0110" { &first.id } else { &first.mail };
                let problem = Problem::new(rule, tables.cell(first.place, None))
                    .found(found)
                    .with("rows", rows(&people, tables))
                    .about(group.iter().copied(), &[]);
                self.problems.push(problem);
            }
        }
    }

    /// Rows of one person that contradict each other.
    fn differing(&mut self, staff: &[Person], tables: &Tables, settings: &Settings) {
        let mut groups: BTreeMap<(&str, Option<&String>), Vec<&Person>> = BTreeMap::new();
        for row in tables.staff.iter().filter(|row| !row.keys.id.is_empty()) {
            groups.entry((&row.keys.id, row.keys.names.first())).or_default().push(row);
        }
        for group in groups.values() {
            let Some((first, others)) = group.split_first() else { continue };
            let unlike = |differ: fn(&Person, &Person) -> bool| others.iter().find(|other| differ(first, other));
            let said = [
                ("why-left-differs", unlike(Person::leaves_otherwise)),
                ("why-kana-differs", unlike(|one, other| is_other(&one.keys.kana, &other.keys.kana))),
                ("why-mail-differs", unlike(|one, other| is_other(&one.keys.mail, &other.keys.mail))),
            ];
            let Some(other) = said.iter().find_map(|(_, other)| *other) else { continue };
            let reasons: Vec<Text> =
                said.iter().filter(|(_, other)| other.is_some()).map(|(word, _)| settings.words(word, &[])).collect();
            let join = |of: fn(&Text) -> &str, by: &str| reasons.iter().map(of).collect::<Vec<_>>().join(by);
            let index = staff.iter().position(|person| person.place == first.place);
            let problem = Problem::new("TR-0112", tables.cell(other.place, None))
                .found(&first.id)
                .with("name", first.name.clone())
                .with("rows", rows(&[first, other], tables))
                .with("reason", Text::new(join(|text| &text.ja, "、"), join(|text| &text.en, ", ")))
                .about(index, &first.keys.names);
            self.problems.push(problem);
        }
    }

    /// What is odd about a row that belongs to someone.
    fn one(&mut self, person: usize, completion: &Completion, tables: &Tables, settings: &Settings, now: Date) {
        let mut say = |rule: &'static str, found: String| {
            let problem = Problem::new(rule, tables.cell(completion.place, None))
                .found(found)
                .with("name", completion.name.clone())
                .with("course", completion.course.clone())
                .about([person], &completion.keys.names);
            self.problems.push(problem);
        };
        if completion.day > now {
            say("TR-0113", completion.day.to_string());
        }
        if completion.courses.is_empty() {
            say("TR-0114", completion.course.clone());
        }
        let is_licence = settings.used().any(|(_, rule)| {
            let asks = |course: &String| rule.any.contains(course) || rule.all.contains(course);
            rule.expires() == Expires::Only && completion.courses.iter().any(asks)
        });
        if is_licence && completion.expires.is_none() {
            say("TR-0115", String::new());
        }
    }

    fn nobody(&mut self, found: &Match, completion: &Completion, staff: &[Person], tables: &Tables, settings: &Settings) {
        let at = tables.cell(completion.place, None);
        let people = |all: &[usize]| all.iter().filter_map(|index| staff.get(*index)).collect::<Vec<_>>();
        let (rule, about, rows, why) = match found {
            Match::Several(all) => ("TR-0201", all.clone(), rows(&people(all), tables), Text::default()),
            Match::Unlike(one, why) => {
                let rule = match why {
                    Why::IdOfAnother | Why::MailOfAnother => "TR-0204",
                    Why::OtherId | Why::OtherKana | Why::OtherUnit | Why::NoUnit => "TR-0203",
                };
                (rule, vec![*one], rows(&people(&[*one]), tables), settings.words(word(*why), &[]))
            }
            Match::Apart(one, other) => {
                let both = [*one, *other];
                ("TR-0204", both.to_vec(), rows(&people(&both), tables), settings.words(APART, &[]))
            }
            Match::Nobody | Match::One(_) => {
                self.unmatched += 1;
                ("TR-0202", Vec::new(), Text::default(), Text::default())
            }
        };
        let problem = Problem::new(rule, at)
            .found(said(&completion.name, &completion.keys.id))
            .with("name", said(&completion.name, &completion.keys.id))
            .with("unit", completion.unit.clone())
            .with("course", completion.course.clone())
            .with("row", tables.say(completion.place))
            .with("rows", rows)
            .with("reason", why)
            .about(about, &completion.keys.names);
        self.problems.push(problem);
    }

    /// A certificate has one day and one holder: with two holders it counts for neither, with two days from the earlier.
    fn certificates(&mut self, tables: &Tables) {
        let mut held: BTreeMap<(&str, String), Vec<Held>> = BTreeMap::new();
        for (person, all) in &self.of {
            for index in all {
                let Some(completion) = tables.completions.get(*index).filter(|one| !one.certificate.is_empty()) else {
                    continue;
                };
                let key = (completion.system.as_str(), crate::fold::id(&completion.certificate));
                held.entry(key).or_default().push((completion, *person, *index));
            }
        }
        for mut rows in held.into_values() {
            rows.sort_by_key(|(completion, ..)| (completion.day, completion.place));
            let Some((first, holder, _)) = rows.first().copied() else { continue };
            let other_holder = rows.iter().find(|(_, person, _)| *person != holder);
            let other_day = rows.iter().find(|(completion, ..)| completion.day != first.day);
            let (rule, (other, person, _)) = match (other_holder, other_day) {
                (Some(other), _) => ("TR-0116", *other),
                (None, Some(other)) => ("TR-0117", *other),
                (None, None) => continue,
            };
            let problem = Problem::new(rule, tables.cell(other.place, None))
                .found(other.certificate.clone())
                .with("name", other.name.clone())
                .with("course", other.course.clone())
                .with("row", tables.say(other.place))
                .with("other", tables.say(first.place))
                .with("day", first.day.to_string())
                .about([person, holder], &other.keys.names);
            self.problems.push(problem);
            for (completion, person, index) in rows {
                let counts = rule == "TR-0117" && completion.day == first.day;
                if let Some(all) = self.of.get_mut(&person).filter(|_| !counts) {
                    all.retain(|other| *other != index);
                }
            }
        }
    }
}

/// A completion with a certificate, whose it is, and its index.
type Held<'a> = (&'a Completion, usize, usize);

/// Rows of one staff id and one name are one person, who may work in two units. Where the rows leave on different days, or only
/// one of them does, whether the person is there is not clear.
pub(crate) fn merged(rows: &[Person]) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    let mut seen: BTreeMap<(String, Option<String>), usize> = BTreeMap::new();
    for row in rows {
        let key = (row.keys.id.clone(), row.keys.names.first().cloned());
        let known = seen.get(&key).copied().filter(|_| !row.keys.id.is_empty());
        match known.and_then(|index| people.get_mut(index)) {
            Some(person) => {
                person.unclear |= row.unclear || person.leaves_otherwise(row);
                person.left = person.left.zip(row.left).map(|(one, other)| one.max(other));
                for unit in row.keys.units.iter().filter(|unit| !person.keys.units.contains(unit)).cloned().collect::<Vec<_>>()
                {
                    person.keys.units.push(unit);
                }
                let more: Vec<String> =
                    row.keys.names.iter().filter(|name| !person.keys.names.contains(name)).cloned().collect();
                person.keys.names.extend(more);
                person.keys.spelled.extend(row.keys.spelled.iter().cloned());
            }
            None => {
                seen.insert(key, people.len());
                people.push(row.clone());
            }
        }
    }
    people
}

/// Returns rows in words, with what tells the people apart.
pub(crate) fn rows(people: &[&Person], tables: &Tables) -> Text {
    let one = |person: &&Person, language: fn(&Text) -> &String| {
        let left = person.column("left");
        let facts: Vec<&str> = [person.name.as_str(), &person.id, &person.unit, &person.mail, left]
            .into_iter()
            .filter(|fact| !fact.is_empty())
            .collect();
        (language(&tables.say(person.place)).clone(), facts.join(", "))
    };
    let ja: Vec<String> =
        people.iter().map(|person| one(person, |text| &text.ja)).map(|(row, facts)| format!("{row}（{facts}）")).collect();
    let en: Vec<String> =
        people.iter().map(|person| one(person, |text| &text.en)).map(|(row, facts)| format!("{row} ({facts})")).collect();
    Text::new(ja.join("、"), en.join("; "))
}

/// Returns the words for what speaks against a match.
pub(crate) fn word(why: Why) -> &'static str {
    match why {
        Why::IdOfAnother => "why-id-of-another",
        Why::MailOfAnother => "why-mail-of-another",
        Why::OtherId => "why-other-id",
        Why::OtherKana => "why-other-kana",
        Why::OtherUnit => "why-other-unit",
        Why::NoUnit => "why-no-unit",
    }
}

/// Word for a staff id and a mail address of two people.
const APART: &str = "why-id-and-mail-apart";

fn is_other(one: &str, other: &str) -> bool {
    !one.is_empty() && !other.is_empty() && one != other
}

fn said(name: &str, id: &str) -> String {
    if name.is_empty() { id.to_owned() } else { name.to_owned() }
}
