-- What is still to be done for a simulation; the row goes when its training is over.
create table federation_job (
    federation_id uuid not null,
    dataset_id uuid not null,
    step text not null default 'REGISTER',
    -- whoever cancelled it; what was begun is to be ended
    cancelled_by text,
    -- the training whose log is followed, and where the next question goes on
    job_id uuid,
    log_position bigint not null default 0,
    attempts integer not null default 0,
    -- why it is tried again
    note text,
    next_at timestamptz not null default now(),
    constraint federation_job_pk primary key (federation_id),
    constraint federation_job_step_known check (step in ('REGISTER', 'FOLLOW')),
    constraint federation_job_of_one foreign key (federation_id) references federation (id) on delete cascade
);

create index federation_job_due on federation_job (next_at);

-- The digits that come with the platform, as a dataset of the company.
create table built_in_dataset (
    organization_id uuid not null,
    sha256 text not null,
    dataset_id uuid not null,
    constraint built_in_dataset_pk primary key (organization_id, sha256)
);
