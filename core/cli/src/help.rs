//! The Japanese words of the command line. Where one is missing the English one of `args` shows.

use clap::Command;
use todokede_core::model::Lang;

/// Command (empty for the program itself) and its description.
const COMMANDS: &[(&str, &str)] = &[
    ("", "1つの試験データから、日本の臨床試験に要るすべての届出書類を作ります"),
    ("demo", "内蔵の記入例ワークブックから届出一式を作る"),
    ("template", "記入用の空のワークブックを作る"),
    ("check", "入力を検査し、直すべき箇所をすべて挙げる"),
    ("build", "入力を検査し、届出一式を作る"),
    ("status", "届出先ごとに、足りない項目と直すべき箇所の数を表にする"),
    ("deadlines", "いつまでに何を届け出るか、根拠と遅れの日数を一覧にする"),
    ("import", "以前に作った届出のXMLや他の登録機関の記録を、ワークブックかJSONに読み込む"),
    ("diff", "ある試験の2つの届出の間で変わったところを示す"),
    ("ledger", "台帳（何を作り、何が受け付けられたか）を扱う"),
    ("ledger list", "作成と受付を1行ずつ一覧にする"),
    ("ledger show", "届出の内容、または1行を表示する"),
    ("ledger verify", "行の変更、途中の行の削除、重複、入れ替えがないことを確かめる"),
    ("ledger record", "届出が受け付けられたことを記録する"),
    ("docx", "Word文書を扱う（テンプレートの検査と差し込み、完成した文書の比較と検査）"),
    ("docx check", "Wordのテンプレートの誤りを、場所とともにすべて挙げる"),
    ("docx fields", "Wordのテンプレートが使う項目を一覧にする"),
    ("docx render", "Wordのテンプレートにデータを差し込む"),
    ("docx compare", "2つの文書を比べ、新旧対照表と、変更履歴の付いた写しを作る"),
    ("docx lint", "完成した文書に、書き残しや食い違いがないか検査する"),
    ("explain", "規則を説明する"),
    ("plugin", "プラグインを作り、検査し、試験し、一覧にし、説明する"),
    ("plugin new", "そのまま動くプラグインのフォルダを作る"),
    ("plugin check", "プラグインのフォルダの誤りを、ファイル名と行・列とともにすべて挙げる"),
    ("plugin test", "規則の事例を実行し、作られるファイルを手本と比べる"),
    ("plugin list", "プラグインの一覧を表示する"),
    ("plugin docs", "プラグインの説明書（様式の項目、埋め方、規則、作るファイル）を作る"),
    ("plugin word", "様式の項目をすべて並べたWordテンプレートの下書きを作る"),
    ("plugins", "プラグインの一覧を表示する"),
    ("schema", "試験レコードのJSON Schemaを表示する"),
    ("plugin-host", "プラグインのライブラリを標準入出力で動かす（エンジンが自分で呼び出す）"),
];

