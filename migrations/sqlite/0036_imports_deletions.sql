-- Imports of people from tables, row by row so that a kill loses none; and deletions of people with everything that names them, of which a receipt stays.

-- +goose Up
create table imports (
    id          text not null primary key,
    file        text not null, -- its name
    made_by     text not null,
    made_at     integer not null,
    state       text not null,
    changed_at  integer not null,
    changed_by  text not null,
    size        integer not null, -- bytes
    header      text not null, -- JSON list of names
    columns     text not null, -- JSON: what each column becomes
    empty_cells text not null, -- leave, remove
    total       integer not null, -- rows
    pieces      integer not null,
    position    integer not null, -- pieces that are done, of the dry run or of the import
    counts      text not null, -- JSON object: how many rows came to each outcome
    tried       text not null  -- JSON: the counts of the dry run, and some of its rows
) strict;

create table import_pieces (
    import_id text not null references imports (id) on delete cascade,
    number    integer not null, -- from 0
    rows      text not null, -- JSON list
    primary key (import_id, number)
) strict;

create table import_refusals (
    import_id text not null references imports (id) on delete cascade,
    line      integer not null,
    reason    text not null,
    cells     text not null, -- JSON list
    primary key (import_id, line)
) strict;

create table deletions (
    id             text not null primary key,
    state          text not null,
    made_by        text not null,
    asked_at       integer not null,
    removed_at     integer not null, -- 0: not yet
    finished_at    integer not null, -- 0: not yet
    suppress       integer not null,
    allowed        integer not null, -- somebody lets events of them in again
    salt           text not null,
    hashes         text not null, -- JSON list
    counts         text not null, -- JSON object
    person_id      text not null, -- this and what follows only until it has finished
    names          text not null, -- JSON list
    stage          text not null,
    position       text not null,
    upto           integer not null, -- the last event that is theirs
    first_delivery integer not null,
    last_delivery  integer not null
) strict;
create index deletions_unfinished on deletions (state) where state <> 'finished';

create table suppressions (
    hash        text not null primary key, -- of a name, with a key that only this database has
    deletion_id text not null references deletions (id) on delete cascade
) strict;
create index suppressions_deletion on suppressions (deletion_id);

create table deletion_keys (
    deletion_id     text not null references deletions (id) on delete cascade,
    idempotency_key text not null, -- of a delivery that was removed: bins may have received it
    primary key (deletion_id, idempotency_key)
) strict, without rowid;
