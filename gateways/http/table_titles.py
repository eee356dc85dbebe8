"""The titles of all columns that lists show (intestazioni); Italian stands in the catalogue.

The English title follows from the column's name. A column of a list that is not named here fails a test.
"""

from __future__ import annotations

from gateways.labels import words

COLUMNS = frozenset(  # in lines, because one name a line is ten pages
    """
    now about_kind about_number absence_reason absent_minutes accepted_by accepted_on accessories account accuracy_m
    active activities activity activity_state address admission advice after age_minutes ahead alarm alert_days
    alert_percent all_back allocations alternative alternatives amount amounts annual_fee annual_total answer_by
    answered answered_at approved_at area areas arrears_since arrived_at article_code articles asked_at asked_by
    at at_risk at_risk_for attached attached_at attached_by attempt attempts authorised_on available
    balance_minutes base basis batches before begins_at below_minimum bench billing billing_on blocks_closing
    blocks_from bought_minutes bought_on breached breached_at breakage bringer bringer_phone by_state
    calendar_code call_number call_priority call_status caller caller_phone calls cancelled capacity_minutes
    change changed_at changed_by changes channel charge_terms chargeable charges claim_accepted clock closed
    closed_on closing_on code collected command completed_at contact contract contract_number contracts
    converted_on copy_delivered_on corrected corrected_at corrects cost_centre cost_hours cost_kilometres
    cost_visit counters country coverage coverage_reason credit credited credits currency customer
    customer_agreed_at customer_agreed_to customer_channel customer_code customer_person customer_reference
    customer_remarks customers customers_done damage dated_on day days days_late days_left days_overdue
    decided_at decided_by decision_reason declined_at declined_by declined_reason deductions deferred defined_at
    delivered_on delivery description difference difference_minutes differences discontinued discounts
    disposed_on document document_type done_by dropped due due_at due_before due_dates due_first due_km due_on
    earliest_on earned email ended_at ended_on ends_at ends_on entries entry errors estimate_limit
    expected_minutes expenses expires_at expires_on expiry_on external facts fault fee fees field fields
    file_name file_on firm first_number first_on formula free free_minutes from from_month from_on from_time
    fuel fulfilment handed_over_at handed_over_to happened_at happening happens_on has_access has_no_day
    has_no_time has_password held held_reason helper history hours identity in_the_way index_rows installed_on
    interest invoice invoice_number invoiced invoices is_blocking is_credited is_current is_direct is_due is_expiring
    is_imported is_late is_low is_open is_provisional is_ready issued issued_at issued_on item items items_in
    job joins_number kind km km_left last_month last_notice_on last_number last_on last_paid_on
    last_published_on last_read_on last_used_on last_value late late_minutes latest_minutes latest_on leaves_at
    left_alone left_alone_count left_over level licence licence_expires_on limit lines live loaded loaded_on
    loaner_out loaners locale location lot_tracked made_at made_by maintenance mandate mandatory manufacturer
    met meter method mine minimum minutes minutes_left missed_at missed_by missed_reason missed_times missing
    mode model month moved_at moved_by moved_on moved_times movements name nature net new next_annual_fee
    next_billing_on next_visit_at nominal_on not_due not_performed note noted_on noted_percent notes notice
    notice_on number occasion occurred_on occurrences offered_at old oldest_due_on on on_account on_call
    on_call_minutes on_day on_days on_hand on_job on_order open open_minutes opened_at opened_on operations order_lot
    order_number origin other_warehouse_code out_of_limits outcome outcome_note outcomes over_90
    overdraft_minutes overdrawn_minutes overdue override owner owner_code owner_name owners ownership paid
    paid_on paid_reference parameters parked_reason part parties parts party party_code party_name pause_minutes
    paused_for paused_minutes paused_since pauses payable payment_terms payments penalty performed
    performed_ends_at performed_minutes performed_percent performed_starts_at performed_travel_minutes period
    phone place placed_on plan_code plan_name
    planned_cost planned_ends_at planned_minutes planned_percent planned_revenue planned_starts_at
    planned_travel_minutes plant_in_building plate postcode prepared_on pressing price price_list_code
    price_multiplier priority problems product promised_on proposal proposed_at proposed_to protocol province
    published_by_day published_on quantity questions quote_number raised_at rank reached read_at readings
    ready_at ready_on reason reason_text rebases received_on recipient_code record_kind record_number
    recorded_at recorded_by recovery reference refund refunded release remaining_minutes remind_by renews_on
    reopened repeats replaced_on replan reported_at reported_by reported_on requested_at resend_by resent_on
    reserved_firm reserved_soft return_by returned revenue revenue_account reversed_on revision revoked_on
    rma_number role roles rollover rows rule rules running running_contracts said scheme search seen_at sent_at
    sent_on sentence serial serial_tracked serials series settled settled_at settled_by settled_on shared
    shortened_at shortened_because signed_at
    signed_on signer since since_at site site_code site_name sites skill skills solver source source_changed
    source_kind source_number source_on stage standard_cost started_at started_by starts_at starts_latitude
    starts_longitude starts_on state state_since status status_on step stopped_at stored_at stored_by street
    subject subject_kind submitted_at submitted_by summaries superseded supplier_code suspensions tacit_renewal
    taken_at taken_in_at taken_in_on target_minutes tax tax_code taxable technician technician_agreed_at
    technician_agreed_to technician_code technician_name technicians template term terms text then title to
    to_30 to_60 to_90 to_earn to_invoice to_month to_on to_pay to_time told told_at total totals town travel_km
    travel_minutes tries type uncollected_days unconfirmed unidentified unit unit_cost unit_price unknown
    unplanned until until_on usable_minutes use_by_at used_at user_name uses valid_from_on valid_to valid_to_on
    valid_until value values van vat vat_exempt vat_number vat_rate versions view visit_state visited_by visits
    waits warehouse warehouse_code warehouses warranty_months way week what whole_days whom why within work_done
    work_minutes worked_on works written_at zones
    key labour travel cost free_cost unknown_costs margin percent entry_id side is_known call result whole
    judged first_visit unsolved more_visits came_back too_early no_visit no_fault next_on next_call restored_at
    repair_hours measured mean_hours mean_work_hours machines intervals idle_days mean_days before_on paused
    days_0_1 days_2_7 days_8_30 days_31_90 days_91_and_more oldest_days is_maintenance band commission is_settled
    within_days same_words repair_seconds by says
    calibrated_on certificate needs_calibration valid_until_on withdrawn_on instrument unassigned_reason
    """.split()  # noqa: SIM905 - see above
)


def title_of(column: str) -> str:
    """The English title of a column: the message that is translated."""
    plain = words(column)
    return plain[:1].upper() + plain[1:]
