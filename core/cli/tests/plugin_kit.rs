//! The author's kit as an institution's person uses it, mistakes and all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]
#![allow(clippy::print_stderr, reason = "a test says what it skipped")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn todokede(folder: &Path, arguments: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_todokede"));
    command.args(arguments.split(' ')).current_dir(folder).env("LC_ALL", "en_US.UTF-8").output().unwrap()
}

fn run(folder: &Path, arguments: &str) -> (i32, String) {
    let output = todokede(folder, arguments);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code().unwrap(), said)
}

/// Makes the folder `our-clinic`.
fn made(kind: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (code, said) = run(folder.path(), &format!("plugin new our-clinic --kind {kind}"));
    assert_eq!(code, 0, "{said}");
    folder
}

fn change(folder: &Path, name: &str, from: &str, to: &str) {
    let path = folder.join("our-clinic").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{name} has no {from}");
    std::fs::write(path, text.replace(from, to)).unwrap();
}

fn add(folder: &Path, name: &str, text: &str) {
    let path = folder.join("our-clinic").join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let old = std::fs::read_to_string(&path).unwrap_or_default();
    std::fs::write(path, format!("{old}{text}")).unwrap();
}

/// Returns rule, place and message of everything that `plugin check` finds.
fn checked(folder: &Path) -> (i32, Vec<String>) {
    let output = todokede(folder, "plugin check our-clinic --format json");
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let findings = report[0]["findings"].as_array().unwrap().iter().map(|finding| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let at = &finding["at"];
        format!("{} {}:{} {}", text(&finding["rule"]), text(&at["file"]), text(&at["line"]), text(&finding["message"]["en"]))
    });
    (output.status.code().unwrap(), findings.collect())
}

#[test]
fn a_new_plugin_of_files_passes_its_check_and_its_test() {
    let folder = made("data");
    assert_eq!(run(folder.path(), "plugin check our-clinic"), (0, "our-clinic: 0 error(s), 0 warning(s)\n".to_owned()));
    let all = "our-clinic: all passed (3 of 3 rules shown both ways, 6 cases, 3 files compared)\n";
    assert_eq!(run(folder.path(), "plugin test our-clinic"), (0, all.to_owned()));
}

#[test]
fn a_new_plugin_with_a_program_passes_its_check_and_its_test() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no python3");
        return;
    }
    let folder = made("process");
    assert_eq!(run(folder.path(), "plugin check our-clinic"), (0, "our-clinic: 0 error(s), 0 warning(s)\n".to_owned()));
    let all = "our-clinic: all passed (4 of 4 rules shown both ways, 9 cases, 4 files compared)\n";
    assert_eq!(run(folder.path(), "plugin test our-clinic"), (0, all.to_owned()));
    change(folder.path(), "plugin.py", "VERSION = \"0.1.0\"", "VERSION = \"0.2.0\"");
    let (code, found) = checked(folder.path());
    assert_eq!(code, 1);
    assert!(found.len() == 1 && found[0].starts_with("PC-0003 plugin.toml:"), "{found:?}");
}

#[test]
fn a_new_plugin_with_a_library_says_what_is_to_be_built_and_pinned() {
    let folder = made("native");
    let (code, found) = checked(folder.path());
    let of = |start: &str| found.iter().any(|finding| finding.starts_with(start));
    assert!(code == 1 && of("PC-0005 plugin.toml:") && of("AK-0006 cases/example:"), "{found:?}");
    assert_eq!(run(folder.path(), "plugin check our-clinic --pin").0, 2, "there is no library to hash");
    let manifest = std::fs::read_to_string(folder.path().join("our-clinic/plugin.toml")).unwrap();
    let library = manifest.lines().find_map(|line| line.strip_prefix("library = ")).unwrap().trim_matches('"').to_owned();
    add(folder.path(), &library, "no library");
    let (code, said) = run(folder.path(), "plugin check our-clinic --pin");
    assert!(code == 1 && said.contains("PC-0005"), "a hash makes no library of it: {said}");
    let pinned = std::fs::read_to_string(folder.path().join("our-clinic/plugin.toml")).unwrap();
    let hash = "sha256 = \"3be87164e4ca4a5ee55c0f6b1f1b0d3e5f0de21f6ce7a4e0d9a0ac05b0b14d04\"";
    assert_eq!(pinned.lines().count(), manifest.lines().count());
    assert!(
        !pinned.contains(&"0".repeat(64)) && pinned.lines().any(|line| line.len() == hash.len() && line.starts_with("sha256"))
    );
}

