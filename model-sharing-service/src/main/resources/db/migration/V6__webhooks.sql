create table webhook (
    id uuid not null,
    organization_id uuid not null,
    url text not null,
    description text not null default '',
    event_types text[] not null,
    sealed_secret bytea not null,
    enabled boolean not null default true,
    disabled_reason text,
    failing_since timestamptz,
    created_by text not null,
    created_at timestamptz not null,
    constraint webhook_pk primary key (id)
);

create index webhook_of_company on webhook (organization_id, created_at);

-- An event for a webhook. The row is there before the first attempt, so that a killed process forgets none.
create table webhook_delivery (
    id uuid not null,
    webhook_id uuid not null,
    event_id uuid not null,
    event_type text not null,
    subject text not null,
    body text not null,
    state text not null default 'WAITING',
    attempts int not null default 0,
    next_attempt_at timestamptz not null default now(),
    give_up_at timestamptz not null,
    leased_until timestamptz,
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    constraint webhook_delivery_pk primary key (id),
    constraint webhook_delivery_once unique (webhook_id, event_id),
    constraint webhook_delivery_webhook_fk foreign key (webhook_id) references webhook (id) on delete cascade,
    constraint webhook_delivery_state_known check (state in ('WAITING', 'DELIVERED', 'FAILED'))
);

create index webhook_delivery_waiting on webhook_delivery (webhook_id, next_attempt_at) where state = 'WAITING';
create index webhook_delivery_newest on webhook_delivery (webhook_id, created_at desc, id desc);
create index webhook_delivery_ended on webhook_delivery (ended_at) where state <> 'WAITING';

create table webhook_attempt (
    delivery_id uuid not null,
    at timestamptz not null,
    status int,
    error text,
    duration_ms bigint not null,
    constraint webhook_attempt_delivery_fk foreign key (delivery_id) references webhook_delivery (id) on delete cascade
);

create index webhook_attempt_of_delivery on webhook_attempt (delivery_id, at);
