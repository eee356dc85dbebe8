"""Building blocks of Word templates (elementi dei modelli): paragraphs with conditions, tables with loops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm

Column = tuple[str, str, float]
"""Title, field of a row or what its cell says, width in centimetres; numbers stand to the right."""
PRICE = "{{ row.unit_price }}{% if row.price_unit != row.unit %} / {{ row.price_unit }}{% endif %}"
DISCOUNTS = "{% for one in row.discounts %}{{ one }} {% endfor %}"
VAT = "{% if row.vat_nature %}{{ row.vat_nature }}{% else %}{{ row.vat_rate }} %{% endif %}"
NUMBERS = (
    "quantity", "amount", "unit_price", "annual_fee", "minutes", "debit", "credit", "balance", "days_late", "on_hand",
    PRICE, DISCOUNTS, VAT,
)  # fmt: skip


def when(document: Any, field: str, text: str) -> None:
    """A paragraph that stands there only with the field."""
    document.add_paragraph(f"{{%p if {field} %}}")
    document.add_paragraph(text)
    document.add_paragraph("{%p endif %}")


def each(document: Any, field: str) -> None:
    """A paragraph for each element."""
    document.add_paragraph(f"{{%p for paragraph in {field} %}}")
    document.add_paragraph("{{ paragraph }}")
    document.add_paragraph("{%p endfor %}")


def table(document: Any, field: str, columns: Sequence[Column]) -> None:
    """A table with a head, whose middle row comes again for each element."""
    made = document.add_table(rows=4, cols=len(columns), style="Light Grid Accent 1")
    for number, (title, name, wide) in enumerate(columns):
        made.columns[number].width = Cm(wide)  # the cells' own for Word, the column's for every other program
        for row in made.rows:
            row.cells[number].width = Cm(wide)
        made.cell(0, number).text = title
        made.cell(2, number).text = f"{{{{ row.{name} }}}}" if name.replace("_", "").isalpha() else name
        if name in NUMBERS:
            for cell in (made.cell(0, number), made.cell(2, number)):
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    made.cell(1, 0).text = f"{{%tr for row in {field} %}}"
    made.cell(3, 0).text = "{%tr endfor %}"
    document.add_paragraph()


def right(document: Any, text: str, *, bold: bool = False) -> None:
    """A paragraph at the right edge."""
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.add_run(text).bold = bold


def signatures(document: Any, other: str) -> None:
    """Room for both to sign."""
    document.add_paragraph()
    document.add_paragraph(f"{{{{ issuer.name }}}} ______________________\t{other} ______________________")
