-- What the migrations in sqlite/ make, in one piece. Made by go test ./migrations -update; not read by the program.

create table action_versions (
    action_id       text not null references actions (id) on delete cascade,
    number          integer not null, -- 1, 2, 3 …; the greatest is in use
    name            text not null,
    trigger_text    text not null,
    method          text not null,
    url             text not null,
    headers         text not null,
    body            text not null,
    plain_output    integer not null,
    batch_enabled   integer not null,
    batch_size      integer not null,
    batch_window_ms integer not null,
    made_by         text not null, -- nothing for Hookline itself
    made_at         integer not null,
    note            text not null, response text not null default '{}',
    primary key (action_id, number)
) strict;

create table actions (
    id             text not null primary key,
    destination_id text not null references destinations (id) on delete cascade,
    name           text not null,
    enabled        integer not null,
    trigger_text   text not null,
    method         text not null,
    url            text not null,
    headers        text not null, -- JSON list of {name, value}
    body           text not null,
    plain_output   integer not null,
    created_at     integer not null,
    updated_at     integer not null
, batch_enabled integer not null default 0, batch_size integer not null default 1000, batch_window_ms integer not null default 10000, version integer not null default 1, response text not null default '{}') strict;
create index actions_destination on actions (destination_id);

create table alert_channels (
    id         text not null primary key,
    kind       text not null,
    name       text not null,
    enabled    integer not null,
    url        text not null,
    key        text not null, -- signs what a webhook is told
    host       text not null, -- of the mail server
    port       integer not null,
    security   text not null,
    username   text not null,
    sealed     blob not null, -- the mail server's password
    sender     text not null,
    recipients text not null, -- JSON list
    created_at integer not null,
    updated_at integer not null
) strict;

create table alert_tellings (
    alert_id    text not null references alerts (id) on delete cascade,
    channel_id  text not null references alert_channels (id) on delete cascade,
    ended       integer not null, -- that it ended; else that it began
    state       text not null,
    tries       integer not null,
    next_try_at integer not null,
    failure     text not null,
    told_at     integer not null,
    primary key (alert_id, channel_id, ended)
) strict, without rowid;
create index alert_tellings_channel on alert_tellings (channel_id);
create index alert_tellings_owed on alert_tellings (next_try_at) where state = 'owed';

create table alerts (
    id       text not null primary key,
    rule     text not null,
    subject  text not null, -- a destination's id, or what is not coming
    name     text not null,
    words    text not null,
    began_at integer not null,
    ended_at integer not null -- 0: it goes on
) strict;
create unique index alerts_open on alerts (rule, subject) where ended_at = 0;

create table "attempts" (
    id               integer not null primary key,
    delivery_id      integer not null,
    number           integer not null,
    request_number   integer not null,
    asked_by         text not null,
    sent             text not null, -- the headers we added: signatures, key, time stamp
    started_at       integer not null,
    duration_us      integer not null,
    timings          text not null,
    status           integer not null,
    answer_headers   text not null,
    answer           blob not null,
    answer_too_large integer not null,
    outcome          text not null,
    reason           text not null
, sets text not null default '') strict;
create unique index attempts_again on attempts (delivery_id, number) where number > 1;

create table attribute_counts (
    name     text not null primary key, -- as conditions write it: plan, company.size
    people   integer not null,
    types    text not null, -- JSON: how many have it as text, number, …
    examples text not null  -- JSON list
) strict;

create table attribute_survey (
    id         integer primary key check (id = 1),
    people     integer not null,
    counted_at integer not null,
    more       integer not null -- whether there were more names than are kept
) strict;

create table audit_entries (
    id         text not null primary key,
    at         integer not null,
    actor_kind text not null,
    actor_id   text not null,
    actor_name text not null, -- at the time
    actor_from text not null, -- network address
    deed       text not null,
    thing_kind text not null,
    thing_id   text not null,
    thing_name text not null, -- at the time
    before     text not null, -- JSON object without secrets; nothing: there is none
    after      text not null, -- as above
    remark     text not null
) strict;
create index audit_entries_actor on audit_entries (actor_name, id);
create index audit_entries_deed on audit_entries (deed, id);
create index audit_entries_kind on audit_entries (thing_kind, id);
create index audit_entries_thing on audit_entries (thing_id, id);

