-- Names lead to people by one tree instead of two: all that begin with a text are read in their order, without a look into the table for each.

-- +goose Up
create table identities_by_name (
    identity  text not null primary key,
    person_id text not null
) strict, without rowid;
insert into identities_by_name (identity, person_id) select identity, person_id from identities order by identity;
drop table identities;
alter table identities_by_name rename to identities;
create index identities_person on identities (person_id);
