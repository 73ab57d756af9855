use super::*;

fn form() -> Form {
    let forms = Files::embedded("forms");
    let catalogue = Catalogue::load(&forms).unwrap();
    Form::load(&forms.below("pmda-ctn/3.0.0"), &catalogue).unwrap()
}

#[test]
fn the_notification_form_has_every_element_of_its_schema() {
    let form = form();
    let count = |kind| form.items().iter().filter(|item| item.kind == kind).count();
    assert_eq!((form.items().len(), count(ItemKind::Value), count(ItemKind::Serial)), (242, 155, 25));
}

#[test]
fn a_row_is_the_serial_and_what_follows_it() {
    let form = form();
    let group = form.item(form.find("INFONOTE/INFOOTHERS_PROTOCOL/INFOCOMBEQUIPMENT").unwrap());
    let names = |list: &[ItemIx]| list.iter().map(|at| form.item(*at).element.clone()).collect::<Vec<_>>();
    assert_eq!(names(&group.head), ["APPLICABLEORNOT"]);
    assert_eq!(names(&group.row), ["SERIALNO1", "CONTENTS"]);
}

#[test]
fn an_investigator_initiated_trial_must_name_its_payer() {
    let form = form();
    let payer = form.find("INFONOTE/SUMMARYPROTOCOL/CHARGEOUTPERSONCLINTRIAL/CHARGEOUTPERSONNAME").unwrap();
    let reading = |initiator: &'static str| {
        let kind = form.kind_item;
        form.reading(move |item| if item == kind { "治験計画届" } else { initiator }).unwrap()
    };
    assert_eq!(form.need(payer, &reading("1")), Need::Blank);
    assert_eq!(form.need(payer, &reading("2")), Need::Required);
}

#[test]
fn a_citation_is_spelled_out() {
    assert_eq!(
        form().citation("S p15(4); X", Lang::En),
        "notice on sponsored trials (2024-08-20) p15(4); list of XML items (v3.0.0)"
    );
}

#[test]
fn what_stands_before_the_rows_of_a_group_is_asked_of_everyone() {
    let form = form();
    let asked =
        |path: &str| form.always_asked(form.find(&format!("INFONOTE/INFOOTHERS_PROTOCOL/INFOCOMBEQUIPMENT/{path}")).unwrap());
    assert_eq!((asked("APPLICABLEORNOT"), asked("CONTENTS")), (true, false));
}