create table batch_parts (
    id             integer not null primary key,
    destination_id text not null,
    action_id      text not null,
    batch_key      text not null, -- parts of one action share a request only when this is equal
    method         text not null,
    url            text not null,
    headers        text not null,
    due_at         integer not null,
    items          integer not null,
    first_event    integer not null,
    last_event     integer not null,
    carried        text not null, -- a line for each item: event, person or -, length of its body
    bodies         blob not null, -- one after the other, with commas between
    delivery_id    integer not null -- 0 while it waits
, action_version integer not null default 0) strict;
create index batch_parts_delivery on batch_parts (delivery_id) where delivery_id <> 0;
create index batch_parts_event on batch_parts (last_event);
create index batch_parts_waiting on batch_parts (action_id, batch_key) where delivery_id = 0;

create table bin_requests (
    id          text not null primary key,
    bin_id      text not null references bins (id) on delete cascade,
    received_at integer not null,
    method      text not null,
    path        text not null,
    headers     text not null,
    body        blob not null,
    cut         integer not null,
    status      integer not null
, remote_address text not null default '') strict;
create index bin_requests_bin on bin_requests (bin_id, id);

create table bins (
    id         text not null primary key,
    name       text not null,
    script     text not null,
    fails_left integer not null, -- how many of the script's first failures are still to come
    created_at integer not null
) strict;

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
create index broadcasts_campaign on broadcasts (campaign_id);
create index broadcasts_open on broadcasts (state) where state in ('waiting', 'running');

create table campaign_dates (
    campaign_id text    not null,
    person_id   text    not null,
    at          integer not null,
    done        integer not null,
    primary key (campaign_id, person_id, at)
) strict, without rowid;
create index campaign_dates_next on campaign_dates (campaign_id, at) where done = 0;

create table campaigns (
    id            text not null primary key,
    name          text not null unique,
    description   text not null,
    state         text not null,
    trigger_doc   text not null, -- JSON object
    reentry       text not null, -- JSON object
    exit_text     text not null, -- a condition; nothing: nobody leaves
    goal          text not null, -- JSON object
    steps         text not null, -- JSON list
    version       integer not null,
    started_at    integer not null, -- 0: never
    created_at    integer not null,
    updated_at    integer not null
) strict;

create table conversions (
    delivery_id    integer not null primary key, -- the journey's last one that was delivered before and may count
    journey_id     integer not null unique,      -- which counts once
    campaign_id    text    not null,
    destination_id text    not null,             -- of the delivery: the step
    event_id       integer not null,
    at             integer not null
) strict;
create index conversions_campaign on conversions (campaign_id, at);
create index conversions_destination on conversions (destination_id);

create table counted_deeds (
    number     integer not null primary key,
    name       text not null, -- of a track event
    times      integer not null, -- so many of the newest times are kept
    place      integer not null, -- the last event that was counted of those before
    before_key integer not null -- the last one before it was counted as it comes
) strict;

create table "cursors" (
    name     text not null primary key,
    event_id integer not null -- the last one that was worked on; 0: none
) strict;

create table deeds (
    owner text not null, -- a person's id, or an anonymous identity that leads to nobody yet
    deed  integer not null, -- counted_deeds.number
    total integer not null,
    times blob not null, -- the newest, as differences
    primary key (owner, deed)
) strict, without rowid;

create table deletion_keys (
    deletion_id     text not null references deletions (id) on delete cascade,
    idempotency_key text not null, -- of a delivery that was removed: bins may have received it
    primary key (deletion_id, idempotency_key)
) strict, without rowid;

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

