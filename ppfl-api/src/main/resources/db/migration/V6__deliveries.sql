-- Where a federation's model is copied to in the end: the bucket of whoever asked, with their keys.
create table federation_delivery (
    federation_id uuid not null,
    organization_id uuid not null,
    endpoint text not null,
    bucket text not null,
    object text not null,
    -- gone as soon as nothing needs them any more
    sealed_keys bytea,
    state text not null default 'WAITING',
    reason text,
    attempts integer not null default 0,
    due_at timestamptz,
    next_at timestamptz,
    sha256 text,
    size_bytes bigint,
    ended_at timestamptz,
    constraint federation_delivery_pk primary key (federation_id),
    constraint federation_delivery_state_known check (state in ('WAITING', 'DUE', 'DELIVERED', 'FAILED', 'DROPPED')),
    constraint federation_delivery_forgets check ((state in ('WAITING', 'DUE')) = (sealed_keys is not null)),
    constraint federation_delivery_of_one foreign key (federation_id) references federation (id) on delete cascade
);

create index federation_delivery_due on federation_delivery (next_at) where state = 'DUE';

-- No other secret comes with a request.
alter table federation drop column sealed_secrets;
