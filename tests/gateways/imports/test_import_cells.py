"""What cells may say and what they mean (celle)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.values import euro
from gateways.imports import cells, identifiers, moments, quantities
from gateways.imports.cells import CellType, Language, Unacceptable
from gateways.imports.files import Cell
from gateways.imports.moments import Shift
from gateways.imports.sheets.contract_words import CONTRACT_KIND as CONTRACT_KINDS
from gateways.imports.sheets.contract_words import TIERS, ContractKind, Tier

IT, EN = Language.ITALIAN, Language.ENGLISH


def accepted(kind: CellType, cell: Cell, language: Language = IT) -> object:
    return kind.read(cell, language)


def refusal(kind: CellType, cell: Cell, language: Language = IT) -> str:
    with pytest.raises(Unacceptable) as caught:
        kind.read(cell, language)
    return str(caught.value)


@pytest.mark.parametrize(
    ("typed", "language", "meant"),
    [
        ("1.234,56", IT, "1234.56"),
        ("1.234,56", EN, "1234.56"),
        ("1,234.56", IT, "1234.56"),
        ("1234.5", IT, "1234.5"),
        ("1234,5", EN, "1234.5"),
        ("1.234", IT, "1234"),
        ("1.234", EN, "1.234"),
        ("1,234", IT, "1.234"),
        ("1,234", EN, "1234"),
        ("0.085", IT, "0.085"),
        ("0,085", EN, "0.085"),
        ("0.0085", IT, "0.0085"),
        ("12.50", IT, "12.50"),
        ("1.234.567", EN, "1234567"),
        ("€ 1.234,56", IT, "1234.56"),
        ("1 234,56", IT, "1234.56"),
        ("1'234.56", IT, "1234.56"),
        ("-3,5", IT, "-3.5"),
    ],
)
def test_decimals_in_italian_and_english(typed: str, language: Language, meant: str) -> None:
    assert quantities.to_decimal(typed, language) == Decimal(meant)


@pytest.mark.parametrize(
    "typed", ["", "abc", "1.2.3", "1,2,3", "12.34,56,7", "1e5", "NaN", "Infinity", "1.23.456", "--1"]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Unacceptable):
        quantities.to_decimal(typed, IT)


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_an_amount_reads_the_same_in_both_notations(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    italian = english.translate(str.maketrans(",.", ".,"))
    for language in Language:
        assert accepted(quantities.MONEY, english, language) == euro(amount)
        assert accepted(quantities.MONEY, italian, language) == euro(amount)
        assert accepted(quantities.MONEY, float(amount), language) == euro(amount)


def test_money_has_two_decimals() -> None:
    assert accepted(quantities.MONEY, 0.1 + 0.2) == euro("0.30")
    assert "more than 2 decimals" in refusal(quantities.MONEY, "12,345")


def test_whole_numbers_and_percentages() -> None:
    assert accepted(quantities.WHOLE, "120.450") == 120450
    assert accepted(quantities.WHOLE, 12.0) == 12
    assert "'12,5' is not a whole number" in refusal(quantities.WHOLE, "12,5")
    assert accepted(quantities.PERCENTAGE, "12,5 %") == Decimal("12.5")
    assert "out of range" in refusal(quantities.PERCENTAGE, "101")


def test_coordinates_keep_their_point_under_italian_headers() -> None:
    assert accepted(quantities.COORDINATE, "44.222") == pytest.approx(44.222)
    assert accepted(quantities.COORDINATE, "12,041") == pytest.approx(12.041)
    assert "is not a coordinate" in refusal(quantities.COORDINATE, "44° 13'")


@pytest.mark.parametrize(
    "cell",
    [
        "16/09/2026",
        "16-9-26",
        "16.09.2026",
        "2026-09-16",
        "20260916",
        "16/09/2026 00:00:00",
        date(2026, 9, 16),
        datetime(2026, 9, 16),
        46281,
        46281.0,
    ],
)
def test_dates(cell: Cell) -> None:
    assert accepted(moments.DAY, cell) == date(2026, 9, 16)


@pytest.mark.parametrize(
    "cell", ["09/16/2026", "31/02/2026", "29/02/2025", "domani", "2026", 12, datetime(2026, 9, 16, 8, 30)]
)
def test_what_is_no_date_is_refused_with_the_accepted_forms(cell: Cell) -> None:
    assert "16/09/2026" in refusal(moments.DAY, cell)


def test_two_digit_years() -> None:
    assert accepted(moments.DAY, "1/1/69") == date(2069, 1, 1)
    assert accepted(moments.DAY, "1/1/70") == date(1970, 1, 1)


@pytest.mark.parametrize(
    "cell",
    [
        "16/09/2026 14:30",
        "16/09/2026 14.30",
        "16/09/2026 ore 14:30",
        "2026-09-16T14:30",
        "2026-09-16 14:30:00",
        "2026-09-16T12:30:00Z",
        "2026-09-16T14:30:00+02:00",
        datetime(2026, 9, 16, 14, 30),
    ],
)
def test_instants_are_italian_time(cell: Cell) -> None:
    assert accepted(moments.INSTANT, cell) == datetime(2026, 9, 16, 12, 30, tzinfo=UTC)


def test_instants_when_the_clocks_change() -> None:
    assert "does not exist" in refusal(moments.INSTANT, "29/03/2026 02:30")
    assert accepted(moments.INSTANT, "25/10/2026 02:30") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_durations_are_minutes() -> None:
    minutes = [
        accepted(moments.DURATION, cell) for cell in ("10", "7,5", "10:30", "2 ore", time(1, 15), timedelta(hours=30))
    ]
    assert minutes == [600, 450, 630, 120, 75, 1800]


def test_weekly_hours() -> None:
    week = accepted(moments.WEEK, "lun-mar 08:30-12:30 14:00-18:00; sab: 8.30-12.30")
    assert week == (
        Shift(0, time(8, 30), time(12, 30)),
        Shift(0, time(14), time(18)),
        Shift(1, time(8, 30), time(12, 30)),
        Shift(1, time(14), time(18)),
        Shift(5, time(8, 30), time(12, 30)),
    )
    assert accepted(moments.WEEK, "Mon, Wed 09:00-17:00", EN) == (
        Shift(0, time(9), time(17)),
        Shift(2, time(9), time(17)),
    )
    assert "'lunes'" in refusal(moments.WEEK, "lunes 08:30-12:30")
    assert "overlap" in refusal(moments.WEEK, "lun 08:30-12:30 12:00-18:00")
    assert "impossible hours" in refusal(moments.WEEK, "lun 18:00-08:00")
    assert "not understood" in refusal(moments.WEEK, "40 ore")


@pytest.mark.parametrize("cell", ["sì", "SI", "Sì", "s", "x", "X", "vero", "1", 1, 1.0, True, "yes"])
def test_yes(cell: Cell) -> None:
    assert accepted(cells.YES_NO, cell) is True


@pytest.mark.parametrize("cell", ["no", "N", "falso", "0", 0, False, "-"])
def test_no(cell: Cell) -> None:
    assert accepted(cells.YES_NO, cell) is False


def test_neither_yes_nor_no() -> None:
    assert refusal(cells.YES_NO, "forse").startswith("'forse' is not accepted: expected sì")


def test_fixed_words_in_both_languages_and_as_codes() -> None:
    for word in ("Monte ore", "MONTE-ORE", "prepaid hours", "hour_pool"):
        assert accepted(CONTRACT_KINDS, word) is ContractKind.HOUR_POOL
    assert "'noleggio' is not a known word: expected one of: garanzia" in refusal(CONTRACT_KINDS, "noleggio")


def test_price_tiers() -> None:
    assert accepted(TIERS, "0,0085") == (Tier(None, Decimal("0.0085")),)
    assert accepted(TIERS, "2.000: 0,0650; oltre: 0,0550") == (
        Tier(2000, Decimal("0.065")),
        Tier(None, Decimal("0.055")),
    )
    assert "without limit" in refusal(TIERS, "2000: 0,0650")


def test_vat_numbers() -> None:
    assert accepted(identifiers.VAT_NUMBER, "12345670017") == "IT12345670017"
    assert accepted(identifiers.VAT_NUMBER, "IT 123.456.70017") == "IT12345670017"
    assert accepted(identifiers.VAT_NUMBER, 743110157.0) == "IT00743110157"
    assert accepted(identifiers.VAT_NUMBER, "DE 136,695 976".replace(",", "")) == "DE136695976"
    assert accepted(identifiers.VAT_NUMBER, "CHE-107.787.577 IVA") == "CHE107787577IVA"
    assert "fails the check of a P.IVA" in refusal(identifiers.VAT_NUMBER, "12345670018")
    assert "VAT number of DE" in refusal(identifiers.VAT_NUMBER, "DE136695978")
    assert "no known country" in refusal(identifiers.VAT_NUMBER, "ZZ12345")


def test_tax_codes_ibans_and_recipient_codes() -> None:
    assert accepted(identifiers.TAX_CODE, "rssmra80a01d704d") == "RSSMRA80A01D704D"
    assert "codice fiscale" in refusal(identifiers.TAX_CODE, "RSSMRA80A01D704X")
    assert accepted(identifiers.IBAN_CODE, "IT60 X054 2811 1010 0000 0123 456") == "IT60X0542811101000000123456"
    assert "IBAN" in refusal(identifiers.IBAN_CODE, "IT61X0542811101000000123456")
    assert accepted(identifiers.RECIPIENT_CODE, 0) == "0000000"
    assert accepted(identifiers.RECIPIENT_CODE, "uf1234") == "UF1234"
    assert "SDI" in refusal(identifiers.RECIPIENT_CODE, "ABC")


def test_addresses_phones_and_countries() -> None:
    assert accepted(identifiers.EMAIL, "Mario.Rossi@Azienda.IT") == "Mario.Rossi@azienda.it"
    assert "not an e-mail" in refusal(identifiers.EMAIL, "mario rossi@azienda.it")
    assert accepted(identifiers.PHONE, "0039 (0543) 12.34-56") == "+390543123456"
    assert "telephone" in refusal(identifiers.PHONE, "chiedere in ufficio")
    assert accepted(identifiers.COUNTRY, "Germania") == accepted(identifiers.COUNTRY, "germany") == "DE"
    assert accepted(identifiers.POSTCODE, 12.0) == "00012"


def test_excel_numbers_are_the_text_a_person_typed() -> None:
    assert accepted(cells.TEXT, 1234.0) == "1234"
    assert accepted(cells.TEXT, 8001234567890.0) == "8001234567890"
    assert accepted(cells.TEXT, "  a   b ") == "a b"
    assert accepted(cells.WORDS, "caldaie | ascensori|caldaie") == ("caldaie", "ascensori")
