"""Days that people are told of by rules (scadenze negli avvisi): quotes to expire, lent goods due back or overdue.

Derived when asked for: what stands, has such a day and has no notice by the rule. Nothing is watched, so that a changed
rule, an answer or a later day need no further steps. Told at seven in the morning; a rule set late tells of days to
come.
"""

from __future__ import annotations

MORNING = "interval '7 hours'"
ZONE = "'Europe/Rome'"
TODAY = f"(%(at)s::timestamptz at time zone {ZONE})::date"
DAYS = "(r.terms->>'days_before')::integer"

_DEADLINES = f"""
    select 'quote_expiring' as happening, q.quote_id as record_id, concat(v.alternative, v.revision) as part,
           v.valid_until as last_on, v.sent_on as begun_on, q.customer_id as party_id, q.site_id, q.call_id,
           v.prepared_by as owner, jsonb_build_object('number', q.number, 'subject', q.subject) as told
      from {{quote_revision}} v join {{quote}} q on q.quote_id = v.quote_id
     where v.state = 'sent' and v.valid_until >= {TODAY}
    union all
    select h.happening, n.note_id, '', n.return_by, n.dated_on, n.customer_id, null::uuid,
           case when n.record_kind = 'call' then n.record_id end, null::text,
           jsonb_build_object('number', n.number, 'subject', n.reason_text)
      from {{delivery_note}} n cross join (values ('goods_due_back'), ('goods_overdue')) as h (happening)
     where n.return_by is not null and n.state <> 'cancelled' and n.kept_on is null and not n.all_back
       and (n.reason = 'loan' or (n.reason = 'on_approval' and h.happening = 'goods_due_back'))
       and case h.happening when 'goods_due_back' then n.return_by >= {TODAY} else n.return_by < {TODAY} end"""  # noqa: S608 - own constants only

_MOMENT = f"""case when d.happening = 'goods_overdue'
        then (d.last_on + 1 + {MORNING}) at time zone {ZONE}
        else greatest((d.last_on - {DAYS} + {MORNING}) at time zone {ZONE},
                      d.begun_on::timestamp at time zone {ZONE}, r.since) end"""

COMING = f"""
    select o.rule, o.occasion, o.happening, o.happened_at, o.call_id, o.record_id as cause_id,
           null::uuid as activity_id, null::uuid as technician_id, o.told, null::jsonb as whom,
           null::jsonb as attached, o.party_id, o.record_id,
           o.site_id, o.owner, o.use_by_at
      from (
        select r.code as rule, concat_ws('/', d.record_id, nullif(d.part, ''), d.last_on, d.happening) as occasion,
               d.happening, {_MOMENT} as happened_at, d.call_id, d.record_id, d.party_id, d.site_id, d.owner,
               d.told || jsonb_build_object('until', to_char(d.last_on, 'DD/MM/YYYY')) as told,
               case when d.happening <> 'goods_overdue'
                    then (d.last_on + 1)::timestamp at time zone {ZONE} end as use_by_at, r.since
          from {{notice_rule}} r join ({_DEADLINES}) d on d.happening = r.happening) o
     where o.happened_at >= o.since
       and not exists (select 1 from {{notice}} n where n.rule = o.rule and n.occasion = o.occasion)"""  # noqa: S608 - own constants only
"""What is due of such days, with the columns of `notice_due` and the record's own place and owner."""
