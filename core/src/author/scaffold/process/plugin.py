"""The code of the plugin: the standard library is enough.

エンジンは1行に1つの JSON で尋ね、このプログラムは1行に1つの JSON で答えます。答えのほかは標準出力に書かないでください
（print で調べるときは file=sys.stderr）。
The engine asks with one JSON object a line, this program answers with one a line. Print nothing else to standard output; what
is for your own eyes goes to sys.stderr.
"""

import json
import sys

ABI = 1
ID = "our-plugin"
VERSION = "0.1.0"


def hello():
    """Says who this is and what it answers; id and version are those of plugin.toml."""
    return {"abi": ABI, "id": ID, "version": VERSION, "hooks": ["validate", "render"]}


def validate(filing):
    """Returns what is wrong: rules of rules.toml ([[code]]), each with its place in the record."""
    domain = filing["settings"]["domain"]
    contact = filing["record"]["our_plugin"]["contact"]
    if contact and not contact.endswith("@" + domain):
        return [
            {
                "rule": "OUR-0201",
                "at": {"record": "/our_plugin/contact"},
                "found": contact,
                "values": {"domain": domain},
            }
        ]
    return []


def render(filing, wanted):
    """Returns the parts that the outputs of plugin.toml name."""
    lines = ["確認票"]
    if wanted["draft"]:
        lines.append("【下書き：提出しないこと】")
    for label, value in filing["items"].items():
        lines.append(f"□ {label}：{value}")
    return {"files": [{"part": "checklist", "text": "\n".join(lines) + "\n"}]}


def answer(request, sessions):
    call = request["call"]
    if call == "hello":
        return hello()
    session = request["session"]
    if call == "open":
        sessions[session] = request["filing"]
        return None
    if call == "validate":
        return validate(sessions[session])
    if call == "render":
        return render(sessions[session], request["wanted"])
    if call == "close":
        sessions.pop(session, None)
    return None


def main():
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    sessions = {}
    for line in sys.stdin:
        try:
            said = {"ok": answer(json.loads(line), sessions)}
        except Exception as error:  # an answer that says why fails one filing, not the run
            said = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(said, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
