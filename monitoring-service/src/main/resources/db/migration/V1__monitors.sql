create table monitor (
    id uuid not null,
    organization_id uuid not null,
    name text not null,
    -- what is watched: learner:<name or id>, model:<id> or service:<name>
    subject text not null,
    -- as it was given, with every default filled in
    document json not null,
    state text not null default 'RUNNING',
    created_by text not null,
    -- the identity provider's id of whoever made it
    made_by text not null,
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    constraint monitor_pk primary key (id),
    constraint monitor_state_known check (state in ('RUNNING', 'PAUSED'))
);

create unique index monitor_name on monitor (organization_id, name);
create index monitor_subject on monitor (organization_id, subject);

-- What the monitor compares with: read once, a sample of it kept.
create table reference (
    monitor_id uuid not null,
    source json not null,
    -- of the whole; the sample may hold fewer
    row_count bigint not null,
    content bytea not null,
    constraint reference_pk primary key (monitor_id),
    constraint reference_of_a_monitor foreign key (monitor_id) references monitor (id) on delete cascade
);

-- How far a monitor is; changed with every batch that it gets.
create table progress (
    monitor_id uuid not null,
    -- the latest event time of a row, in microseconds since 1970
    latest_event_micros bigint,
    row_count bigint not null default 0,
    label_count bigint not null default 0,
    refused_count bigint not null default 0,
    last_refusal text,
    last_arrival timestamptz,
    -- the last row that a count window took: what is not behind it is in a window, or came too late
    cut_micros bigint,
    cut_high bigint,
    cut_low bigint,
    late_count bigint not null default 0,
    constraint progress_pk primary key (monitor_id),
    constraint progress_of_a_monitor foreign key (monitor_id) references monitor (id) on delete cascade
);

create table monitor_window (
    monitor_id uuid not null,
    -- of event time: that of the epoch divided by the length; of a count: 0, 1, 2, …
    number bigint not null,
    starts_micros bigint not null,
    ends_micros bigint not null,
    state text not null default 'OPEN',
    -- goes up with all that belongs to the window; what was reported is of evaluated_version
    version bigint not null default 1,
    evaluated_version bigint not null default 0,
    evaluated_at timestamptz,
    leased_until timestamptz,
    changed_at timestamptz not null default now(),
    report json,
    constraint monitor_window_pk primary key (monitor_id, number),
    constraint monitor_window_state_known check (state in ('OPEN', 'CLOSED')),
    constraint monitor_window_of_a_monitor foreign key (monitor_id) references monitor (id) on delete cascade
);

create index monitor_window_open on monitor_window (monitor_id) where state = 'OPEN';
create index monitor_window_due on monitor_window (ends_micros) where state = 'CLOSED' and version > evaluated_version;

-- Predictions, many rows to a block, column by column.
create table prediction_block (
    sequence bigint generated always as identity,
    monitor_id uuid not null,
    -- null until a count window takes its rows
    window_number bigint,
    row_count integer not null,
    -- whether its rows are a sample of those that came
    sampled boolean not null default false,
    content bytea not null,
    constraint prediction_block_pk primary key (sequence),
    constraint prediction_block_of_a_monitor foreign key (monitor_id) references monitor (id) on delete cascade
);

-- Numbers hardly compress, and compressing them is what would take the time.
alter table prediction_block alter column content set storage external;
create index prediction_block_of_window on prediction_block (monitor_id, window_number);

create table label_block (
    sequence bigint generated always as identity,
    monitor_id uuid not null,
    label_count integer not null,
    arrived_at timestamptz not null default now(),
    -- whether it was looked which windows these labels belong to
    looked_at boolean not null default false,
    content bytea not null,
    constraint label_block_pk primary key (sequence),
    constraint label_block_of_a_monitor foreign key (monitor_id) references monitor (id) on delete cascade
);

alter table label_block alter column content set storage external;
create index label_block_of_monitor on label_block (monitor_id, arrived_at);
create index label_block_new on label_block (monitor_id) where not looked_at;

-- Requests and responses that came as events of their own, until both are there.
create table half_event (
    organization_id uuid not null,
    service text not null,
    id text not null,
    request bytea,
    response bytea,
    event_micros bigint,
    arrived_at timestamptz not null default now(),
    constraint half_event_pk primary key (organization_id, service, id)
);

create index half_event_by_age on half_event (arrived_at);

-- What of a topic is in the tables: committed together with it.
create table log_position (
    topic text not null,
    log_partition integer not null,
    next_offset bigint not null,
    constraint log_position_pk primary key (topic, log_partition)
);

-- What followed from reports, and why.
create table decision (
    id uuid not null,
    monitor_id uuid not null,
    number bigint generated always as identity,
    window_number bigint not null,
    kind text not null,
    rule text not null,
    outcome text not null,
    evidence json not null,
    decided_at timestamptz not null default now(),
    constraint decision_pk primary key (id),
    -- a rule speaks once about a window, however often its report changes
    constraint decision_once unique (monitor_id, window_number, kind, rule),
    constraint decision_of_a_monitor foreign key (monitor_id) references monitor (id) on delete cascade
);

create index decision_newest on decision (monitor_id, number desc);
