"""Everything people may ask, on one page: name, path, command, handler, roles. Data; no web framework here.

Paths lie below `/v1/{company}`; a name in braces is a field of the command. `stream` is the field that names the
record the command is about.
"""

from __future__ import annotations

from aggregates import roles
from commands import (
    activity_type,
    adjustment,
    article,
    billing_run,
    business_calendar,
    call,
    call_parts,
    call_planning,
    call_readings,
    call_work,
    company,
    contract,
    contract_life,
    contract_proposal,
    delivery_note,
    delivery_note_billing,
    hour_pool,
    hour_pool_draws,
    index_series,
    invoice,
    invoice_credit,
    invoice_proposal,
    issued_document,
    law_table,
    meter,
    number_register,
    open_item,
    party,
    price_list,
    proposal_rules,
    publication,
    quote,
    quote_answer,
    rma,
    rma_shipping,
    sale,
    sales_order,
    serial_item,
    stock_item,
    technician,
    user,
    warehouse,
    work_report,
)
from commands.base import Entry

ADMINISTRATORS = frozenset({roles.ADMINISTRATOR})
INSTALLERS = roles.OFFICE | roles.FIELD | roles.STOCK

# fmt: off
PARTIES = (
    Entry("register-party", "/parties", party.RegisterParty, party.register_party, roles.OFFICE, "party_id"),
    Entry("change-party-identity", "/parties/{party_id}/change-identity", party.ChangePartyIdentity, party.change_party_identity, roles.OFFICE, "party_id"),
    Entry("add-site", "/parties/{party_id}/add-site", party.AddSite, party.add_site, roles.OFFICE, "party_id"),
    Entry("add-contact", "/parties/{party_id}/add-contact", party.AddContact, party.add_contact, roles.OFFICE, "party_id"),
    Entry("set-party-terms", "/parties/{party_id}/set-terms", party.SetPartyTerms, party.set_party_terms, roles.OFFICE | roles.MONEY, "party_id"),
    Entry("report-arrears", "/parties/{party_id}/report-arrears", party.ReportArrears, party.report_arrears, roles.MONEY, "party_id"),
    Entry("deactivate-party", "/parties/{party_id}/deactivate", party.DeactivateParty, party.deactivate_party, roles.OFFICE, "party_id"),
    Entry("reactivate-party", "/parties/{party_id}/reactivate", party.ReactivateParty, party.reactivate_party, roles.OFFICE, "party_id"),
)
COMPANY = (
    Entry("found-company", "/company", company.FoundCompany, company.found_company, roles.LEADERS, "company_id"),
    Entry("change-company-identity", "/company/change-identity", company.ChangeCompanyIdentity, company.change_company_identity, roles.LEADERS, "company_id"),
    Entry("set-company-parameters", "/company/set-parameters", company.SetCompanyParameters, company.set_company_parameters, roles.LEADERS, "company_id"),
    Entry("define-calendar", "/calendars", business_calendar.DefineCalendar, business_calendar.define_calendar, roles.LEADERS),
    Entry("set-calendar-terms", "/calendars/set-terms", business_calendar.SetCalendarTerms, business_calendar.set_calendar_terms, roles.LEADERS),
    Entry("set-town-feast", "/calendars/set-town-feast", business_calendar.SetTownFeast, business_calendar.set_town_feast, roles.LEADERS),
    Entry("set-law-table", "/law-table", law_table.SetLawTable, law_table.set_law_table, roles.LEADERS | {roles.ACCOUNTANT}),
)
USERS = (
    Entry("register-user", "/users", user.RegisterUser, user.register_user, ADMINISTRATORS),
    Entry("change-user", "/users/{user_id}/change", user.ChangeUser, user.change_user, ADMINISTRATORS, "user_id"),
    Entry("grant-role", "/users/{user_id}/grant-role", user.GrantRole, user.grant_role, ADMINISTRATORS, "user_id"),
    Entry("revoke-role", "/users/{user_id}/revoke-role", user.RevokeRole, user.revoke_role, ADMINISTRATORS, "user_id"),
    Entry("set-password", "/users/{user_id}/set-password", user.SetPassword, user.set_password, ADMINISTRATORS, "user_id"),
    Entry("make-api-key", "/users/{user_id}/make-api-key", user.MakeApiKey, user.make_api_key, ADMINISTRATORS, "user_id"),
    Entry("revoke-api-key", "/users/{user_id}/revoke-api-key", user.RevokeApiKey, user.revoke_api_key, ADMINISTRATORS, "user_id"),
    Entry("deactivate-user", "/users/{user_id}/deactivate", user.DeactivateUser, user.deactivate_user, ADMINISTRATORS, "user_id"),
    Entry("reactivate-user", "/users/{user_id}/reactivate", user.ReactivateUser, user.reactivate_user, ADMINISTRATORS, "user_id"),
)
TECHNICIANS = (
    Entry("register-technician", "/technicians", technician.RegisterTechnician, technician.register_technician, roles.PLANNING, "technician_id"),
    Entry("change-technician", "/technicians/{technician_id}/change", technician.ChangeTechnician, technician.change_technician, roles.PLANNING, "technician_id"),
    Entry("set-skill", "/technicians/{technician_id}/set-skill", technician.SetSkill, technician.set_skill, roles.PLANNING, "technician_id"),
    Entry("remove-skill", "/technicians/{technician_id}/remove-skill", technician.RemoveSkill, technician.remove_skill, roles.PLANNING, "technician_id"),
    Entry("set-technician-hours", "/technicians/{technician_id}/set-hours", technician.SetTechnicianHours, technician.set_technician_hours, roles.PLANNING, "technician_id"),
    Entry("set-technician-cost", "/technicians/{technician_id}/set-cost", technician.SetTechnicianCost, technician.set_technician_cost, roles.LEADERS, "technician_id"),
    Entry("deactivate-technician", "/technicians/{technician_id}/deactivate", technician.DeactivateTechnician, technician.deactivate_technician, roles.PLANNING, "technician_id"),
    Entry("reactivate-technician", "/technicians/{technician_id}/reactivate", technician.ReactivateTechnician, technician.reactivate_technician, roles.PLANNING, "technician_id"),
)
ARTICLES = (
    Entry("register-article", "/articles", article.RegisterArticle, article.register_article, roles.STOCK | roles.OFFICE),
    Entry("change-article", "/articles/change", article.ChangeArticle, article.change_article, roles.STOCK | roles.OFFICE),
    Entry("discontinue-article", "/articles/discontinue", article.DiscontinueArticle, article.discontinue_article, roles.STOCK | roles.OFFICE),
    Entry("resume-article", "/articles/resume", article.ResumeArticle, article.resume_article, roles.STOCK | roles.OFFICE),
    Entry("start-price-list", "/price-lists", price_list.StartPriceList, price_list.start_price_list, roles.MONEY | {roles.SALES}),
    Entry("set-prices", "/price-lists/set-prices", price_list.SetPrices, price_list.set_prices, roles.MONEY | {roles.SALES}),
    Entry("set-charge", "/price-lists/set-charge", price_list.SetCharge, price_list.set_charge, roles.MONEY | {roles.SALES}),
    Entry("end-price-list", "/price-lists/end", price_list.EndPriceList, price_list.end_price_list, roles.MONEY | {roles.SALES}),
)
INSTALLED_BASE = (
    Entry("register-serial-item", "/serial-items", serial_item.RegisterSerialItem, serial_item.register_serial_item, INSTALLERS, "serial_item_id"),
    Entry("change-serial-item", "/serial-items/{serial_item_id}/change", serial_item.ChangeSerialItem, serial_item.change_serial_item, INSTALLERS, "serial_item_id"),
    Entry("move-serial-item", "/serial-items/{serial_item_id}/move", serial_item.MoveSerialItem, serial_item.move_serial_item, INSTALLERS, "serial_item_id"),
    Entry("change-item-status", "/serial-items/{serial_item_id}/change-status", serial_item.ChangeItemStatus, serial_item.change_item_status, INSTALLERS, "serial_item_id"),
    Entry("set-item-parent", "/serial-items/{serial_item_id}/set-parent", serial_item.SetItemParent, serial_item.set_item_parent, INSTALLERS, "serial_item_id"),
    Entry("give-warranty", "/serial-items/{serial_item_id}/give-warranty", serial_item.GiveWarranty, serial_item.give_warranty, roles.OFFICE, "serial_item_id"),
    Entry("replace-serial-item", "/serial-items/{serial_item_id}/replace", serial_item.ReplaceSerialItem, serial_item.replace_serial_item, INSTALLERS, "serial_item_id"),
    Entry("add-meter", "/serial-items/{serial_item_id}/add-meter", meter.AddMeter, meter.add_meter, INSTALLERS, "serial_item_id"),
    Entry("record-reading", "/serial-items/{serial_item_id}/record-reading", meter.RecordReading, meter.record_reading, INSTALLERS, "serial_item_id"),
    Entry("correct-reading", "/serial-items/{serial_item_id}/correct-reading", meter.CorrectReading, meter.correct_reading, roles.OFFICE, "serial_item_id"),
    Entry("replace-meter", "/serial-items/{serial_item_id}/replace-meter", meter.ReplaceMeter, meter.replace_meter, INSTALLERS, "serial_item_id"),
)
NUMBERS = (
    Entry("open-number-register", "/number-registers", number_register.OpenNumberRegister, number_register.open_number_register, roles.MONEY),
)
STOCK = (
    Entry("open-warehouse", "/warehouses", warehouse.OpenWarehouse, warehouse.open_warehouse, roles.STOCK),
    Entry("stock-article", "/stock", stock_item.StockArticle, stock_item.stock_article, roles.STOCK),
    Entry("receive-stock", "/stock/receive", stock_item.ReceiveStock, stock_item.receive_stock, roles.STOCK),
    Entry("expect-supply", "/stock/expect-supply", stock_item.ExpectSupply, stock_item.expect_supply, roles.STOCK),
    Entry("reserve-part", "/stock/reserve", stock_item.ReservePart, stock_item.reserve_part, roles.STOCK | roles.FIELD | roles.SELLING),
    Entry("release-reservation", "/stock/release", stock_item.ReleaseReservation, stock_item.release_reservation, roles.STOCK | roles.FIELD | roles.SELLING),
    Entry("issue-part", "/stock/issue", stock_item.IssuePart, stock_item.issue_part, roles.STOCK | roles.FIELD),
    Entry("move-stock", "/stock/move", stock_item.MoveStock, stock_item.move_stock, roles.STOCK | roles.FIELD),
    Entry("count-stock", "/stock/count", stock_item.CountStock, stock_item.count_stock, roles.STOCK),
    Entry("set-minimum-stock", "/stock/set-minimum", stock_item.SetMinimumStock, stock_item.set_minimum_stock, roles.STOCK),
)
PUBLICATION = (
    Entry("adopt-public-edition", "/publication/adopt-edition", publication.AdoptPublicEdition, publication.adopt_public_edition, frozenset({roles.ADMINISTRATOR})),
)
CALLS = (
    Entry("open-call", "/calls", call.OpenCall, call.open_call, roles.STAFF, "call_id"),
    Entry("take-charge", "/calls/{call_id}/take-charge", call.TakeCharge, call.take_charge, roles.FIELD, "call_id"),
    Entry("change-priority", "/calls/{call_id}/change-priority", call.ChangePriority, call.change_priority, roles.FIELD, "call_id"),
    Entry("decide-coverage-again", "/calls/{call_id}/decide-coverage-again", call.DecideCoverageAgain, call.decide_coverage_again, roles.OFFICE, "call_id"),
    Entry("plan-activity", "/calls/{call_id}/plan-activity", call_planning.PlanActivity, call_planning.plan_activity, roles.FIELD, "call_id"),
    Entry("assign-technician", "/calls/{call_id}/assign-technician", call_planning.AssignTechnician, call_planning.assign_technician, roles.FIELD, "call_id"),
    Entry("reassign-technician", "/calls/{call_id}/reassign-technician", call_planning.ReassignTechnician, call_planning.reassign_technician, roles.FIELD, "call_id"),
    Entry("unassign-technician", "/calls/{call_id}/unassign-technician", call_planning.UnassignTechnician, call_planning.unassign_technician, roles.FIELD, "call_id"),
    Entry("record-arrival", "/calls/{call_id}/record-arrival", call_planning.RecordArrival, call_planning.record_arrival, roles.FIELD, "call_id"),
    Entry("perform-activity", "/calls/{call_id}/perform-activity", call_work.PerformActivity, call_work.perform_activity, roles.FIELD, "call_id"),
    Entry("log-phone-activity", "/calls/{call_id}/log-phone-activity", call_work.LogPhoneActivity, call_work.log_phone_activity, roles.FIELD, "call_id"),
    Entry("plan-part", "/calls/{call_id}/plan-part", call_parts.PlanPart, call_parts.plan_part, roles.FIELD | roles.STOCK, "call_id"),
    Entry("use-part", "/calls/{call_id}/use-part", call_parts.UsePart, call_parts.use_part, roles.FIELD | roles.STOCK, "call_id"),
    Entry("add-charge", "/calls/{call_id}/add-charge", call_work.AddCharge, call_work.add_charge, roles.FIELD | roles.MONEY, "call_id"),
    Entry("note-reading", "/calls/{call_id}/note-reading", call_readings.NoteReading, call_readings.note_reading, roles.FIELD, "call_id"),
    Entry("add-call-note", "/calls/{call_id}/add-note", call.AddCallNote, call.add_call_note, roles.ALL, "call_id"),
    Entry("pause-call", "/calls/{call_id}/pause", call.PauseCall, call.pause_call, roles.FIELD, "call_id"),
    Entry("resume-call", "/calls/{call_id}/resume", call.ResumeCall, call.resume_call, roles.FIELD, "call_id"),
    Entry("restore-service", "/calls/{call_id}/restore", call.RestoreService, call.restore_service, roles.FIELD, "call_id"),
    Entry("report-work", "/calls/{call_id}/report-work", work_report.ReportWork, work_report.report_work, roles.FIELD, "call_id"),
    Entry("sign-report", "/calls/{call_id}/sign-report", work_report.SignReport, work_report.sign_report, roles.FIELD, "call_id"),
    Entry("explain-absent-signature", "/calls/{call_id}/explain-absent-signature", work_report.ExplainAbsentSignature, work_report.explain_absent_signature, roles.FIELD, "call_id"),
    Entry("close-call", "/calls/{call_id}/close", call.CloseCall, call.close_call, roles.FIELD, "call_id"),
    Entry("reopen-call", "/calls/{call_id}/reopen", call.ReopenCall, call.reopen_call, roles.FIELD, "call_id"),
    Entry("cancel-call", "/calls/{call_id}/cancel", call.CancelCall, call.cancel_call, roles.FIELD, "call_id"),
    Entry("note-service-level", "/calls/{call_id}/note-service-level", call.NoteServiceLevel, call.note_service_level, roles.LEADERS, "call_id"),
    Entry("define-activity-type", "/activity-types", activity_type.DefineActivityType, activity_type.define_activity_type, roles.PLANNING),
)
DELIVERY_NOTES = (
    Entry("issue-delivery-note", "/delivery-notes", delivery_note.IssueDeliveryNote, delivery_note.issue_delivery_note, roles.STOCK | roles.OFFICE),
    Entry("cancel-delivery-note", "/delivery-notes/{note_id}/cancel", delivery_note.CancelDeliveryNote, delivery_note.cancel_delivery_note, roles.STOCK | roles.OFFICE, "note_id"),
    Entry("take-back-goods", "/delivery-notes/{note_id}/take-back", delivery_note.TakeBackGoods, delivery_note.take_back_goods, roles.STOCK, "note_id"),
    Entry("price-delivery-note", "/delivery-notes/{note_id}/price", delivery_note_billing.PriceDeliveryNote, delivery_note_billing.price_delivery_note, roles.OFFICE | roles.MONEY, "note_id"),
    Entry("decide-note-claim", "/delivery-notes/{note_id}/decide-claim", delivery_note.DecideNoteClaim, delivery_note.decide_note_claim, roles.OFFICE, "note_id"),
)
QUOTES = (
    Entry("draft-quote", "/quotes", quote.DraftQuote, quote.draft_quote, roles.SELLING),
    Entry("quote-call", "/calls/{call_id}/quote", quote.QuoteCall, quote.quote_call, roles.SELLING | {roles.TECHNICIAN}, "call_id"),
    Entry("set-quote-lines", "/quotes/{quote_id}/set-lines", quote.SetQuoteLines, quote.set_quote_lines, roles.SELLING, "quote_id"),
    Entry("add-quote-alternative", "/quotes/{quote_id}/add-alternative", quote.AddQuoteAlternative, quote.add_quote_alternative, roles.SELLING, "quote_id"),
    Entry("revise-quote", "/quotes/{quote_id}/revise", quote.ReviseQuote, quote.revise_quote, roles.SELLING, "quote_id"),
    Entry("send-quote", "/quotes/{quote_id}/send", quote_answer.SendQuote, quote_answer.send_quote, roles.SELLING, "quote_id"),
    Entry("accept-quote", "/quotes/{quote_id}/accept", quote_answer.AcceptQuote, quote_answer.accept_quote, roles.SELLING | {roles.CALL_CENTRE}, "quote_id"),
    Entry("decline-quote", "/quotes/{quote_id}/decline", quote_answer.DeclineQuote, quote_answer.decline_quote, roles.SELLING | {roles.CALL_CENTRE}, "quote_id"),
    Entry("expire-quote", "/quotes/{quote_id}/expire", quote_answer.ExpireQuote, quote_answer.expire_quote, roles.SELLING, "quote_id"),
    Entry("order-quote", "/quotes/{quote_id}/order", sales_order.OrderQuote, sales_order.order_quote, roles.SELLING, "quote_id"),
    Entry("cancel-sales-order", "/sales-orders/{order_id}/cancel", sales_order.CancelSalesOrder, sales_order.cancel_sales_order, roles.SELLING, "order_id"),
)
RMAS = (
    Entry("request-rma", "/rmas", rma.RequestRma, rma.request_rma, roles.OFFICE | roles.STOCK),
    Entry("authorise-rma", "/rmas/{rma_id}/authorise", rma.AuthoriseRma, rma.authorise_rma, roles.OFFICE | roles.STOCK, "rma_id"),
    Entry("receive-rma", "/rmas/{rma_id}/receive", rma.ReceiveRma, rma.receive_rma, roles.STOCK | roles.FIELD, "rma_id"),
    Entry("diagnose-rma-item", "/rmas/{rma_id}/diagnose", rma.DiagnoseRmaItem, rma.diagnose_rma_item, roles.STOCK | roles.FIELD, "rma_id"),
    Entry("decide-rma-outcome", "/rmas/{rma_id}/decide-outcome", rma.DecideRmaOutcome, rma.decide_rma_outcome, roles.STOCK | roles.FIELD, "rma_id"),
    Entry("return-rma", "/rmas/{rma_id}/return", rma_shipping.ReturnRma, rma_shipping.return_rma, roles.STOCK | roles.OFFICE, "rma_id"),
    Entry("send-rma-replacement", "/rmas/{rma_id}/send-replacement", rma_shipping.SendRmaReplacement, rma_shipping.send_rma_replacement, roles.STOCK | roles.OFFICE, "rma_id"),
    Entry("decide-rma-claim", "/rmas/{rma_id}/decide-claim", rma_shipping.DecideRmaClaim, rma_shipping.decide_rma_claim, roles.OFFICE, "rma_id"),
    Entry("give-rma-loaner", "/rmas/{rma_id}/give-loaner", rma_shipping.GiveRmaLoaner, rma_shipping.give_rma_loaner, roles.STOCK | roles.OFFICE, "rma_id"),
    Entry("take-back-rma-loaner", "/rmas/{rma_id}/take-back-loaner", rma_shipping.TakeBackRmaLoaner, rma_shipping.take_back_rma_loaner, roles.STOCK | roles.OFFICE, "rma_id"),
    Entry("close-rma", "/rmas/{rma_id}/close", rma.CloseRma, rma.close_rma, roles.OFFICE | roles.STOCK, "rma_id"),
    Entry("cancel-rma", "/rmas/{rma_id}/cancel", rma.CancelRma, rma.cancel_rma, roles.OFFICE | roles.STOCK, "rma_id"),
)
CONTRACTS = (
    Entry("draft-contract", "/contracts", contract.DraftContract, contract.draft_contract, roles.OFFICE),
    Entry("change-contract-header", "/contracts/{contract_id}/change-header", contract.ChangeContractHeader, contract.change_contract_header, roles.OFFICE, "contract_id"),
    Entry("add-contract-line", "/contracts/{contract_id}/add-line", contract.AddContractLine, contract.add_contract_line, roles.OFFICE, "contract_id"),
    Entry("remove-contract-line", "/contracts/{contract_id}/remove-line", contract.RemoveContractLine, contract.remove_contract_line, roles.OFFICE, "contract_id"),
    Entry("sign-contract", "/contracts/{contract_id}/sign", contract.SignContract, contract.sign_contract, roles.MONEY | roles.SELLING, "contract_id"),
    Entry("adjust-contract", "/contracts/{contract_id}/adjust", adjustment.AdjustContract, adjustment.adjust_contract, roles.MONEY | roles.SELLING, "contract_id"),
    Entry("adjust-contracts", "/contracts/adjust", adjustment.AdjustContracts, adjustment.adjust_contracts, roles.MONEY),
    Entry("settle-adjustment", "/contracts/{contract_id}/settle-adjustment", adjustment.SettleAdjustment, adjustment.settle_adjustment, roles.MONEY, "contract_id"),
    Entry("raise-contract-charge", "/contracts/{contract_id}/raise-charge", adjustment.RaiseContractCharge, adjustment.raise_contract_charge, roles.MONEY, "contract_id"),
    Entry("withdraw-contract-charge", "/contracts/{contract_id}/withdraw-charge", adjustment.WithdrawContractCharge, adjustment.withdraw_contract_charge, roles.MONEY, "contract_id"),
    Entry("start-index-series", "/index-series", index_series.StartIndexSeries, index_series.start_index_series, roles.MONEY),
    Entry("load-index-rows", "/index-series/load", index_series.LoadIndexRows, index_series.load_index_rows, roles.MONEY),
    Entry("correct-index-row", "/index-series/correct", index_series.CorrectIndexRow, index_series.correct_index_row, roles.MONEY),
    Entry("rebase-index", "/index-series/rebase", index_series.RebaseIndex, index_series.rebase_index, roles.MONEY),
    Entry("renew-contract", "/contracts/{contract_id}/renew", contract_life.RenewContract, contract_life.renew_contract, roles.MONEY | roles.SELLING, "contract_id"),
    Entry("receive-notice", "/contracts/{contract_id}/receive-notice", contract_life.ReceiveNotice, contract_life.receive_notice, roles.OFFICE, "contract_id"),
    Entry("withdraw-notice", "/contracts/{contract_id}/withdraw-notice", contract_life.WithdrawNotice, contract_life.withdraw_notice, roles.MONEY | roles.SELLING, "contract_id"),
    Entry("block-contract", "/contracts/{contract_id}/block", contract_life.BlockContract, contract_life.block_contract, roles.MONEY, "contract_id"),
    Entry("unblock-contract", "/contracts/{contract_id}/unblock", contract_life.UnblockContract, contract_life.unblock_contract, roles.MONEY, "contract_id"),
    Entry("terminate-contract", "/contracts/{contract_id}/terminate", contract_life.TerminateContract, contract_life.terminate_contract, roles.MONEY, "contract_id"),
    Entry("supersede-contract", "/contracts/{contract_id}/supersede", contract_life.SupersedeContract, contract_life.supersede_contract, roles.MONEY | roles.SELLING, "contract_id"),
    Entry("cancel-contract", "/contracts/{contract_id}/cancel", contract_life.CancelContract, contract_life.cancel_contract, roles.MONEY | roles.SELLING, "contract_id"),
    Entry("set-billed-through", "/contracts/{contract_id}/set-billed-through", contract.SetBilledThrough, contract.set_billed_through, roles.MONEY, "contract_id"),
)
SALES = (
    Entry("set-proposal-rule", "/proposal-rules", proposal_rules.SetProposalRule, proposal_rules.set_proposal_rule, roles.SELLING),
    Entry("record-sale", "/sales", sale.RecordSale, sale.record_sale, roles.SELLING | roles.STOCK),
    Entry("revise-contract-proposal", "/contract-proposals/{proposal_id}/revise", contract_proposal.ReviseContractProposal, contract_proposal.revise_contract_proposal, roles.SELLING, "proposal_id"),
    Entry("send-contract-proposal", "/contract-proposals/{proposal_id}/send", contract_proposal.SendContractProposal, contract_proposal.send_contract_proposal, roles.SELLING, "proposal_id"),
    Entry("accept-contract-proposal", "/contract-proposals/{proposal_id}/accept", contract_proposal.AcceptContractProposal, contract_proposal.accept_contract_proposal, roles.SELLING | roles.MONEY, "proposal_id"),
    Entry("reject-contract-proposal", "/contract-proposals/{proposal_id}/reject", contract_proposal.RejectContractProposal, contract_proposal.reject_contract_proposal, roles.SELLING, "proposal_id"),
    Entry("expire-contract-proposal", "/contract-proposals/{proposal_id}/expire", contract_proposal.ExpireContractProposal, contract_proposal.expire_contract_proposal, roles.SELLING, "proposal_id"),
)
HOUR_POOLS = (
    Entry("open-hour-pool", "/hour-pools", hour_pool.OpenHourPool, hour_pool.open_hour_pool, roles.OFFICE | roles.SELLING),
    Entry("top-up-hour-pool", "/hour-pools/{pool_id}/top-up", hour_pool.TopUpHourPool, hour_pool.top_up_hour_pool, roles.OFFICE | roles.SELLING, "pool_id"),
    Entry("change-hour-pool", "/hour-pools/{pool_id}/change", hour_pool.ChangeHourPool, hour_pool.change_hour_pool, roles.OFFICE, "pool_id"),
    Entry("set-hour-pool-terms", "/hour-pools/{pool_id}/set-terms", hour_pool.SetHourPoolTerms, hour_pool.set_hour_pool_terms, roles.MONEY | roles.SELLING, "pool_id"),
    Entry("draw-hours", "/hour-pools/{pool_id}/draw", hour_pool_draws.DrawHours, hour_pool_draws.draw_hours, roles.FIELD | roles.OFFICE, "pool_id"),
    Entry("reverse-draw", "/hour-pools/{pool_id}/reverse-draw", hour_pool_draws.ReverseDraw, hour_pool_draws.give_hours_back, roles.OFFICE, "pool_id"),
    Entry("expire-hours", "/hour-pools/{pool_id}/expire", hour_pool.ExpireHours, hour_pool.expire_hours, roles.MONEY, "pool_id"),
    Entry("refund-hours", "/hour-pools/{pool_id}/refund", hour_pool.RefundHours, hour_pool.refund_hours, roles.MONEY, "pool_id"),
    Entry("note-pool-alert", "/hour-pools/{pool_id}/note-alert", hour_pool.NotePoolAlert, hour_pool.note_pool_alert, roles.LEADERS, "pool_id"),
)
INVOICES = (
    Entry("start-billing-run", "/billing-runs", billing_run.StartBillingRun, billing_run.start_billing_run, roles.MONEY, "run_id"),
    Entry("advance-billing-run", "/billing-runs/{run_id}/advance", billing_run.AdvanceBillingRun, billing_run.advance_billing_run, roles.MONEY, "run_id"),
    Entry("change-billing-run", "/billing-runs/{run_id}/change", billing_run.ChangeBillingRun, billing_run.change_billing_run, roles.MONEY, "run_id"),
    Entry("confirm-billing-run", "/billing-runs/{run_id}/confirm", billing_run.ConfirmBillingRun, billing_run.confirm_billing_run, roles.MONEY, "run_id"),
    Entry("discard-billing-run", "/billing-runs/{run_id}/discard", billing_run.DiscardBillingRun, billing_run.discard_billing_run, roles.MONEY, "run_id"),
    Entry("propose-invoices", "/invoices/propose-due", invoice_proposal.ProposeInvoices, invoice_proposal.propose_invoices, roles.MONEY),
    Entry("propose-invoice", "/invoices", invoice_proposal.ProposeInvoice, invoice_proposal.propose_invoice, roles.MONEY),
    Entry("exclude-invoice-line", "/invoices/{invoice_id}/exclude-line", invoice.ExcludeInvoiceLine, invoice.exclude_invoice_line, roles.MONEY, "invoice_id"),
    Entry("hold-invoice", "/invoices/{invoice_id}/hold", invoice.HoldInvoice, invoice.hold_invoice, roles.MONEY, "invoice_id"),
    Entry("lift-invoice-hold", "/invoices/{invoice_id}/lift-hold", invoice.LiftInvoiceHold, invoice.lift_invoice_hold, roles.MONEY, "invoice_id"),
    Entry("confirm-invoice", "/invoices/{invoice_id}/confirm", invoice.ConfirmInvoice, invoice.confirm_invoice, roles.MONEY, "invoice_id"),
    Entry("issue-invoice", "/invoices/{invoice_id}/issue", invoice.IssueInvoice, invoice.issue_invoice, roles.MONEY, "invoice_id"),
    Entry("discard-invoice", "/invoices/{invoice_id}/discard", invoice.DiscardInvoice, invoice.discard_invoice, roles.MONEY, "invoice_id"),
    Entry("credit-invoice", "/invoices/{invoice_id}/credit", invoice_credit.CreditInvoice, invoice_credit.credit_invoice, roles.MONEY, "invoice_id"),
    Entry("record-payment", "/invoices/{invoice_id}/record-payment", invoice.RecordPayment, invoice.record_payment, roles.MONEY, "invoice_id"),
    Entry("import-open-item", "/open-items", open_item.ImportOpenItem, open_item.import_open_item, roles.MONEY, "open_item_id"),
)
DOCUMENTS = (
    Entry("retry-document", "/documents/{document_id}/retry", issued_document.RetryDocument, issued_document.retry_document, roles.OFFICE | roles.MONEY | roles.STOCK),
)
# fmt: on

CATALOG: tuple[Entry, ...] = (
    *COMPANY,
    *USERS,
    *PARTIES,
    *TECHNICIANS,
    *ARTICLES,
    *INSTALLED_BASE,
    *NUMBERS,
    *STOCK,
    *DELIVERY_NOTES,
    *RMAS,
    *QUOTES,
    *PUBLICATION,
    *DOCUMENTS,
    *CALLS,
    *CONTRACTS,
    *HOUR_POOLS,
    *SALES,
    *INVOICES,
)

BY_NAME = {entry.name: entry for entry in CATALOG}
