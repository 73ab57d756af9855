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

#[test]
fn a_development_abort_is_addressed_to_the_office_as_it_was_called_on_that_day() {
    let form = form();
    let paper = form.paper.as_ref().unwrap();
    let office = |date: &str| paper.addressee(form.kind_column("開発中止届").unwrap(), date).unwrap();
    let (old, new) = ("厚生労働省医薬・生活衛生局医薬品審査管理課長", "厚生労働省医薬局医薬品審査管理課長");
    for (date, name) in [("20201225", old), ("20230831", old), ("20230901", new), ("20260401", new), ("", new), ("2023", new)] {
        assert_eq!(office(date), name, "{date}");
    }
    // A day before the first name that is known still has an addressee.
    assert_eq!(office("20100101"), old);
    for kind in ["plan", "change", "termination", "abort"] {
        assert_eq!(paper.addressee(kind, "20200901"), Some("独立行政法人医薬品医療機器総合機構理事長"), "{kind}");
    }
}

#[test]
fn a_paper_that_names_something_unknown_does_not_load() {
    let forms = Files::embedded("forms");
    let catalogue = Catalogue::load(&forms).unwrap();
    let here = forms.below("pmda-ctn/3.0.0");
    let text = String::from_utf8(here.read("form.toml").unwrap().into_owned()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("items.csv"), here.read("items.csv").unwrap()).unwrap();
    for (from, to, said) in [
        ("date = \"INFONOTE/NOTEDATE\"", "date = \"INFONOTE/NODATE\"", "no item `INFONOTE/NODATE`"),
        ("\"APPLICAT_REP_NAME\"", "\"APPLICAT_REP\"", "no item `INFONOTE/INFOPERSONFILLNOTE/APPLICAT_REP`"),
        ("kinds = [\"plan\", ", "kinds = [\"plam\", ", "no kind `plam`"),
        ("kinds = [\"plan\", ", "kinds = [", "nobody is addressed by `治験計画届`"),
        ("from = \"2023-09-01\"", "from = \"2023-09-31\"", "`from` is no day"),
        ("source = \"M\"", "source = \"Q\"", "no source `Q`"),
    ] {
        assert!(text.contains(from), "{from}");
        std::fs::write(folder.path().join("form.toml"), text.replacen(from, to, 1)).unwrap();
        let errors = Form::load(&Files::Folder(folder.path().to_path_buf()), &catalogue).unwrap_err();
        let error = errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert!(error.contains("form.toml") && error.contains(said), "{error}");
    }
}
