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
, find text not null default '', sort_key text not null default '');

CREATE INDEX account_org on account (org_id);

CREATE INDEX account_sort on account (sort_key, id);

CREATE TABLE audit_checkpoint (
  n         bigint primary key, -- 1, 2, 3 …
  seq       bigint not null, -- the newest seal it covers
  line      text not null, -- as it stands in the file
  signed_at text not null
);

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

CREATE INDEX audit_entry_at on audit_entry (at, id);

CREATE INDEX audit_entry_object on audit_entry (object, id);

CREATE TABLE audit_lease (
  name   text primary key,
  holder text not null,
  until  text not null
);

CREATE TABLE audit_seal (
  seq       bigint primary key, -- 1, 2, 3 … without a gap
  entry_id  bigint not null unique references audit_entry (id),
  hash      text not null, -- sha-256, hex
  sealed_at text not null -- the recorded time: never before the seal before it
);

CREATE TABLE auth_delegation (
  id           integer primary key autoincrement,
  from_account bigint not null references account (id) on delete cascade,
  to_account   bigint not null references account (id) on delete cascade,
  role         text not null,
  first_day    text not null,
  last_day     text not null,
  reason       text not null,
  made_by      text not null,
  made_at      text not null,
  ended_by     text,
  ended_at     text,
  check (from_account <> to_account)
);

CREATE INDEX auth_delegation_from on auth_delegation (from_account, last_day);

CREATE INDEX auth_delegation_to on auth_delegation (to_account, last_day);

CREATE TABLE auth_grant (
  id         integer primary key autoincrement,
  account_id bigint not null references account (id) on delete cascade,
  scope      text not null, -- '*' is everywhere and needs no rows in auth_reach
  valid_from text not null,
  valid_to   text not null, -- 9999-12-31 is without an end
  granted_by text not null,
  granted_at text not null
, reason text not null default '', revoked_by text, revoked_at text);

CREATE INDEX auth_grant_account on auth_grant (account_id);

CREATE TABLE auth_passkey (
  id            integer primary key autoincrement,
  account_id    bigint not null references account (id) on delete cascade,
  credential_id text not null unique,
  credential    jsonb not null, -- public key and counters; nothing secret
  name          text not null,
  site          text not null, -- the host it was made for
  created_at    text not null,
  used_at       text
);

CREATE INDEX auth_passkey_account on auth_passkey (account_id);

CREATE TABLE auth_reach (
  scope text not null,
  under text not null, -- lies in scope; the scope itself is one of them
  primary key (scope, under)
);

CREATE INDEX auth_reach_under on auth_reach (under, scope);

CREATE TABLE auth_recovery (
  account_id bigint not null references account (id) on delete cascade,
  code_hash  text not null,
  used_at    text,
  primary key (account_id, code_hash)
);

CREATE VIEW auth_sight as
 select g.account_id, c.under, g.valid_from, g.valid_to
 from auth_grant g join auth_reach c on c.scope = g.scope;

CREATE TABLE auth_step (
  token_hash text primary key,
  kind       text not null,
  account_id bigint references account (id) on delete cascade,
  data       jsonb not null,
  created_at text not null,
  expires_at text not null
);

CREATE INDEX auth_step_expires on auth_step (expires_at);

CREATE TABLE auth_token (
  id         integer primary key autoincrement,
  account_id bigint not null references account (id) on delete cascade,
  name       text not null,
  token_hash text not null unique, -- the token itself is shown once
  scopes     text not null, -- words with spaces between
  created_by text not null,
  created_at text not null,
  expires_at text not null,
  used_at    text,
  revoked_by text,
  revoked_at text
);

CREATE INDEX auth_token_account on auth_token (account_id);

CREATE TABLE auth_totp (
  account_id   bigint primary key references account (id) on delete cascade,
  secret       text not null, -- encrypted; the key is not in this table (docs/adr)
  confirmed_at text, -- null until the first code was typed
  last_step    bigint not null default 0, -- a code's half minute; each is good once
  created_at   text not null
);

