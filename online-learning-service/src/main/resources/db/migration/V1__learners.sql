create table learner (
    id uuid not null,
    organization_id uuid not null,
    name text not null,
    -- as it was given, with every default filled in
    document json not null,
    state text not null default 'RUNNING',
    created_by text not null,
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    constraint learner_pk primary key (id),
    constraint learner_state_known check (state in ('RUNNING', 'PAUSED', 'DELETED'))
);

create unique index learner_name on learner (organization_id, name) where state <> 'DELETED';

-- Where a learner stands: what it has learned up to an entry of the log, and nothing after it.
create table checkpoint (
    learner_id uuid not null,
    log_partition integer not null,
    log_offset bigint not null,
    state bytea not null,
    progress json not null,
    written_at timestamptz not null default now(),
    constraint checkpoint_pk primary key (learner_id),
    constraint checkpoint_of_a_learner foreign key (learner_id) references learner (id)
);

-- What of a partition is in checkpoints: who owns it next reads on from here.
create table log_position (
    log_partition integer not null,
    next_offset bigint not null,
    constraint log_position_pk primary key (log_partition)
);

-- Every comparison of a learner with the model that it had stored, and what came of it.
create table snapshot (
    learner_id uuid not null,
    number bigint not null,
    -- of the entry after which it was made
    log_offset bigint not null,
    outcome text not null,
    loss double precision not null,
    stored_loss double precision,
    learned bigint not null,
    reason text not null,
    sha256 text not null,
    -- of those that were taken, the latest; it can be gone back to
    state bytea,
    decided_at timestamptz not null default now(),
    constraint snapshot_pk primary key (learner_id, number),
    constraint snapshot_outcome_known check (outcome in ('TAKEN', 'KEPT', 'ROLLED_BACK')),
    constraint snapshot_of_a_learner foreign key (learner_id) references learner (id)
);