create table "deliveries" (
    id              integer not null primary key,
    state           text not null,
    origin          text not null,
    destination_id  text not null,
    action_id       text not null,
    event_id        integer not null, -- 0: no event made it, or several did
    person_id       text not null,
    idempotency_key text not null,
    request_number  integer not null,
    asked_by        text not null, -- who asked for the next attempt: nobody for the engine
    tries           integer not null,
    attempts        integer not null,
    last_status     integer not null,
    reason          text not null,
    created_at      integer not null,
    next_attempt_at integer not null, -- 0: no attempt is due
    updated_at      integer not null,
    batch_size      integer not null  -- events in the request; 0: it is no batch
, action_version integer not null default 0, journey_id integer not null default 0) strict;
create index deliveries_destination on deliveries (destination_id);
create index deliveries_doubted on deliveries (state) where state = 'delivered' and reason <> '';
create index deliveries_due on deliveries (destination_id, next_attempt_at) where state in ('queued', 'retrying');
create index deliveries_event on deliveries (event_id) where event_id <> 0;
create index deliveries_journey on deliveries (journey_id) where journey_id <> 0;
create index deliveries_open on deliveries (state) where state <> 'delivered' and state <> 'queued';
create index deliveries_steps on deliveries (destination_id, state) where origin = 'campaign';
create index deliveries_tests on deliveries (origin) where origin = 'test';

create table "deliveries_by_person" (
    run         integer not null,
    person_id   text    not null,
    delivery_id integer not null,
    primary key (run, person_id, delivery_id)
) strict, without rowid;

create table destination_health (
    destination_id text not null primary key references destinations (id) on delete cascade,
    breaker        text not null, -- nothing: closed
    reason         text not null,
    since          integer not null,
    opened_at      integer not null,
    next_try       integer not null,
    openings       integer not null,
    asked_until    integer not null,
    gone_at        integer not null
) strict;

create table destination_sources (
    destination_id text not null references destinations (id) on delete cascade,
    source_id      text not null references sources (id) on delete cascade,
    primary key (destination_id, source_id)
) strict;
create index destination_sources_source on destination_sources (source_id);

create table destination_ways (
    destination_id text not null primary key references destinations (id) on delete cascade,
    ca             text not null, -- PEM, as the two below
    client_cert    text not null,
    client_key     text not null,
    proxy          text not null -- http://host:port, direct, or nothing for that of the instance
, region text not null default '') strict;

create table destinations (
    id               text not null primary key,
    name             text not null,
    enabled          integer not null,
    shared_secret    text not null,
    signature_mode   text not null,
    standard_secrets text not null, -- JSON list, newest first
    timeout_ms       integer not null,
    created_at       integer not null,
    updated_at       integer not null
, max_per_second real not null default 0, burst integer not null default 0, max_concurrent integer not null default 0, retry_base_ms integer not null default 0, max_tries integer not null default 0, maintenance text not null default '[]', paused_at integer not null default 0, paused_by text not null default '', paused_note text not null default '', resume_at integer not null default 0, resume_by text not null default '', resume_keep text not null default '', resume_since integer not null default 0, resume_per_second real not null default 0, resume_ramp_ms integer not null default 0, vouched_at integer not null default 0, standard_ends text not null default '{}', owner text not null default '') strict;
create index destinations_owner on destinations (owner) where owner <> '';

create table duplicates (
    id          text not null primary key,
    source_id   text not null,
    event_id    text not null, -- the event that was taken the first time
    type        text not null,
    name        text not null,
    message_id  text not null,
    identity    text not null,
    received_at integer not null,
    payload     text not null
) strict;
create index duplicates_source on duplicates (source_id, id);

create table event_rhythms (
    source_id text not null references sources (id) on delete cascade,
    type      text not null,
    name      text not null,
    last_at   integer not null,
    quiet     text not null, -- the longest time without one, in ms, by day
    primary key (source_id, type, name)
) strict, without rowid;

create table "events" (
    id           integer not null primary key,
    source_id    text not null,
    type         text not null,
    message_id   text not null,
    anonymous_id text not null,
    identity     text not null, -- what a person is found by: user:…, anon:…, email:… or nothing
    name         text not null,
    timestamp    integer not null,
    received_at  integer not null,
    payload      text not null
) strict;
create index events_source on events (source_id);

