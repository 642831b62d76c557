-- Members: who is in which segment, who moved, what people did that segments ask for, and what is still to be asked.

-- +goose Up
create table segment_work (
    number     integer not null primary key, -- under which the segment's members are kept
    segment_id text not null unique, -- of one that is deleted the members are still to be removed
    place      text not null, -- the last person who was asked in the first count
    asked      integer not null -- so many were
) strict;

create table segment_members (
    segment   integer not null, -- segment_work.number
    person_id text not null,
    since     integer not null,
    primary key (segment, person_id)
) strict, without rowid;
create index segment_members_person on segment_members (person_id);

create table segment_moves (
    id         integer not null primary key,
    segment_id text not null,
    person_id  text not null,
    entered    integer not null,
    event_id   integer not null, -- 0: no event made them move
    at         integer not null
) strict;

create table segment_asks (
    person_id text not null primary key, -- to be asked again, since they were changed by something else than an event
    times     integer not null -- so often
) strict;

create table segment_due (
    person_id text not null primary key,
    due_at    integer not null -- not later than time changes something
) strict;
create index segment_due_at on segment_due (due_at);

create table counted_deeds (
    number     integer not null primary key,
    name       text not null, -- of a track event
    times      integer not null, -- so many of the newest times are kept
    place      integer not null, -- the last event that was counted of those before
    before_key integer not null -- the last one before it was counted as it comes
) strict;

create table deeds (
    owner text not null, -- a person's id, or an anonymous identity that leads to nobody yet
    deed  integer not null, -- counted_deeds.number
    total integer not null,
    times blob not null, -- the newest, as differences
    primary key (owner, deed)
) strict, without rowid;