CREATE TABLE auth_try (
  name       text primary key, -- hash of "account …" or "address …"
  next_ms    bigint not null   -- when all tries are back, as Unix milliseconds
);

CREATE INDEX auth_try_next on auth_try (next_ms);

CREATE TABLE blob (
  id         integer primary key autoincrement,
  owner      text not null, -- "market_entry/12": the thing it hangs on, its area guards it
  name       text not null, -- as the sender called it; never believed
  type       text not null, -- by content
  hash       text not null, -- sha-256 of all bytes, hex
  size       bigint not null,
  width      bigint not null default 0, -- of a picture as it is seen, else 0
  height     bigint not null default 0,
  added_by   text not null,
  added_at   text not null,
  removed_at text -- taken off its owner; its bytes stay for a while, so that it can be put back
);

CREATE INDEX blob_owner on blob (owner, id);

CREATE TABLE blob_chunk (
  blob_id bigint not null references blob (id) on delete cascade,
  n       bigint not null, -- from 0
  bytes   bytea not null,
  primary key (blob_id, n)
);

CREATE TABLE blob_thumb (
  blob_id bigint primary key references blob (id) on delete cascade,
  bytes   bytea not null -- JPEG
);

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

CREATE TABLE hook_audience (
  event_id  bigint not null references hook_event (id) on delete cascade,
  place_key text not null default '',
  org_id    bigint not null default 0,
  primary key (event_id, place_key, org_id)
);

CREATE TABLE hook_delivery (
  id              integer primary key autoincrement,
  subscription_id bigint not null references hook_subscription (id) on delete cascade,
  event_id        bigint not null references hook_event (id) on delete cascade,
  state           text not null, -- waiting, delivered, failed, dropped
  tries           bigint not null default 0,
  next_at         text, -- null when it is over
  made_at         text not null,
  asked_at        text, -- when a person asked for it (a test, once more)
  tried_at        text,
  status          bigint not null default 0, -- of the last answer; 0 without one
  fail            text not null default '', -- why the last try failed
  took_ms         bigint not null default 0,
  unique (subscription_id, event_id)
);

CREATE INDEX hook_delivery_due on hook_delivery (subscription_id, state, next_at);

CREATE INDEX hook_delivery_event on hook_delivery (event_id);

CREATE TABLE hook_event (
  id      integer primary key autoincrement,
  ref     text not null unique, -- webhook-id
  kind    text not null,
  object  text not null, -- entry/12
  version bigint not null,
  path    text not null,
  made_at text not null
);

CREATE INDEX hook_event_made on hook_event (made_at);

CREATE TABLE hook_kind (
  subscription_id bigint not null references hook_subscription (id) on delete cascade,
  kind            text not null,
  primary key (subscription_id, kind)
);

CREATE INDEX hook_kind_kind on hook_kind (kind, subscription_id);

CREATE TABLE hook_subscription (
  id            integer primary key autoincrement,
  account_id    bigint not null references account (id) on delete cascade,
  name          text not null,
  url           text not null,
  state         text not null, -- on, off
  off_why       text not null default '', -- owner, admin, failing, gone; '' while it is on
  secret        text not null, -- encrypted; the key is not in this table
  old_secret    text not null default '', -- the one before, which also signs until old_until
  old_until     text,
  failures      bigint not null default 0, -- tries in a row that failed
  failing_since text, -- the first of them
  hold_until    text, -- nothing is sent before: the receiver is down
  created_by    text not null,
  created_at    text not null,
  updated_at    text not null,
  deleted_at    text, -- can be taken back for a day
  row_version   bigint not null default 1
);

CREATE INDEX hook_subscription_account on hook_subscription (account_id);

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

CREATE TABLE job_period (
  kind    text primary key,
  last_at text not null
);

CREATE TABLE job_process (
  id         text primary key,
  host       text not null,
  pid        bigint not null,
  started_at text not null,
  beat_ms    bigint not null -- Unix milliseconds by one clock: the server's on PostgreSQL
);

CREATE TABLE job_progress (
  job_id   bigint primary key,
  done     bigint not null default 0,
  total    bigint not null default 0,
  note     text not null default '',
  state    jsonb, -- a resume point
  noted_at text not null
);

