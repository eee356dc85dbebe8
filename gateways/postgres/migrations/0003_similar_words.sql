-- Searching by likeness without extensions: an inverted index (GIN) over the grams of each entry's words.
--
-- Row-level security lets a query use an index only with operators that cannot leak other companies' rows, and those of
-- GIN are not among them. So the index is asked here, with the owner's eyes, and only for the company that the session
-- sees: its mark is part of every gram in the index, and the company stands in the condition beside it.

create function company_mark(company uuid) returns text language sql immutable strict parallel safe
as $$ select left(company::text, 8) $$;

-- What an entry stands under in the index; `grams` are separated by blanks.
create function marked_grams(company uuid, grams text) returns tsvector language sql immutable strict parallel safe
as $$ select array_to_tsvector(string_to_array(
          left(company::text, 8) || replace(grams, ' ', ' ' || left(company::text, 8)), ' ')) $$;

-- The entries of a search table that have all grams of one of the questions; where these are fewer than `enough`, also
-- those that have two of the rarer grams of `loose`. At most `most` of each.
create function similar_entries(entries text, questions text[], loose text[], enough integer, most integer)
returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, public
as $$
declare
    company uuid := public.current_company();
    mark text := public.company_mark(company);
    asked text;
    found integer;
    wanted text[];
begin
    if company is null or entries !~ '^v_search_entry_[0-9]+$' then
        return;
    end if;
    select string_agg('(' || alike.every || ')', ' | ') into asked
      from unnest(questions) question,
           lateral (select string_agg(quote_literal(mark || gram), ' & ') as every
                      from unnest(string_to_array(question, ' ')) gram) alike
     where question <> '';
    return query execute format(
        'select entry_id from public.%I
          where company_id = $1 and public.marked_grams(company_id, grams) @@ $2::tsquery limit $3', entries)
        using company, asked, most;
    get diagnostics found = row_count;
    if found >= enough then
        return;
    end if;
    -- What the planner counted as common tells nothing apart; without its counts every gram is as good.
    with common as (
        select element.gram, element.share
          from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam and a.amname = 'gin'
          join pg_stats s on s.schemaname = 'public' and s.tablename = c.relname,
               unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) element(gram, share)
         where i.indrelid = format('public.%I', entries)::regclass
    ), rare as (
        select mark || wanted.gram as gram, coalesce(common.share, 0) as share, wanted.at
          from unnest(loose) with ordinality wanted(gram, at)
          left join common on common.gram = mark || wanted.gram
         order by 2, 3 limit 10
    ), numbered as (
        select gram, row_number() over () as n from rare where share < 0.05
    )
    select coalesce(string_agg('(' || quote_literal(one.gram) || ' & ' || quote_literal(other.gram) || ')', ' | '),
                    (select string_agg(quote_literal(gram), ' & ') from numbered),
                    (select string_agg(quote_literal(gram), ' & ') from rare)),
           (select array_agg(' ' || substr(gram, 9) || ' ') from rare)
      into asked, wanted
      from numbered one join numbered other on one.n < other.n;
    return query execute format(
        'select entry_id from public.%I
          where company_id = $1 and public.marked_grams(company_id, grams) @@ $2::tsquery
          order by (select count(*) from unnest($4) gram where strpos('' '' || grams || '' '', gram) > 0) desc, entry_id
          limit $3', entries)
        using company, asked, most, wanted;
end $$;

revoke execute on function similar_entries(text, text[], text[], integer, integer) from public;
grant execute on function company_mark(uuid), marked_grams(uuid, text),
                          similar_entries(text, text[], text[], integer, integer) to libretto_app;