create table "events_by_identity" (
    run      integer not null,
    identity text    not null,
    event_id integer not null,
    primary key (run, identity, event_id)
) strict, without rowid;

create table failure_deliveries (
    failure_id  integer not null,
    delivery_id integer not null,
    primary key (failure_id, delivery_id)
) strict, without rowid;
create unique index failure_deliveries_delivery on failure_deliveries (delivery_id);

create table failure_notes (
    id         integer not null primary key,
    failure_id integer not null,
    made_by    text not null, -- nothing for Hookline itself
    made_at    integer not null,
    deed       text not null,
    text       text not null
) strict;
create index failure_notes_failure on failure_notes (failure_id);

create table failure_people (
    person_id  text    not null,
    failure_id integer not null,
    deliveries integer not null, -- so many of the failure's are about this person
    primary key (person_id, failure_id)
) strict, without rowid;

create table failures (
    id             integer not null primary key,
    destination_id text not null,
    action_id      text not null,
    trouble        text not null,
    status         integer not null,
    answer         text not null, -- what the answers have in common
    state          text not null, -- open, snoozed, resolved
    snoozed_until  integer not null,
    assigned_to    text not null, -- a user's id
    first_at       integer not null,
    last_at        integer not null,
    opened_at      integer not null,
    place          integer not null unique, -- opened_at, or the next free number: the order of the list
    deliveries     integer not null, -- that are part of it now
    total          integer not null,
    people         integer not null,
    minutes        text not null -- how many failed in each minute of the last hour
) strict;
create unique index failures_alike on failures (destination_id, action_id, trouble, status, answer);
create index failures_unresolved on failures (state, snoozed_until) where state <> 'resolved';

create table health_samples (
    destination_id text not null,    -- nothing: the whole house
    minute         integer not null, -- since 1970
    events         integer not null,
    delivered      integer not null,
    retrying       integer not null,
    failed         integer not null,
    spans          text not null,    -- how long attempts took: counts by class
    waiting        integer not null,
    overdue_ms     integer not null,
    primary key (destination_id, minute)
) strict, without rowid;
create index health_samples_minute on health_samples (minute);

create table "identities" (
    identity  text not null primary key,
    person_id text not null
) strict, without rowid;
create index identities_person on identities (person_id);

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

create table invitations (
    id         text not null primary key,
    code_hash  text not null unique, -- the code itself is only in the link
    email      text not null unique,
    role       text not null,
    made_by    text not null,
    created_at integer not null,
    expires_at integer not null
) strict;

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
, way text not null default '') strict;
create index journeys_due on journeys (campaign_id, due_at) where due_at <> 0;
create unique index journeys_once on journeys (person_id, campaign_id, (case when ended_at = 0 then 0 else id end));
create index journeys_state on journeys (campaign_id, state);
create index journeys_step on journeys (campaign_id, step_id, state) where ended_at = 0;

create table late_runs (
    name text    not null, -- of the index
    run  integer not null, -- its rows are newer than those of all runs before it
    rows integer not null, -- so many have entered it
    primary key (name, run)
) strict, without rowid;

create table "message_ids" (
    hash        integer not null primary key, -- the day it was received on, and 48 bits of the hash of source and messageId
    event_id    integer not null,
    received_at integer not null
) strict;

create table people (
    id         text not null primary key,
    user_id    text not null,
    email      text not null,
    attributes text not null,
    suppressed integer not null,
    version    integer not null,
    created_at integer not null,
    updated_at integer not null
, setters text not null default '') strict;

create table press_people (
    press_id    text not null references presses (id) on delete cascade,
    place       integer not null,
    person_id   text not null,
    delivery_id integer not null, -- 0: nothing is owed
    refused     text not null,
    primary key (press_id, place)
) strict;

create table presses (
    id          text not null primary key, -- made with the page that asks: the same again is the same press
    shortcut_id text not null,
    by          text not null,
    at          integer not null
) strict;
create index presses_shortcut on presses (shortcut_id, at);

