"""How papers of accounts are made (conti): statements and days, as their facts froze them."""

from __future__ import annotations

from uuid import UUID

from aggregates.account_statement import AccountStatement
from aggregates.daily_report import DailyReport
from gateways.documents.due_source import DueSource
from projections.documents.content_account_statement import AccountStatementContent
from projections.documents.content_daily_report import DailyReportContent
from projections.documents.from_account_statement import account_statement
from projections.documents.from_daily_report import daily_report
from projections.documents.records import ContentMissing


def account_statement_content(found: DueSource) -> tuple[AccountStatementContent, UUID | None]:
    statement = found.record
    if not isinstance(statement, AccountStatement):
        raise ContentMissing("This is no statement of an account.")
    content = account_statement(statement, found.records, company_id=found.company_id, source=found.main)
    return content, statement.customer_id


def daily_report_content(found: DueSource) -> tuple[DailyReportContent, UUID | None]:
    report = found.record
    if not isinstance(report, DailyReport):
        raise ContentMissing("This is no daily report.")
    return daily_report(report, found.records, company_id=found.company_id, source=found.main), None
