-- the last run of the program: what the platform gave it, on which machine, and when
alter table training_job add column facts json;
alter table training_job add column run_started_at timestamptz;
alter table training_job add column run_ended_at timestamptz;
-- what the registry is told of it: composed once, so that it is the same however often it is sent
alter table training_job add column record json;

-- models that are trained again to see whether the same comes out
create table reproduction (
    id uuid not null,
    model_id uuid not null,
    -- who asked, and whose model it is
    organization_id uuid not null,
    owner_id uuid not null,
    requested_by text not null,
    request json not null,
    state text not null,
    -- SHA-256 of the registered result, and the order that made it, both as the registry told them
    expected text not null,
    training_order json not null,
    -- what the registered run measured, if this service carried it out
    registered_metrics json,
    requested_at timestamptz not null default now(),
    -- nothing is done about it before this time; so often the registry did not take its verdict
    not_before timestamptz not null default now(),
    failures integer not null default 0,
    cancelled_by text,
    started_at timestamptz,
    ended_at timestamptz,
    -- decided once, then published: the same however often it is sent
    verdict json,
    reason text,
    constraint reproduction_pk primary key (id),
    constraint reproduction_state_known check (state in
        ('QUEUED', 'RUNNING', 'PUBLISHING', 'DONE', 'FAILED', 'CANCELLED')),
    constraint reproduction_ends check ((state in ('DONE', 'FAILED', 'CANCELLED')) = (ended_at is not null)),
    constraint reproduction_has_a_verdict check (state not in ('PUBLISHING', 'DONE') or verdict is not null)
);

create unique index reproduction_one_live_per_model_and_company on reproduction (model_id, organization_id)
    where state in ('QUEUED', 'RUNNING', 'PUBLISHING');
create index reproduction_live on reproduction (not_before) where state in ('QUEUED', 'RUNNING', 'PUBLISHING');
create index reproduction_by_model on reproduction (model_id, requested_at desc);

-- the runs of a reproduction are jobs like others, whose result is compared and not registered
alter table training_job add column reproduction_id uuid constraint training_job_reproduction references reproduction (id);
alter table training_job add column trial integer;
alter table training_job add column conditions json;
alter table training_job add column expected text;
-- how the result differs from the registered one, and what was seen while the program ran
alter table training_job add column difference json;
alter table training_job add column observed json;

drop index training_job_one_live_per_model;
create unique index training_job_one_live_per_model on training_job (model_id)
    where state in ('QUEUED', 'PREPARING', 'TRAINING', 'REGISTERING') and reproduction_id is null;
create unique index training_job_trial on training_job (reproduction_id, trial);
