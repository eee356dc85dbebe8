"""Everything people may see, on one page: name, path, parameters, query, read models, roles.

Paths lie below `/v1/{company}`; a name in braces is a field of the query's parameters.
"""

from __future__ import annotations

from aggregates import roles
from projections import (
    activity_types,
    agenda,
    articles,
    billing_due,
    call_board,
    call_sheet,
    company,
    contract_views,
    contracts,
    delivery_notes,
    history,
    installed_base,
    installed_base_views,
    invoice_views,
    invoices,
    issued_document_views,
    issued_documents,
    meters,
    parties,
    price_lists,
    rmas,
    sla_board,
    sla_views,
    stock,
    stock_views,
    technicians,
    users,
)
from projections.base import ReadModel, View

READ_MODELS: tuple[type[ReadModel], ...] = (
    company.CompanyProfile,
    users.Users,
    parties.Parties,
    technicians.Technicians,
    articles.Articles,
    price_lists.PriceLists,
    installed_base.InstalledBase,
    meters.Meters,
    stock.Stock,
    delivery_notes.DeliveryNotes,
    rmas.Rmas,
    call_board.CallBoard,
    agenda.Agenda,
    sla_board.SlaBoard,
    activity_types.ActivityTypes,
    contracts.Contracts,
    invoices.Invoices,
    issued_documents.IssuedDocuments,
)

HISTORIANS = roles.STAFF - {roles.TECHNICIAN}
"""Histories also tell of users and costs, so that not everybody reads them."""

