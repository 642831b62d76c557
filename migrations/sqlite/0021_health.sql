-- Health: what happened in each minute, told to charts; and alerts, who is told of them, and how each event usually comes.

-- +goose Up
create table health_samples (
    destination_id text not null,    -- nothing: the whole house
    minute         integer not null, -- since 1970
    events         integer not null,
    delivered      integer not null,
    retrying       integer not null,
    failed         integer not null,
    spans          text not null,    -- how long attempts took: counts by class
    waiting        integer not null,
    overdue_ms     integer not null,
    primary key (destination_id, minute)
) strict, without rowid;
create index health_samples_minute on health_samples (minute);

create table alert_channels (
    id         text not null primary key,
    kind       text not null,
    name       text not null,
    enabled    integer not null,
    url        text not null,
    key        text not null, -- signs what a webhook is told
    host       text not null, -- of the mail server
    port       integer not null,
    security   text not null,
    username   text not null,
    sealed     blob not null, -- the mail server's password
    sender     text not null,
    recipients text not null, -- JSON list
    created_at integer not null,
    updated_at integer not null
) strict;

create table alerts (
    id       text not null primary key,
    rule     text not null,
    subject  text not null, -- a destination's id, or what is not coming
    name     text not null,
    words    text not null,
    began_at integer not null,
    ended_at integer not null -- 0: it goes on
) strict;
create unique index alerts_open on alerts (rule, subject) where ended_at = 0;

create table alert_tellings (
    alert_id    text not null references alerts (id) on delete cascade,
    channel_id  text not null references alert_channels (id) on delete cascade,
    ended       integer not null, -- that it ended; else that it began
    state       text not null,
    tries       integer not null,
    next_try_at integer not null,
    failure     text not null,
    told_at     integer not null,
    primary key (alert_id, channel_id, ended)
) strict, without rowid;
create index alert_tellings_owed on alert_tellings (next_try_at) where state = 'owed';
create index alert_tellings_channel on alert_tellings (channel_id);

create table event_rhythms (
    source_id text not null references sources (id) on delete cascade,
    type      text not null,
    name      text not null,
    last_at   integer not null,
    quiet     text not null, -- the longest time without one, in ms, by day
    primary key (source_id, type, name)
) strict, without rowid;
