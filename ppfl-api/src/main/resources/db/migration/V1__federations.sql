create table federation (
    -- also of the model that comes of it
    id uuid not null,
    organization_id uuid not null,
    -- the identity provider's id of whoever asked, and the name for people
    requested_by text not null,
    created_by text not null,
    -- by which door it came
    kind text not null,
    name text not null,
    engine text not null,
    mode text not null,
    -- with every default filled in
    plan json not null,
    -- as it was asked for, without secrets
    request json not null,
    -- what the plan costs in privacy before anything ran
    privacy json,
    -- what is not told again: keys to the user's own bucket, and what noise is made from
    sealed_secrets bytea,
    sealed_seed bytea not null,
    state text not null default 'REQUESTED',
    reason text,
    model_id uuid,
    metrics json,
    epsilon_spent double precision,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at timestamptz,
    constraint federation_pk primary key (id),
    constraint federation_kind_known check (kind in ('FEDERATION', 'FP', 'TFF', 'NV')),
    constraint federation_mode_known check (mode in ('SIMULATION', 'REAL')),
    constraint federation_state_known check (state in ('REQUESTED', 'PREPARING', 'WAITING', 'RUNNING', 'REGISTERING',
        'SUCCEEDED', 'FAILED', 'CANCELLED')),
    constraint federation_ends check ((state in ('SUCCEEDED', 'FAILED', 'CANCELLED')) = (ended_at is not null)),
    constraint federation_has_a_reason check (state <> 'FAILED' or reason is not null)
);

create index federation_newest on federation (organization_id, created_at desc, id desc);
create index federation_live on federation (mode, created_at)
    where state not in ('SUCCEEDED', 'FAILED', 'CANCELLED');

create table federation_round (
    federation_id uuid not null,
    -- teachers and student of FedPATE have rounds of their own
    phase text not null,
    round integer not null,
    sequence bigint generated always as identity,
    at timestamptz not null default now(),
    clients_up integer,
    clients_total integer,
    loss double precision,
    accuracy double precision,
    -- spent until then
    epsilon double precision,
    bytes_up bigint,
    bytes_down bigint,
    seconds double precision,
    constraint federation_round_pk primary key (federation_id, phase, round),
    constraint federation_round_of_one foreign key (federation_id) references federation (id) on delete cascade
);

create table federation_client (
    federation_id uuid not null,
    name text not null,
    state text not null,
    reason text,
    last_seen timestamptz,
    -- how many it took part in
    rounds integer not null default 0,
    constraint federation_client_pk primary key (federation_id, name),
    constraint federation_client_state_known check (state in ('INVITED', 'UP', 'DOWN', 'REFUSED', 'LEFT')),
    constraint federation_client_of_one foreign key (federation_id) references federation (id) on delete cascade
);
