-- The debugger: a source's latest duplicates are kept to be shown, and a bin notes where a request came from.

-- +goose Up
-- A call whose messageId was taken before. Only the latest of each source are kept.
create table duplicates (
    id          text not null primary key,
    source_id   text not null,
    event_id    text not null, -- the event that was taken the first time
    type        text not null,
    name        text not null,
    message_id  text not null,
    identity    text not null,
    received_at integer not null,
    payload     text not null
) strict;
create index duplicates_source on duplicates (source_id, id);

alter table bin_requests add column remote_address text not null default '';
