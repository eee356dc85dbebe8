"""Word files (documenti Word): a template filled with plain data, the same bytes each time.

Runs in a process of its own (`python -m gateways.documents.word`), with limits on time and memory, because a template
may be made to run for hours. It gets what it needs on standard input and answers the file, or why there is none.
"""

from __future__ import annotations

import base64
import pickle
import re
import resource
import sys
import zipfile
from io import BytesIO
from typing import Any

from docx.shared import Pt, RGBColor
from docxtpl import DocxTemplate  # type: ignore[import-untyped]  # it ships no types
from jinja2.exceptions import TemplateError

from gateways.documents.word_language import WordEnvironment
from gateways.documents.word_pictures import drawn

CPU_S = 20
MEMORY = 1_500_000_000
LARGEST_FILE = 30_000_000
"""Bytes of a filled file."""
FIXED = (1980, 1, 1, 0, 0, 0)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def fill(template: bytes, data: dict[str, Any], language: str, mark: str | None = None) -> bytes:
    """A template filled: the same bytes for the same template, data and language. `mark` stands on top, in red.

    Raises jinja's `TemplateError` and its relatives when the template cannot be filled.
    """
    document = DocxTemplate(BytesIO(template))
    document.render(_clean(data, document), WordEnvironment(language), autoescape=True)
    if mark is not None:
        _mark(document, mark)
    out = BytesIO()
    document.save(out)
    return repacked(out.getvalue())


def repacked(package: bytes) -> bytes:
    """The same package with fixed dates, so that equal parts are equal bytes."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, FIXED)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            new.writestr(entry, old.read(name), compresslevel=6)
    return out.getvalue()


def _mark(document: Any, mark: str) -> None:
    first = document.docx.paragraphs[0] if document.docx.paragraphs else document.docx.add_paragraph()
    run = first.insert_paragraph_before().add_run(mark)
    run.bold, run.font.size, run.font.color.rgb = True, Pt(22), RGBColor(0xBE, 0x28, 0x28)


def _clean(value: Any, document: Any, name: str = "") -> Any:
    """Data without characters that XML cannot hold, its pictures ready to be drawn."""
    match value:
        case dict():
            return {part: _clean(each, document, name if part == "image" else part) for part, each in value.items()}
        case list():
            return [_clean(part, document, name) for part in value]
        case bytes():
            return drawn(document, value, name)
        case str():
            return _NOT_XML.sub("", value).replace("\r\n", "\n").replace("\r", "\n")
        case _:
            return value


def main() -> None:
    """One template, one file: `+` and the file in base64, or `-` and the reason."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    template, data, language, mark = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - only our own process writes it
    try:
        made = fill(template, data, language, mark)
    except MemoryError:
        sys.stdout.write("-the template needs too much memory")
    except (TemplateError, ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
        sys.stdout.write("-" + (str(error) or repr(error))[:1000])
    else:
        large = len(made) > LARGEST_FILE
        sys.stdout.write("-the file would be too large" if large else "+" + base64.b64encode(made).decode())


if __name__ == "__main__":
    main()
