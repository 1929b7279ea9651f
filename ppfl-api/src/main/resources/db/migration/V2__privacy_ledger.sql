create table privacy_budget (
    organization_id uuid not null,
    data_owner text not null,
    -- absent: the configured default applies
    epsilon_limit double precision,
    delta_limit double precision,
    limit_set_by text,
    limit_set_at timestamptz,
    created_at timestamptz not null default now(),
    constraint privacy_budget_pk primary key (organization_id, data_owner),
    constraint privacy_budget_limit_whole check ((epsilon_limit is null) = (delta_limit is null)),
    constraint privacy_budget_epsilon_range check (epsilon_limit >= 0),
    constraint privacy_budget_delta_range check (delta_limit > 0 and delta_limit < 1)
);
comment on table privacy_budget is 'one per data owner; whoever spends of it locks its row';

create table privacy_entry (
    id uuid not null,
    sequence bigint generated always as identity,
    organization_id uuid not null,
    data_owner text not null,
    federation_id uuid not null,
    engine text not null,
    mechanism text not null,
    state text not null default 'RESERVED',
    -- Infinity where nothing is promised
    epsilon double precision not null,
    delta double precision not null,
    accountant text not null,
    explanation text not null,
    -- Rényi orders and what is spent at each; absent if only epsilon and delta are known
    orders double precision[],
    costs double precision[],
    reserved_at timestamptz not null,
    ended_at timestamptz,
    constraint privacy_entry_pk primary key (id),
    constraint privacy_entry_once unique (federation_id, data_owner),
    constraint privacy_entry_of_budget foreign key (organization_id, data_owner)
        references privacy_budget (organization_id, data_owner),
    constraint privacy_entry_state_known check (state in ('RESERVED', 'SETTLED', 'RELEASED')),
    constraint privacy_entry_ends check ((state = 'RESERVED') = (ended_at is null)),
    constraint privacy_entry_curve check (cardinality(orders) is not distinct from cardinality(costs))
);
create index privacy_entry_newest on privacy_entry (organization_id, data_owner, sequence desc);

create table privacy_record (
    entry_id uuid not null,
    -- the entry's state that it tells of
    state text not null,
    -- exactly what is anchored, with salt
    content bytea not null,
    digest text not null,
    sequence bigint generated always as identity,
    made_at timestamptz not null,
    anchoring text not null default 'DUE',
    proof text,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    leased_until timestamptz,
    last_error text,
    constraint privacy_record_pk primary key (entry_id, state),
    constraint privacy_record_of_entry foreign key (entry_id) references privacy_entry (id),
    constraint privacy_record_anchoring_known check (anchoring in ('DUE', 'SUBMITTED', 'ANCHORED')),
    constraint privacy_record_proved check ((anchoring = 'ANCHORED') = (proof is not null)),
    constraint privacy_record_digest_form check (digest ~ '^[0-9a-f]{64}$')
);
create index privacy_record_waiting on privacy_record (next_attempt_at) where anchoring <> 'ANCHORED';