CREATE TABLE market_answer (
  id          integer primary key autoincrement,
  plan_id     bigint not null references market_plan (id) on delete cascade,
  org_id      bigint not null references registry_org (id),
  side        text not null, -- offer, demand
  home_key    text not null,
  state       text not null, -- waiting, agreed, refused, change
  due         text not null,
  note        text not null default '',
  answered_by text not null default '',
  answered_at text,
  row_version bigint not null default 1, party_name text not null default '', party_sort text not null default '', find text not null default '', grams bigint not null default 0, goods text not null default '',
  unique (plan_id, org_id, side)
);

CREATE INDEX market_answer_org on market_answer (org_id, plan_id);

CREATE INDEX market_answer_state on market_answer (state, due);

CREATE TABLE market_ask (
  round_id bigint not null references market_round (id) on delete cascade,
  n        bigint not null, -- order of the workbook
  record   text not null,
  code     text not null,
  blocks   boolean not null,
  doc      jsonb not null,
  primary key (round_id, n)
);

CREATE TABLE market_call (
  id       integer primary key autoincrement,
  org_id   bigint not null references registry_org (id),
  entry_id bigint references market_entry (id) on delete cascade,
  plan_id  bigint references market_plan (id) on delete cascade,
  why      text not null,    -- ask, stale, answer, review, later
  outcome  text not null,    -- agreed, refused, later, wrong_number, sold_elsewhere
  note     text not null,
  called_by text not null,
  called_at text not null,
  again_at text,             -- «Gọi lại lúc…»
  undone_at text
);

CREATE INDEX market_call_again on market_call (again_at);

CREATE INDEX market_call_entry on market_call (entry_id, called_at);

CREATE INDEX market_call_org on market_call (org_id, called_at);

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

CREATE TABLE market_entry (
  id          integer primary key autoincrement,
  side        text not null,        -- offer, demand
  ref         text unique,          -- CB-12, NC-7: what people say on the phone; set with the row
  org_id      bigint not null references registry_org (id),
  party_name  text not null,        -- of the organisation, renewed when it changes there
  party_sort  text not null,
  home_key    text not null,        -- place of the organisation
  commodity   text not null,
  goods_sort  text not null,
  place_key   text not null,        -- pick-up or delivery
  district    text not null,
  province    text not null,
  grams       bigint not null,
  day_from    text not null,
  day_to      text not null,
  find        text not null,
  doc         jsonb not null,       -- the offer or demand as a plan reads it; private prices stand here only
  state       text not null,        -- open, closed
  closed_why  text not null default '', -- withdrawn, sold_elsewhere, filled, expired, mistaken
  channel     text not null,        -- phone, form, paste, sheet, party, api, sample
  source_key  text unique,          -- what an import row is known by: the same file twice changes nothing
  agreed_by   text not null default '', -- who of the organisation agreed to the entry
  agreed_at   text,
  alive_at    text not null,        -- when the party last said that it stands
  good_until  text,                 -- asked again after this day
  created_by  text not null,
  created_at  text not null,
  updated_by  text not null,
  updated_at  text not null,
  row_version bigint not null default 1
);

CREATE INDEX market_entry_alive on market_entry (state, alive_at);

CREATE INDEX market_entry_from on market_entry (side, state, day_from, id);

CREATE INDEX market_entry_goods on market_entry (side, state, commodity, day_from);

CREATE INDEX market_entry_goods_sort on market_entry (side, state, goods_sort, id);

CREATE INDEX market_entry_grams on market_entry (side, state, grams, id);

CREATE INDEX market_entry_org on market_entry (org_id, state);

CREATE INDEX market_entry_own on market_entry (org_id, side, state, commodity, district, grams, id);

CREATE INDEX market_entry_party on market_entry (side, state, party_sort, id);

