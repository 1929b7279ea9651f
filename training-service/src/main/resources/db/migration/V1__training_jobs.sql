create table training_job (
    id uuid not null,
    model_id uuid not null,
    organization_id uuid not null,
    -- what was ordered, as the registry told it; "json" because it keeps what "jsonb" refuses
    training_order json not null,
    state text not null,
    queue_number bigint generated always as identity,
    -- a job that waits for another attempt is not taken before this time
    not_before timestamptz not null default now(),
    -- times it was taken from the queue; times its program was started; the platform's failures since the last advance
    attempts integer not null default 0,
    runs integer not null default 0,
    failures integer not null default 0,
    -- whose the job is while it is worked on: the node has its directory, the worker is one life of the service there
    node text,
    worker uuid,
    runner text,
    cancelled_by text,
    queued_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at timestamptz,
    progress json,
    metrics json,
    exit_code integer,
    reason text,
    log_tail text,
    result_name text,
    result_size bigint,
    result_sha256 text,
    constraint training_job_pk primary key (id),
    constraint training_job_state_known check (state in
        ('QUEUED', 'PREPARING', 'TRAINING', 'REGISTERING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    constraint training_job_ends check ((state in ('SUCCEEDED', 'FAILED', 'CANCELLED')) = (ended_at is not null)),
    constraint training_job_has_a_worker check (state not in ('PREPARING', 'TRAINING', 'REGISTERING')
        or (node is not null and worker is not null))
);

create unique index training_job_one_live_per_model on training_job (model_id)
    where state in ('QUEUED', 'PREPARING', 'TRAINING', 'REGISTERING');
create index training_job_queue on training_job (queue_number) where state = 'QUEUED';
create index training_job_by_model on training_job (model_id, queue_number desc);
create index training_job_by_organization on training_job (organization_id, queue_number desc);
