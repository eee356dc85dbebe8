-- A command may rest on streams that it read and does not write: when one has moved on, it is a conflict like any other.

drop function append_facts(
    uuid, uuid[], text[], bytea[], jsonb[], jsonb[], integer[], uuid[], integer[], text[], bytea[],
    integer[], uuid[], uuid[], tstzrange[], boolean[], integer[], uuid[]);

-- Appends the facts of several commands of one company, each command whole or not at all.
--
-- Arrays c_* hold one element a command, f_* one a fact, k_* one a claim, r_* one a release and s_* one stream that was
-- read and not written; f_command, k_command, r_command and s_command say (from 1) which command they belong to, and facts
-- stand in command order. What was read is looked at again after the company's head row is held, in a statement of its
-- own: one that waits for the row would still see the log as it was before it waited. The caller puts no two
-- commands on one stream into a call, nor one that writes a stream beside one that rests on it. The answer has one row a
-- command: status `appended` with its last position, `repeated` when the command id is known, `conflict` when a stream is
-- not at the version expected or one that the command rests on has moved on, `taken` when a claim overlaps another's.
--
-- Each command's id, each released claim and each stream rested on is looked up by itself: joined with the arrays they
-- would be planned once, while the tables are empty, as a look through all commands and claims the company ever had.
create function append_facts(
    company uuid,
    c_id uuid[], c_name text[], c_hash bytea[], c_answer jsonb[], c_metadata jsonb[],
    f_command integer[], f_stream uuid[], f_version integer[], f_topic text[], f_state bytea[],
    k_command integer[], k_claim uuid[], k_resource uuid[], k_during tstzrange[], k_exclusive boolean[],
    r_command integer[], r_claim uuid[],
    s_command integer[] default '{}', s_stream uuid[] default '{}', s_version integer[] default '{}'
) returns table (status text, first_position bigint, last_position bigint)
language plpgsql as $$
declare
    head        bigint;
    now_at      timestamptz;
    count_of    integer := cardinality(c_id);
    statuses    text[] := array_fill('appended'::text, array[cardinality(c_id)]);
    firsts      bigint[] := array_fill(null::bigint, array[cardinality(c_id)]);
    lasts       bigint[] := array_fill(null::bigint, array[cardinality(c_id)]);
    n           integer;
    added       bigint;
begin
    select h.last_position, greatest(clock_timestamp(), h.last_recorded_at) into head, now_at
      from company_head h where h.company_id = company for update;
    if not found then
        raise exception 'company % has no log', company using errcode = 'no_data_found';
    end if;

    for n in select given.n from unnest(c_id) with ordinality as given(id, n)
              where (select true from command c where c.company_id = company and c.command_id = given.id) loop
        statuses[n] := 'repeated';
    end loop;

    -- A stream's first new fact must come right after its last stored one, and the others right after each other.
    for n in
        select distinct bad.command from (
            select given.command, given.stream, given.version,
                   lag(given.version) over (partition by given.stream order by given.place) as before
              from unnest(f_command, f_stream, f_version) with ordinality as given(command, stream, version, place)
        ) bad
        where case when bad.before is not null then bad.version <> bad.before + 1
                   else exists (select from fact f where f.company_id = company and f.stream_id = bad.stream
                                                     and f.version >= bad.version)
                     or (bad.version > 1 and not exists (
                            select from fact f where f.company_id = company and f.stream_id = bad.stream
                                                 and f.version = bad.version - 1))
              end
    loop
        if statuses[n] = 'appended' then statuses[n] := 'conflict'; end if;
    end loop;

    for n in
        select distinct given.command from unnest(s_command, s_stream, s_version) as given(command, stream, version)
         where (select true from fact f where f.company_id = company and f.stream_id = given.stream
                                          and f.version > given.version limit 1)
    loop
        if statuses[n] = 'appended' then statuses[n] := 'conflict'; end if;
    end loop;

    if cardinality(k_claim) + cardinality(r_claim) > 0 then
        for n in 1..count_of loop
            continue when statuses[n] <> 'appended'
                or not (n = any(k_command) or n = any(r_command));
            begin
                delete from claim c where c.company_id = company and c.claim_id = any (array(
                    select gone.id from unnest(r_command, r_claim) as gone(command, id) where gone.command = n));
                insert into claim (company_id, claim_id, resource_id, during, exclusive)
                select company, new.id, new.resource, new.during, new.exclusive
                  from unnest(k_command, k_claim, k_resource, k_during, k_exclusive)
                       as new(command, id, resource, during, exclusive)
                 where new.command = n
                on conflict (company_id, claim_id) do update
                   set resource_id = excluded.resource_id, during = excluded.during, exclusive = excluded.exclusive;
            exception when exclusion_violation then
                statuses[n] := 'taken';
            end;
        end loop;
    end if;

    with kept as (
        select given.*, head + row_number() over (order by given.place) as position
          from unnest(f_command, f_stream, f_version, f_topic, f_state) with ordinality
               as given(command, stream, version, topic, state, place)
         where statuses[given.command] = 'appended'
    ), stored as (
        insert into fact (company_id, position, stream_id, version, topic, state, command_id, metadata, recorded_at)
        select company, k.position, k.stream, k.version, k.topic, k.state, c_id[k.command], c_metadata[k.command], now_at
          from kept k order by k.position
    ), spans as (
        select k.command, min(k.position) as first, max(k.position) as last, count(*) as facts from kept k group by k.command
    )
    select array_agg(coalesce(s.first, firsts[o.n]) order by o.n), array_agg(coalesce(s.last, lasts[o.n]) order by o.n),
           coalesce(sum(s.facts), 0)
      into firsts, lasts, added
      from generate_series(1, count_of) as o(n) left join spans s on s.command = o.n;

    insert into command (company_id, command_id, name, request_hash, answer, last_position, recorded_at)
    select company, c_id[o.n], c_name[o.n], c_hash[o.n], c_answer[o.n], coalesce(lasts[o.n], head), now_at
      from generate_series(1, count_of) as o(n) where statuses[o.n] = 'appended';

    if added > 0 then
        update company_head h set last_position = head + added, last_recorded_at = now_at where h.company_id = company;
    end if;

    return query select statuses[o.n], firsts[o.n], coalesce(lasts[o.n], head) from generate_series(1, count_of) as o(n)
                 order by o.n;
end $$;
