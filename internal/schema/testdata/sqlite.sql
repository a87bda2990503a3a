CREATE TABLE account (
  id            integer primary key autoincrement,
  login         text not null unique, -- folded (lower case, no marks): nobody can look like somebody else
  name          text not null,
  role          text not null,
  org_id        bigint, -- registry_org.id; no reference, base knows no area
  password_hash text not null,
  lang          text not null default 'vi',
  disabled_at   text,
  created_at    text not null,
  row_version   bigint not null default 1
);

CREATE INDEX account_org on account (org_id);

CREATE TABLE audit_entry (
  id         integer primary key autoincrement,
  at         text not null,
  actor      text not null,
  action     text not null,
  object     text not null,
  before     jsonb, -- null when it did not exist
  after      jsonb  -- null when it is gone
);

CREATE INDEX audit_entry_actor on audit_entry (actor, id);

CREATE INDEX audit_entry_object on audit_entry (object, id);

CREATE TABLE catalog_param (
  id         integer primary key autoincrement,
  key        text not null,
  scope      text not null,
  value      bigint not null,
  unit       text not null,
  valid_from text not null,
  valid_to   text,
  source     text not null,
  confidence text not null,
  noted_by   text not null,
  noted_at   text not null
);

CREATE INDEX catalog_param_key on catalog_param (key, scope, valid_from);

CREATE TABLE catalog_price (
  id         integer primary key autoincrement,
  commodity  text not null,
  market     text not null, -- where: a market, a district
  basis      text not null, -- farm, wholesale, retail
  day        text not null,
  low        bigint not null, -- đồng per tonne
  high       bigint not null,
  unit       text not null,  -- as it was read: quả, kg
  source     text not null,
  confidence text not null,  -- seen, told, published
  noted_by   text not null,
  noted_at   text not null
);

CREATE INDEX catalog_price_newest on catalog_price (commodity, basis, day, id);

CREATE TABLE idem_key (
  key        text not null,
  account    bigint not null, -- 0 when nobody is signed in
  route      text not null,
  body_hash  text not null,
  status     integer not null,
  response   bytea,
  created_at text not null,
  primary key (account, route, key)
);

CREATE INDEX idem_key_created on idem_key (created_at);

CREATE TABLE market_ask (
  round_id bigint not null references market_round (id) on delete cascade,
  n        bigint not null, -- order of the workbook
  record   text not null,
  code     text not null,
  blocks   boolean not null,
  doc      jsonb not null,
  primary key (round_id, n)
);

CREATE TABLE market_demand (
  round_id     bigint not null references market_round (id) on delete cascade,
  id           text not null,
  party_id     text not null,
  org_id       bigint not null,
  party_name   text not null,
  party_sort   text not null,
  commodity    text not null,
  goods_sort   text not null,
  place_key    text not null,
  district     text not null,
  province     text not null,
  grams        bigint not null,
  day_from     text not null,
  day_to       text not null,
  find         text not null,
  doc          jsonb not null,
  primary key (round_id, id)
);

CREATE INDEX market_demand_goods on market_demand (round_id, commodity, id);

CREATE INDEX market_demand_org on market_demand (org_id, round_id);

CREATE INDEX market_demand_party on market_demand (round_id, party_sort, id);

CREATE TABLE market_offer (
  round_id     bigint not null references market_round (id) on delete cascade,
  id           text not null,
  party_id     text not null,
  org_id       bigint not null,
  party_name   text not null,
  party_sort   text not null,
  commodity    text not null,
  goods_sort   text not null,
  place_key    text not null,
  district     text not null,
  province     text not null,
  grams        bigint not null,
  day_from     text not null,
  day_to       text not null,
  find         text not null,
  doc          jsonb not null,
  primary key (round_id, id)
);

CREATE INDEX market_offer_goods on market_offer (round_id, commodity, id);

CREATE INDEX market_offer_org on market_offer (org_id, round_id);

CREATE INDEX market_offer_party on market_offer (round_id, party_sort, id);

CREATE TABLE market_party (
  round_id bigint not null references market_round (id) on delete cascade,
  id       text not null,
  org_id   bigint not null references registry_org (id),
  doc      jsonb not null,
  primary key (round_id, id)
);

