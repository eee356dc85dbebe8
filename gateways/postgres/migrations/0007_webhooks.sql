-- How far each webhook was sent the public stream, and what became of each fact: bookkeeping, not facts.

create table webhook_cursor (
    company_id    uuid   not null,
    webhook_id    uuid   not null,
    epoch         uuid   not null,
    sequence      bigint not null,            -- everything up to here was sent, dead, or not wanted
    obeyed        bigint not null default 0,  -- decisions about dead letters carried out, by their position in the log
    failing_since timestamptz,                -- the first failure after the last success
    rests_until   timestamptz,
    moved_at      timestamptz not null default clock_timestamp(),
    primary key (company_id, webhook_id, epoch)
) with (fillfactor = 50);

create table webhook_delivery (
    company_id uuid    not null,
    webhook_id uuid    not null,
    epoch      uuid    not null,
    sequence   bigint  not null,
    event_id   uuid    not null,
    type       text    not null,
    state      text    not null check (state in ('failing', 'delivered', 'dead', 'resend', 'discarded')),
    attempts   integer not null,
    answers    jsonb   not null default '[]', -- the last ones: when, status, what was told
    first_at   timestamptz not null,
    last_at    timestamptz not null,
    primary key (company_id, webhook_id, epoch, sequence)
);
create index on webhook_delivery (company_id, webhook_id, event_id);
create index on webhook_delivery (company_id, webhook_id, epoch, sequence) where state in ('dead', 'resend');

do $$
declare name text;
begin
    foreach name in array array['webhook_cursor', 'webhook_delivery'] loop
        execute format('alter table %I enable row level security', name);
        execute format('create policy own_company on %I using (company_id = (select current_company()))', name);
    end loop;
end $$;
grant select, insert, update, delete on webhook_cursor, webhook_delivery to libretto_app;
