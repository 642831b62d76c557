-- Ways: a destination may be reached otherwise than usual, with authorities, a client certificate or a proxy of its own.

-- +goose Up
-- Only destinations with something of their own have a row. The private key is in no table that lists are read from.
create table destination_ways (
    destination_id text not null primary key references destinations (id) on delete cascade,
    ca             text not null, -- PEM, as the two below
    client_cert    text not null,
    client_key     text not null,
    proxy          text not null -- http://host:port, direct, or nothing for that of the instance
) strict;
