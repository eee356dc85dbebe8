-- How far the read models are behind, over all companies in one look: what an operator and a load balancer ask for.
create function read_model_lags()
returns table (name text, generation integer, status text, companies bigint, facts bigint, seconds double precision, parked bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    select m.name, m.generation, m.status, count(late.company_id), coalesce(sum(late.facts), 0)::bigint,
           coalesce(max(extract(epoch from clock_timestamp() - late.since)), 0)::float8,
           (select count(*) from public.parked_fact k where k.name = m.name and k.generation = m.generation)
      from public.read_model m
      left join lateral (
          select h.company_id, h.last_position - coalesce(p.position, 0) as facts, f.recorded_at as since
            from public.company_head h
            left join public.read_model_position p
              on p.company_id = h.company_id and p.name = m.name and p.generation = m.generation
            left join public.fact f on f.company_id = h.company_id and f.position = coalesce(p.position, 0) + 1
           where h.last_position > coalesce(p.position, 0)
      ) late on true
     where m.status <> 'retired'
     group by m.name, m.generation, m.status
$$;
revoke all on function read_model_lags() from public;
grant execute on function read_model_lags() to libretto_app;
