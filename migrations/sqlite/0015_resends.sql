-- Resends: runs that make many deliveries due again, and what became of each delivery in them.

-- +goose Up
create table resends (
    id         integer not null primary key, -- deliveries with a greater key came later and are not looked at
    filter     text not null,                -- JSON
    mode       text not null,
    delivered  integer not null,             -- also what was delivered already
    per_second real not null,                -- 0: no limit
    ramp_ms    integer not null,
    asked_by   text not null,
    state      text not null,
    created_at integer not null,
    changed_at integer not null,
    changed_by text not null,
    position   integer not null,             -- the last delivery that was looked at; 0: none
    matched    integer not null,             -- -1: not counted yet
    counts     text not null,                -- JSON object: how many deliveries came to each outcome
    open       integer not null,             -- of those, how many have not come to an end
    speed      real not null
) strict;

create table resend_deliveries (
    resend_id   integer not null references resends (id) on delete cascade,
    delivery_id integer not null,
    outcome     text not null,
    note        text not null,
    primary key (resend_id, delivery_id)
) strict, without rowid;
create index resend_deliveries_outcome on resend_deliveries (resend_id, outcome, delivery_id);
