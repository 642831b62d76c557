-- Secrets: named values that templates use. They are sealed with a key that is not in the database.

-- +goose Up
create table secrets (
    name       text not null primary key,
    hosts      text not null, -- JSON list: the only ones it is sent to
    sealed     blob not null, -- name and hosts are sealed with it: put beside others, it does not open
    made_by    text not null,
    created_at integer not null,
    updated_at integer not null
) strict;
