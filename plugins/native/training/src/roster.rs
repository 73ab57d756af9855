//! Who someone is: staff id, then mail, then name and unit. Two people of one name are never mixed: what does not tell them
//! apart is not counted.

use std::collections::BTreeMap;

use crate::fold;
use crate::table::Person;
use crate::table::staff::Keys;

/// The staff list, to be asked who someone is.
#[derive(Debug)]
pub(crate) struct Roster<'a> {
    people: &'a [Person],
    ids: BTreeMap<&'a str, Vec<usize>>,
    mails: BTreeMap<&'a str, Vec<usize>>,
    names: BTreeMap<&'a str, Vec<usize>>,
    kana: BTreeMap<&'a str, Vec<usize>>,
}

/// Who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Match {
    /// This one.
    One(usize),
    /// Nobody of the list.
    Nobody,
    /// One of these, and nothing tells which.
    Several(Vec<usize>),
    /// The staff id is the first one's, the mail address the second one's.
    Apart(usize, usize),
    /// It would be this one, but something speaks against it.
    Unlike(usize, Why),
}

impl Match {
    /// Returns everyone of the list that it may be.
    pub(crate) fn all(&self) -> Vec<usize> {
        match self {
            Match::One(one) | Match::Unlike(one, _) => vec![*one],
            Match::Several(all) => all.clone(),
            Match::Apart(one, other) => vec![*one, *other],
            Match::Nobody => Vec::new(),
        }
    }
}

/// What speaks against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Why {
    /// The staff id is that of a person of another name.
    IdOfAnother,
    /// The mail address is that of a person of another name.
    MailOfAnother,
    /// The staff id or the mail address is not this person's.
    OtherId,
    /// The reading of the name is another one.
    OtherKana,
    /// The unit is another one.
    OtherUnit,
    /// No unit is given.
    NoUnit,
}

/// How much a name alone says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// Nothing without the unit.
    WithUnit,
    /// Enough where only one person has it and the unit is not given.
    WithoutUnit,
    /// Enough where only one person has it, whatever the unit.
    Alone,
}