# fmt: off
VIEWS: tuple[View, ...] = (
    View("parties", "/parties", parties.FindParties, parties.find_parties, (parties.Parties,), roles.ALL),
    View("party", "/parties/{party_id}", parties.PartySheet, parties.party_sheet, (parties.Parties,), roles.ALL),
    View("sites", "/sites", parties.FindSites, parties.find_sites, (parties.Parties,), roles.ALL),
    View("company", "/company", company.AskCompany, company.show_company, (company.CompanyProfile,), roles.ALL),
    View("calendars", "/calendars", company.AskCalendars, company.show_calendars, (company.CompanyProfile,), roles.ALL),
    View("law-table", "/law-table", company.AskLawTable, company.show_law_table, (), roles.STAFF),
    View("users", "/users", users.FindUsers, users.find_users, (users.Users,), roles.LEADERS | {roles.AUDITOR}),
    View("user", "/users/{user_id}", users.UserSheet, users.user_sheet, (users.Users,), roles.LEADERS | {roles.AUDITOR}),
    View("technicians", "/technicians", technicians.FindTechnicians, technicians.find_technicians, (technicians.Technicians,), roles.STAFF),
    View("technician", "/technicians/{technician_id}", technicians.TechnicianSheet, technicians.technician_sheet, (technicians.Technicians,), roles.PLANNING | {roles.AUDITOR, roles.ACCOUNTANT}),
    View("articles", "/articles", articles.FindArticles, articles.find_articles, (articles.Articles,), roles.ALL),
    View("article", "/articles/{article_id}", articles.ArticleSheet, articles.article_sheet, (articles.Articles,), roles.ALL),
    View("article-by-code", "/article-by-code", articles.ArticleByCode, articles.article_by_code, (articles.Articles,), roles.ALL),
    View("price-lists", "/price-lists", price_lists.FindPriceLists, price_lists.find_price_lists, (price_lists.PriceLists,), roles.STAFF),
    View("price-list", "/prices", price_lists.AskPrices, price_lists.show_prices, (price_lists.PriceLists,), roles.STAFF),
    View("price", "/price", price_lists.AskPrice, price_lists.show_price, (), roles.STAFF),
    View("installed-base", "/serial-items", installed_base_views.FindItems, installed_base_views.find_items, (installed_base.InstalledBase, parties.Parties), roles.ALL),
    View("serial-item", "/serial-items/{serial_item_id}", installed_base_views.ItemSheet, installed_base_views.item_sheet, (installed_base.InstalledBase, meters.Meters, parties.Parties), roles.ALL),
    View("readings", "/serial-items/{serial_item_id}/readings", meters.FindReadings, meters.find_readings, (meters.Meters,), roles.ALL),
    View("history", "/history/{stream_id}", history.AskHistory, history.history, (), HISTORIANS),
    View("record", "/records/{stream_id}", history.AskRecord, history.record, (), HISTORIANS),
    View("stock", "/stock", stock_views.FindStock, stock_views.find_stock, (stock.Stock,), roles.STAFF),
    View("stock-movements", "/stock/{article_id}/movements", stock_views.StockMovements, stock_views.stock_movements, (stock.Stock,), roles.STAFF),
    View("reservations", "/reservations", stock_views.FindReservations, stock_views.find_reservations, (stock.Stock,), roles.STAFF),
    View("warehouses", "/warehouses", stock_views.FindWarehouses, stock_views.find_warehouses, (stock.Stock,), roles.STAFF),
    View("delivery-notes", "/delivery-notes", delivery_notes.FindDeliveryNotes, delivery_notes.find_delivery_notes, (delivery_notes.DeliveryNotes,), roles.STAFF),
    View("delivery-note", "/delivery-notes/{note_id}", delivery_notes.DeliveryNoteSheet, delivery_notes.delivery_note_sheet, (delivery_notes.DeliveryNotes,), roles.STAFF),
    View("rmas", "/rmas", rmas.FindRmas, rmas.find_rmas, (rmas.Rmas,), roles.STAFF),
    View("rma", "/rmas/{rma_id}", rmas.RmaSheet, rmas.rma_sheet, (rmas.Rmas,), roles.STAFF),
    View("call-board", "/calls", call_board.FindCalls, call_board.find_calls, (call_board.CallBoard, sla_board.SlaBoard, parties.Parties, technicians.Technicians), roles.ALL),
    View("call-counts", "/call-counts", call_board.CountCalls, call_board.count_calls, (call_board.CallBoard,), roles.ALL),
    View("call", "/calls/{call_id}", call_sheet.AskCall, call_sheet.call_sheet, (call_board.CallBoard, sla_board.SlaBoard, parties.Parties), roles.ALL),
    View("agenda", "/agenda", agenda.AskAgenda, agenda.agenda, (agenda.Agenda, call_board.CallBoard, parties.Parties, technicians.Technicians), roles.ALL),
    View("unassigned-activities", "/agenda/unassigned", agenda.FindUnassigned, agenda.find_unassigned, (agenda.Agenda, call_board.CallBoard, parties.Parties), roles.ALL),
    View("sla-board", "/service-clocks", sla_views.FindClocks, sla_views.find_clocks, (sla_board.SlaBoard, call_board.CallBoard, parties.Parties), roles.STAFF),
    View("service-clock", "/calls/{call_id}/service-clocks/{clock}", sla_views.AskClock, sla_views.service_clock, (sla_board.SlaBoard, call_board.CallBoard, parties.Parties), roles.STAFF),
    View("service-levels-due", "/service-levels-due", sla_views.AskDue, sla_views.service_levels_due, (sla_board.SlaBoard,), roles.LEADERS),
    View("service-level-attainment", "/service-level-attainment", sla_views.AskAttainment, sla_views.attainment, (sla_board.SlaBoard,), roles.STAFF),
    View("activity-types", "/activity-types", activity_types.FindActivityTypes, activity_types.find_activity_types, (activity_types.ActivityTypes,), roles.ALL),
    View("contracts", "/contracts", contracts.FindContracts, contracts.find_contracts, (contracts.Contracts, parties.Parties), roles.STAFF),
    View("contract", "/contracts/{contract_id}", contract_views.ContractSheet, contract_views.contract_sheet, (contracts.Contracts,), roles.STAFF),
    View("renewals-due", "/renewals-due", contract_views.RenewalsDue, contract_views.renewals_due, (contracts.Contracts, parties.Parties), roles.OFFICE | roles.MONEY),
    View("expiring-contracts", "/expiring-contracts", contract_views.ExpiringContracts, contract_views.expiring_contracts, (contracts.Contracts, parties.Parties), roles.OFFICE | roles.MONEY),
    View("billing-due", "/billing-due", billing_due.BillingDue, billing_due.billing_due, (contracts.Contracts, parties.Parties), roles.OFFICE | roles.MONEY),
    View("customers-due", "/customers-due", billing_due.CustomersDue, billing_due.customers_due, (contracts.Contracts,), roles.OFFICE | roles.MONEY),
    View("invoices", "/invoices", invoices.FindInvoices, invoices.find_invoices, (invoices.Invoices, parties.Parties), roles.OFFICE | roles.MONEY | {roles.AUDITOR}),
    View("invoice", "/invoices/{invoice_id}", invoice_views.InvoiceSheet, invoice_views.invoice_sheet, (invoices.Invoices,), roles.OFFICE | roles.MONEY | {roles.AUDITOR}),
    View("why-line", "/invoices/{invoice_id}/lines/{number}/why", invoice_views.WhyLine, invoice_views.why_line, (invoices.Invoices, contracts.Contracts), roles.OFFICE | roles.MONEY | {roles.AUDITOR}),
    View("open-items", "/open-items", invoice_views.OpenItems, invoice_views.open_items, (invoices.Invoices, parties.Parties), roles.OFFICE | roles.MONEY | {roles.AUDITOR}),
    View("documents", "/documents", issued_document_views.FindDocuments, issued_document_views.find_documents, (issued_documents.IssuedDocuments, parties.Parties), roles.STAFF),
    View("document", "/documents/{document_id}", issued_document_views.DocumentSheet, issued_document_views.document_sheet, (issued_documents.IssuedDocuments, parties.Parties), roles.STAFF),
    View("documents-due", "/documents-due", issued_document_views.FindDueDocuments, issued_document_views.find_due_documents, (issued_documents.IssuedDocuments,), roles.STAFF),
)
# fmt: on

BY_NAME = {view.name: view for view in VIEWS}
