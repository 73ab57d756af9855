//! What was published before stays known.

use todokede_abi::At;

use super::{Given, cells};

const ORDER: &str = "2024 2025-04-30";

#[test]
fn a_small_increment_is_not_printed_as_a_difference() {
    // 2024: 20 men and 20 women. 2025: two women more. The cumulative count of women must not be printed.
    let rows = |years: u32| {
        let mut given = Given::year(if years == 1 { 2024 } else { 2025 }).with("scope", "cumulative");
        given.patients.truncate(1);
        given.events.clear();
        for number in 0..40 {
            let sex = if number % 2 == 0 { "男" } else { "女" };
            given.patients.push([&format!("R{number}"), "REI-A", sex, "50", "2024-05-01", "", ""].map(str::to_owned).to_vec());
        }
        for number in 0..20 {
            given.patients.push([&format!("S{number}"), "REI-A", "男", "50", "2024-05-01", "", ""].map(str::to_owned).to_vec());
        }
        if years == 2 {
            for number in 0..2 {
                given
                    .patients
                    .push([&format!("T{number}"), "REI-A", "女", "50", "2025-05-01", "", ""].map(str::to_owned).to_vec());
            }
        }
        let products = given.filing.record["registry"]["products"].as_array().unwrap()[..1].to_vec();
        given.with("products", products)
    };
    let first = rows(1).ask();
    assert_eq!(cells(first.table("public", "counts-1"), 2)[1], "20", "women of 2024");
    let second = rows(2).after(ORDER, &first.made).ask();
    let table = second.table("public", "counts-1");
    assert_eq!(cells(table, 2)[1], "秘匿", "women of 2025");
    assert_eq!(cells(table, 0)[1], "秘匿", "and the total, which is two more too");
    assert_eq!(cells(table, 1)[1], "40", "men are as many as before");
    let masks = second.table("audit", "masks");
    let why: Vec<String> = (0..masks.rows.len()).map(|row| cells(masks, row)[5].clone()).collect();
    assert!(why.iter().any(|why| why.contains("前年")), "{why:?}");
    // Without the ledger they would be printed.
    assert_eq!(cells(rows(2).ask().table("public", "counts-1"), 2)[1], "22");
}

#[test]
fn rows_mended_since_are_reported_and_taken_into_account() {
    let first = Given::year(2024).ask();
    // A man of 2023 was a woman.
    let mut second = Given::year(2025);
    let row = second.patients.iter().position(|patient| patient[2] == "男" && patient[1] == "REI-A").unwrap();
    second.patients[row][2] = "女".to_owned();
    let answered = second.after(ORDER, &first.made).ask();
    assert_eq!(answered.rules(), ["RS-0216"]);
    assert_eq!(answered.findings[0].at, At::Filing);
}

#[test]
fn with_the_day_of_registration_the_earlier_counts_are_made_again() {
    let with_days = |year: u32, late: bool| {
        let mut given = Given::year(year);
        for (at, patient) in given.patients.iter_mut().enumerate() {
            let day = patient[4].clone();
            patient.push(if at == 0 { "登録日".to_owned() } else { day });
        }
        if late {
            // Treated in 2024, registered after it was counted.
            given
                .patients
                .push(["R-9001", "REI-A", "女", "50", "2025-01-10", "", "", "2025-06-01"].map(str::to_owned).to_vec());
        }
        given
    };
    let first = with_days(2024, false).ask();
    let second = with_days(2025, true).after(ORDER, &first.made).ask();
    assert_eq!(second.rules(), Vec::<&str>::new());
    let without = {
        let mut given = with_days(2025, true);
        given.patients.iter_mut().for_each(|patient| patient.truncate(7));
        given
    };
    assert_eq!(without.after(ORDER, &first.made).ask().rules(), ["RS-0216"]);
}

#[test]
fn what_cannot_be_held_against_this_year_stops_it() {
    let first = Given::year(2024).ask();
    let rules = |given: Given| given.after(ORDER, &first.made).ask().rules().into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(rules(Given::year(2025).with("basis", "calendar")), ["RS-0211"]);
    assert_eq!(rules(Given::year(2025).with("age_bands", "0-20,21-39,40-64,65-")), ["RS-0212"]);
    assert_eq!(rules(Given::year(2025).with("scope", "year")), ["RS-0224"]);
    assert_eq!(rules(Given::year(2025).with("cross", "yes")), ["RS-0224"]);
    let mut fewer = Given::year(2025);
    fewer.filing.record["registry"]["products"].as_array_mut().unwrap().truncate(1);
    assert!(rules(fewer).contains(&"RS-0214".to_owned()));
    let later = Given::year(2025).ask();
    assert_eq!(Given::year(2024).after("2025 2026-04-30", &later.made).ask().rules(), ["RS-0213"]);
    let mut broken = Given::year(2025);
    broken.filing.past.push(todokede_abi::Past {
        order: ORDER.to_owned(),
        remembered: serde_json::json!({ "version": 2 }),
        ..Default::default()
    });
    assert_eq!(broken.ask().rules(), ["RS-0210"]);
}

