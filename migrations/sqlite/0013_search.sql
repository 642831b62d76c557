-- Search: an index of the words of what was sent, some thousand deliveries at a time. A cursor of that name tells up to which key; what comes after it is looked through.

-- +goose Up
create table search_segments (
    number    integer not null primary key,
    from_key  integer not null, -- it has what was made after this
    to_key    integer not null, -- and up to this, and further tries of deliveries that are older
    oldest    integer not null, -- the key of the oldest delivery in it
    directory blob    not null  -- what is on which of its pages, see package search
) strict;
create table search_pages (
    id   integer not null primary key, -- 65,536 times the segment's number, and that of the page
    page blob    not null
) strict;
create table search_open (
    delivery_id integer not null primary key -- entered before its first try, whose answer is looked for in the delivery itself
) strict;
