-- Links that sign in: of the demonstration, of a first sign-in, of a forgotten password.

create table sign_in_link (
  token_hash text primary key, -- the token itself is only in the link
  account_id bigint not null references account (id) on delete cascade,
  created_at text not null,
  expires_at text not null,
  uses_left  bigint not null
);
create index sign_in_link_account on sign_in_link (account_id);
