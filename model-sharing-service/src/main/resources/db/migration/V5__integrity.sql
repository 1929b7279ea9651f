alter table dataset add column quarantined_from text, add column quarantined_at timestamptz;
alter table model add column quarantined_from text, add column quarantined_at timestamptz;

create index dataset_by_organization on dataset (organization_id, id);
create index model_by_organization on model (organization_id, id);

-- A look at everything at rest, of one company or of all.
create table scrub_run (
    id uuid not null,
    organization_id uuid,
    requested_by text,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    constraint scrub_run_pk primary key (id)
);

create index scrub_run_newest on scrub_run (started_at desc);
create index scrub_run_unfinished on scrub_run (started_at) where finished_at is null;

-- How far a run came in a company: it goes on from there in the next life of the process.
create table scrub_progress (
    run_id uuid not null,
    organization_id uuid not null,
    after_kind text,
    after_id uuid,
    assets bigint not null default 0,
    bytes bigint not null default 0,
    tampered bigint not null default 0,
    not_on_chain bigint not null default 0,
    unchecked bigint not null default 0,
    done boolean not null default false,
    constraint scrub_progress_pk primary key (run_id, organization_id),
    constraint scrub_progress_run_fk foreign key (run_id) references scrub_run (id) on delete cascade
);

create table scrub_finding (
    id uuid not null,
    run_id uuid not null,
    organization_id uuid not null,
    asset_id uuid not null,
    kind text not null,
    outcome text not null,
    expected text,
    found text,
    reason text not null,
    found_at timestamptz not null default now(),
    constraint scrub_finding_pk primary key (id),
    constraint scrub_finding_run_fk foreign key (run_id) references scrub_run (id) on delete cascade,
    constraint scrub_finding_outcome_known check (outcome in ('TAMPERED', 'NOT_ON_CHAIN', 'UNCHECKED'))
);

create index scrub_finding_of_run on scrub_finding (run_id, organization_id, found_at);