CREATE INDEX market_entry_place on market_entry (side, state, district,
 (case when (cast(substr(day_to, 1, 4) as bigint) - cast(substr(day_from, 1, 4) as bigint)) * 372 + (cast(substr(day_to, 6, 2) as bigint) - cast(substr(day_from, 6, 2) as bigint)) * 31 + cast(substr(day_to, 9, 2) as bigint) - cast(substr(day_from, 9, 2) as bigint) <= 8 then 0
  when (cast(substr(day_to, 1, 4) as bigint) - cast(substr(day_from, 1, 4) as bigint)) * 372 + (cast(substr(day_to, 6, 2) as bigint) - cast(substr(day_from, 6, 2) as bigint)) * 31 + cast(substr(day_to, 9, 2) as bigint) - cast(substr(day_from, 9, 2) as bigint) <= 40 then 1
  when (cast(substr(day_to, 1, 4) as bigint) - cast(substr(day_from, 1, 4) as bigint)) * 372 + (cast(substr(day_to, 6, 2) as bigint) - cast(substr(day_from, 6, 2) as bigint)) * 31 + cast(substr(day_to, 9, 2) as bigint) - cast(substr(day_from, 9, 2) as bigint) <= 140 then 2
  else 3 end), day_from, day_to, grams, id);

CREATE INDEX market_entry_updated on market_entry (side, state, updated_at, id);

CREATE TABLE market_import (
  id         integer primary key autoincrement,
  kind       text not null, -- file, paste, message
  name       text not null,
  file       bytea,
  sheets     bytea not null, -- the cells as they were read (gzip of JSON), with what was mended
  as_of      text not null,
  state      text not null, -- draft, booked, dropped
  report     jsonb not null, -- what booking did: added, same, waiting
  created_by text not null,
  created_at text not null,
  row_version bigint not null default 1
);

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
  verdict    jsonb not null, state text not null default 'draft', row_version bigint not null default 1, -- what the second reader said of the file
  unique (round_id, number)
);

CREATE INDEX market_plan_state on market_plan (state, id);

CREATE TABLE market_plan_step (
  id      integer primary key autoincrement,
  plan_id bigint not null references market_plan (id) on delete cascade,
  state   text not null,
  note    text not null,
  by_whom text not null,
  at      text not null
);

CREATE INDEX market_plan_step_plan on market_plan_step (plan_id, id);

CREATE TABLE market_question (
  id          integer primary key autoincrement,
  entry_id    bigint references market_entry (id) on delete cascade,
  import_id   bigint references market_import (id) on delete cascade,
  org_id      bigint,
  home_key    text not null, -- for territory; "" when the row names no place
  code        text not null,
  blocks      boolean not null, -- the row stays out of plans until it is answered
  doc         jsonb not null,   -- the Ask
  state       text not null,    -- open, answered, dropped
  answer      text not null default '',
  answered_by text not null default '',
  answered_at text,
  created_by  text not null,
  created_at  text not null,
  row_version bigint not null default 1
);

CREATE INDEX market_question_entry on market_question (entry_id, state);

CREATE INDEX market_question_import on market_question (import_id, state);

CREATE INDEX market_question_state on market_question (state, created_at);

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
, scope text not null default '', goods text not null default '');

CREATE TABLE market_rule (
  id         integer primary key autoincrement,
  kind       text not null, -- pin, ban, cap, bonus
  offer_id   bigint references market_entry (id) on delete cascade,
  demand_id  bigint references market_entry (id) on delete cascade,
  doc        jsonb not null, -- what kind needs: least or most grams, party, goods
  reason     text not null,
  made_by    text not null,
  made_at    text not null,
  approved_by text not null default '', -- a leader's; a rule counts in drafts before
  approved_at text,
  ended_by   text not null default '',
  ended_at   text,
  row_version bigint not null default 1
);

CREATE INDEX market_rule_demand on market_rule (demand_id);

CREATE INDEX market_rule_offer on market_rule (offer_id);

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
, job_id bigint);

CREATE INDEX market_run_round on market_run (round_id, id);

CREATE TABLE market_trait (
  org_id   bigint primary key references registry_org (id) on delete cascade,
  small    boolean not null,
  poor     boolean not null,
  noted_by text not null,
  noted_at text not null
);

