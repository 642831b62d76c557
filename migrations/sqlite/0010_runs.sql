-- Runs: the late indexes are kept in runs of some ten thousand rows and messageIds by the day, so that what is new is written close together, however much is stored.

-- +goose Up
create table late_runs (
    name text    not null, -- of the index
    run  integer not null, -- its rows are newer than those of all runs before it
    rows integer not null, -- so many have entered it
    primary key (name, run)
) strict, without rowid;

create table events_by_identity_in_runs (
    run      integer not null,
    identity text    not null,
    event_id integer not null,
    primary key (run, identity, event_id)
) strict, without rowid;
insert into events_by_identity_in_runs (run, identity, event_id) select 0, identity, event_id from events_by_identity order by identity, event_id;
insert into late_runs (name, run, rows) select 'events_by_identity', 0, count(*) from events_by_identity having count(*) > 0;
drop table events_by_identity;
alter table events_by_identity_in_runs rename to events_by_identity;

create table deliveries_by_person_in_runs (
    run         integer not null,
    person_id   text    not null,
    delivery_id integer not null,
    primary key (run, person_id, delivery_id)
) strict, without rowid;
insert into deliveries_by_person_in_runs (run, person_id, delivery_id) select 0, person_id, delivery_id from deliveries_by_person order by person_id, delivery_id;
insert into late_runs (name, run, rows) select 'deliveries_by_person', 0, count(*) from deliveries_by_person having count(*) > 0;
drop table deliveries_by_person;
alter table deliveries_by_person_in_runs rename to deliveries_by_person;

create table message_ids_by_day (
    hash        integer not null primary key, -- the day it was received on, and 48 bits of the hash of source and messageId
    event_id    integer not null,
    received_at integer not null
) strict;
insert or ignore into message_ids_by_day (hash, event_id, received_at)
    select ((received_at / 86400000000) % 32768) * 281474976710656 + (hash & 281474976710655) as day_hash, event_id, received_at from message_ids
    where received_at > (select max(received_at) from message_ids) - 172800000000 order by day_hash;
drop table message_ids;
alter table message_ids_by_day rename to message_ids;
