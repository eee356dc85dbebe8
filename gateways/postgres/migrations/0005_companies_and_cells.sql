-- Companies that are closed for writing, and companies that live in other cells (other PostgreSQL servers).

-- A company is open; arriving (being copied here from another cell), closed (on its way out), being removed, or moved
-- (left for another cell, its rows kept until they are cleared away). Only open ones are worked for.
alter table company add column state text not null default 'open'
    check (state in ('open', 'arriving', 'closed', 'removing', 'moved'));

-- A closed log takes nothing in. The mark stands in the very row that every append locks, so an append either came
-- before the closing or finds no row to lock; and the program, which works under this policy, can neither set it nor
-- take it away.
alter table company_head add column closed_at timestamptz;
create policy open_for_writing on company_head as restrictive for update using (closed_at is null);

-- What was asked lately, for a copy that follows a log: next to nothing to keep, as commands arrive in order of time.
create index on command using brin (recorded_at);

-- The directory, in the home cell's database: where companies live that were made in another cell or moved. Who is not
-- named here lives at home. `version` grows with every move.
create table company_place (
    company_id uuid primary key,
    slug       text not null unique,
    cell       text not null,
    version    bigint not null default 1,
    moving_to  text,
    changed_at timestamptz not null default clock_timestamp()
);
grant select on company_place to libretto_app;

-- Temporary tables come before everything else in a search path unless it names them last: nobody shall put one in the
-- way of a function that looks with the owner's eyes.
alter function company_heads() set search_path = pg_catalog, public, pg_temp;
alter function similar_entries(text, text[], text[], text[], text[], integer, integer)
    set search_path = pg_catalog, public, pg_temp;
alter function documents_with(text, text[], integer) set search_path = pg_catalog, public, pg_temp;
