-- The way of a journey: when it came to each step, when it went on, and what came of it. Journeys from before have none.
-- +goose Up
alter table journeys add column way text not null default ''; -- see the store's journey_way.go
