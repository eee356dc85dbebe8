"""The event log's statements. Parameters are binary; arrays `c_*` have one element a command, `f_*` one a fact."""

from __future__ import annotations

_HEAD = """
with head as (
    update company_head
       set last_position = last_position + %(count)b, last_recorded_at = greatest(clock_timestamp(), last_recorded_at)
     where company_id = %(company)b
    returning last_position - %(count)b as base, last_recorded_at as now_at
)"""
_FACT_COLUMNS = """
insert into fact
    (company_id, position, stream_id, version, topic, state, command_id, metadata, recorded_at)"""

ONE_FACT = f"""{_HEAD}, remembered as (
    insert into command (company_id, command_id, name, request_hash, answer, last_position, recorded_at)
    select %(company)b, %(id)b, %(name)b, %(hash)b, %(answer)b, base + 1, now_at from head
){_FACT_COLUMNS}
select %(company)b, base + 1, %(stream)b, %(version)b, %(topic)b, %(state)b, %(id)b, %(metadata)b, now_at
  from head
returning position"""  # noqa: S608 - put together from constants
"""One command with one fact; a version or command id already taken raises a unique violation."""

MANY_FACTS = f"""{_HEAD}, remembered as (
    insert into command (company_id, command_id, name, request_hash, answer, last_position, recorded_at)
    select %(company)b, c.id, c.name, c.hash, c.answer, base + c.place, now_at
      from head, unnest(%(c_id)b::uuid[], %(c_name)b::text[], %(c_hash)b::bytea[], %(c_answer)b::jsonb[],
                        %(c_place)b::bigint[]) as c(id, name, hash, answer, place)
), stored as ({_FACT_COLUMNS}
    select %(company)b, base + f.place, f.stream, f.version, f.topic, f.state, c.id, c.metadata, now_at
      from head, unnest(%(f_command)b::integer[], %(f_stream)b::uuid[], %(f_version)b::integer[], %(f_topic)b::text[],
                        %(f_state)b::bytea[]) with ordinality as f(command, stream, version, topic, state, place)
      join unnest(%(c_id)b::uuid[], %(c_metadata)b::jsonb[]) with ordinality as c(id, metadata, n) on c.n = f.command
)
select base from head"""  # noqa: S608 - put together from constants
"""Many commands, all or none; a version or command id already taken raises a unique violation."""

CAREFULLY = """select status, first_position, last_position from append_facts(
    %(company)b, %(c_id)b::uuid[], %(c_name)b::text[], %(c_hash)b::bytea[], %(c_answer)b::jsonb[],
    %(c_metadata)b::jsonb[], %(f_command)b::integer[], %(f_stream)b::uuid[], %(f_version)b::integer[],
    %(f_topic)b::text[], %(f_state)b::bytea[], %(k_command)b::integer[], %(k_claim)b::uuid[],
    %(k_resource)b::uuid[], %(k_during)b::tstzrange[], %(k_exclusive)b::boolean[], %(r_command)b::integer[],
    %(r_claim)b::uuid[], %(s_command)b::integer[], %(s_stream)b::uuid[], %(s_version)b::integer[])"""
"""Many commands, each whole or not at all, with claims and what they rest on; each gets a status of its own."""

BEGIN_ONE = """
select null::integer as version, null as topic, null::bytea as state, request_hash, answer, last_position
  from command where company_id = %(company)b and command_id = %(command)b
union all
select version, topic, state, null, null, null from fact where company_id = %(company)b and stream_id = %(stream)b
order by version nulls first"""

BEGIN_MANY = """
select asked.n, null::integer as version, null as topic, null::bytea as state, c.request_hash, c.answer, c.last_position
  from unnest(%(commands)b::uuid[]) with ordinality as asked(id, n)
 cross join lateral (select request_hash, answer, last_position from command
                      where company_id = %(company)b and command_id = asked.id limit 1) c
union all
select asked.n, f.version, f.topic, f.state, null, null, null
  from unnest(%(streams)b::uuid[]) with ordinality as asked(id, n)
 cross join lateral (select version, topic, state from fact
                      where company_id = %(company)b and stream_id = asked.id offset 0) f
order by 1, 2 nulls first"""
"""Each command and each stream is looked up by itself: a join may be planned over all that the company ever did."""

STREAM = """
select version, topic, state from fact
 where company_id = %(company)b and stream_id = %(stream)b and version > %(gt)b and version <= %(lte)b
 order by version {order} limit %(limit)b"""

STREAMS = """
select stream_id, version, topic, state from fact
 where company_id = %(company)b and stream_id = any(%(streams)b::uuid[])
 order by stream_id, version"""

NOTIFICATIONS = """
select position, stream_id, version, topic, state from fact
 where company_id = %(company)b and position > %(after)b and position <= %(stop)b
   and (%(topics)b::text[] is null or topic = any(%(topics)b::text[]))
 order by position limit %(limit)b"""

HEAD = "select last_position from company_head where company_id = %(company)b"