impl<'a> Roster<'a> {
    /// Makes one.
    pub(crate) fn new(people: &'a [Person]) -> Roster<'a> {
        let mut roster =
            Roster { people, ids: BTreeMap::new(), mails: BTreeMap::new(), names: BTreeMap::new(), kana: BTreeMap::new() };
        let put = |map: &mut BTreeMap<&'a str, Vec<usize>>, key: &'a str, index| {
            if !key.is_empty() {
                map.entry(key).or_default().push(index);
            }
        };
        for (index, person) in people.iter().enumerate() {
            put(&mut roster.ids, &person.keys.id, index);
            put(&mut roster.mails, &person.keys.mail, index);
            put(&mut roster.kana, &person.keys.kana, index);
            for name in &person.keys.names {
                put(&mut roster.names, name, index);
            }
        }
        roster
    }

    /// Returns the people of the list that share a staff id, or a mail address.
    pub(crate) fn shared(&self) -> (Vec<&[usize]>, Vec<&[usize]>) {
        (several_of(&self.ids), several_of(&self.mails))
    }

    /// Returns who has these keys.
    pub(crate) fn find(&self, keys: &Keys, names: Names) -> Match {
        let by_id = self.by_id(&keys.id);
        match by_id.as_slice() {
            [one] => return self.agreed(*one, keys, Why::IdOfAnother),
            [_, _, ..] => return self.told_by_name(&by_id, keys),
            [] => {}
        }
        let by_mail =
            if keys.mail.is_empty() { &[] } else { self.mails.get(keys.mail.as_str()).map_or(&[][..], Vec::as_slice) };
        match by_mail {
            [one] => self.agreed(*one, keys, Why::MailOfAnother),
            // An address that several share tells nothing alone.
            _ => self.by_name(keys, names),
        }
    }

    /// A spreadsheet drops zeros before a number, so they are left out of account where that fits one person only.
    fn by_id(&self, id: &str) -> Vec<usize> {
        if id.is_empty() {
            return Vec::new();
        }
        if let Some(found) = self.ids.get(id) {
            return found.clone();
        }
        let bare = |id: &str| id.trim_start_matches('0').to_owned();
        if !id.bytes().all(|byte| byte.is_ascii_digit()) || bare(id).is_empty() {
            return Vec::new();
        }
        self.ids.iter().filter(|(known, _)| bare(known) == bare(id)).flat_map(|(_, all)| all.iter().copied()).collect()
    }

    /// An id or address is believed only where the name agrees.
    fn agreed(&self, one: usize, keys: &Keys, why: Why) -> Match {
        let Some(person) = self.people.get(one) else { return Match::Nobody };
        if !is_named(person, keys) {
            return Match::Unlike(one, why);
        }
        let is_other = |key: &str, own: &str| !key.is_empty() && !own.is_empty() && key != own;
        let holders = self.mails.get(keys.mail.as_str()).filter(|all| !all.contains(&one));
        match (why, holders.and_then(|all| all.first())) {
            (Why::IdOfAnother, Some(other)) if is_other(&keys.mail, &person.keys.mail) => Match::Apart(one, *other),
            // The address is this person's, the staff id is not: in doubt.
            (Why::MailOfAnother, _) if is_other(&keys.id, &person.keys.id) => Match::Unlike(one, Why::OtherId),
            _ => Match::One(one),
        }
    }

    fn told_by_name(&self, all: &[usize], keys: &Keys) -> Match {
        let named: Vec<usize> = all.iter().copied().filter(|index| self.is_named(*index, keys)).collect();
        match named.as_slice() {
            [one] if !keys.names.is_empty() => Match::One(*one),
            _ => Match::Several(all.to_vec()),
        }
    }

    fn is_named(&self, index: usize, keys: &Keys) -> bool {
        self.people.get(index).is_some_and(|person| is_named(person, keys))
    }

    /// Returns the only one whose name is spelled exactly so.
    fn spelled(&self, found: &[usize], keys: &Keys) -> Option<usize> {
        let is_so = |person: &Person| keys.spelled.iter().any(|name| person.keys.spelled.contains(name));
        let mut so = found.iter().copied().filter(|index| self.people.get(*index).is_some_and(is_so));
        so.next().filter(|_| so.next().is_none())
    }

    fn by_name(&self, keys: &Keys, names: Names) -> Match {
        let mut found: Vec<usize> =
            keys.names.iter().filter_map(|name| self.names.get(name.as_str())).flatten().copied().collect();
        let in_kana = |name: &String| fold::is_kana(name);
        if found.is_empty() && keys.names.iter().all(in_kana) {
            let kana = keys.names.iter().chain([&keys.kana]).filter(|kana| !kana.is_empty());
            found = kana.filter_map(|kana| self.kana.get(kana.as_str())).flatten().copied().collect();
        }
        found.sort_unstable();
        found.dedup();
        let spelled = self.spelled(&found, keys);
        if found.len() > 1 && keys.of_site {
            return Match::Several(found);
        }
        let all = found.clone();
        if found.len() > 1 {
            let is_read =
                |person: &Person| keys.kana.is_empty() || person.keys.kana.is_empty() || person.keys.kana == keys.kana;
            found.retain(|index| self.people.get(*index).is_some_and(is_read));
        }
        let in_unit = |index: &usize| self.people.get(*index).is_some_and(|person| is_of_unit(person, keys));
        let of_unit: Vec<usize> = found.iter().copied().filter(in_unit).collect();
        let one = match (found.as_slice(), of_unit.as_slice()) {
            ([], _) => return Match::Nobody,
            ([one], []) => match names {
                Names::Alone => *one,
                _ if !keys.units.is_empty() => return Match::Unlike(*one, Why::OtherUnit),
                Names::WithoutUnit => *one,
                Names::WithUnit => return Match::Unlike(*one, Why::NoUnit),
            },
            (_, [one]) => *one,
            (all, []) => return Match::Several(all.to_vec()),
            (_, several) => return Match::Several(several.to_vec()),
        };
        if spelled.is_some_and(|spelled| spelled != one) {
            return Match::Several(all);
        }
        let Some(person) = self.people.get(one) else { return Match::Nobody };
        let is_other = |key: &str, own: &str| !key.is_empty() && !own.is_empty() && key != own;
        if is_other(&keys.id, &person.keys.id) {
            Match::Unlike(one, Why::OtherId)
        } else if is_other(&keys.kana, &person.keys.kana) {
            Match::Unlike(one, Why::OtherKana)
        } else {
            Match::One(one)
        }
    }
}

fn several_of<'m>(map: &'m BTreeMap<&str, Vec<usize>>) -> Vec<&'m [usize]> {
    map.values().filter(|all| all.len() > 1).map(Vec::as_slice).collect()
}

/// Tells whether a person may go by one of these names; keys without a name say nothing against it.
fn is_named(person: &Person, keys: &Keys) -> bool {
    let by_name = keys.names.iter().any(|name| person.keys.names.contains(name) || *name == person.keys.kana);
    let by_kana =
        keys.names.is_empty() && (keys.kana.is_empty() || person.keys.kana.is_empty() || keys.kana == person.keys.kana);
    by_name || by_kana
}

/// Tells whether a unit of a person is one of the keys', or one is part of the other.
pub(crate) fn is_of_unit(person: &Person, keys: &Keys) -> bool {
    let mut pairs = person.keys.units.iter().flat_map(|own| keys.units.iter().map(move |other| (own, other)));
    pairs.any(|(own, other)| own == other || own.ends_with(other.as_str()) || other.ends_with(own.as_str()))
}
