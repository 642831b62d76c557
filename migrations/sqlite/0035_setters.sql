-- Setters: what set each attribute of a person last, so that support can say where a value came from. And the attribute index, counted in the background.
-- +goose Up
alter table people add column setters text not null default ''; -- see hookline.Setters

create table attribute_counts (
    name     text not null primary key, -- as conditions write it: plan, company.size
    people   integer not null,
    types    text not null, -- JSON: how many have it as text, number, …
    examples text not null  -- JSON list
) strict;

-- What the counts are of; one row, none before the first time.
create table attribute_survey (
    id         integer primary key check (id = 1),
    people     integer not null,
    counted_at integer not null,
    more       integer not null -- whether there were more names than are kept
) strict;
