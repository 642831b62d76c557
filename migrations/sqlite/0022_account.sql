-- Account: the browser of a session and where it signed in from, as its owner sees them; two-step sign-in.

-- +goose Up
alter table sessions add column agent text not null default '';
alter table sessions add column address text not null default '';

create table two_steps (
    user_id text not null primary key references users (id) on delete cascade,
    sealed  blob not null, -- the key that codes are made with, sealed as secrets are
    made_at integer not null,
    used    integer not null -- the number of the last half minute whose code was taken: a code counts once
) strict;

create table recovery_codes (
    user_id text not null references users (id) on delete cascade,
    hash    text not null, -- the code itself was shown once; it goes when it is used
    primary key (user_id, hash)
) strict, without rowid;
