-- Secrets: named values that templates use, sealed with a key that is not in the database. Invitations: links by which somebody becomes a user, once.

-- +goose Up
create table secrets (
    name       text not null primary key,
    hosts      text not null, -- JSON list: the only ones it is sent to
    sealed     blob not null, -- name and hosts are sealed with it: put beside others, it does not open
    made_by    text not null,
    created_at integer not null,
    updated_at integer not null
) strict;

create table invitations (
    id         text not null primary key,
    code_hash  text not null unique, -- the code itself is only in the link
    email      text not null unique,
    role       text not null,
    made_by    text not null,
    created_at integer not null,
    expires_at integer not null
) strict;
