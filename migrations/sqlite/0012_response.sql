-- Response: what an action makes of a good answer, what such an answer looks like, and what each attempt's answer has set.

-- +goose Up
alter table actions add column response text not null default '{}'; -- JSON: attributes, expect
alter table action_versions add column response text not null default '{}'; -- as above
alter table attempts add column sets text not null default ''; -- JSON list of {name, value}; nothing: none

-- Both are few, and looked for among all that was sent.
create index deliveries_doubted on deliveries (state) where state = 'delivered' and reason <> '';
create index deliveries_tests on deliveries (origin) where origin = 'test';
