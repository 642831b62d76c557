-- Journeys: people's ways through campaigns, what makes them begin, and the deliveries of their steps.

-- +goose Up
create table journeys (
    id          integer not null primary key,
    campaign_id text    not null,
    person_id   text    not null,
    state       text    not null,
    step_id     text    not null,
    visits      integer not null,
    wake_at     integer not null,
    due_at      integer not null, -- when it is looked at next: at wake_at, or before because the person changed; 0: something else has to happen first
    watching    integer not null, -- it is looked at whenever the person changes
    delivery_id integer not null,
    word        text    not null, -- under which the answer to that delivery is kept
    event_id    integer not null,
    trigger     text    not null,
    answers     text    not null,
    reason      text    not null,
    version     integer not null,
    began_at    integer not null,
    updated_at  integer not null,
    ended_at    integer not null  -- 0: it goes on
) strict;
-- One that goes on for each person and campaign, besides any number that are over.
create unique index journeys_once on journeys (person_id, campaign_id, (case when ended_at = 0 then 0 else id end));
create index journeys_due on journeys (campaign_id, due_at) where due_at <> 0;
create index journeys_step on journeys (campaign_id, step_id, state) where ended_at = 0;
create index journeys_state on journeys (campaign_id, state);

alter table deliveries add column journey_id integer not null default 0;
create index deliveries_journey on deliveries (journey_id) where journey_id <> 0;

-- Where people went on who were at a step when it was removed.
create table removed_steps (
    campaign_id text not null,
    step_id     text not null,
    next_id     text not null, -- '': nothing followed it
    primary key (campaign_id, step_id)
) strict, without rowid;

create table broadcasts (
    id          text    not null primary key,
    campaign_id text    not null,
    segment_id  text    not null,
    state       text    not null,
    at          integer not null, -- when it shall begin
    position    text    not null, -- the last person who was looked at
    total       integer not null,
    looked      integer not null,
    began       integer not null,
    started_at  integer not null,
    ended_at    integer not null,
    ended_by    text    not null
) strict;
create index broadcasts_open on broadcasts (state) where state in ('waiting', 'running');
create index broadcasts_campaign on broadcasts (campaign_id);

-- Dates that will come soon, as people's attributes have them, found some at a time.
create table campaign_dates (
    campaign_id text    not null,
    person_id   text    not null,
    at          integer not null,
    done        integer not null,
    primary key (campaign_id, person_id, at)
) strict, without rowid;
create index campaign_dates_next on campaign_dates (campaign_id, at) where done = 0;
