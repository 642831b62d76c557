-- Events, deliveries and what belongs to them are stored under integer keys: half the index entries, and no text to compare.

-- +goose Up
-- The key is the time in an id of 20 characters, its first 64 bits; what is shown is the key in 11 characters.
create table keys_of (id text not null primary key, key integer not null) strict;
insert into keys_of (id, key)
    select id,
        ((instr('0123456789abcdefghjkmnpqrstvwxyz', substr(id, 5, 1)) - 1) << 59) |
        ((instr('0123456789abcdefghjkmnpqrstvwxyz', substr(id, 6, 1)) - 1) << 54) |
        ((instr('0123456789abcdefghjkmnpqrstvwxyz', substr(id, 7, 1)) - 1) << 49) |
        ((instr('0123456789abcdefghjkmnpqrstvwxyz', substr(id, 8, 1)) - 1) << 44) |
        ((instr('0123456789abcdefghjkmnpqrstvwxyz', substr(id, 9, 1)) - 1) << 39) |
        ((instr('0123456789abcdefghjkmnpqrstvwxyz', substr(id, 10, 1)) - 1) << 34) |
        ((instr('0123456789abcdefghjkmnpqrstvwxyz', substr(id, 11, 1)) - 1) << 29) |
        ((instr('0123456789abcdefghjkmnpqrstvwxyz', substr(id, 12, 1)) - 1) << 24) |
        ((instr('0123456789abcdefghjkmnpqrstvwxyz', substr(id, 13, 1)) - 1) << 19) |
        ((instr('0123456789abcdefghjkmnpqrstvwxyz', substr(id, 14, 1)) - 1) << 14) |
        ((instr('0123456789abcdefghjkmnpqrstvwxyz', substr(id, 15, 1)) - 1) << 9) |
        ((instr('0123456789abcdefghjkmnpqrstvwxyz', substr(id, 16, 1)) - 1) << 4) |
        ((instr('0123456789abcdefghjkmnpqrstvwxyz', substr(id, 17, 1)) - 1) >> 1)
    from (select id from events union all select id from deliveries union all select id from batch_items
        union all select id from rejections union all select id from duplicates);

create table events_by_key (
    id           integer not null primary key,
    source_id    text not null,
    type         text not null,
    message_id   text not null,
    anonymous_id text not null,
    identity     text not null, -- what a person is found by: user:…, anon:…, email:… or nothing
    name         text not null,
    timestamp    integer not null,
    received_at  integer not null,
    payload      text not null
) strict;
insert into events_by_key
    select k.key, source_id, type, message_id, anonymous_id, identity, name, timestamp, received_at, payload
    from events e join keys_of k on k.id = e.id order by k.key;
drop table events;
alter table events_by_key rename to events;
create index events_identity on events (identity) where identity <> '';
create index events_source on events (source_id);

create table message_ids_by_key (
    hash        integer not null primary key,
    event_id    integer not null,
    received_at integer not null
) strict;
insert into message_ids_by_key
    select hash, coalesce(k.key, 0), received_at from message_ids m left join keys_of k on k.id = m.event_id order by hash;
drop table message_ids;
alter table message_ids_by_key rename to message_ids;

update duplicates set event_id = coalesce((select 'evt_' || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 50) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 45) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 40) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 35) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 30) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 25) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 20) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 15) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 10) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 5) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 0) & 31) + 1, 1) from keys_of k where k.id = duplicates.event_id), '');
update duplicates set id = (select 'dup_' || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 50) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 45) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 40) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 35) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 30) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 25) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 20) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 15) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 10) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 5) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 0) & 31) + 1, 1) from keys_of k where k.id = duplicates.id);
update rejections set id = (select 'rej_' || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 50) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 45) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 40) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 35) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 30) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 25) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 20) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 15) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 10) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 5) & 31) + 1, 1) || substr('0123456789abcdefghjkmnpqrstvwxyz', ((key >> 0) & 31) + 1, 1) from keys_of k where k.id = rejections.id);

create table cursors_by_key (
    name     text not null primary key,
    event_id integer not null -- the last one that was worked on; 0: none
) strict;
insert into cursors_by_key
    select name, coalesce((select key from keys_of k where k.id = c.event_id), 0) from cursors c;
drop table cursors;
alter table cursors_by_key rename to cursors;

