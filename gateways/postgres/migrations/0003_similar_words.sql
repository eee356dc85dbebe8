-- Searching by likeness without extensions: an inverted index (GIN) over the grams of each entry's words.
--
-- Row-level security lets a query use an index only with operators that cannot leak other companies' rows, and those of
-- GIN are not among them. So the index is asked here, with the owner's eyes, and only for the company that the session
-- sees: its mark is part of every gram in the index, and the company stands in the condition beside it, as text so that
-- no other index is taken for it: of many rare words together the planner expects more than there ever is.

create function company_mark(company uuid) returns text language sql immutable strict parallel safe
as $$ select left(company::text, 8) $$;

-- What an entry stands under in the index; `grams` are separated by blanks.
create function marked_grams(company uuid, grams text) returns tsvector language sql immutable strict parallel safe
as $$ select array_to_tsvector(string_to_array(
          left(company::text, 8) || replace(grams, ' ', ' ' || left(company::text, 8)), ' ')) $$;

-- Questions as the index takes them: each has grams that an entry must have all of, separated by blanks; of `a|b|c` it
-- must have one.
create function any_question(mark text, questions text[]) returns text language sql immutable parallel safe
as $$ select string_agg('(' || alike.every || ')', ' | ')
        from unnest(questions) question,
             lateral (select string_agg('(' || one.any || ')', ' & ') as every
                        from unnest(string_to_array(question, ' ')) gram,
                             lateral (select string_agg(quote_literal(mark || each), ' | ') as any
                                        from unnest(string_to_array(gram, '|')) each) one) alike
       where question <> '' $$;

-- The entries of a search table that have all grams of one of the questions; where these are fewer than `enough`, those
-- that do so but for one typing error (`nearly`); where these are fewer, also those that answer a question less a word
-- (`less`), or have two of the rarer grams of `loose`, those with most of them first, a third as many.
create function similar_entries(
    entries text, questions text[], nearly text[], less text[], loose text[], enough integer, most integer)
returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, public
set enable_seqscan = off set enable_indexscan = off set jit = off
as $$
declare
    company uuid := public.current_company();
    mark text := public.company_mark(company);
    asked text;
    found integer;
    common text[];
    shares real[];
    rare text[];
begin
    if company is null or entries !~ '^v_search_entry_[0-9]+$' then
        return;
    end if;
    foreach asked in array array[public.any_question(mark, questions), public.any_question(mark, nearly)] loop
        return query execute format(
            'select entry_id from public.%I
              where company_id::text = $1 and public.marked_grams(company_id, grams) @@ $2::tsquery limit $3', entries)
            using company::text, asked, most;
        get diagnostics found = row_count;
        if found >= enough then
            return;
        end if;
    end loop;
    -- What the planner counted as common tells nothing apart; without its counts every gram is as good.
    select s.most_common_elems::text::text[], s.most_common_elem_freqs into common, shares
      from pg_class t join pg_index i on i.indrelid = t.oid join pg_class c on c.oid = i.indexrelid
      join pg_stats s on s.schemaname = 'public' and s.tablename = c.relname
     where t.relname = entries and t.relnamespace = 'public'::regnamespace and s.most_common_elems is not null limit 1;
    select array_agg(gram order by share, at) into rare
      from (select gram, at, coalesce(shares[array_position(common, mark || gram)], 0) as share
              from unnest(loose) with ordinality wanted(gram, at) order by share, at limit 8) rarest
     where share < 0.05 or at = 1;
    -- `a & (b | c) | b & c`: where a gram is missing, nothing else of its part is looked at.
    select string_agg(quote_literal(mark || one.gram) || coalesce(' & (' || others.any || ')', ''), ' | ') into asked
      from unnest(rare) with ordinality one(gram, n),
           lateral (select string_agg(quote_literal(mark || other), ' | ') as any
                      from unnest(rare[one.n + 1:]) other) others
     where others.any is not null or cardinality(rare) = 1;
    -- A short word has little left when it is mistyped: one gram must do.
    if cardinality(loose) <= 6 then
        select string_agg(quote_literal(mark || gram), ' | ') into asked from unnest(rare) gram;
    end if;
    asked := concat_ws(' | ', asked, public.any_question(mark, less));
    return query execute format(
        'select entry_id
           from (select entry_id, grams from public.%I
                  where company_id::text = $1 and public.marked_grams(company_id, grams) @@ $2::tsquery
                  limit 3000) alike
          order by (select count(*) from unnest($4) gram where strpos('' '' || grams || '' '', gram) > 0) desc, entry_id
          limit $3', entries)
        using company::text, asked, most / 3, (select array_agg(' ' || gram || ' ') from unnest(rare) gram);
end $$;

revoke execute on function similar_entries(text, text[], text[], text[], text[], integer, integer) from public;
grant execute on function company_mark(uuid), marked_grams(uuid, text), any_question(text, text[]),
                          similar_entries(text, text[], text[], text[], text[], integer, integer) to libretto_app;