#[test]
fn rows_of_another_registry_are_refused() {
    let mut first = Given::year(2024).ask();
    // It said that there were a thousand women.
    for sheet in first.made.remembered["sheets"].as_array_mut().unwrap() {
        if sheet["count"] == "year" && sheet["product"] == "REI-A" {
            sheet["cells"]["sex:female"] = 1000.into();
        }
    }
    let answered = Given::year(2025).after(ORDER, &first.made).ask();
    assert_eq!(answered.rules(), ["RS-0215"]);
    assert_eq!(answered.report("public").blocks.len(), 1, "nothing is published");
}

#[test]
fn thresholds_of_their_own_part_the_products() {
    let own = |given: Given| {
        let mut given = given;
        given.filing.record["registry"]["products"][1]["threshold"] = 10.into();
        given
    };
    let answered = own(Given::year(2025)).ask();
    assert!(answered.rules().contains(&"RS-0218"), "{:?}", answered.rules());
    assert_eq!(cells(answered.table("public", "counts-2"), 1)[1], "10未満");
    assert_eq!(answered.table("audit", "proof").rows.len(), 2);
    // Once sums of all products are out, they are protected together.
    let first = Given::year(2024).ask();
    let tied = own(Given::year(2025)).after(ORDER, &first.made).ask();
    assert!(tied.rules().contains(&"RS-0217"), "{:?}", tied.rules());
}

#[test]
fn another_policy_than_the_year_before() {
    let first = Given::year(2024).ask();
    let second = Given::year(2025).with("policy", "ndb").after(ORDER, &first.made).ask();
    assert!(!second.rules().iter().any(|rule| ["RS-0221", "RS-0210"].contains(rule)), "{:?}", second.rules());
    let first = Given::year(2024).with("marks", "one").with("threshold", 10).ask();
    let second = Given::year(2025).after(ORDER, &first.made).ask();
    assert!(!second.rules().iter().any(|rule| ["RS-0221", "RS-0210"].contains(rule)), "{:?}", second.rules());
}

#[test]
fn a_year_is_published_again() {
    let first = Given::year(2025).ask();
    let mut again = Given::year(2025).with("counted_on", "2026-05-20").after("2025 2026-04-30", &first.made);
    again.patients.push(["R-9001", "REI-A", "女", "50", "2026-01-10", "", ""].map(str::to_owned).to_vec());
    let answered = again.ask();
    assert_eq!(answered.rules(), ["RS-0216"], "one more than was published then");
    let first_total = cells(first.table("public", "counts-1"), 0)[1].clone();
    let again_total = cells(answered.table("public", "counts-1"), 0)[1].clone();
    assert_eq!((first_total.as_str(), again_total.as_str()), ("17", "秘匿"), "the one is not told by the difference");
}

#[test]
fn what_earlier_years_gave_away_by_themselves_is_said_and_taken_for_known() {
    // 20 women, then 23, both printed under a threshold of 3: the three are known whatever is masked now.
    let year = |year: u32, women: usize| {
        let mut given = Given::year(2025).with("scope", "cumulative").with("year", year.to_string());
        given = given.with("counted_on", format!("{}-04-30", year + 1)).with("threshold", if year < 2025 { 3 } else { 5 });
        given.patients.truncate(1);
        given.events.clear();
        let row = |number: usize| {
            let day = ["2023-07-01", "2024-07-01", "2025-07-01"][usize::from(number >= 20) + usize::from(number >= 23)];
            [&format!("R{number}"), "REI-A", "女", "50", day, "", ""].map(str::to_owned).to_vec()
        };
        given.patients.extend((0..women).map(row));
        let products = given.filing.record["registry"]["products"].as_array().unwrap()[..1].to_vec();
        given.with("products", products)
    };
    let first = year(2023, 20).ask();
    let second = year(2024, 23).after("2023", &first.made).ask();
    assert_eq!(cells(second.table("public", "counts-1"), 2)[1], "23");
    let third = year(2025, 40).after("2023", &first.made).after("2024", &second.made).ask();
    assert_eq!(third.rules(), ["RS-0219"]);
    assert_eq!(cells(third.table("public", "counts-1"), 2)[1], "40", "seventeen more give nobody away");
}
