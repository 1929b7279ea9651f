create table outbox_event (
    sequence bigint generated always as identity,
    id uuid not null,
    topic text not null,
    key text not null,
    payload text not null,
    created_at timestamptz not null default now(),
    published_at timestamptz,
    constraint outbox_event_pk primary key (sequence),
    constraint outbox_event_id_once unique (id)
);

create index outbox_event_waiting on outbox_event (sequence) where published_at is null;

create table inbox_event (
    id uuid not null,
    handled_at timestamptz not null default now(),
    constraint inbox_event_pk primary key (id)
);
