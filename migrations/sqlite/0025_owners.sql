-- Owners: the request of a campaign's webhook step or of a shortcut is the one action of a destination that belongs to it.

-- +goose Up
alter table destinations add column owner text not null default ''; -- a campaign's or a shortcut's id; '': it stands for itself
create index destinations_owner on destinations (owner) where owner <> '';
