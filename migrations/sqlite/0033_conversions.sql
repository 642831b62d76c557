-- Conversions: that people did what a campaign is for, each with the delivery that counts for it; and what the numbers of steps are counted by.

-- +goose Up
create table conversions (
    delivery_id    integer not null primary key, -- the journey's last one that was delivered before and may count
    journey_id     integer not null unique,      -- which counts once
    campaign_id    text    not null,
    destination_id text    not null,             -- of the delivery: the step
    event_id       integer not null,
    at             integer not null
) strict;
create index conversions_destination on conversions (destination_id);
create index conversions_campaign on conversions (campaign_id, at);

create index deliveries_steps on deliveries (destination_id, state) where origin = 'campaign';
