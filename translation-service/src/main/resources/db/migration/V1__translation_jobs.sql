create table translation_job (
    id uuid not null,
    queue_number bigint generated always as identity,
    source_model_id uuid not null,
    source_sha256 text not null,
    opset integer not null,
    quantize boolean not null,
    -- what the file does not say, one in a line
    options text not null default '',
    -- of what was recorded in the source framework; empty if nothing was given
    reference_sha256 text not null default '',
    -- who asked: the work is done as that company may, also when the request is long over
    organization_id uuid not null,
    requested_by text not null,
    correlation_id text,
    state text not null default 'QUEUED',
    step text,
    -- times it was taken from the queue; a job that is tried again is not taken before this time
    attempts integer not null default 0,
    not_before timestamptz not null default now(),
    -- whose the job is while it is worked on: the node has its files, the worker is one life of the service there
    node text,
    worker uuid,
    requested_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at timestamptz,
    model_id uuid,
    created boolean,
    problem text,
    detail text,
    constraint translation_job_pk primary key (id),
    constraint translation_job_state_known check (state in ('QUEUED', 'RUNNING', 'DONE', 'FAILED')),
    constraint translation_job_ends check ((state in ('DONE', 'FAILED')) = (ended_at is not null)),
    constraint translation_job_has_a_result check (state <> 'DONE' or model_id is not null),
    constraint translation_job_has_a_reason check (state <> 'FAILED' or problem is not null),
    constraint translation_job_has_a_worker check (state <> 'RUNNING' or (node is not null and worker is not null))
);

create unique index translation_job_one_live on translation_job
    (source_model_id, source_sha256, opset, quantize, options, reference_sha256) where state in ('QUEUED', 'RUNNING');
create index translation_job_queue on translation_job (queue_number) where state = 'QUEUED';
create index translation_job_by_source on translation_job (source_model_id, queue_number desc);

-- Public halves of every key that ever signed a certificate here.
create table signing_key (
    sequence bigint generated always as identity,
    fingerprint text not null,
    public_key text not null,
    first_used_at timestamptz not null default now(),
    constraint signing_key_pk primary key (fingerprint)
);
