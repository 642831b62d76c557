-- Failures: deliveries that failed in the same way are gathered, so that people repair a cause and not a thousand webhooks. Only what fails is written here.

-- +goose Up
create table failures (
    id             integer not null primary key,
    destination_id text not null,
    action_id      text not null,
    trouble        text not null,
    status         integer not null,
    answer         text not null, -- what the answers have in common
    state          text not null, -- open, snoozed, resolved
    snoozed_until  integer not null,
    assigned_to    text not null, -- a user's id
    first_at       integer not null,
    last_at        integer not null,
    opened_at      integer not null,
    place          integer not null unique, -- opened_at, or the next free number: the order of the list
    deliveries     integer not null, -- that are part of it now
    total          integer not null,
    people         integer not null,
    minutes        text not null -- how many failed in each minute of the last hour
) strict;
create unique index failures_alike on failures (destination_id, action_id, trouble, status, answer);
create index failures_unresolved on failures (state, snoozed_until) where state <> 'resolved';

create table failure_deliveries (
    failure_id  integer not null,
    delivery_id integer not null,
    primary key (failure_id, delivery_id)
) strict, without rowid;
create unique index failure_deliveries_delivery on failure_deliveries (delivery_id);

create table failure_people (
    person_id  text    not null,
    failure_id integer not null,
    deliveries integer not null, -- so many of the failure's are about this person
    primary key (person_id, failure_id)
) strict, without rowid;

create table failure_notes (
    id         integer not null primary key,
    failure_id integer not null,
    made_by    text not null, -- nothing for Hookline itself
    made_at    integer not null,
    deed       text not null,
    text       text not null
) strict;
create index failure_notes_failure on failure_notes (failure_id);

-- What failed before this is gathered later, the newest first: up to here it is still to be done.
insert into cursors (name, event_id) select 'failures', max(id) from deliveries having max(id) is not null;