CREATE TABLE notify_mail (
  id         integer primary key autoincrement,
  account_id bigint not null references account (id) on delete cascade,
  address    text not null,
  subject    text not null,
  body       text not null,
  made_at    text not null,
  sent_at    text,
  dead_at    text, -- given up
  error      text not null default ''
);

CREATE TABLE notify_note (
  id         integer primary key autoincrement,
  account_id bigint not null references account (id) on delete cascade,
  kind       text not null, -- "market.answer": what it is about, for choosing
  key        text not null, -- of the text
  args       jsonb not null, -- {"args": [...]}: what fills it
  link       text not null default '',
  made_at    text not null,
  read_at    text,
  mail_id    bigint -- the mail it went out with
);

CREATE INDEX notify_note_account on notify_note (account_id, id);

CREATE INDEX notify_note_unmailed on notify_note (account_id, id) where mail_id is null;

CREATE INDEX notify_note_unread on notify_note (account_id) where read_at is null;

CREATE TABLE notify_setting (
  account_id  bigint primary key references account (id) on delete cascade,
  address     text not null default '', -- e-mail; '' sends none
  every       bigint not null default 60, -- minutes between two mails
  quiet_from  text not null default '21:00', -- local time
  quiet_to    text not null default '06:30',
  since       bigint not null default 0, -- notices up to this one are not mailed: it was before
  last_at     text,
  row_version bigint not null default 1
);

CREATE TABLE registry_import (
  id          integer primary key autoincrement,
  name        text not null,
  doc         bytea not null, -- the cells as they were read, and the answers (gzip of JSON)
  state       text not null,  -- draft, written, dropped
  report      jsonb not null, -- what writing did: added, filled, same
  created_by  text not null,
  created_at  text not null,
  row_version bigint not null default 1
);

CREATE INDEX registry_import_by on registry_import (created_by, id);

CREATE TABLE registry_import_org (
  import_id bigint not null references registry_import (id) on delete cascade,
  org_id    bigint not null references registry_org (id) on delete cascade,
  row_at    text not null,  -- sheet and row, "0-12"
  source    text not null,  -- what the row is known by when the list comes again
  deed      text not null,  -- added, filled
  before    bytea,          -- the organisation as it was, of one that was filled (gzip of JSON)
  version   bigint not null, -- row_version that the import left; another one: somebody changed it since
  primary key (import_id, org_id)
);

CREATE INDEX registry_import_org_org on registry_import_org (org_id);

CREATE INDEX registry_import_org_source on registry_import_org (source);

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

CREATE TABLE river_job (
    id integer PRIMARY KEY AUTOINCREMENT,
    args blob NOT NULL DEFAULT (jsonb('{}')),
    attempt integer NOT NULL DEFAULT 0,
    attempted_at timestamp,
    attempted_by blob, -- json
    created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    errors blob, -- json
    finalized_at timestamp,
    kind text NOT NULL,
    max_attempts integer NOT NULL DEFAULT 25,
    metadata blob NOT NULL DEFAULT (jsonb('{}')),
    priority integer NOT NULL DEFAULT 1,
    queue text NOT NULL DEFAULT 'default',
    state text NOT NULL DEFAULT 'available',
    scheduled_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    tags blob NOT NULL DEFAULT (jsonb('[]')),
    unique_key blob,
    unique_states integer,
    CONSTRAINT finalized_or_finalized_at_null CHECK (
        (finalized_at IS NULL AND state NOT IN ('cancelled', 'completed', 'discarded')) OR
        (finalized_at IS NOT NULL AND state IN ('cancelled', 'completed', 'discarded'))
    ),
    CONSTRAINT priority_in_range CHECK (priority >= 1 AND priority <= 4),
    CONSTRAINT queue_length CHECK (length(queue) > 0 AND length(queue) < 128),
    CONSTRAINT kind_length CHECK (length(kind) > 0 AND length(kind) < 128),
    CONSTRAINT state_valid CHECK (state IN ('available', 'cancelled', 'completed', 'discarded', 'pending', 'retryable', 'running', 'scheduled'))
);

