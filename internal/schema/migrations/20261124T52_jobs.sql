-- What the job queue keeps beside the tables of its library: who is working, how far a job
-- is, when a periodic kind last ran. Runs of the planner become jobs.

create table job_process (
  id         text primary key,
  host       text not null,
  pid        bigint not null,
  started_at text not null,
  beat_ms    bigint not null -- Unix milliseconds by one clock: the server's on PostgreSQL
);

create table job_progress (
  job_id   bigint primary key,
  done     bigint not null default 0,
  total    bigint not null default 0,
  note     text not null default '',
  state    jsonb, -- a resume point
  noted_at text not null
);

create table job_period (
  kind    text primary key,
  last_at text not null
);

alter table market_run add column job_id bigint;

-- No program can still be at work on these.
update market_run set state = 'interrupted', ended_at = started_at where state = 'running';
