"""Opens every Word file below a folder as other programs do: parts, relationships, content types, python-docx."""

import pathlib
import posixpath
import sys
import zipfile

import docx
from lxml import etree

RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"


def check(path: pathlib.Path) -> None:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert len(names) == len(set(names)), f"{path}: a part stands twice"
        assert archive.testzip() is None, path
        for name in names:
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))
        types = etree.fromstring(archive.read("[Content_Types].xml"))
        defaults = {item.get("Extension").lower() for item in types.iter(f"{TYPES}Default")}
        overrides = {item.get("PartName") for item in types.iter(f"{TYPES}Override")}
        assert overrides <= {f"/{name}" for name in names}, f"{path}: a type of a part that is not there"
        for name in names:
            if name != "[Content_Types].xml":
                assert f"/{name}" in overrides or name.rsplit(".", 1)[-1].lower() in defaults, f"{path}: {name} has no type"
        for name in names:
            if not name.endswith(".rels"):
                continue
            folder = posixpath.dirname(posixpath.dirname(name))
            for item in etree.fromstring(archive.read(name)).iter(RELATIONSHIPS):
                if item.get("TargetMode") == "External":
                    continue
                target = posixpath.normpath(posixpath.join("/", folder, item.get("Target"))).lstrip("/")
                assert target in names, f"{path}: {name} points to {target}, which is not there"
    document = docx.Document(path)
    assert any(paragraph.text.strip() for paragraph in document.paragraphs), f"{path}: no text"


def main() -> None:
    paths = sorted(pathlib.Path(sys.argv[1]).rglob("*.docx"))
    assert len(paths) >= int(sys.argv[2]), f"{len(paths)} Word files"
    for path in paths:
        check(path)
    print(f"{len(paths)} Word files are whole")


main()