/// Option or argument and its description; the same everywhere it stands.
const ARGUMENTS: &[(&str, &str)] = &[
    ("lang", "表示する言語（省略時はロケールに従う）"),
    ("out", "出力先のフォルダ"),
    ("now", "実行日 YYYY-MM-DD（省略時は日本の今日）"),
    ("xsd", "XMLを照合する公式スキーマのファイル"),
    ("plugin_dir", "追加のプラグインのフォルダ。同じIDの内蔵プラグインは置き換わる"),
    ("plugin", "対象のプラグイン（省略時はすべて）"),
    ("plugin_id", "プラグインのID。半角の小文字、数字、ハイフン（例：our-hospital）"),
    ("kind", "data ファイルだけ、native Rustのライブラリ付き、process Pythonのプログラム付き"),
    ("title", "様式の名前"),
    ("plugin_out", "作るフォルダ（省略時は、ここにIDの名前で作る）"),
    ("plugin_folder", "プラグインのフォルダ、又は複数のプラグインが入ったフォルダ"),
    ("plugin_or_folder", "プラグインのID、又はそのフォルダ"),
    ("pin", "先に、プラグインのライブラリのSHA-256を plugin.toml に書き込む"),
    ("update", "手本を、今作られるファイルで置き換える"),
    ("docx_plugin", "テンプレートが使う項目のプラグイン"),
    ("docx", "Wordのテンプレート（.docx）"),
    ("data", "テンプレートに差し込むデータ（JSON）"),
    ("json", "JSONで表示する"),
    ("layout", "1試験を縦に並べる trial か、多数の試験を1行ずつ並べる list"),
    ("output", "作るファイル"),
    ("force", "既にあるファイルを置き換える"),
    ("source", "届出のXML、又はICTRP（XML、CSV、JSON）、ClinicalTrials.gov（JSON、PRSのXML）、USDM、FHIR（JSON）の記録"),
    ("source_format", "ファイルの形式（filing、ictrp、ictrp-xml、ctgov、prs、usdm、fhir。省略時は内容から判断する）"),
    ("inputs", "ワークブック（xlsx、xlsm、xls、ods）、CSV、JSON のファイル"),
    ("from", "次の届出の元にする、前回の届出（そのXML、又は元のJSONかワークブック）"),
    ("next", "次の届出の種類（change 変更届、termination 終了届、abort 中止届）"),
    ("previous", "比べる相手の、前回の届出（そのXML、又は元のJSONかワークブック）"),
    ("current", "今回の届出"),
    ("ics", "作るカレンダーのファイル。このコマンドで作ったものは置き換える"),
    ("waivers", "理由、氏名、期限を付けて認めた指摘（免除）のファイル"),
    ("plugin_log", "プロセスとして動くプラグインが標準エラー出力に書いたものを、プラグインごとのファイルに残すフォルダ"),
    ("library", "プラグインのライブラリ"),
    ("sha256", "ライブラリのSHA-256"),
    ("settings", "プラグインの設定と、プラグインに渡す表を書いたファイル"),
    ("waivers_template", "報告の代わりに、残っている指摘ごとに記入用の免除を表示する"),
    ("jobs", "並列数（省略時はプロセッサ数）"),
    ("format", "報告の形式"),
    ("fail_on", "終了コードを1にする指摘の下限"),
    ("stop_after", "ある段階（ingest、normalise、map、validate、render）で止め、その結果をJSONで表示する"),
    ("font_dir", "PDFに使う日本語フォントのフォルダ（省略時はシステムのフォント）"),
    ("children", "子どもが読む文書として検査する"),
    ("compare_plugin", "2つの試験データから文書を作って比べるときの、対象のプラグイン"),
    ("pdf", "Word文書ごとにPDFも作る（LibreOfficeを使う）"),
    (
        "templates",
        "プラグインのWordテンプレートの代わりに使う自施設のテンプレート（名前=ファイル。例：explanation=自施設.docx）",
    ),
    ("draft", "エラーが残る届出も、下書きと明記して作る"),
    ("ledger", "台帳のファイル、またはそのフォルダ（build の省略時は --out の中）"),
    ("filing", "提出名称、または台帳の行番号"),
    ("receipt", "受付番号"),
    ("date", "受付日 YYYY-MM-DD"),
    ("note", "備考"),
    ("replace", "前の記録を訂正する（どちらも台帳に残る）"),
    ("old", "変更前の文書、又はその元の試験データ"),
    ("new", "変更後の文書、又はその元の試験データ"),
    ("table", "作る新旧対照表（.docx か .html。試験データを比べるときはフォルダ。省略時は変更箇所を文字で表示する）"),
    ("tracked", "作る写し：変更後の文書に、変更前からの変更履歴を付けたもの"),
    ("author", "変更履歴に記す変更者の名前"),
    ("documents", "Word文書。2つ以上なら、互いに合っているかも調べる"),
    (
        "profile",
        "文書の種類：act（臨床研究法）、gcp（GCP省令）、guidelines（生命・医学系指針）の説明文書、protocol（研究計画書）",
    ),
    ("record", "文書の中の数字を照らし合わせる試験レコード（JSON）"),
    ("document_version", "文書の版（例：1.2）"),
    ("version_date", "その版の日付 YYYY-MM-DD"),
    ("id", "規則の番号（例：CTN-0014）"),
];

/// Puts the words of a language into the command line.
pub(crate) fn localised(command: Command, lang: Lang) -> Command {
    if lang == Lang::En {
        return command;
    }
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let mut command = arguments(about(command, ""));
    for name in names {
        command = command.mut_subcommand(&name, |sub| below(arguments(about(sub, &name)), &name));
    }
    command
}

/// Puts the words of the commands below a command into it.
fn below(mut command: Command, name: &str) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for sub in names {
        let full = format!("{name} {sub}");
        command = command.mut_subcommand(&sub, |sub| arguments(about(sub, &full)));
    }
    command
}

fn about(command: Command, name: &str) -> Command {
    match COMMANDS.iter().find(|(known, _)| *known == name) {
        Some((_, text)) => command.about(*text),
        None => command,
    }
}

fn arguments(mut command: Command) -> Command {
    let ids: Vec<String> = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
    for (id, text) in ARGUMENTS {
        if ids.iter().any(|known| known == id) {
            command = command.mut_arg(id, |arg| arg.help(*text));
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::Cli;

    #[test]
    fn every_command_and_argument_has_japanese_words() {
        let command = Cli::command();
        for sub in command.get_subcommands() {
            assert!(COMMANDS.iter().any(|(name, _)| *name == sub.get_name()), "{}", sub.get_name());
            let below: Vec<_> = sub.get_subcommands().collect();
            for arg in sub.get_arguments().chain(below.iter().flat_map(|sub| sub.get_arguments())) {
                assert!(ARGUMENTS.iter().any(|(id, _)| *id == arg.get_id().as_str()), "{}", arg.get_id());
            }
            for name in below.iter().map(|below| format!("{} {}", sub.get_name(), below.get_name())) {
                assert!(COMMANDS.iter().any(|(known, _)| *known == name), "{name}");
            }
        }
    }
}
