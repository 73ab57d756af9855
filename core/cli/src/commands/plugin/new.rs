//! `todokede plugin new`: a folder for a plugin, which works at once.

use std::path::PathBuf;

use anyhow::Result;
use todokede_core::author::scaffold::{Asked, IdProblem, ScaffoldError, ScaffoldKind, TITLE, make};

use crate::args::{KindArg, NewArgs};
use crate::commands::{engine, program};
use crate::output::{Exit, Output, UsageError};

pub(super) fn run(args: &NewArgs, output: &mut Output) -> Result<Exit> {
    let engine = engine(&args.plugins.plugin_dir)?;
    let id = args.plugin_id.as_str();
    let folder = args.out.clone().unwrap_or_else(|| PathBuf::from(id));
    let kind = match args.kind {
        KindArg::Data => ScaffoldKind::Data,
        KindArg::Native => ScaffoldKind::Native,
        KindArg::Process => ScaffoldKind::Process,
    };
    let asked = Asked { id, kind, title: args.title.as_deref().unwrap_or(TITLE) };
    let files = match make(&asked, &folder, &engine, &program()) {
        Ok(files) => files,
        Err(ScaffoldError::Id { problem, .. }) => return Err(UsageError(refused(id, problem, output)).into()),
        Err(ScaffoldError::Title) => {
            let ja = "--title は40字までで、ファイル名に使える字だけにしてください（\" / , { } などは使えません）。";
            let en = "--title is at most 40 characters that file names can have, without \" / , { } and the like";
            return Err(UsageError(output.lang.pick(ja, en).to_owned()).into());
        }
        Err(ScaffoldError::There { path }) => {
            let ja = format!("{path} は既にあり、空ではありません。何も書き換えていません。");
            return Err(UsageError(
                output.lang.pick(&ja, &format!("{path} is there and not empty; nothing was written")).to_owned(),
            )
            .into());
        }
        Err(error) => return Err(error.into()),
    };
    let shown = folder.display();
    output.say(&format!("{shown} を作りました。"), &format!("made {shown}"))?;
    for (at, file) in files.iter().enumerate() {
        let branch = if at + 1 == files.len() { "└─" } else { "├─" };
        output.print(&format!("{branch} {file}\n"))?;
    }
    if kind == ScaffoldKind::Native {
        output.say(
            &format!("次に：{shown}/Cargo.toml の印のある行を直し、cargo build --release、todokede plugin check {shown} --pin、todokede plugin test {shown} --update"),
            &format!("next: edit the marked line of {shown}/Cargo.toml, then cargo build --release, todokede plugin check {shown} --pin, todokede plugin test {shown} --update"),
        )?;
    } else {
        output.say(
            &format!("次に：{shown}/README.md を読み、todokede plugin test {shown}"),
            &format!("next: read {shown}/README.md, then todokede plugin test {shown}"),
        )?;
    }
    Ok(Exit::Clean)
}

fn refused(id: &str, problem: IdProblem, output: &Output) -> String {
    let (ja, en) = match problem {
        IdProblem::Shape => (
            "IDは半角の小文字で始め、小文字、数字、ハイフンだけで2字から40字にしてください（例：our-hospital）。",
            "an id begins with a small letter and has small letters, digits and single hyphens, 2 to 40 in all, such as our-hospital",
        ),
        IdProblem::Taken => ("このIDのプラグインは既にあります。", "there is a plugin of this id already"),
        IdProblem::Reserved => (
            "このIDは式の言葉か、共通の項目の名前と重なるため使えません。施設名などを付けてください。",
            "the id is a word of the expressions or of the catalogue: add the name of your institution",
        ),
    };
    output.lang.pick(&format!("{id}：{ja}"), &format!("{id}: {en}")).to_owned()
}
