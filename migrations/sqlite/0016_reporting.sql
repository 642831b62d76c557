-- Reporting: receivers that are told how deliveries ended, how far each has been told, and what it will be told later. Keys: when each begins or ends to sign.

-- +goose Up
create table reporting_webhooks (
    id           text not null primary key,
    name         text not null,
    url          text not null,
    enabled      integer not null,
    metrics      text not null, -- JSON list
    first_only   integer not null,
    with_content integer not null,
    key          text not null, -- signs what it is told
    key_made_at  integer not null,
    created_at   integer not null,
    updated_at   integer not null,
    since        integer not null, -- it is told what happened from then on
    place        integer not null, -- the key of the last attempt or delivery that was looked at for it
    told         integer not null,
    told_at      integer not null,
    dropped      integer not null, -- were never told, because they grew too old
    dropped_at   integer not null,
    tries        integer not null, -- of the report that is at the head; 0: it has not failed
    next_try_at  integer not null,
    failure      text not null,
    failed_at    integer not null
) strict;

-- Attempts are looked at in the order of their keys, and a first attempt has
-- that of its delivery. So a delivery that is passed before it was tried is
-- noted here, and looked at until it was.
create table reports_awaited (
    webhook_id  text not null references reporting_webhooks (id) on delete cascade,
    delivery_id integer not null,
    primary key (webhook_id, delivery_id)
) strict, without rowid;

alter table signing_keys add column signs_at integer not null default 0; -- it begins to sign then; 0: when it was made
alter table destinations add column standard_ends text not null default '{}'; -- JSON: when a Standard Webhooks secret ends, by the secret; those without an end are not in it
