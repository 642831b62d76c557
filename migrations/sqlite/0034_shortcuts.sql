-- Shortcuts: requests that people run by hand, and what each press of one came to.

-- +goose Up
create table shortcuts (
    id             text not null primary key,
    name           text not null unique,
    description    text not null,
    least          text not null, -- the role that may press it, at least
    enabled        integer not null,
    destination_id text not null, -- with one action, both owned by it
    action_id      text not null,
    version        integer not null,
    created_at     integer not null,
    updated_at     integer not null
) strict;

create table presses (
    id          text not null primary key, -- made with the page that asks: the same again is the same press
    shortcut_id text not null,
    by          text not null,
    at          integer not null
) strict;
create index presses_shortcut on presses (shortcut_id, at);

create table press_people (
    press_id    text not null references presses (id) on delete cascade,
    place       integer not null,
    person_id   text not null,
    delivery_id integer not null, -- 0: nothing is owed
    refused     text not null,
    primary key (press_id, place)
) strict;
