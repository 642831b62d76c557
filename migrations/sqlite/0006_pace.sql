-- Pace: how fast a destination may be sent to, when it is not, who paused it, and what the engine found out about its receiver.

-- +goose Up
alter table destinations add column max_per_second real not null default 0; -- 0, here and below: as usual
alter table destinations add column burst integer not null default 0;
alter table destinations add column max_concurrent integer not null default 0;
alter table destinations add column retry_base_ms integer not null default 0;
alter table destinations add column max_tries integer not null default 0;
alter table destinations add column maintenance text not null default '[]'; -- JSON list of windows

alter table destinations add column paused_at integer not null default 0; -- 0: it is not paused
alter table destinations add column paused_by text not null default '';
alter table destinations add column paused_note text not null default '';
alter table destinations add column resume_at integer not null default 0; -- 0: nothing is being caught up with
alter table destinations add column resume_by text not null default '';
alter table destinations add column resume_keep text not null default '';
alter table destinations add column resume_since integer not null default 0;
alter table destinations add column resume_per_second real not null default 0;
alter table destinations add column resume_ramp_ms integer not null default 0;
alter table destinations add column vouched_at integer not null default 0;

-- Only receivers of which there is something to tell have a row.
create table destination_health (
    destination_id text not null primary key references destinations (id) on delete cascade,
    breaker        text not null, -- nothing: closed
    reason         text not null,
    since          integer not null,
    opened_at      integer not null,
    next_try       integer not null,
    openings       integer not null,
    asked_until    integer not null,
    gone_at        integer not null
) strict;
