-- Campaigns: a trigger and steps, kept as documents, since a campaign is always read and saved whole.

-- +goose Up
create table campaigns (
    id            text not null primary key,
    name          text not null unique,
    description   text not null,
    state         text not null,
    trigger_doc   text not null, -- JSON object
    reentry       text not null, -- JSON object
    exit_text     text not null, -- a condition; nothing: nobody leaves
    goal          text not null, -- JSON object
    steps         text not null, -- JSON list
    version       integer not null,
    started_at    integer not null, -- 0: never
    created_at    integer not null,
    updated_at    integer not null
) strict;
