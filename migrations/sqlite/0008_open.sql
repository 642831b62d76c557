-- Open: the same rows in the same index, told by comparisons. A list of four words was gone through anew for each delivery that was written.

-- +goose Up
drop index deliveries_open;
create index deliveries_open on deliveries (state) where state <> 'delivered' and state <> 'queued';
