-- Segments: saved conditions over people.

-- +goose Up
create table segments (
    id             text not null primary key,
    name           text not null unique,
    description    text not null,
    manual         integer not null,
    condition_text text not null, -- nothing for a manual one
    state          text not null,
    size           integer not null,
    version        integer not null,
    created_at     integer not null,
    updated_at     integer not null
) strict;
