"""What a careful Python script would do instead: the same list workbook to the same XML files, zipped.

openpyxl reads, jinja2 renders a template compiled once, lxml parses what was rendered (and validates it when a schema
is given), zipfile packs. It reads the project's own form, map and catalogue, so both do the same job; the caller
compares the XML. Usage: baseline.py REPOSITORY WORKBOOK OUT [SCHEMA]; prints one JSON line of CPU seconds a stage.
"""

import csv
import json
import re
import resource
import sys
import time
import tomllib
import zipfile
from pathlib import Path

import jinja2
import openpyxl
from lxml import etree

repository, workbook, out = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
schema = etree.XMLSchema(etree.parse(sys.argv[4])) if len(sys.argv) > 4 else None

form = tomllib.loads((repository / "forms/pmda-ctn/3.0.0/form.toml").read_text("utf-8"))
items = list(csv.DictReader((repository / "forms/pmda-ctn/3.0.0/items.csv").open(encoding="utf-8")))
mapping = tomllib.loads((repository / "plugins/pmda-ctn/map.toml").read_text("utf-8"))
fields = list(csv.DictReader((repository / "forms/catalogue/fields.csv").open(encoding="utf-8")))
groups = {g["id"]: g for g in csv.DictReader((repository / "forms/catalogue/groups.csv").open(encoding="utf-8"))}
lists = {i: g for i, g in groups.items() if g["type"] in ("list", "inline")}


def scope_of(name):
    """The innermost repeat group an id lies in."""
    parts = name.split(".")
    for end in range(len(parts) - 1, 0, -1):
        if ".".join(parts[:end]) in lists:
            return ".".join(parts[:end])
    return ""


kinds = {f["id"]: f["kind"] for f in fields}
codes = {p.stem: {e[0] for e in tomllib.loads(p.read_text("utf-8"))["entries"]} for p in (repository / "forms/codes").glob("*.toml")}
labels = {}
for f in fields:
    labels.setdefault(scope_of(f["id"]), {})[f["ja"]] = f["id"]
for i, g in lists.items():
    if g["type"] == "inline":
        labels[scope_of(i)][g["ja"]] = i
    g["parent"] = scope_of(i)
local = lambda name, scope: name[len(scope) + 1 :] if scope else name
flat = lambda name: name.replace(".", "__")


def normal(name, value):
    """Canonical text by the field's kind."""
    text = str(value).strip(" \t\r\n\u3000")
    kind = kinds[name]
    if kind == "date":
        return text.replace("-", "")
    if kind.startswith("code:"):
        return text.split("：")[0] if text.split("：")[0] in codes[kind[5:]] else text
    return text


def read():
    """The workbook as trials: id -> nested rows."""
    book = openpyxl.load_workbook(workbook, read_only=True, data_only=True)
    sheets = {"試験": ""} | {g["ja"]: i for i, g in lists.items() if g["type"] == "list"}
    tables = {}
    for sheet in book.worksheets:
        if sheet.title not in sheets:
            continue
        scope, rows = sheets[sheet.title], sheet.iter_rows(values_only=True)
        next(rows)
        header = next(rows)
        parent = lists[scope]["parent"] if scope else None
        table = []
        for row in rows:
            if all(v is None for v in row):
                continue
            record = {"": None, "^": None}
            for label, value in zip(header, row):
                if value is None or label is None:
                    continue
                if label in labels[scope]:
                    name = labels[scope][label]
                    if name in lists:
                        inner = name + ".code"
                        record[flat(local(name, scope))] = [{"code": normal(inner, v)} for v in re.split("[、,\n]", str(value))]
                    else:
                        record[flat(local(name, scope))] = normal(name, value)
                    if name == "trial.id":
                        record[""] = str(value)
                elif label == "試験ID":
                    record[""] = str(value)
                elif parent:
                    record["^"] = str(value)
            table.append(record)
        tables[scope] = table
    trials = {row[""]: row for row in tables[""]}
    sites = {}
    for scope in sorted((s for s in tables if s), key=lambda s: s.count(".")):
        parent = lists[scope]["parent"]
        for row in tables[scope]:
            above = sites[(parent, row[""], row["^"])] if parent else trials[row[""]]
            above.setdefault(flat(local(scope, parent)), []).append(row)
            key = lists[scope]["key"]
            if key:
                sites[(scope, row[""], row.get(flat(local(key, scope))))] = row
    return trials


