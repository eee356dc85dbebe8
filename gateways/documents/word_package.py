"""Whether an uploaded Word file may be a template (controllo del file): an ordinary .docx and nothing that acts.

A Word file is a zip of XML parts. It is read with limits, whatever its headers claim; macros, embedded objects, parts
loaded from elsewhere and XML that defines entities are refused. A link that people click may stay.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

from lxml import etree

from aggregates.base import Refusal, require

LARGEST = 5_000_000
"""Bytes of the upload."""
LARGEST_INSIDE = 40_000_000
LARGEST_XML = 8_000_000
MOST_PARTS = 400
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
FORBIDDEN_PARTS = re.compile(
    r"vbaproject|vbadata|/embeddings/|/activex/|oleobject|/ctrlprops/|afchunk|\.(exe|dll|js|vbs|html?|mht|bin)$", re.I
)
FORBIDDEN_TYPES = re.compile(r"macroenabled|vbaproject|oleobject|activex|aFChunk", re.I)
ACTING_FIELDS = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|DATABASE|MACROBUTTON|IMPORT|RD|AUTOTEXT)\b", re.I
)
SAFE_LINK = re.compile(r"(https?://|mailto:|tel:|#)", re.I)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class WordFileUnusable(Refusal):
    """This is no Word file (.docx) that can be used; save it anew in Word as "Word document" and upload that."""

    status = 422


class WordFileTooLarge(Refusal):
    """The Word file is too large: up to {most} MB are taken, also unpacked; make its pictures smaller."""

    status = 422


class WordFileActs(Refusal):
    """The Word file holds {found}, which templates may not: remove it and upload the file anew."""

    status = 422


def check_package(data: bytes) -> None:
    """Raises `WordFileUnusable`, `WordFileTooLarge`, `WordFileActs`."""
    require(len(data) <= LARGEST, WordFileTooLarge, most=LARGEST // 1_000_000)
    parts = dict(_parts(data))
    require("[Content_Types].xml" in parts and "word/document.xml" in parts, WordFileUnusable)
    for name, part in parts.items():
        require(FORBIDDEN_PARTS.search("/" + name) is None, WordFileActs, found=name[:100])
        if name.endswith((".xml", ".rels")):
            _check_xml(name, part)


def _parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            entries = package.infolist()
            names = [entry.filename for entry in entries]
            require(len(entries) <= MOST_PARTS, WordFileTooLarge, most=LARGEST_INSIDE // 1_000_000)
            is_plain = all(not (entry.flag_bits & 1) and entry.compress_type in (0, 8) for entry in entries)
            is_inside = all(not name.startswith(("/", "\\")) and ".." not in name for name in names)
            require(is_plain and is_inside and len(set(names)) == len(names), WordFileUnusable)
            left = LARGEST_INSIDE
            for entry in entries:
                read = _read(package, entry, left)
                left -= len(read)
                yield entry.filename, read
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise WordFileUnusable from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise WordFileUnusable from error
        raise


def _read(package: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """One part, as far as it may be large: what a header claims is not believed."""
    most = min(left, LARGEST_XML if entry.filename.endswith((".xml", ".rels")) else left)
    with package.open(entry) as file:
        read = file.read(most + 1)
    require(len(read) <= most, WordFileTooLarge, most=LARGEST_INSIDE // 1_000_000)
    return read


def _check_xml(name: str, part: bytes) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        raise WordFileUnusable from error
    has_types = root.getroottree().docinfo.internalDTD is not None
    require(not has_types, WordFileActs, found=f"a document type in {name}")
    if name.endswith(".rels"):
        _check_relations(root)
    elif name == "[Content_Types].xml":
        _check_types(root)
    else:
        told = "".join(one.text or "" for one in root.iter(W + "instrText"))
        told += " ".join(one.get(W + "instr", "") for one in root.iter(W + "fldSimple"))
        acting = ACTING_FIELDS.search(told)
        require(acting is None, WordFileActs, found=f"the field {acting[0] if acting else ''}")


def _check_relations(root: etree._Element) -> None:
    for relation in root:
        kind, target = str(relation.get("Type", "")), str(relation.get("Target", ""))
        require(FORBIDDEN_TYPES.search(kind) is None, WordFileActs, found=kind.rsplit("/", 1)[-1])
        is_outside = str(relation.get("TargetMode", "")).lower() == "external"
        may_click = kind.endswith("/hyperlink") and SAFE_LINK.match(target) is not None
        require(not is_outside or may_click, WordFileActs, found=f"a link to {target[:80]}")


def _check_types(root: etree._Element) -> None:
    types = {str(one.get("PartName", "")): str(one.get("ContentType", "")) for one in root}
    for told in (*types.values(), *(str(one.get("Extension", "")) for one in root)):
        require(FORBIDDEN_TYPES.search(told) is None, WordFileActs, found=told[:80])
    require(types.get("/word/document.xml") == MAIN, WordFileUnusable)
