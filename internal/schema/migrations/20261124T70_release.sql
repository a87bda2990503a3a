-- Of the plans about the same territory (scope) and goods one released plan stands.

alter table market_round add column goods text not null default ''; -- codes of the goods chosen, in order, with commas; "" is all
create index market_plan_state on market_plan (state, id);

-- Lists of answers name the party as the plan did.
alter table market_answer add column party_name text not null default '';
alter table market_answer add column party_sort text not null default '';
alter table market_answer add column find text not null default '';
-- What each party is asked for, as the plan said it: grams, and the goods' codes.
alter table market_answer add column grams bigint not null default 0;
alter table market_answer add column goods text not null default '';
