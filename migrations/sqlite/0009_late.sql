-- Late: who an event or a delivery is about is indexed some thousands at a time, in order, and no longer row by row, in no order. A cursor of the same name tells up to which row; those after it are few, and looked through.

-- +goose Up
create table events_by_identity (
    identity text not null,
    event_id integer not null,
    primary key (identity, event_id)
) strict, without rowid;
create table deliveries_by_person (
    person_id   text not null,
    delivery_id integer not null,
    primary key (person_id, delivery_id)
) strict, without rowid;

insert into events_by_identity (identity, event_id) select identity, id from events where identity <> '' order by identity, id;
insert into deliveries_by_person (person_id, delivery_id) select person_id, id from deliveries where person_id <> '' order by person_id, id;
insert into cursors (name, event_id) select 'events_by_identity', max(id) from events having max(id) is not null;
insert into cursors (name, event_id) select 'deliveries_by_person', max(id) from deliveries having max(id) is not null;

drop index events_identity;
drop index deliveries_person;
