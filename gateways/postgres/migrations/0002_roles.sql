-- What the program may do: read and write its company's rows, and nothing with their partitions or their definition.
do $$
begin
    if not exists (select from pg_roles where rolname = 'libretto_app') then
        begin
            create role libretto_app nologin nobypassrls;
        exception when duplicate_object or unique_violation then
            null; -- roles belong to the whole server: another database was made at the same moment
        end;
    end if;
    if not pg_has_role(current_user, 'libretto_app', 'member') then
        execute format('grant libretto_app to %I', current_user);
    end if;
end $$;

grant usage on schema public to libretto_app;
grant select on company, read_model to libretto_app;
grant select, insert, update on company_head, subject_key, read_model_position, relay_cursor to libretto_app;
grant select, insert on fact, command to libretto_app;
grant select, insert, update, delete on claim, parked_fact to libretto_app;
grant execute on all functions in schema public to libretto_app;
