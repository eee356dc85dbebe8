-- What could be guessed of an erased person from how requests are told apart, and from errors of read models.

create function blot_commands(streams uuid[]) returns bigint language sql volatile
security definer set search_path = pg_catalog, public, pg_temp
as $$
    with blotted as (
        update public.command c set request_hash = ''
         where c.company_id = public.current_company() and c.request_hash <> ''
           and c.command_id in (select f.command_id from public.fact f
                                 where f.company_id = public.current_company() and f.stream_id = any(streams))
        returning 1)
    select count(*) from blotted
$$;

revoke execute on function blot_commands(uuid[]) from public;
grant execute on function blot_commands(uuid[]) to libretto_app;
