-- API tokens: programs use the management API, and may repeat a call without making a thing twice.

-- +goose Up
create table tokens (
    id           text not null primary key,
    name         text not null,
    hash         text not null unique, -- the token itself was shown once
    scope        text not null,
    made_by      text not null,
    created_at   integer not null,
    last_used_at integer not null -- 0: never
) strict;

-- Answers to creating calls by (token, Idempotency-Key), for a day.
create table replays (
    token_id text not null references tokens (id) on delete cascade,
    key      text not null,
    hash     text not null, -- of method, path and body
    status   integer not null, -- 0: the first call has not been answered
    body     blob not null,
    at       integer not null,
    primary key (token_id, key)
) strict;
create index replays_at on replays (at);
