"""Contents of documents: frozen, exact, and the same after a round trip through JSON."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from projections.documents.content import Content, Customer
from projections.documents.content_invoice import DeliveryReference
from projections.documents.content_work_report import Stretch
from tests.projections.documents import samples


@pytest.mark.parametrize("kind", samples.ALL)
def test_a_content_survives_json_and_knows_its_kind(kind: str) -> None:
    content = samples.ALL[kind]
    assert content.kind == kind
    assert type(content).model_validate(json.loads(content.model_dump_json())) == content


@pytest.mark.parametrize("kind", samples.ALL)
def test_a_content_cannot_be_changed_and_names_its_sources(kind: str) -> None:
    content: Any = samples.ALL[kind]
    with pytest.raises(ValidationError, match="frozen"):
        content.number = "1"
    with pytest.raises(ValidationError, match="source"):
        type(content).model_validate(content.model_dump() | {"source": ()})


def changed(content: Content, **fields: object) -> dict[str, object]:
    return content.model_dump() | fields


@pytest.mark.parametrize("field", ["taxable", "tax", "total"])
def test_amounts_are_never_floats(field: str) -> None:
    with pytest.raises(ValidationError, match="decimals as strings"):
        type(samples.QUOTE).model_validate(changed(samples.QUOTE, **{field: 1.1}))


def test_amounts_travel_as_strings() -> None:
    line = json.loads(samples.QUOTE.model_dump_json())["lines"][1]
    assert (line["unit_price"], line["discounts"], line["amount"]) == ("84.90", ["15"], "144.33")


def test_a_reference_names_only_lines_that_exist() -> None:
    delivery = DeliveryReference(number="A/2026/0125", issued_on=date(2026, 3, 25), lines=(5,))
    with pytest.raises(ValidationError, match="names line 5, but the document has 4"):
        type(samples.DEFERRED_INVOICE).model_validate(changed(samples.DEFERRED_INVOICE, deliveries=(delivery,)))


def test_with_split_payment_the_customer_owes_the_base_only() -> None:
    assert samples.SPLIT_PAYMENT_INVOICE.split_tax == Decimal("198.00")
    assert samples.SPLIT_PAYMENT_INVOICE.payable == Decimal("900.00")
    assert samples.DEFERRED_INVOICE.payable == Decimal("666.49")


def test_a_report_is_signed_or_says_why_not_but_never_both() -> None:
    with pytest.raises(ValidationError, match="either signed or says why"):
        type(samples.WORK_REPORT).model_validate(changed(samples.WORK_REPORT, absence_reason="nessuno in sede"))


def test_a_stretch_of_time_goes_forward() -> None:
    at = datetime(2026, 4, 16, 14, 0, tzinfo=UTC)
    with pytest.raises(ValidationError, match="end after it starts"):
        Stretch(technician="Gino Valli", kind="work", starts_at=at, ends_at=at)
    assert samples.WORK_REPORT.stretches[1].minutes == 150


def test_a_person_has_both_names() -> None:
    with pytest.raises(ValidationError, match="both the given and the family name"):
        Customer(name="Mario", given_name="Mario", address=samples.CONSUMER.address)
