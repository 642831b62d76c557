-- Versions: every save of an action is kept, with who made it and why, and what is sent names the version it was made with.

-- +goose Up
create table action_versions (
    action_id       text not null references actions (id) on delete cascade,
    number          integer not null, -- 1, 2, 3 …; the greatest is in use
    name            text not null,
    trigger_text    text not null,
    method          text not null,
    url             text not null,
    headers         text not null,
    body            text not null,
    plain_output    integer not null,
    batch_enabled   integer not null,
    batch_size      integer not null,
    batch_window_ms integer not null,
    made_by         text not null, -- nothing for Hookline itself
    made_at         integer not null,
    note            text not null,
    primary key (action_id, number)
) strict;

alter table actions add column version integer not null default 1;
alter table deliveries add column action_version integer not null default 0; -- 0, here and below: not known
alter table requests add column action_version integer not null default 0;
alter table batch_parts add column action_version integer not null default 0;

insert into action_versions (action_id, number, name, trigger_text, method, url, headers, body, plain_output, batch_enabled, batch_size, batch_window_ms, made_by, made_at, note)
    select id, 1, name, trigger_text, method, url, headers, body, plain_output, batch_enabled, batch_size, batch_window_ms, '', updated_at, 'As it was when versions began' from actions;
