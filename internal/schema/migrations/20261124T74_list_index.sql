-- Lists of a book with many entries: an index for each order a list is asked in, and one for
-- what is asked most, a district's entries of some days. Its third part says how long an
-- entry's days are at most (8, 40, 140 days, longer), so that those that can reach into a
-- week are found from both ends; months count 31 days there. The same text stands in
-- market/entry_query_store.go.

create index market_entry_place on market_entry (side, state, district,
 (case when (cast(substr(day_to, 1, 4) as bigint) - cast(substr(day_from, 1, 4) as bigint)) * 372 + (cast(substr(day_to, 6, 2) as bigint) - cast(substr(day_from, 6, 2) as bigint)) * 31 + cast(substr(day_to, 9, 2) as bigint) - cast(substr(day_from, 9, 2) as bigint) <= 8 then 0
  when (cast(substr(day_to, 1, 4) as bigint) - cast(substr(day_from, 1, 4) as bigint)) * 372 + (cast(substr(day_to, 6, 2) as bigint) - cast(substr(day_from, 6, 2) as bigint)) * 31 + cast(substr(day_to, 9, 2) as bigint) - cast(substr(day_from, 9, 2) as bigint) <= 40 then 1
  when (cast(substr(day_to, 1, 4) as bigint) - cast(substr(day_from, 1, 4) as bigint)) * 372 + (cast(substr(day_to, 6, 2) as bigint) - cast(substr(day_from, 6, 2) as bigint)) * 31 + cast(substr(day_to, 9, 2) as bigint) - cast(substr(day_from, 9, 2) as bigint) <= 140 then 2
  else 3 end), day_from, day_to, grams, id);
create index market_entry_grams on market_entry (side, state, grams, id);
create index market_entry_from on market_entry (side, state, day_from, id);
create index market_entry_updated on market_entry (side, state, updated_at, id);
create index market_entry_goods_sort on market_entry (side, state, goods_sort, id);
create index market_entry_own on market_entry (org_id, side, state, commodity, district, grams, id);