#[test]
fn nothing_is_written_over_and_no_id_is_taken_that_means_something() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("our-clinic")).unwrap();
    add(folder.path(), "mine.txt", "by hand");
    assert_eq!(run(folder.path(), "plugin new our-clinic").0, 2);
    assert_eq!(std::fs::read_dir(folder.path().join("our-clinic")).unwrap().count(), 1);
    for id in ["Our", "a", "1st", "our_clinic", "our--x", "our-", "trial", "sites", "row", "jrct", "../x"] {
        let (code, said) = run(folder.path(), &format!("plugin new {id}"));
        assert_eq!(code, 2, "{id}: {said}");
    }
    assert_eq!(run(folder.path(), "plugin new ours --title a/b").0, 2);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn every_slip_of_every_file_is_told_in_one_pass_with_its_place() {
    let folder = made("data");
    let of = folder.path();
    change(of, "plugin.toml", "line_break =", "line_brake =");
    change(of, "plugin.toml", "template = \"form.docx\"", "template = \"form.docx\"\nreaders = \"z\"\nlint = \"protcol\"");
    change(of, "map.toml", "\"trial.title\"", "\"trial.titel\"");
    change(of, "rules.toml", "checks = [\"length\"]", "checks = [\"lenght\"]");
    change(of, "rules.toml", "when = \"filled(our_clinic.submitted_on)", "when = \"filed(our_clinic.submitted_on)");
    add(of, "fields.csv", "trial.budget,text,予算,Money,,,\nour_clinic.title,txt,題,T,,,\n");
    add(of, "cases/OUR-0001/case.toml", "[[fail]]\nnam = \"x\"\n");
    let (code, found) = checked(of);
    assert_eq!(code, 1);
    for start in [
        "AK-0001 fields.csv:4:1 `trial.budget`: the ids",
        "AK-0001 fields.csv:5:18 unknown kind `txt`",
        "AK-0001 map.toml:8:11 unknown name `trial.titel`; did you mean `trial.title`?",
        "AK-0001 plugin.toml:1:1 missing field `line_break`",
        "AK-0001 plugin.toml:19:1 unknown field `line_brake`",
        "AK-0001 plugin.toml:34:1 output `院内提出書_{{ trial }}.docx`: `readers`: there is no `z`",
        "AK-0001 plugin.toml:35:1 output `院内提出書_{{ trial }}.docx`: `lint`: there is no `protcol`; known are",
        "AK-0001 rules.toml:21:11 unknown variant `lenght`",
    ] {
        assert!(found.iter().any(|finding| finding.starts_with(start)), "{start}\n{found:#?}");
    }
    let of_rule = |finding: &&String| finding.contains("unknown name `filed`; did you mean `filled`?");
    assert_eq!(found.iter().filter(of_rule).count(), 1, "{found:#?}");
    assert!(found.iter().any(|finding| finding.contains("case.toml:14:1 unknown field `nam`")), "{found:#?}");
    let (code, said) = run(of, "plugin test our-clinic");
    assert!(code == 1 && said.contains("AK-0001"), "{said}");
}

