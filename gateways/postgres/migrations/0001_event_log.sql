-- The event log and what surrounds it. Every table is keyed by company and guarded by row-level security: a session
-- sees the company named in the setting libretto.company and no other.

create type uuidrange as range (subtype = uuid);

-- The directory of companies: no tenant data, readable by every session.
create table company (
    company_id uuid primary key,
    slug       text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    epoch      uuid not null default gen_random_uuid(),
    created_at timestamptz not null default clock_timestamp()
);

-- One row a company hands out gap-free positions; holding it is what serialises the company's appends.
create table company_head (
    company_id    uuid primary key references company,
    last_position bigint not null default 0,
    last_recorded_at timestamptz not null default '-infinity'
) with (fillfactor = 20);

create table fact (
    company_id  uuid        not null,
    position    bigint      not null,
    stream_id   uuid        not null,
    version     integer     not null,
    topic       text        not null,
    state       bytea       not null,
    event_id    uuid        not null default gen_random_uuid(),
    command_id  uuid        not null,
    metadata    jsonb       not null,
    recorded_at timestamptz not null,
    primary key (company_id, position),
    unique (company_id, stream_id, version)
) partition by hash (company_id);

-- Not partitioned: routing a row costs as much as storing it, and old commands can be forgotten.
create table command (
    company_id    uuid        not null,
    command_id    uuid        not null,
    name          text        not null,
    request_hash  bytea       not null,
    answer        jsonb       not null,
    last_position bigint      not null,
    recorded_at   timestamptz not null,
    primary key (company_id, command_id)
);

do $$
begin
    for n in 0..7 loop
        execute format('create table fact_%s partition of fact for values with (modulus 8, remainder %s)', n, n);
    end loop;
end $$;

-- Time that facts have taken from a resource. The constraint, not a check before the write, forbids double booking.
create table claim (
    company_id  uuid      not null,
    claim_id    uuid      not null,
    resource_id uuid      not null,
    during      tstzrange not null,
    exclusive   boolean   not null,
    primary key (company_id, claim_id),
    exclude using gist (
        uuidrange(company_id, company_id, '[]') with &&,
        uuidrange(resource_id, resource_id, '[]') with &&,
        during with &&
    ) where (exclusive)
);

-- Keys of persons, wrapped by the installation's master key. Destroying one erases the person (R10.4).
create table subject_key (
    company_id   uuid not null,
    subject_id   uuid not null,
    wrapped      bytea,
    created_at   timestamptz not null default clock_timestamp(),
    destroyed_at timestamptz,
    primary key (company_id, subject_id)
);

-- Generations of read models. Tables of a generation carry its number in their names.
create table read_model (
    name         text    not null,
    generation   integer not null,
    fingerprint  text    not null,
    status       text    not null check (status in ('building', 'active', 'retired')),
    created_at   timestamptz not null default clock_timestamp(),
    activated_at timestamptz,
    primary key (name, generation)
);
create unique index on read_model (name) where status = 'active';
create sequence read_model_generation; -- a number is never used again, whatever became of its tables

create table read_model_position (
    company_id uuid    not null,
    name       text    not null,
    generation integer not null,
    position   bigint  not null default 0,
    folded_at  timestamptz not null default clock_timestamp(),
    primary key (company_id, name, generation)
) with (fillfactor = 50);

-- A fact that a read model could not fold, and later facts of the same stream waiting behind it.
create table parked_fact (
    company_id uuid    not null,
    name       text    not null,
    generation integer not null,
    position   bigint  not null,
    stream_id  uuid    not null,
    topic      text    not null,
    error      text,
    parked_at  timestamptz not null default clock_timestamp(),
    primary key (company_id, name, generation, position)
);

-- How far each relay has sent the public stream.
create table relay_cursor (
    company_id uuid   not null,
    relay      text   not null,
    sequence   bigint not null default 0,
    moved_at   timestamptz not null default clock_timestamp(),
    primary key (company_id, relay)
);

create function current_company() returns uuid language sql stable parallel safe
as $$ select nullif(current_setting('libretto.company', true), '')::uuid $$;

do $$
declare name text;
begin
    foreach name in array array['company_head', 'fact', 'command', 'claim', 'subject_key', 'read_model_position',
                                'parked_fact', 'relay_cursor'] loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy own_company on %I using (company_id = (select current_company()))', name);
    end loop;
end $$;

-- The stored state of a fact as JSON, for audit queries.
create function fact_json(state bytea) returns jsonb language sql immutable strict parallel safe
as $$ select convert_from(state, 'UTF8')::jsonb $$;

-- Where every company's log stands; positions are no secret and the daemon needs them all in one look.
create function company_heads() returns table (company_id uuid, last_position bigint)
language sql stable security definer set search_path = pg_catalog, public
as $$ select company_id, last_position from public.company_head $$;

-- Appends the facts of several commands of one company, each command whole or not at all.
--
-- Arrays c_* hold one element a command, f_* one a fact, k_* one a claim and r_* one a release; f_command, k_command
-- and r_command say (from 1) which command they belong to, and facts stand in command order. The caller puts no two
-- commands on one stream into a call. The answer has one row a command: status `appended` with its last position,
-- `repeated` when the command id is known, `conflict` when a stream is not at the version expected, `taken` when a
-- claim overlaps another's.
create function append_facts(
    company uuid,
    c_id uuid[], c_name text[], c_hash bytea[], c_answer jsonb[], c_metadata jsonb[],
    f_command integer[], f_stream uuid[], f_version integer[], f_topic text[], f_state bytea[],
    k_command integer[], k_claim uuid[], k_resource uuid[], k_during tstzrange[], k_exclusive boolean[],
    r_command integer[], r_claim uuid[]
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
              where exists (select from command c where c.company_id = company and c.command_id = given.id) loop
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

    if cardinality(k_claim) + cardinality(r_claim) > 0 then
        for n in 1..count_of loop
            continue when statuses[n] <> 'appended'
                or not (n = any(k_command) or n = any(r_command));
            begin
                delete from claim c using unnest(r_command, r_claim) as gone(command, id)
                 where c.company_id = company and c.claim_id = gone.id and gone.command = n;
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
