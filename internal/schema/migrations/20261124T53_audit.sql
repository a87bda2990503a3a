-- The audit trail is chained: each seal's hash covers the seal before it and the entry it
-- stands for. Signed checkpoints of the chain lie outside the database too.

create table audit_seal (
  seq       bigint primary key, -- 1, 2, 3 … without a gap
  entry_id  bigint not null unique references audit_entry (id),
  hash      text not null, -- sha-256, hex
  sealed_at text not null -- the recorded time: never before the seal before it
);

create table audit_checkpoint (
  n         bigint primary key, -- 1, 2, 3 …
  seq       bigint not null, -- the newest seal it covers
  line      text not null, -- as it stands in the file
  signed_at text not null
);

-- Who seals now, among several processes. One row.
create table audit_lease (
  name   text primary key,
  holder text not null,
  until  text not null
);

create index audit_entry_at on audit_entry (at, id);
