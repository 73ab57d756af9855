//! The people of a trial, each once for each role, and who they are.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::Value;
use todokede_abi::Text;

use crate::day;
use crate::fold::{self, Folder};
use crate::named::{self, Filing, Named};
use crate::own;
use crate::record;
use crate::roster::{Match, Names, Roster};
use crate::settings::{Rule, Settings};
use crate::settled::Settled;

/// A trial with its people.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) category: Option<String>,
    pub(crate) members: Vec<Member>,
    /// The last day of the study.
    pub(crate) end: Option<Date>,
    /// Further days on which people must hold valid completions.
    pub(crate) also_on: Vec<(Date, Text)>,
    pub(crate) filings: Vec<Filing>,
}

/// A person in a role.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// Where the person is named first.
    pub(crate) named: Named,
    pub(crate) who: Who,
    /// The filings that name the person in this role, in the order of their days.
    pub(crate) filings: Vec<Filing>,
}

/// Who a member is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Who {
    /// A person of the staff list, or not.
    Staff(Match),
    /// Someone of another institution.
    Elsewhere,
}

impl Judged {
    /// Finds the people of a trial.
    pub(crate) fn new(record: &Value, settings: &Settings, folder: &Folder, settled: &Settled, now: Date) -> Judged {
        let filings = named::filings(record, settings, now);
        let people = named::people(record, settings, folder, &filings);
        let roster = Roster::new(&settled.staff);
        let institutions: BTreeSet<String> =
            people.iter().map(|named| fold::title(&named.institution)).filter(|name| !name.is_empty()).collect();
        let names = if settings.own.is_empty() && institutions.len() > 1 { Names::WithUnit } else { Names::Alone };
        let mut members: Vec<Member> = Vec::new();
        for named in people {
            let who = if own::is_own(&named, settings) { Who::Staff(roster.find(&named.keys, names)) } else { Who::Elsewhere };
            let filing = named.filing.clone();
            match members.iter_mut().find(|member| member.is(&named, &who)) {
                Some(member) if member.filings.contains(&filing) => {}
                Some(member) => member.filings.push(filing),
                None => members.push(Member { named, who, filings: vec![filing] }),
            }
        }
        for member in &mut members {
            member.filings.sort_by(|one, other| (one.day, &one.id).cmp(&(other.day, &other.id)));
        }
        let date = |field: &String| day::iso(&record::first(record, field));
        Judged {
            category: named::category(record, settings),
            members,
            end: date(&settings.study_end),
            also_on: settings.also_on.iter().filter_map(|also| Some((date(&also.field)?, also.title.clone()))).collect(),
            filings: filings.into_iter().map(|(filing, _)| filing).collect(),
        }
    }

    /// Returns the rules that are asked of a member on a day.
    pub(crate) fn rules<'a>(&self, settings: &'a Settings, member: &Member, day: Date) -> Vec<(&'a str, &'a Rule)> {
        let Some(category) = self.category.as_ref().filter(|_| !self.is_over(day)) else { return Vec::new() };
        let day = day.to_string();
        settings.used().filter(|(_, rule)| rule.asks(&member.named.role, category, &day)).collect()
    }

    /// Tells whether the study is over before a day: a report of its end names people who need nothing any more.
    pub(crate) fn is_over(&self, day: Date) -> bool {
        self.end.is_some_and(|end| end < day)
    }

    /// Tells whether any rule is asked of a member on the day of one of the filings.
    pub(crate) fn is_asked(&self, settings: &Settings, member: &Member) -> bool {
        member.filings.iter().any(|filing| !self.rules(settings, member, filing.day).is_empty())
    }
}

impl Member {
    /// Returns the person of the staff list.
    pub(crate) fn person(&self) -> Option<usize> {
        match self.who {
            Who::Staff(Match::One(person)) => Some(person),
            _ => None,
        }
    }

    /// The same person in the same role: by the staff list, else by name and place.
    fn is(&self, named: &Named, who: &Who) -> bool {
        let same_role = self.named.role == named.role;
        let same = match (&self.who, who) {
            (Who::Staff(Match::One(one)), Who::Staff(Match::One(other))) => one == other,
            (Who::Staff(Match::One(_)), _) | (_, Who::Staff(Match::One(_))) => false,
            _ => {
                self.named.keys.names == named.keys.names
                    && (self.named.keys.id == named.keys.id)
                    && (self.named.keys.units == named.keys.units || self.named.at == named.at)
            }
        };
        same_role && same
    }
}
