-- Regions: a destination may say from which region its requests leave, and so through which proxy.

-- +goose Up
alter table destination_ways add column region text not null default ''; -- the name of one of the regions in settings; '': none