def template():
    """The form as a jinja2 template, made once."""
    children = {}
    for item in items[1:]:
        head = item["path"].rpartition("/")[0]
        children.setdefault(head, []).append(item)

    def value(item, scope, var):
        if item["fixed"]:
            return json.dumps(item["fixed"], ensure_ascii=False)
        source = mapping["items"][item["path"]]
        name = source["field"] if isinstance(source, dict) else source
        owner = scope_of(name)
        expression = f"{var[owner]}.get('{flat(local(name, owner))}', '')"
        if isinstance(source, dict):
            expression = f"({expression} or trial.get('filing__date', ''))"
        return expression

    def leaf(item, text, depth):
        pad = "\t" * depth
        status = ' STATUS="NONE"' if item["mark"] in ("leaf", "row") else ""
        if item["novalue"]:
            status += '{{ \' NOVALUE="FALSE"\' if ' + text + " else ' NOVALUE=\"TRUE\"' }}"
        body = "{% if " + text + " %}" + pad + "\t{{ (" + text + ")|e }}\r\n{% endif %}"
        return f"{pad}<{item['element']}{status}>\r\n{pad}\t<VARIABLELABEL>{item['label']}</VARIABLELABEL>\r\n{body}{pad}</{item['element']}>\r\n"

    def node(item, scope, var, depth):
        item["element"] = item["path"].rpartition("/")[2]
        if item["kind"] == "value":
            return leaf(item, value(item, scope, var), depth)
        pad, inner = "\t" * depth, children[item["path"]]
        serial = next((n for n, c in enumerate(inner) if c["kind"] == "serial"), len(inner))
        text = "".join(node(c, scope, var, depth + 1) for c in inner[:serial])
        status = ""
        if serial < len(inner):
            rows = mapping["rows"][item["path"]]
            parent = lists[rows]["parent"]
            name = "r" + str(depth)
            source = f"{var[parent]}.get('{flat(local(rows, parent))}')"
            if item["novalue"]:
                status = '{{ \' NOVALUE="FALSE"\' if ' + source + " else ' NOVALUE=\"TRUE\"' }}"
            inner[serial]["element"] = inner[serial]["path"].rpartition("/")[2]
            body = leaf(inner[serial], f"(loop.index if {source} else '')", depth + 1)
            body += "".join(node(c, rows, var | {rows: name}, depth + 1) for c in inner[serial + 1 :])
            text += "{% for " + name + " in " + source + " or [{}] %}" + body + "{% endfor %}"
        return f"{pad}<{item['element']}{status}>\r\n{pad}\t<VARIABLELABEL>{item['label']}</VARIABLELABEL>\r\n{text}{pad}</{item['element']}>\r\n"

    root = items[0]
    attributes = "".join(f' {name}="{text}"' for name, text in form["xml"]["attributes"])
    body = "".join("\r\n" + node(child, "", {"": "trial"}, 0) for child in children[""])
    # Items directly below the root have no slash in their path.
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\r\n<{root["path"]}{attributes}>\r\n'
        f"<VARIABLELABEL>{root['label']}</VARIABLELABEL>\r\n{body}\r\n</{root['path']}>"
    )


limits = {i["path"]: int(i["limit"]) for i in items if i["limit"]}
shapes = {name: re.compile("^(?:" + f["pattern"] + ")$") for name, f in form["formats"].items()}
by_path = {i["path"]: i for i in items}
plan = []
for path, source in mapping["items"].items():
    name = source["field"] if isinstance(source, dict) else source
    plan.append((name, scope_of(name), by_path[path]))


def rows_of(trial, scope):
    if not scope:
        return [trial]
    parent = lists[scope]["parent"]
    return [row for above in rows_of(trial, parent) for row in above.get(flat(local(scope, parent)), [])]


def check(trial):
    """Required, length, shape and code checks of every item; returns what is wrong."""
    wrong = []
    for name, scope, item in plan:
        for row in rows_of(trial, scope):
            text = row.get(flat(local(name, scope)), "")
            if not text:
                continue
            if item["codes"] and text in codes[item["codes"]]:
                continue
            if item["path"] in limits and sum(1 if ord(c) < 128 else 2 for c in text) > limits[item["path"]]:
                wrong.append((name, "length"))
            if item["format"] and not shapes[item["format"]].match(text):
                wrong.append((name, "shape"))
    return wrong


stages, last = {}, time.process_time()


def lap(stage):
    global last
    now = time.process_time()
    stages[stage] = stages.get(stage, 0) + now - last
    last = now


environment = jinja2.Environment(keep_trailing_newline=True, newline_sequence="\r\n")
compiled = environment.from_string(template())
lap("start")
trials = read()
lap("ingest")
for name, trial in trials.items():
    wrong = check(trial)
    if wrong:
        sys.exit(f"{name}: {wrong[:3]}")
    lap("check")
    xml = "\ufeff" + compiled.render(trial=trial)
    data = xml.encode("utf-8")
    document = etree.fromstring(data)
    if schema is not None:
        schema.assertValid(document)
    lap("render")
    folder = out / name
    folder.mkdir(parents=True)
    (folder / "filing.xml").write_bytes(data)
    with zipfile.ZipFile(folder / "filing.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("filing.xml", data)
    lap("package")
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"trials": len(trials), "stages": stages, "peak_kib": memory}))
