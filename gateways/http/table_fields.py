"""The titles of what stands inside sheets (campi delle schede): fields and tables of records, below those of lists.

The English title follows from the name, as with columns; a field that is named nowhere fails a test.
"""

from __future__ import annotations

FIELDS = frozenset(  # in lines, because one name a line is twenty pages
    """
    about about_items absences_need_approval absorbed accent accepted access_words accrual_basis action_until
    activity_kind activity_kinds activity_types actual_minutes added adherence adjustment after_cancelling after_days
    after_legal alert alerts alignment always_open analytic_account anchor_on answer appeared_on approval approval_state
    approved approved_by approver approvers archive_kind arrears_block arrived article article_codes article_kinds asked
    asked_roles asset_percent asset_value assigned assignment assignments at_supplier attachments available_now
    average_cost awaited awaits_goods awaits_replacement back balance balance_cost band bands bank base_km base_month
    base_town
    before_days before_ends_at before_first before_starts_at before_technician_name before_travel_minutes begins_on
    below_cost beyond bic billed billed_before billed_on billed_through billed_with billed_with_kind billed_with_number
    bills_while_blocked bills_with_main block_grace_days block_policy block_reason block_threshold blocked_at
    blocked_contracts blocked_from blocks board_and_lodging body booking bookings bought_for
    building_reverse_charge_from_on business_months by by_machine by_notes by_status calendar calendar_from
    call_fee came cap_percent caption carriage carried carried_by carrier carriers catch_up cer_code certified_email
    certified_mail certified_until_on chaining changed charge charge_stamp_duty chargeability charged_minutes checklists
    children choices cig claim clause_approved clicks clocks
    closed_reason closes closing closures coefficient collect_on collection
    colour column company condition conditions
    confirmed_on consumables consumables_in_fix consumed consumer consumer_months
    consumption contacts content contract_kind contracted coordinates copies_again copy_due_on copy_on correction
    corrections corrects_line costs counted counted_at
    counter counting counts counts_begun coverage_rules covered covered_reason
    covers covers_new_defects credit_due credit_note credit_note_number credit_notes credited_at credited_invoice
    credited_on cup current customer_hours customer_owes
    customers_goods dated deadlines declaration_of_intent declared
    delivered deliveries delivery_terms depth destination detail determination device diagnosis_fee differences_value
    digits discarded_reason discount_above discount_percent discount_up_to dispatch document_kind document_language
    document_number document_on documents done drawn_on draws driven_on dropped_at due_days due_soon dunning each_line
    earlier early_end effect elsewhere end_of_month end_users ended_by ending ends estimate_after_days eu_countries
    every everything exceptions excess exempt expected_on expense expires_first explained extra_days fact factor
    faulty_decision faulty_value feasts features fee_source fee_state fee_waived_reason final final_km findings
    first_at_anchor
    first_day first_month first_period fittings fixed flags floor_percent follows_successor footer form form_on found
    found_at free_km free_withdrawal free_withdrawal_until frees friday from_base from_code from_lapsed from_quantity
    geometry given_on given_up goods grams gross_weight_kg group_days handed_on_number happened_on has_charge has_work
    header heading hidden high highest holder holds holiday holiday_country horizon_days hour hour_pools hourly iban
    impact in_collection in_liquidation in_service included index_share_percent inherited_from initial installed_base
    intent internal_notes interval introduction invoice_line
    is_accepted is_active is_answered is_awaited is_blocked is_confirmed is_consumable
    is_consumer is_counted is_covered is_estimate is_estimated is_excluded
    is_external is_in_contract is_live is_name is_new is_on
    is_on_note is_out_of_limits is_own is_presumed_original is_published
    is_purchase is_quoted is_refused is_required is_reversed is_settled is_short
    is_waiting is_withdrawn issue_at_once issued_by_us item_discounts item_status item_statuses kept_on keys label
    lag_months language last_call last_calls last_done_on last_read_at last_source last_year late_after_minutes
    late_interest lead_days left left_minutes left_out leg_no likeness line_no link links list_price list_value litres
    lot lots lots_found lots_missing low lowest machines mail_state
    made_from made_on marks matters measured medium members message meter_kind
    meters meters_replaced minimum_minutes minutes_after_due missing_reason mobile modified_at monday month_on months
    more motto moves multiple near needed_by needed_on net_above net_up_to net_weight_kg never_came newest next next_at
    next_due_on next_percent night night_from night_holiday night_to not_counted not_reckoned note_dated_on note_number
    noted notice_received_on occasion_on offer offers offset_days on_site_minutes open_calls open_items open_refusals
    opening opening_refused operators optional options order order_by order_on order_unit ordered ordered_on
    ordered_unit_cost orders ordinary out_of_hours outcome_reason over overage_amount overage_minutes overage_rate
    overdrawn overtime owes own packages packaging paid_by paragraph parent_number parent_product parents part_of_fix
    parts_planned parts_used passed passed_in_words passed_on patron_day patron_town pattern paused_at payment
    payment_method payments_overdue pays_by_notice pays_travel_time per_diem per_diem_above_minutes per_km per_visit
    percent_in_time periods person photos picked picture piece places planned planned_on plant points pooling
    positions_kept_hours precision prepared_by presumed_until previous previous_slot previous_starts price_difference
    price_list price_per price_source printable_notes product_type prolonged_on promisable proof properties
    proposes_call provisional public_body_chargeability published_at published_by purchasing quality quantities question
    quote quote_approval quote_tolerance quote_validity_days quotes raise_priority_to rate rated rates rea_number
    rea_office read_on reading reason_note reasons receipts received received_by received_unit_cost recipient recipients
    record records recount reference_month references refused refused_at registers_serials rejected related released
    remaining reminded_on reminders removed renderer replaced_at replaced_policy replaced_reason
    replacement_note_number replacement_serial
    report report_within_days reported reported_through reports requested_on require_cig reserved
    resolve_minutes response_minutes rest_of restore_minutes results returned_after returned_at returned_on
    returns revisions revoked rmas row rule_code sale_number sales sales_by_year same_as saturday
    saturday_shifts_are_ordinary scope score season secret_name section seen_on seller send_by sender_dated_on
    sender_note sender_number sent_to sequence serial_numbers serials_found serials_missing served service
    service_targets services set_out_at settled_month
    share_capital share_percent shifts sia_code signature signed
    signer_role since_on skipped slot sold_on sole_shareholder solution source_changed_at source_changed_since
    source_key sources span_months spans spent_on split_from split_payments stamp_duties stamp_duty stamp_natures
    stand_in_days start_by starts status_label statuses stem step_minutes step_months steps sticky_end_of_month
    still_open stops_in stretches suggestion sunday sunday_is_holiday superseded_by supplier supplier_cost supplier_lot
    supplier_number supplier_party_code supplier_reference supplier_repairs supplier_result supplier_rma
    supplier_warranties suppliers supplies_overdue supplies_undated supply survivor suspension_approved swaps table
    taken_in_charge taken_on takes_maintenance target tax_regime template_language template_version term_months tests
    texts their_code third_parties third_party_markup_percent threshold through_on thursday tier tiering tiers time
    time_limit_seconds timing to_base to_buy to_charge to_replace to_warehouse tolerance tolerance_days top_up topic
    transfers transport treatment tuesday
    unassigned unchanged under_warranty unexpected unfinished unit_price_now
    unit_price_then units units_per unused up_to uploaded_at uploaded_by urgency urgent use_by_minutes used user
    usual_technician valid_from validity_days vat_code vat_kind
    vat_nature vat_rates vat_subject vehicle verified visit_minutes
    void waiting waiting_part_pauses wanted warehouse_name warn_percents warranties warranty warranty_ends_on watched
    website wednesday weekdays weighed weighed_minutes weight weight_kg went who who_goes why_now why_then windows
    withdrawal without_place workaround worked workshop would_pay year zone line words
    is_billed free_costs free_value calls_left_out act rate_fact shared_among position hourly_cost agreed_cost
    labour_cost way_cost counted_as closed_at fact_position first_visit_at is_cancelled is_contractor is_in_fix
    is_maintenance is_rollover merged_into overtime_minutes previous_on rate_position serial_item_ids
    failure_days fresh_at from_sequence is_secret_shown off_at off_cause off_told old_secret_until registered_at
    registered_position secret_number types wish keep answer_by_on asked_on carried_out_on decided_on erase_on
    erased_on files ground mended released_on erased known_at withheld
    instruments others onward_minutes noted_as noted_stage voided_on
    correlation happened_from happened_to recorded_from recorded_to stream together
    """.split()  # noqa: SIM905 - see above
)
