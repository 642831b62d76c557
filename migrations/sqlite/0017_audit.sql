-- Audit: who did what, and when. Entries are only ever added; nothing that is sent or received makes one.

-- +goose Up
create table audit_entries (
    id         text not null primary key,
    at         integer not null,
    actor_kind text not null,
    actor_id   text not null,
    actor_name text not null, -- at the time
    actor_from text not null, -- network address
    deed       text not null,
    thing_kind text not null,
    thing_id   text not null,
    thing_name text not null, -- at the time
    before     text not null, -- JSON object without secrets; nothing: there is none
    after      text not null, -- as above
    remark     text not null
) strict;
create index audit_entries_actor on audit_entries (actor_name, id);
create index audit_entries_thing on audit_entries (thing_id, id);
create index audit_entries_kind on audit_entries (thing_kind, id);
create index audit_entries_deed on audit_entries (deed, id);