CREATE INDEX river_job_kind ON river_job (kind);

CREATE INDEX river_job_prioritized_fetching_index ON river_job (state, queue, priority, scheduled_at, id);

CREATE INDEX river_job_state_and_finalized_at_index ON river_job (state, finalized_at) WHERE finalized_at IS NOT NULL;

CREATE UNIQUE INDEX river_job_unique_idx ON river_job (unique_key)
    WHERE unique_key IS NOT NULL
        AND unique_states IS NOT NULL
        AND CASE state
            WHEN 'available' THEN unique_states & (1 << 0)
            WHEN 'cancelled' THEN unique_states & (1 << 1)
            WHEN 'completed' THEN unique_states & (1 << 2)
            WHEN 'discarded' THEN unique_states & (1 << 3)
            WHEN 'pending'   THEN unique_states & (1 << 4)
            WHEN 'retryable' THEN unique_states & (1 << 5)
            WHEN 'running'   THEN unique_states & (1 << 6)
            WHEN 'scheduled' THEN unique_states & (1 << 7)
            ELSE 0
        END >= 1;

CREATE TABLE river_leader (
    elected_at timestamp NOT NULL,
    expires_at timestamp NOT NULL,
    leader_id text NOT NULL,
    name text PRIMARY KEY NOT NULL DEFAULT 'default' CHECK (name = 'default'),
    CONSTRAINT name_length CHECK (length(name) > 0 AND length(name) < 128),
    CONSTRAINT leader_id_length CHECK (length(leader_id) > 0 AND length(leader_id) < 128)
);

CREATE TABLE river_migration (
    line text NOT NULL,
    version integer NOT NULL,
    created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT line_length CHECK (length(line) > 0 AND length(line) < 128),
    CONSTRAINT version_gte_1 CHECK (version >= 1),
    PRIMARY KEY (line, version)
);

CREATE TABLE river_notification (
    id integer PRIMARY KEY AUTOINCREMENT,
    created_at timestamp NOT NULL DEFAULT (datetime('now', 'subsec')),
    payload text NOT NULL,
    topic text NOT NULL,
    CONSTRAINT topic_length CHECK (length(topic) > 0 AND length(topic) < 128)
);

CREATE INDEX river_notification_created_at_idx ON river_notification (created_at);

CREATE INDEX river_notification_topic_id_idx ON river_notification (topic, id);

CREATE TABLE river_queue (
    name text PRIMARY KEY NOT NULL,
    created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    metadata blob NOT NULL DEFAULT (jsonb('{}')),
    paused_at timestamp,
    updated_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE saved_view (
  id          integer primary key autoincrement,
  account_id  bigint not null references account (id) on delete cascade,
  page        text not null, -- path of the list
  name        text not null,
  query       text not null, -- as it stands after the question mark
  row_version bigint not null default 1,
  made_at     text not null,
  dropped_at  text -- null is shown; dropped ones can be taken back for a while
);

CREATE INDEX saved_view_account on saved_view (account_id, page);

CREATE TABLE search_doc (
  seq       integer primary key autoincrement,
  kind      text not null,
  ref       text not null, -- the record's id within its kind
  title     text not null,
  sub       text not null,
  href      text not null,
  words     text not null, -- further words, one a line
  marks     text not null, -- what is looked up exactly (phone, tax code, record number), one a line
  find      text not null, -- folded: all of it, for the time until the index stands
  place_key text not null, -- '' is no place
  org_id    bigint not null, -- 0 belongs to nobody
  staff     bigint not null, -- 1: for the alliance's own people only
  weight    bigint not null, -- among equals the heavier first
  gone      bigint not null, -- 1: taken out; kept so that those who follow learn of it
  unique (kind, ref)
);

CREATE TABLE search_source (
  kind    text primary key,
  version text not null,
  done_at text not null
);

CREATE TABLE session (
  token_hash text primary key, -- the token itself is only in the browser
  account_id bigint not null references account (id) on delete cascade,
  created_at text not null,
  seen_at    text not null,
  expires_at text not null
, device text not null default '', address text not null default '', proved_at text);

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