CREATE INDEX market_party_org on market_party (org_id, round_id);

CREATE TABLE market_plan (
  id         integer primary key autoincrement,
  round_id   bigint not null references market_round (id) on delete cascade,
  number     bigint not null, -- 1, 2, 3 … within the round
  made_by    text not null,
  made_at    text not null,
  totals     jsonb not null,
  doc        bytea not null, -- the plan (gzip of JSON)
  file       bytea not null, -- the plan workbook
  proof      bytea,          -- its separate proof, when it has one
  verdict    jsonb not null, -- what the second reader said of the file
  unique (round_id, number)
);

CREATE TABLE market_review (
  id       integer primary key autoincrement,
  plan_id  bigint not null references market_plan (id) on delete cascade,
  record   text not null, -- offer or demand
  note     text not null,
  asked_by text not null,
  asked_at text not null,
  due      text not null,
  unique (plan_id, record)
);

CREATE TABLE market_round (
  id         integer primary key autoincrement,
  label      text not null,
  origin     text not null, -- upload, sample
  as_of      text not null,
  horizon    text not null,
  params     jsonb not null,
  rules      jsonb not null,
  facts      bytea not null, -- commodities, places and roads as the plan uses them (gzip of JSON)
  file_name  text not null,
  file       bytea,          -- the workbook as it came
  created_by text not null,
  created_at text not null
);

CREATE TABLE market_run (
  id         integer primary key autoincrement,
  round_id   bigint not null references market_round (id) on delete cascade,
  state      text not null, -- running, done, failed, cancelled, interrupted
  stage      text not null,
  done       bigint not null,
  total      bigint not null,
  nodes      bigint not null,
  pivots     bigint not null,
  error      text not null,
  plan_id    bigint references market_plan (id),
  started_by text not null,
  started_at text not null,
  ended_at   text
);

CREATE INDEX market_run_round on market_run (round_id, id);

CREATE TABLE registry_org (
  id           integer primary key autoincrement,
  kind         text not null,
  name         text not null,
  sort_key     text not null, -- Vietnamese collation key of the name
  find         text not null, -- folded: name, contact, phones, tax code, place
  bare_name    text not null, -- folded name without the words for the kind: likely duplicates
  tax_code     text unique,   -- null when there is none
  status       text not null,
  place_key    text not null, -- "" unknown
  district_key text not null, -- reporting district of 2023; "" outside a district
  province_key text not null, -- reporting province of 2023
  district_sort text not null,
  address      text not null,
  field        text not null,
  members      bigint not null,
  regular      bigint not null,
  seasonal     bigint not null,
  founded      text,
  contact      text not null,
  phone        text not null,
  other_phones text not null, -- digits, separated by a blank
  email        text not null,
  note         text not null,
  created_at   text not null,
  updated_at   text not null,
  row_version  bigint not null default 1
);

CREATE INDEX registry_org_bare on registry_org (bare_name);

CREATE INDEX registry_org_district on registry_org (district_key, sort_key);

CREATE INDEX registry_org_place on registry_org (place_key);

CREATE INDEX registry_org_sort on registry_org (sort_key, id);

CREATE TABLE registry_paper (
  id       integer primary key autoincrement,
  org_id   bigint not null references registry_org (id) on delete cascade,
  kind     text not null,
  number   text not null,
  scope_g  bigint not null, -- grams covered; 0 says nothing about quantity
  area_m2  bigint not null,
  issuer   text not null,
  valid_from text,
  valid_until text
);

CREATE INDEX registry_paper_org on registry_paper (org_id, kind);

CREATE TABLE session (
  token_hash text primary key, -- the token itself is only in the browser
  account_id bigint not null references account (id) on delete cascade,
  created_at text not null,
  seen_at    text not null,
  expires_at text not null
);

CREATE INDEX session_account on session (account_id);

CREATE INDEX session_expires on session (expires_at);

CREATE TABLE setting (
  key   text primary key,
  value jsonb not null
);

CREATE TABLE sign_in_link (
  token_hash text primary key, -- the token itself is only in the link
  account_id bigint not null references account (id) on delete cascade,
  created_at text not null,
  expires_at text not null,
  uses_left  bigint not null
);

CREATE INDEX sign_in_link_account on sign_in_link (account_id);