-- What is owed. Deliveries outlive the action and the destination they came from. That one is on its way is known to
-- the running process alone: until an attempt is recorded, it is owed as before.
create table deliveries_by_key (
    id              integer not null primary key,
    state           text not null,
    origin          text not null,
    destination_id  text not null,
    action_id       text not null,
    event_id        integer not null, -- 0: no event made it, or several did
    person_id       text not null,
    idempotency_key text not null,
    request_number  integer not null,
    asked_by        text not null, -- who asked for the next attempt: nobody for the engine
    tries           integer not null,
    attempts        integer not null,
    last_status     integer not null,
    reason          text not null,
    created_at      integer not null,
    next_attempt_at integer not null, -- 0: no attempt is due
    updated_at      integer not null,
    batch_size      integer not null  -- events in the request; 0: it is no batch
) strict;
insert into deliveries_by_key
    select k.key, case when state = 'sending' then case when tries = 0 then 'queued' else 'retrying' end else state end,
        origin, destination_id, action_id, coalesce((select key from keys_of v where v.id = d.event_id), 0), person_id, idempotency_key,
        request_number, asked_by, tries, attempts, last_status, reason, created_at, next_attempt_at, updated_at, batch_size
    from deliveries d join keys_of k on k.id = d.id order by k.key;
drop table deliveries;
alter table deliveries_by_key rename to deliveries;
create index deliveries_due on deliveries (destination_id, next_attempt_at) where state in ('queued', 'retrying');
create index deliveries_open on deliveries (state) where state in ('draft', 'retrying', 'failed', 'discarded');
create index deliveries_destination on deliveries (destination_id);
create index deliveries_event on deliveries (event_id) where event_id <> 0;
create index deliveries_person on deliveries (person_id) where person_id <> '';

-- The finished requests, kept out of the rows that change. The first one has its delivery's key; a resend that composed
-- anew adds one under a key of its own.
create table requests_by_key (
    id          integer not null primary key,
    delivery_id integer not null,
    number      integer not null,
    method      text not null,
    url         text not null,
    headers     text not null,
    body        blob not null,
    made_by     text not null,
    made_at     integer not null
) strict;
insert into requests_by_key
    select case when number = 1 then k.key else r.rowid end, k.key, number, method, url, headers, body, made_by, made_at
    from requests r join keys_of k on k.id = r.delivery_id;
drop table requests;
alter table requests_by_key rename to requests;
create unique index requests_again on requests (delivery_id, number) where number > 1;

-- The first attempt has its delivery's key, each further one a key of its own.
create table attempts_by_key (
    id               integer not null primary key,
    delivery_id      integer not null,
    number           integer not null,
    request_number   integer not null,
    asked_by         text not null,
    sent             text not null, -- the headers we added: signatures, key, time stamp
    started_at       integer not null,
    duration_us      integer not null,
    timings          text not null,
    status           integer not null,
    answer_headers   text not null,
    answer           blob not null,
    answer_too_large integer not null,
    outcome          text not null,
    reason           text not null
) strict;
insert into attempts_by_key
    select case when number = 1 then k.key else a.rowid end, k.key, number, request_number, asked_by, sent, started_at, duration_us,
        timings, status, answer_headers, answer, answer_too_large, outcome, reason
    from attempts a join keys_of k on k.id = a.delivery_id;
drop table attempts;
alter table attempts_by_key rename to attempts;
create unique index attempts_again on attempts (delivery_id, number) where number > 1;

-- What a stretch of events adds to one batch. It waits for its delivery, then tells what that carried, and holds the
-- bodies that the delivery's request is put together from.
create table batch_parts (
    id             integer not null primary key,
    destination_id text not null,
    action_id      text not null,
    batch_key      text not null, -- parts of one action share a request only when this is equal
    method         text not null,
    url            text not null,
    headers        text not null,
    due_at         integer not null,
    items          integer not null,
    first_event    integer not null,
    last_event     integer not null,
    carried        text not null, -- a line for each item: event, person or -, length of its body
    bodies         blob not null, -- one after the other, with commas between
    delivery_id    integer not null -- 0 while it waits
) strict;
insert into batch_parts
    select k.key, destination_id, action_id, batch_key, method, url, headers, due_at, 1, coalesce(e.key, 0), coalesce(e.key, 0),
        coalesce(e.key, 0) || ' ' || case when person_id = '' then '-' else person_id end || ' ' || length(body) || char(10), body, coalesce(d.key, 0)
    from batch_items i join keys_of k on k.id = i.id left join keys_of e on e.id = i.event_id left join keys_of d on d.id = i.delivery_id order by k.key;
drop table batch_items;
create index batch_parts_waiting on batch_parts (action_id, batch_key) where delivery_id = 0;
create index batch_parts_delivery on batch_parts (delivery_id) where delivery_id <> 0;
create index batch_parts_event on batch_parts (last_event);

drop table keys_of;
