-- Who certifies the participants of a federation.
create table federation_authority (
    federation_id uuid not null,
    certificate text not null,
    sealed_key bytea not null,
    constraint federation_authority_pk primary key (federation_id),
    constraint federation_authority_of_one foreign key (federation_id) references federation (id) on delete cascade
);

create table participant (
    federation_id uuid not null,
    name text not null,
    state text not null default 'INVITED',
    invited_by text not null,
    invited_at timestamptz not null default now(),
    -- of the enrolment kit's secret, which is nowhere else
    secret_sha256 text not null,
    secret_expires_at timestamptz not null,
    -- what the certificate was given for: the same again is answered the same
    request_sha256 text,
    certificate text,
    serial text,
    certificate_expires_at timestamptz,
    enrolled_at timestamptz,
    -- its client said hello, and its data fits
    joined_at timestamptz,
    constraint participant_pk primary key (federation_id, name),
    constraint participant_state_known check (state in ('INVITED', 'ENROLLED', 'UNFIT', 'REVOKED')),
    constraint participant_of_one foreign key (federation_id) references federation (id) on delete cascade
);

-- How far a real federation is. Each row is one commit of a step; what a step needs is here and in federation_answer alone.
create table federation_run (
    federation_id uuid not null,
    -- initial weights, samples of clients, order of local training
    seed bigint not null,
    -- 0 before the first
    round integer not null default 0,
    attempt integer not null default 0,
    phase text,
    round_began_at timestamptz,
    -- 32-bit little-endian floats
    weights bytea,
    -- the server's optimiser and adaptive clipping, 64-bit little-endian
    optimizer bytea,
    clipping_norm double precision,
    bytes_up bigint not null default 0,
    bytes_down bigint not null default 0,
    constraint federation_run_pk primary key (federation_id),
    constraint federation_run_of_one foreign key (federation_id) references federation (id) on delete cascade
);

-- Who is asked in a phase of the round at hand, and what was answered.
create table federation_answer (
    federation_id uuid not null,
    round integer not null,
    attempt integer not null,
    phase text not null,
    name text not null,
    state text not null default 'ASKED',
    reason text,
    sha256 text,
    content bytea,
    constraint federation_answer_pk primary key (federation_id, round, attempt, phase, name),
    constraint federation_answer_state_known check (state in ('ASKED', 'ACCEPTED', 'REFUSED', 'MISSING')),
    constraint federation_answer_of_one foreign key (federation_id) references federation_run (federation_id) on delete cascade
);

-- What the server saw of each client in the latest round that closed.
create table federation_seen (
    federation_id uuid not null,
    name text not null,
    round integer not null,
    kind text not null,
    bytes bigint not null,
    sha256 text not null,
    beginning text not null,
    constraint federation_seen_pk primary key (federation_id, name),
    constraint federation_seen_of_one foreign key (federation_id) references federation_run (federation_id) on delete cascade
);

-- A model that is made and waits for the registry.
create table federation_model (
    federation_id uuid not null,
    content bytea not null,
    sha256 text not null,
    record text not null,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    reason text,
    constraint federation_model_pk primary key (federation_id),
    constraint federation_model_of_one foreign key (federation_id) references federation (id) on delete cascade
);

-- A company that never said anything has it open.
create table federation_door (
    organization_id uuid not null,
    open boolean not null,
    changed_at timestamptz not null default now(),
    constraint federation_door_pk primary key (organization_id)
);
