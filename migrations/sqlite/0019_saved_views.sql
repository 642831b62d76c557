-- Saved views: lists in Sent that somebody wants to come back to.

-- +goose Up
create table saved_views (
    id         text not null primary key,
    user_id    text not null,
    name       text not null,
    query      text not null, -- of the address: what narrows the list
    opens      integer not null, -- 1: Sent opens with it
    created_at integer not null,
    unique (user_id, name)
) strict;
