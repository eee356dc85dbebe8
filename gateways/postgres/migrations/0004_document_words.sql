-- Searching documents by what they say: an inverted index over the terms of each document, asked as `similar_entries`
-- asks its own (see there for why it must be asked with the owner's eyes, and for the company's mark).

-- The documents of a table that have all terms of one of the questions, at most so many, in no order. A question's
-- terms are separated by blanks.
create function documents_with(entries text, questions text[], most integer)
returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, public
set enable_seqscan = off set enable_indexscan = off set jit = off
as $$
declare
    company uuid := public.current_company();
begin
    if company is null or entries !~ '^v_document_entry_[0-9]+$' then
        return;
    end if;
    return query execute format(
        'select document_id from public.%I
          where company_id::text = $1 and public.marked_grams(company_id, terms) @@ $2::tsquery limit $3', entries)
        using company::text, public.any_question(public.company_mark(company), questions), most;
end $$;

revoke execute on function documents_with(text, text[], integer) from public;
grant execute on function documents_with(text, text[], integer) to libretto_app;
