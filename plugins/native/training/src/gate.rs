//! Whether everyone whom a trial names holds what the role asks on the day of filing.

use std::collections::BTreeMap;

use jiff::civil::Date;
use todokede_abi::{At, Finding, Text};

use crate::day;
use crate::judged::{Judged, Member, Who};
use crate::named::Filing;
use crate::own;
use crate::roster::Match;
use crate::settings::Settings;
use crate::settled::{Settled, rows, word};
use crate::standing::{self, On, Standing, State};
use crate::table::{Completion, Tables};

/// What the gate looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gate<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) tables: &'a Tables,
    pub(crate) settled: &'a Settled,
    pub(crate) judged: &'a Judged,
    pub(crate) now: Date,
    pub(crate) year_start: (i8, i8),
}

impl<'a> Gate<'a> {
    /// Returns what is wrong with the people of the trial.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        if self.judged.members.is_empty() {
            return vec![Finding { rule: "TR-0306".to_owned(), ..Finding::default() }];
        }
        if self.judged.category.is_none() {
            let at = At::Record("/training/category".to_owned());
            return vec![Finding { rule: "TR-0307".to_owned(), at, ..Finding::default() }];
        }
        let unjudged = self.none_own().map_or_else(|| self.unjudged(), |finding| vec![finding]);
        unjudged
            .into_iter()
            .chain(self.unasked())
            .chain(self.judged.members.iter().flat_map(|member| self.member(member)))
            .collect()
    }

    /// Own institutions of the settings none of which the record has: everyone would be left out.
    fn none_own(&self) -> Option<Finding> {
        let missed = own::missed(&self.judged.members, self.settings)?;
        let (nearest, own) = missed.nearest;
        let values = [
            ("own", Text::from(self.settings.own.join("、"))),
            ("institutions", missed.institutions.join("、").into()),
            ("nearest", nearest.into()),
            ("wanted", own.into()),
        ];
        let finding = finding("TR-0309", missed.member, &values);
        Some(Finding { found: missed.institutions.join("、"), ..finding })
    }

    /// Filings none of whose people is judged.
    fn unjudged(&self) -> Vec<Finding> {
        let is_judged = |filing: &Filing, member: &Member| {
            let asked = !self.judged.rules(self.settings, member, filing.day).is_empty();
            member.filings.contains(filing) && member.who != Who::Elsewhere && asked
        };
        let nobody = |filing: &&Filing| {
            !self.judged.is_over(filing.day) && !self.judged.members.iter().any(|member| is_judged(filing, member))
        };
        let finding = |filing: &Filing| {
            let people = self.judged.members.iter().filter(|member| member.filings.contains(filing)).count();
            let mut values: BTreeMap<String, Text> =
                said(&[filing]).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            values.insert("count".to_owned(), people.to_string().into());
            Finding { rule: "TR-0310".to_owned(), values, ..Finding::default() }
        };
        self.judged.filings.iter().filter(nobody).map(finding).collect()
    }

    /// Roles that no rule asks anything of: said once each, so that nobody takes silence for a check.
    fn unasked(&self) -> Vec<Finding> {
        let category = self.judged.category.as_deref().unwrap_or_default();
        let mut by_role: BTreeMap<&str, (&Member, usize)> = BTreeMap::new();
        for member in &self.judged.members {
            let is_over = member.filings.iter().all(|filing| self.judged.is_over(filing.day));
            if member.who != Who::Elsewhere && !is_over && !self.judged.is_asked(self.settings, member) {
                by_role.entry(&member.named.role).or_insert((member, 0)).1 += 1;
            }
        }
        let finding = |(role, (member, count)): (&str, (&Member, usize))| {
            finding(
                "TR-0308",
                member,
                &[
                    ("role", self.settings.role(role)),
                    ("category", self.settings.category(category)),
                    ("count", count.to_string().into()),
                ],
            )
        };
        by_role.into_iter().map(finding).collect()
    }

    fn member(&self, member: &Member) -> Vec<Finding> {
        if !self.judged.is_asked(self.settings, member) {
            return self.leaver(member).into_iter().collect();
        }
        let several = |all: &[usize]| {
            let people: Vec<_> = all.iter().filter_map(|index| self.settled.staff.get(*index)).collect();
            rows(&people, self.tables)
        };
        match &member.who {
            Who::Elsewhere => Vec::new(),
            Who::Staff(Match::Nobody) => vec![self.about("TR-0301", member, &[])],
            Who::Staff(Match::Several(all)) => vec![self.about("TR-0302", member, &[("rows", several(all))])],
            Who::Staff(Match::Apart(one, other)) => {
                vec![self.about("TR-0302", member, &[("rows", several(&[*one, *other]))])]
            }
            Who::Staff(Match::Unlike(one, why)) => {
                let reason = self.settings.words(word(*why), &[]);
                vec![self.about("TR-0303", member, &[("rows", several(&[*one])), ("reason", reason)])]
            }
            Who::Staff(Match::One(person)) => {
                if let Some(finding) = self.leaver(member) {
                    let gone = finding.rule == "TR-0304";
                    let more = if gone { Vec::new() } else { self.courses(member, *person) };
                    return std::iter::once(finding).chain(more).collect();
                }
                self.courses(member, *person)
            }
        }
    }

    /// Someone who has left, of whom that is not clear, or who leaves while the study goes on.
    fn leaver(&self, member: &Member) -> Option<Finding> {
        let person = self.settled.staff.get(member.person()?)?;
        let is_live = |day: Date| self.judged.end.is_none_or(|end| day <= end);
        if person.unclear {
            let is_asked = member.filings.iter().any(|filing| is_live(filing.day));
            return is_asked.then(|| self.about("TR-0314", member, &[("rows", rows(&[person], self.tables))]));
        }
        let left = person.left?;
        let gone = member.filings.iter().find(|filing| left < filing.day && is_live(filing.day));
        let values = [("left", Text::from(left.to_string())), ("rows", rows(&[person], self.tables))];
        match gone {
            Some(filing) => {
                let mut values = values.to_vec();
                values.extend(said(&[filing]));
                Some(self.about("TR-0304", member, &values))
            }
            None if is_live(left) && self.judged.end.is_none_or(|end| left < end) => {
                let mut values = values.to_vec();
                values.extend(said(&member.filings.iter().collect::<Vec<_>>()));
                Some(self.about("TR-0305", member, &values))
            }
            None => None,
        }
    }

    fn courses(&self, member: &Member, person: usize) -> Vec<Finding> {
        let completions = self.settled.completions(person, self.tables);
        let mut rules: Vec<&str> = Vec::new();
        for filing in &member.filings {
            for (id, _) in self.judged.rules(self.settings, member, filing.day) {
                if !rules.contains(&id) {
                    rules.push(id);
                }
            }
        }
        rules.into_iter().filter_map(|rule| self.rule(member, rule, &completions)).collect()
    }

    fn rule(&self, member: &Member, rule: &'a str, completions: &[&'a Completion]) -> Option<Finding> {
        let asked = |filing: &&Filing| self.judged.rules(self.settings, member, filing.day).iter().any(|(id, _)| *id == rule);
        let filings: Vec<&Filing> = member.filings.iter().filter(asked).collect();
        let on = |day: Date| self.on(rule, completions, day);
        let standings: Vec<(&Filing, Standing)> = filings.iter().map(|filing| (*filing, on(filing.day))).collect();
        let failed: Vec<&Filing> =
            standings.iter().filter(|(_, s)| s.state < State::Grace).map(|(filing, _)| *filing).collect();
        if let Some((_, standing)) = standings.iter().find(|(_, standing)| standing.state < State::Grace) {
            let code = match standing.state {
                State::Expired => "TR-0312",
                State::Later => "TR-0313",
                _ => "TR-0311",
            };
            return Some(self.standing(code, member, rule, standing, &failed, None));
        }
        if let Some((filing, standing)) = standings.iter().find(|(_, standing)| standing.state == State::Grace) {
            return Some(self.standing("TR-0321", member, rule, standing, &[filing], None));
        }
        let (last, standing) = standings.last()?;
        for (day, title) in self.judged.also_on.iter().filter(|(day, _)| *day > last.day) {
            if on(*day).state != State::Valid {
                return Some(self.standing(
                    "TR-0322",
                    member,
                    rule,
                    &on(*day).or(standing),
                    &filings,
                    Some((*day, title.clone())),
                ));
            }
        }
        let soon = standing.until().is_some_and(|until| day::days(last.day, until) <= i64::from(self.settings.warn_days));
        soon.then(|| self.standing("TR-0323", member, rule, standing, &[last], None))
    }

    /// Returns how a person stands with a rule on a day.
    pub(crate) fn on(&self, rule: &'a str, completions: &[&'a Completion], day: Date) -> Standing<'a> {
        standing::on(self.settings, rule, completions, self.day(day))
    }

    /// Returns a day as the standing on it is asked for.
    pub(crate) fn day(&self, day: Date) -> On {
        On { day, now: self.now, year_start: self.year_start }
    }

    fn standing(
        &self,
        code: &str,
        member: &Member,
        rule: &str,
        standing: &Standing,
        filings: &[&Filing],
        also: Option<(Date, Text)>,
    ) -> Finding {
        let date = |day: Option<Date>| Text::from(day.map(|day| day.to_string()).unwrap_or_default());
        let mut values = said(filings);
        values.extend([
            ("course", self.course(standing)),
            ("rule", self.settings.rules.get(rule).map(|rule| rule.title.clone()).unwrap_or_default()),
            ("completed", date(standing.completion.map(|completion| completion.day))),
            ("until", date(standing.until())),
            ("grace", date(standing.grace())),
            ("also", date(also.as_ref().map(|(day, _)| *day))),
            ("event", also.map(|(_, title)| title).unwrap_or_default()),
            (
                "left",
                standing
                    .until()
                    .zip(filings.last())
                    .map(|(until, filing)| day::days(filing.day, until).to_string())
                    .unwrap_or_default()
                    .into(),
            ),
        ]);
        self.about(code, member, &values)
    }

    /// Returns the course in words: the one completed as the export calls it, else those that are wanted.
    pub(crate) fn course(&self, standing: &Standing) -> Text {
        if let Some(completion) = standing.completion {
            return completion.course.clone().into();
        }
        let titles: Vec<Text> = standing.courses.iter().map(|course| self.settings.course(course)).collect();
        let join = |language: fn(&Text) -> &str, or: &str| titles.iter().map(language).collect::<Vec<_>>().join(or);
        Text::new(join(|text| &text.ja, "」又は「"), join(|text| &text.en, "\" or \""))
    }

    fn about(&self, code: &str, member: &Member, values: &[(&'static str, Text)]) -> Finding {
        let mut all = vec![("role", self.settings.role(&member.named.role))];
        all.extend(values.iter().cloned());
        if !all.iter().any(|(name, _)| *name == "filing") {
            all.extend(said(&member.filings.iter().collect::<Vec<_>>()));
        }
        finding(code, member, &all)
    }
}

/// The filings in words: their titles, the day of the first and what follows a renewal.
fn said(filings: &[&Filing]) -> Vec<(&'static str, Text)> {
    let join = |texts: Vec<&Text>| {
        let mut once: Vec<&Text> = Vec::new();
        texts.into_iter().for_each(|text| {
            if !once.contains(&text) {
                once.push(text)
            }
        });
        let of = |language: fn(&Text) -> &str, between: &str| {
            once.iter().map(|text| language(text)).collect::<Vec<_>>().join(between)
        };
        (of(|text| &text.ja, "、"), of(|text| &text.en, ", "), of(|text| &text.ja, ""), of(|text| &text.en, " "))
    };
    let (ja, en, ..) = join(filings.iter().map(|filing| &filing.title).collect());
    let (.., then_ja, then_en) = join(filings.iter().map(|filing| &filing.then).collect());
    let day = filings.first().map(|filing| filing.day.to_string()).unwrap_or_default();
    vec![("filing", Text::new(ja, en)), ("day", day.into()), ("then", Text::new(then_ja, then_en))]
}

fn finding(code: &str, member: &Member, values: &[(&str, Text)]) -> Finding {
    let mut values: BTreeMap<String, Text> = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    values.insert("name".to_owned(), member.named.name.clone().into());
    values.insert("unit".to_owned(), unit(member).into());
    Finding { rule: code.to_owned(), at: At::Record(member.named.at.clone()), found: member.named.name.clone(), values }
}

/// Returns where a member works, in the record's words.
pub(crate) fn unit(member: &Member) -> String {
    let parts = [member.named.institution.as_str(), &member.named.unit];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("　")
}
