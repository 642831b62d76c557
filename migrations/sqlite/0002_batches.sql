-- Batches: an action may gather what it owes and send many events in one request; what is gathered is durable.

-- +goose Up
alter table actions add column batch_enabled integer not null default 0;
alter table actions add column batch_size integer not null default 1000;
alter table actions add column batch_window_ms integer not null default 10000;

alter table deliveries add column batch_size integer not null default 0; -- events in the request; 0: it is no batch

-- One event's part of a batch: it waits for its delivery, then tells what the delivery carried.
create table batch_items (
    id             text not null primary key,
    destination_id text not null,
    action_id      text not null,
    event_id       text not null,
    person_id      text not null,
    batch_key      text not null, -- items of one action share a request only when this is equal
    method         text not null,
    url            text not null,
    headers        text not null,
    body           blob not null, -- empty once it is in a delivery's request
    due_at         integer not null,
    delivery_id    text not null  -- nothing while it waits
) strict;
create index batch_items_waiting on batch_items (action_id, batch_key, id) where delivery_id = '';
create index batch_items_delivery on batch_items (delivery_id, id) where delivery_id <> '';
create index batch_items_event on batch_items (event_id);
