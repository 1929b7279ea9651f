-- Subject of who made it: whom the registry names as the developer of its snapshots.
alter table learner add column made_by text;

-- Snapshots on their way into the registry of models; written with the checkpoint that they belong to.
create table registration (
    learner_id uuid not null,
    number bigint not null,
    organization_id uuid not null,
    requested_by text,
    format text not null,
    -- until the registry has it
    content bytea,
    record text not null,
    document text not null,
    state text not null default 'WAITING',
    model_id uuid,
    reason text,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    constraint registration_pk primary key (learner_id, number),
    constraint registration_of_a_learner foreign key (learner_id) references learner (id),
    constraint registration_state_known check (state in ('WAITING', 'REGISTERED', 'FAILED')),
    constraint registration_waiting_has_content check (state <> 'WAITING' or content is not null)
);

create index registration_waiting on registration (next_attempt_at) where state = 'WAITING';

-- What learners of a company began with: kept for as long as the company has learners of it.
create table archive (
    organization_id uuid not null,
    sha256 text not null,
    content bytea not null,
    stored_at timestamptz not null default now(),
    constraint archive_pk primary key (organization_id, sha256),
    constraint archive_sha256_is_hex check (sha256 ~ '^[0-9a-f]{64}$')
);
