-- Shared links: each shows one delivery to whoever has it, for a while.

-- +goose Up
create table shares (
    id          text not null primary key,
    code_hash   text not null unique, -- the code itself is only in the link
    delivery_id integer not null,
    made_by     text not null,
    created_at  integer not null,
    expires_at  integer not null
) strict;
create index shares_delivery on shares (delivery_id);
