"""Contracts (contratti): the header, with the day it was billed through as its opening balance."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

from aggregates.rules.periods import Alignment, Timing
from aggregates.values import Money
from gateways.imports.cells import MULTILINE, TEXT, YES_NO
from gateways.imports.identifiers import CIG, CUP
from gateways.imports.moments import DAY
from gateways.imports.quantities import MONEY, PERCENTAGE, WHOLE
from gateways.imports.sheets.base import Reference, Row, Sheet, column, rule
from gateways.imports.sheets.contract_words import (
    ALIGNMENT,
    CONTRACT_KIND,
    CONTRACT_STATUS,
    FEE_BASIS,
    FEE_PERIOD,
    FIRST_PERIOD,
    TIMING,
    ContractKind,
    ContractStatus,
    FeeBasis,
    FeePeriod,
    FirstPeriod,
)
from gateways.imports.sheets.customers import PAYMENT_METHOD, PaymentMethod


class ContractRow(Row):
    """A contract's header (testata). Without a fee here, the fee is the sum of its lines."""

    SHEET: ClassVar[Sheet] = Sheet(
        "contracts",
        ("contratti", "testate contratti"),
        ("agreements", "service contracts"),
        key=("number",),
        references=(
            Reference("customers", ("customer_code",)),
            Reference("sites", ("customer_code", "site_code")),
            Reference("technicians", ("usual_technician",)),
            Reference("contracts", ("main_contract",)),
        ),
    )

    number: Annotated[str, column(TEXT, "Numero contratto|Contratto|Numero", "Contract number|Contract|Number")]
    customer_code: Annotated[str, column(TEXT, "Codice cliente|Cliente", "Customer code|Customer")]
    site_code: Annotated[str | None, column(TEXT, "Codice destinazione|Destinazione", "Site code|Site")] = None
    kind: Annotated[ContractKind, column(CONTRACT_KIND, "Tipo contratto|Tipo", "Contract kind|Kind|Type")]
    title: Annotated[str | None, column(TEXT, "Oggetto|Descrizione", "Title|Description")] = None
    status: Annotated[ContractStatus, column(CONTRACT_STATUS, "Stato", "Status")] = ContractStatus.ACTIVE
    signed_on: Annotated[date | None, column(DAY, "Data stipula|Stipulato il", "Signed on|Signing date")] = None
    starts_on: Annotated[date, column(DAY, "Decorrenza|Data decorrenza", "Starts on|Start date|Effective date")]
    ends_on: Annotated[date | None, column(DAY, "Scadenza|Data scadenza", "Ends on|End date|Expiry")] = None
    term_months: Annotated[int, column(WHOLE, "Durata mesi|Durata", "Term months|Term")] = 12
    fee_period: Annotated[FeePeriod, column(FEE_PERIOD, "Periodicità|Periodo canone", "Fee period|Billing frequency")]
    timing: Annotated[Timing, column(TIMING, "Fatturazione", "Billing|Timing")] = Timing.ADVANCE
    alignment: Annotated[Alignment, column(ALIGNMENT, "Allineamento", "Alignment")] = Alignment.NONE
    first_period: Annotated[
        FirstPeriod, column(FIRST_PERIOD, "Primo periodo|Ratei nel primo periodo", "First period")
    ] = FirstPeriod.PRORATA
    fee: Annotated[Money | None, column(MONEY, "Canone|Importo canone", "Fee|Amount")] = None
    fee_basis: Annotated[FeeBasis, column(FEE_BASIS, "Base canone|Canone per", "Fee basis|Fee per")] = FeeBasis.YEAR
    billed_through_on: Annotated[
        date | None, column(DAY, "Fatturato fino al|Fatturato al", "Billed through|Billed until")
    ] = None
    tacit_renewal: Annotated[bool, column(YES_NO, "Tacito rinnovo|Rinnovo tacito", "Tacit renewal")] = False
    clause_approved: Annotated[
        bool, column(YES_NO, "Clausola approvata|Doppia firma", "Clause approved|Renewal clause approved")
    ] = False
    notice_days: Annotated[
        int | None, column(WHOLE, "Preavviso giorni|Preavviso|Giorni preavviso", "Notice days|Notice")
    ] = None
    notice_received_on: Annotated[date | None, column(DAY, "Data disdetta|Disdetta", "Notice received on")] = None
    index_share_percent: Annotated[
        Decimal | None, column(PERCENTAGE, "Adeguamento ISTAT %|ISTAT|Adeguamento ISTAT", "Index share %|Index share")
    ] = None
    blocked_from_on: Annotated[
        date | None, column(DAY, "Data inizio blocco|Assistenza bloccata dal", "Blocked from|Service blocked from")
    ] = None
    main_contract: Annotated[str | None, column(TEXT, "Contratto principale", "Main contract|Framework contract")] = (
        None
    )
    usual_technician: Annotated[str | None, column(TEXT, "Tecnico abituale|Tecnico", "Usual technician|Technician")] = (
        None
    )
    service_level: Annotated[str | None, column(TEXT, "Livello di servizio|SLA", "Service level")] = None
    price_list: Annotated[str | None, column(TEXT, "Listino|Codice listino", "Price list")] = None
    payment_terms: Annotated[str | None, column(TEXT, "Condizioni di pagamento|Pagamento", "Payment terms|Terms")] = (
        None
    )
    payment_method: Annotated[
        PaymentMethod | None, column(PAYMENT_METHOD, "Modalità di pagamento|Modo pagamento", "Payment method")
    ] = None
    vat_code: Annotated[str | None, column(TEXT, "Codice IVA|IVA", "VAT code|VAT")] = None
    revenue_account: Annotated[str | None, column(TEXT, "Contropartita|Conto ricavi", "Revenue account")] = None
    job: Annotated[str | None, column(TEXT, "Commessa", "Job|Project")] = None
    cost_centre: Annotated[str | None, column(TEXT, "Centro di costo|Centro", "Cost centre|Cost center")] = None
    cig: Annotated[str | None, column(CIG, "CIG", "Tender code")] = None
    cup: Annotated[str | None, column(CUP, "CUP", "Project code")] = None
    notes: Annotated[str | None, column(MULTILINE, "Note|Annotazioni", "Notes|Remarks")] = None

    @rule("ends_on", "starts_on")
    def _ends_after_it_starts(self) -> str | None:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            return f"the contract ends on {self.ends_on}, before its start on {self.starts_on}"
        return None

    @rule("term_months")
    def _the_term_is_positive(self) -> str | None:
        return "the term must be of at least one month" if self.term_months < 1 else None

    @rule("billed_through_on", "starts_on", "ends_on")
    def _billed_within_the_contract(self) -> str | None:
        billed = self.billed_through_on
        if billed is not None and billed < self.starts_on:
            return f"it can't be billed through {billed}, before its start on {self.starts_on}: leave the cell blank"
        if billed is not None and self.ends_on is not None and billed > self.ends_on:
            return f"it can't be billed through {billed}, after its end on {self.ends_on}"
        return None

    @rule("notice_days", "tacit_renewal")
    def _tacit_renewal_needs_its_notice(self) -> str | None:
        return (
            "a contract with tacit renewal needs its notice days"
            if self.tacit_renewal and not self.notice_days
            else None
        )

    @rule("notice_received_on", "status")
    def _a_notice_has_its_day(self) -> str | None:
        given = self.status is ContractStatus.NOTICE_GIVEN
        return (
            "a contract under notice needs the day it was received" if given and not self.notice_received_on else None
        )
