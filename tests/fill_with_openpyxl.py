"""Fills an empty page-layout workbook from a JSON record, as a program that is not ours would.

Usage: fill_with_openpyxl.py EMPTY.xlsx RECORD.json FILLED.xlsx
"""

import csv
import json
import sys
from pathlib import Path

import openpyxl

forms = Path(__file__).resolve().parent.parent / "forms" / "catalogue"
fields = list(csv.DictReader((forms / "fields.csv").open(encoding="utf-8")))
groups = list(csv.DictReader((forms / "groups.csv").open(encoding="utf-8")))
book = openpyxl.load_workbook(sys.argv[1])
record = json.loads(Path(sys.argv[2]).read_text("utf-8"))


def dig(tree, path):
    for part in path.split("."):
        tree = tree.get(part) if isinstance(tree, dict) else None
    return tree


page = book["試験"]
rows = {page.cell(row, 8).value: row for row in range(2, page.max_row + 1)}
for name, row in rows.items():
    value = dig(record, name) if name else None
    if isinstance(value, list):
        value = "、".join(value)
    if value is not None:
        page.cell(row, 3).value = value

names = {g["id"]: g for g in groups if g["type"] == "list"}


def fill(group, parents):
    """Writes the rows of a group; `parents` are (key of the parent row, parent object)."""
    sheet = book[names[group]["ja"]]
    columns = {sheet.cell(2, column).value: column for column in range(1, sheet.max_column + 1)}
    labels = {f["id"][len(group) + 1 :]: f["ja"] for f in fields if f["id"].startswith(group + ".")}
    inline = {g["id"][len(group) + 1 :]: g["ja"] for g in groups if g["type"] == "inline" and g["id"].startswith(group + ".")}
    at, below = 3, []
    parent = next((g for g in names if group.startswith(g + ".")), None)
    for key, tree in parents:
        for entry in dig(tree, group[len(parent) + 1 :] if parent else group) or []:
            if key is not None:
                label = next(f["ja"] for f in fields if f["id"] == names[parent]["key"])
                sheet.cell(at, columns[label]).value = key
            for name, value in entry.items():
                if name in inline:
                    sheet.cell(at, columns[inline[name]]).value = "、".join(value)
                elif not isinstance(value, list):
                    sheet.cell(at, columns[labels[name]]).value = value
            own = names[group]["key"]
            below.append((entry[own.rsplit(".", 1)[1]] if own else None, entry))
            at += 1
    for child in names:
        if child.startswith(group + "."):
            fill(child, below)


for group in names:
    # The workbook of one destination has no sheets for what others ask.
    if dig(record, group) and not any(group.startswith(other + ".") for other in names):
        fill(group, [(None, record)])
book.save(sys.argv[3])
