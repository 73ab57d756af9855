//! What settings must say to be of use, so that a typing error never lets someone pass.

use std::collections::BTreeSet;

use super::{Expires, Grace, Settings, Window};
use crate::day;

impl Settings {
    /// Checks what the settings name.
    ///
    /// # Errors
    /// Returns the first thing that is wrong and where it stands.
    pub(super) fn check(&self) -> Result<(), String> {
        let known = |place: String, what: &str, ids: &[String], has: &dyn Fn(&str) -> bool| match ids.iter().find(|id| !has(id))
        {
            Some(id) => Err(format!("settings [training] {place}: no {what} `{id}`")),
            None => Ok(()),
        };
        let is_rule = |id: &str| self.rules.contains_key(id);
        let is_role = |id: &str| self.roles.contains_key(id);
        let is_category = |id: &str| self.categories.contains_key(id);
        known("use".to_owned(), "rule", &self.r#use, &is_rule)?;
        if self.r#use.is_empty() {
            return Err("settings [training] use: name at least one rule".to_owned());
        }
        for (id, rule) in &self.rules {
            let place = |key: &str| format!("rules.{id}.{key}");
            known(place("any"), "course", &rule.any, &|id| self.courses.contains_key(id))?;
            known(place("all"), "course", &rule.all, &|id| self.courses.contains_key(id))?;
            known(place("roles"), "role", &rule.roles, &is_role)?;
            known(place("categories"), "category", &rule.categories, &is_category)?;
            known(place("implies"), "rule", &rule.implies, &is_rule)?;
            let bad = |key: &str, problem: &str| Err(format!("settings [training] {}: {problem}", place(key)));
            if rule.any.is_empty() && rule.all.is_empty() {
                return bad("any", "name at least one course in `any` or `all`");
            }
            match &rule.window {
                Window::Years(0) | Window::Months(0) | Window::Days(0) | Window::FiscalYears(0) => {
                    return bad("window", "must be at least 1");
                }
                Window::Years(200..) | Window::FiscalYears(200..) => return bad("window", "is too long"),
                Window::Licence(false) | Window::Unlimited(false) => return bad("window", "must be true"),
                _ => {}
            }
            if matches!(rule.window, Window::Licence(_)) && rule.expires() != Expires::Only {
                return bad("expires", "a licence ends on the day that it says: leave `expires` out");
            }
            if matches!(&rule.grace, Some(Grace::Until(text)) if day::month_day(text).is_none()) {
                return bad("grace", "`until` wants MM-DD");
            }
            for (key, value) in [("from", &rule.from), ("until", &rule.until)] {
                if value.as_deref().is_some_and(|text| day::iso(text).is_none()) {
                    return bad(key, "wants YYYY-MM-DD");
                }
            }
        }
        if day::month_day(&self.fiscal_year.start).is_none_or(|(month, day)| (month, day) == (2, 29)) {
            return Err("settings [training] fiscal_year.start: wants MM-DD, not 02-29".to_owned());
        }
        for (index, from) in self.category.iter().enumerate() {
            let named: Vec<String> = from.is.iter().chain(from.values.values()).cloned().collect();
            known(format!("category {}", index + 1), "category", &named, &is_category)?;
        }
        for destination in &self.destination {
            let named: Vec<String> = destination.people.iter().filter_map(|people| people.role.clone()).collect();
            known(format!("destination {}", destination.id), "role", &named, &is_role)?;
        }
        let systems: Vec<String> = self.files.values().chain([&self.prices.system]).cloned().collect();
        known("files, prices".to_owned(), "system", &systems, &|id| self.systems.contains_key(id))?;
        for (id, course) in &self.courses {
            known(format!("courses.{id}.systems"), "system", &course.systems, &|id| self.systems.contains_key(id))?;
            let no_parts = course.parts.as_ref().is_none_or(Vec::is_empty);
            if course.names.is_empty() && no_parts && (course.systems.is_empty() || course.parts.is_none()) {
                return Err(format!("settings [training] courses.{id}: has neither `names` nor `parts`"));
            }
        }
        for (id, plan) in &self.prices.plans {
            let limits: Vec<i64> = plan.tiers.iter().map(|tier| tier.up_to.unwrap_or(i64::MAX)).collect();
            if !limits.is_sorted() || limits.last() != Some(&i64::MAX) {
                let problem = "tiers go from the smallest on, and the last has no `up_to`";
                return Err(format!("settings [training] prices.plans.{id}: {problem}"));
            }
        }
        self.check_columns()
    }

    fn check_columns(&self) -> Result<(), String> {
        let known: BTreeSet<&str> =
            ["id", "name", "family", "given", "kana", "former", "mail", "institution", "unit", "role", "left"].into();
        let of_completions: BTreeSet<&str> = [
            "id",
            "name",
            "family",
            "given",
            "kana",
            "mail",
            "unit",
            "course",
            "completed",
            "certificate",
            "expires",
            "result",
        ]
        .into();
        type Names<'a> = Vec<&'a String>;
        let check = |place: &str, known: &BTreeSet<&str>, names: Names| match names
            .iter()
            .find(|name| !known.contains(name.as_str()))
        {
            Some(name) => Err(format!("settings [training] {place}: there is no column `{name}`")),
            None => Ok(()),
        };
        for (place, layout) in [("staff", &self.staff), ("users", &self.users)] {
            check(place, &known, layout.columns.keys().chain(layout.needed.iter().flatten()).collect())?;
        }
        check("register.columns", &known, self.register.columns.iter().map(|column| &column.from).collect())?;
        for (id, system) in &self.systems {
            let names = system.columns.keys().chain(system.needed.iter().flatten()).collect();
            check(&format!("systems.{id}"), &of_completions, names)?;
        }
        Ok(())
    }
}