create table recovery_codes (
    user_id text not null references users (id) on delete cascade,
    hash    text not null, -- the code itself was shown once; it goes when it is used
    primary key (user_id, hash)
) strict, without rowid;

create table rejections (
    id          text not null primary key,
    source_id   text not null,
    type        text not null,
    name        text not null,
    reason      text not null,
    received_at integer not null,
    payload     text not null
) strict;
create index rejections_source on rejections (source_id, id);

create table removed_steps (
    campaign_id text not null,
    step_id     text not null,
    next_id     text not null, -- '': nothing followed it
    primary key (campaign_id, step_id)
) strict, without rowid;

create table replays (
    token_id text not null references tokens (id) on delete cascade,
    key      text not null,
    hash     text not null, -- of method, path and body
    status   integer not null, -- 0: the first call has not been answered
    body     blob not null,
    at       integer not null,
    primary key (token_id, key)
) strict;
create index replays_at on replays (at);

create table reporting_webhooks (
    id           text not null primary key,
    name         text not null,
    url          text not null,
    enabled      integer not null,
    metrics      text not null, -- JSON list
    first_only   integer not null,
    with_content integer not null,
    key          text not null, -- signs what it is told
    key_made_at  integer not null,
    created_at   integer not null,
    updated_at   integer not null,
    since        integer not null, -- it is told what happened from then on
    place        integer not null, -- the key of the last attempt or delivery that was looked at for it
    told         integer not null,
    told_at      integer not null,
    dropped      integer not null, -- were never told, because they grew too old
    dropped_at   integer not null,
    tries        integer not null, -- of the report that is at the head; 0: it has not failed
    next_try_at  integer not null,
    failure      text not null,
    failed_at    integer not null
) strict;

create table reports_awaited (
    webhook_id  text not null references reporting_webhooks (id) on delete cascade,
    delivery_id integer not null,
    primary key (webhook_id, delivery_id)
) strict, without rowid;

create table "requests" (
    id          integer not null primary key,
    delivery_id integer not null,
    number      integer not null,
    method      text not null,
    url         text not null,
    headers     text not null,
    body        blob not null,
    made_by     text not null,
    made_at     integer not null
, action_version integer not null default 0) strict;
create unique index requests_again on requests (delivery_id, number) where number > 1;

create table resend_deliveries (
    resend_id   integer not null references resends (id) on delete cascade,
    delivery_id integer not null,
    outcome     text not null,
    note        text not null,
    primary key (resend_id, delivery_id)
) strict, without rowid;
create index resend_deliveries_outcome on resend_deliveries (resend_id, outcome, delivery_id);

create table resends (
    id         integer not null primary key, -- deliveries with a greater key came later and are not looked at
    filter     text not null,                -- JSON
    mode       text not null,
    delivered  integer not null,             -- also what was delivered already
    per_second real not null,                -- 0: no limit
    ramp_ms    integer not null,
    asked_by   text not null,
    state      text not null,
    created_at integer not null,
    changed_at integer not null,
    changed_by text not null,
    position   integer not null,             -- the last delivery that was looked at; 0: none
    matched    integer not null,             -- -1: not counted yet
    counts     text not null,                -- JSON object: how many deliveries came to each outcome
    open       integer not null,             -- of those, how many have not come to an end
    speed      real not null
) strict;

create table retained (
    part    text    not null, -- of what is deleted by its age
    key     integer not null,
    emptied integer not null, -- of a delivery: requests and attempts up to this key have lost their bodies
    primary key (part, key)
) strict, without rowid;

create table saved_views (
    id         text not null primary key,
    user_id    text not null,
    name       text not null,
    query      text not null, -- of the address: what narrows the list
    opens      integer not null, -- 1: Sent opens with it
    created_at integer not null,
    unique (user_id, name)
) strict;

create table search_open (
    delivery_id integer not null primary key -- entered before its first try, whose answer is looked for in the delivery itself
) strict;

create table search_pages (
    id   integer not null primary key, -- 65,536 times the segment's number, and that of the page
    page blob    not null
) strict;