#[test]
fn what_loads_but_is_not_finished_is_told() {
    let folder = made("data");
    let of = folder.path();
    add(of, "fields.csv", "our_clinic.idle,text,使わない,Idle,,,\n");
    add(of, "templates/old.txt", "x");
    add(of, "cases/OUR-9999/case.toml", "base = \"base\"\n");
    change(of, "templates/mail.txt", "record.trial.title", "record.trial.titel");
    std::fs::remove_dir_all(of.join("our-clinic/cases/OUR-0101")).unwrap();
    std::fs::remove_dir_all(of.join("our-clinic/cases/example/expected")).unwrap();
    let (code, found) = checked(of);
    assert_eq!(code, 1);
    let starts = [
        "AK-0005 cases/OUR-9999/case.toml:",
        "AK-0006 cases/example:",
        "AK-0007 fields.csv:4:1",
        "AK-0004 rules.toml:",
        "AK-0008 templates/mail.txt:3:4 there is no record.trial.titel. Did you mean `record.trial.title`?",
        "AK-0003 templates/old.txt:",
    ];
    for start in starts {
        assert!(found.iter().any(|finding| finding.starts_with(start)), "{start}\n{found:#?}");
    }
    assert_eq!(found.len(), starts.len(), "{found:#?}");
}

#[test]
fn a_test_fails_for_a_case_a_file_and_a_rule_without_cases() {
    let folder = made("data");
    let of = folder.path();
    change(of, "templates/mail.txt", "御中", "様");
    change(of, "cases/OUR-0002/case.toml", "[[pass]]", "[[fail]]");
    let (code, said) = run(of, "plugin test our-clinic");
    assert_eq!(code, 1, "{said}");
    for part in [
        "FAILED OUR-0002: 60 characters: found 0 times, not once",
        "FAILED OUR-0002 has no passing case",
        "送付状_REI-001.txt: the text differs",
        "    - chiken@hospital.example.jp 御中\n    + chiken@hospital.example.jp 様\n",
        "our-clinic: 3 failed (2 of 3 rules shown both ways, 6 cases, 3 files compared)",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    let (code, said) = run(of, "plugin test our-clinic --update");
    assert!(code == 1 && !said.contains("differs"), "only the cases are wrong now: {said}");
}

#[test]
fn fields_groups_and_codes_of_an_institution_go_the_whole_way() {
    let folder = made("data");
    let of = folder.path();
    add(
        of,
        "codes/room.toml",
        "id = \"our-clinic-room\"\nja = \"部屋\"\nen = \"Room\"\nsource = \"x\"\neffective = \"2026-04-01\"\nclosed = true\ncanonical = true\nentries = [[\"1\", \"病棟\", \"ward\"], [\"2\", \"外来\", \"clinic\"]]\n",
    );
    add(of, "groups.csv", "id,type,key,ja,en,note_ja,note_en\nour_clinic.rooms,list,,使用する部屋,Rooms used,,\n");
    add(
        of,
        "fields.csv",
        "our_clinic.rooms.room,code:our-clinic-room,使う部屋,Room used,1,,\nour_clinic.rooms.beds,int,床数,Beds,2,,\nsites.our_clinic.crc,text,院内担当CRC,CRC in charge,,,\n",
    );
    add(
        of,
        "rules.toml",
        "\n[[rule]]\nid = \"OUR-0102\"\nseverity = \"error\"\neach = \"sites\"\nwhen = \"filled(row.name)\"\nassert = \"filled(row.our_clinic.crc)\"\nat = \"sites.our_clinic.crc\"\nmessage.ja = \"a\"\nmessage.en = \"a\"\nfix.ja = \"b\"\nfix.en = \"b\"\nsource = \"SOP\"\n\n[[rule]]\nid = \"OUR-0103\"\nseverity = \"error\"\neach = \"our_clinic.rooms\"\nwhen = \"row.room == '1'\"\nassert = \"filled(row.beds) && row.beds > 0\"\nat = \"our_clinic.rooms.beds\"\nmessage.ja = \"a\"\nmessage.en = \"a\"\nfix.ja = \"b\"\nfix.en = \"b\"\nsource = \"SOP\"\n",
    );
    add(
        of,
        "cases/OUR-0102/case.toml",
        "base = \"base\"\n[[fail]]\nname = \"a\"\nset = [[\"sites[0].name\", \"例示病院\"]]\nat = \"sites[0].our_clinic.crc\"\n[[pass]]\nname = \"b\"\nset = [[\"sites[0].name\", \"例示病院\"], [\"sites[0].our_clinic.crc\", \"試験 花子\"]]\n",
    );
    add(
        of,
        "cases/OUR-0103/case.toml",
        "base = \"base\"\n[[fail]]\nname = \"a\"\nset = [[\"our_clinic.rooms[0].room\", \"2\"], [\"our_clinic.rooms[1].room\", \"1\"]]\nat = \"our_clinic.rooms[1].beds\"\n[[pass]]\nname = \"b\"\nset = [[\"our_clinic.rooms[0].room\", \"1\"], [\"our_clinic.rooms[0].beds\", \"3\"]]\n",
    );
    let (code, said) = run(of, "plugin test our-clinic");
    assert_eq!(
        (code, said.as_str()),
        (0, "our-clinic: all passed (5 of 5 rules shown both ways, 10 cases, 3 files compared)\n")
    );
    let (_, schema) = run(of, "schema --plugin-dir our-clinic");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let rooms = &schema["properties"]["our_clinic"]["properties"]["rooms"]["items"]["properties"];
    assert_eq!(rooms["room"]["x-kind"], "code:our-clinic-room");
    assert_eq!(
        schema["properties"]["sites"]["items"]["properties"]["our_clinic"]["properties"]["crc"]["title"],
        "CRC in charge"
    );
    let (code, said) = run(of, "explain OUR-0103 --plugin-dir our-clinic");
    assert!(code == 0 && said.contains("Rooms used › Room used: 1"), "{said}");
    std::fs::write(
        of.join("t.json"),
        "{\"trial\":{\"id\":\"A\"},\"our_clinic\":{\"submitted_on\":\"2026-04-01\",\"rooms\":[{\"room\":\"9\"}]}}",
    )
    .unwrap();
    let (code, said) = run(of, "check t.json --plugin-dir our-clinic --plugin our-clinic");
    assert!(code == 1 && said.contains("/our_clinic/rooms/0/room"), "a code that is not in the list is refused: {said}");
}

#[test]
fn two_plugins_that_bring_one_label_clash_at_its_place() {
    let folder = made("data");
    let of = folder.path();
    assert_eq!(run(of, "plugin new their-clinic").0, 0);
    let (code, said) = run(of, "plugin list --plugin-dir .");
    assert_eq!(code, 3, "{said}");
    assert!(
        said.contains("their-clinic/fields.csv:2:32: the label `院内提出書の提出日` is that of `our_clinic.submitted_on`"),
        "{said}"
    );
}

#[test]
fn plugins_are_listed_and_described() {
    let folder = made("data");
    let of = folder.path();
    let (_, listed) = run(of, "plugin list --plugin-dir our-clinic");
    assert_eq!(run(of, "plugins --plugin-dir our-clinic").1, listed);
    assert!(
        listed.contains("\n  data  our-clinic  sha256 ") && listed.contains("\n  data  in the program  sha256 "),
        "{listed}"
    );
    let (code, page) = run(of, "plugin docs our-clinic");
    assert_eq!(code, 0);
    for part in [
        "| 5 | Contact | required | at most 60 half-width characters |",
        "OUR-0101 | error |",
        "our\\_clinic.contact",
        "form.docx",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert_eq!(run(of, "plugin docs pmda-ctn -o ctn.html --lang ja").0, 0);
    assert!(std::fs::read_to_string(of.join("ctn.html")).unwrap().contains("<td>CTN-0014</td>"));
    assert_eq!(run(of, "plugin docs pmda-ctn -o ctn.html").0, 2, "it is there");
    assert_eq!(run(of, "plugin docs nothing").0, 2);
}
