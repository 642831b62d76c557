-- Retention: what is older than what has been deleted, and is kept because it is still owed or was sent again since.

-- +goose Up
create table retained (
    part    text    not null, -- of what is deleted by its age
    key     integer not null,
    emptied integer not null, -- of a delivery: requests and attempts up to this key have lost their bodies
    primary key (part, key)
) strict, without rowid;
