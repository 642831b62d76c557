-- Account: the browser of a session and where it signed in from, as its owner sees them.

-- +goose Up
alter table sessions add column agent text not null default '';
alter table sessions add column address text not null default '';
