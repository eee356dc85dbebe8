-- Looking back: which position was the last at an instant, who recorded what, and rows of read models at a position.

-- The last position recorded by an instant. Instants never go backwards along a log, so halving finds it.
create function position_known_at(known_at timestamptz) returns bigint language plpgsql stable as $$
declare
    company uuid := current_company();
    low     bigint := 0;
    high    bigint;
    middle  bigint;
begin
    select last_position into high from company_head where company_id = company;
    if high is null or known_at is null then
        return coalesce(high, 0);
    end if;
    while low < high loop
        middle := (low + high + 1) / 2;
        if (select recorded_at from fact where company_id = company and position = middle) <= known_at then
            low := middle;
        else
            high := middle - 1;
        end if;
    end loop;
    return low;
end $$;

create index fact_by on fact (company_id, (metadata ->> 'by'), position);

-- Row-level security keeps an index on what is inside of metadata from being used, because `->>` might tell of other
-- companies' rows. So the index is asked here, with the owner's eyes, and only for the company that the session sees.
create function positions_by(who text, beyond bigint, until bigint, most integer)
returns setof bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    select position from public.fact
     where company_id = public.current_company() and metadata ->> 'by' = who and position > beyond and position < until
     order by position desc limit most
$$;

-- Rows of a read model at a position, compressed, part by part; to be dropped whenever somebody likes.
create table view_checkpoint (
    company_id  uuid        not null,
    name        text        not null,
    fingerprint text        not null,
    position    bigint      not null,
    table_name  text        not null,
    part        integer     not null,
    rows        bytea       not null,
    made_at     timestamptz not null default clock_timestamp(),
    primary key (company_id, name, fingerprint, position, table_name, part)
);
alter table view_checkpoint alter column rows set storage external; -- compressed already
alter table view_checkpoint enable row level security;
create policy own_company on view_checkpoint using (company_id = (select current_company()));
grant select, insert, delete on view_checkpoint to libretto_app;
grant execute on function position_known_at(timestamptz), positions_by(text, bigint, bigint, integer) to libretto_app;