create table search_segments (
    number    integer not null primary key,
    from_key  integer not null, -- it has what was made after this
    to_key    integer not null, -- and up to this, and further tries of deliveries that are older
    oldest    integer not null, -- the key of the oldest delivery in it
    directory blob    not null  -- what is on which of its pages, see package search
) strict;

create table secrets (
    name       text not null primary key,
    hosts      text not null, -- JSON list: the only ones it is sent to
    sealed     blob not null, -- name and hosts are sealed with it: put beside others, it does not open
    made_by    text not null,
    created_at integer not null,
    updated_at integer not null
) strict;

create table segment_asks (
    person_id text not null primary key, -- to be asked again, since they were changed by something else than an event
    times     integer not null -- so often
) strict;

create table segment_due (
    person_id text not null primary key,
    due_at    integer not null -- not later than time changes something
) strict;
create index segment_due_at on segment_due (due_at);

create table segment_members (
    segment   integer not null, -- segment_work.number
    person_id text not null,
    since     integer not null,
    primary key (segment, person_id)
) strict, without rowid;
create index segment_members_person on segment_members (person_id);

create table segment_moves (
    id         integer not null primary key,
    segment_id text not null,
    person_id  text not null,
    entered    integer not null,
    event_id   integer not null, -- 0: no event made them move
    at         integer not null
) strict;

create table segment_work (
    number     integer not null primary key, -- under which the segment's members are kept
    segment_id text not null unique, -- of one that is deleted the members are still to be removed
    place      text not null, -- the last person who was asked in the first count
    asked      integer not null -- so many were
) strict;

create table segments (
    id             text not null primary key,
    name           text not null unique,
    description    text not null,
    manual         integer not null,
    condition_text text not null, -- nothing for a manual one
    state          text not null,
    size           integer not null,
    version        integer not null,
    created_at     integer not null,
    updated_at     integer not null
) strict;

create table sessions (
    id_hash      text not null primary key, -- the id itself is only in the cookie
    user_id      text not null references users (id) on delete cascade,
    created_at   integer not null,
    last_seen_at integer not null,
    expires_at   integer not null
, agent text not null default '', address text not null default '') strict;
create index sessions_user on sessions (user_id);

create table settings (
    key   text not null primary key,
    value text not null
) strict;

create table shares (
    id          text not null primary key,
    code_hash   text not null unique, -- the code itself is only in the link
    delivery_id integer not null,
    made_by     text not null,
    created_at  integer not null,
    expires_at  integer not null
) strict;
create index shares_delivery on shares (delivery_id);

create table shortcuts (
    id             text not null primary key,
    name           text not null unique,
    description    text not null,
    least          text not null, -- the role that may press it, at least
    enabled        integer not null,
    destination_id text not null, -- with one action, both owned by it
    action_id      text not null,
    version        integer not null,
    created_at     integer not null,
    updated_at     integer not null
) strict;

create table signing_keys (
    key        text not null primary key,
    created_at integer not null
, signs_at integer not null default 0) strict;

create table sources (
    id         text not null primary key,
    name       text not null,
    write_key  text not null unique,
    enabled    integer not null,
    created_at integer not null,
    updated_at integer not null
) strict;

create table suppressions (
    hash        text not null primary key, -- of a name, with a key that only this database has
    deletion_id text not null references deletions (id) on delete cascade
) strict;
create index suppressions_deletion on suppressions (deletion_id);

create table tokens (
    id           text not null primary key,
    name         text not null,
    hash         text not null unique, -- the token itself was shown once
    scope        text not null,
    made_by      text not null,
    created_at   integer not null,
    last_used_at integer not null -- 0: never
) strict;

create table two_steps (
    user_id text not null primary key references users (id) on delete cascade,
    sealed  blob not null, -- the key that codes are made with, sealed as secrets are
    made_at integer not null,
    used    integer not null -- the number of the last half minute whose code was taken: a code counts once
) strict;

create table users (
    id            text not null primary key,
    email         text not null unique,
    role          text not null,
    password_hash text not null,
    disabled      integer not null,
    created_at    integer not null
) strict;
