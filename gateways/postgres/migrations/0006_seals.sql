-- Seals over the log: a Merkle root for each block of facts, chained, and the time-stamps of authorities over them.
--
-- The program may read and add seals, never change or remove one. The head, kept by a trigger, tells how many there
-- must be, and lets no seal in that does not follow on the last one.

create table seal (
    company_id     uuid        not null,
    number         integer     not null,
    first_position bigint      not null,
    last_position  bigint      not null,
    root           bytea       not null,
    previous       bytea       not null,
    hash           bytea       not null,
    made_at        timestamptz not null,
    leaves         bytea       not null, -- 32 bytes a fact: they tell which fact is guilty, the root that one is
    event_ids      bytea       not null, -- 16 bytes a fact: they tell a fact moved from a fact changed
    primary key (company_id, number),
    check (last_position >= first_position),
    check (octet_length(leaves) = 32 * (last_position - first_position + 1)),
    check (octet_length(event_ids) = 16 * (last_position - first_position + 1))
);

create table seal_head (
    company_id    uuid    primary key,
    number        integer not null,
    last_position bigint  not null,
    hash          bytea   not null
);

create table seal_stamp (
    company_id  uuid        not null,
    number      integer     not null,
    authority   text        not null,
    token       bytea       not null,
    stamped_at  timestamptz not null,
    received_at timestamptz not null default clock_timestamp(),
    primary key (company_id, number, authority)
);

do $$
declare name text;
begin
    foreach name in array array['seal', 'seal_head', 'seal_stamp'] loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy own_company on %I using (company_id = (select current_company()))', name);
        execute format('grant select on %I to libretto_app', name);
    end loop;
end $$;
grant insert on seal, seal_stamp to libretto_app;

create function seal_follows() returns trigger
language plpgsql security definer set search_path = pg_catalog, public
as $$
begin
    if new.number = 1 and new.first_position = 1 then
        insert into public.seal_head values (new.company_id, 1, new.last_position, new.hash) on conflict do nothing;
    else
        update public.seal_head h set number = new.number, last_position = new.last_position, hash = new.hash
         where h.company_id = new.company_id and h.number = new.number - 1 and h.hash = new.previous
           and h.last_position = new.first_position - 1;
    end if;
    if not found then
        raise exception 'seal % does not follow on the last one', new.number using errcode = 'serialization_failure';
    end if;
    return new;
end $$;

create trigger seal_follows before insert on seal for each row execute function seal_follows();
revoke execute on function seal_follows() from public;
