-- The identity provider's id of whoever set the actions: what is done for a monitor is done for them.
alter table monitor add column actions_by text;

-- What is trained again because of a report; a decision says why.
create table retraining (
    -- also what the receiver knows the request by, and the id of a model that is registered for it
    id uuid not null,
    monitor_id uuid not null,
    number bigint generated always as identity,
    window_number bigint not null,
    action text not null,
    organization_id uuid not null,
    requested_by text not null,
    -- as the action said it then
    request json not null,
    -- in a word: learner:…, like:<model> or model
    target text not null,
    state text not null default 'WAITING',
    reason text,
    -- of what is sent in parts: how many there are once that is known, and how many the receiver has
    parts integer,
    sent_parts integer not null default 0,
    row_count bigint not null default 0,
    left_out_count bigint not null default 0,
    model_id uuid,
    answer json,
    attempts integer not null default 0,
    next_at timestamptz not null default now(),
    requested_at timestamptz not null default clock_timestamp(),
    sent_at timestamptz,
    ended_at timestamptz,
    constraint retraining_pk primary key (id),
    constraint retraining_state_known check (state in ('WAITING', 'TRAINING', 'SUCCEEDED', 'REFUSED', 'FAILED')),
    constraint retraining_once unique (monitor_id, window_number, action),
    constraint retraining_of_a_monitor foreign key (monitor_id) references monitor (id) on delete cascade
);

create index retraining_due on retraining (next_at) where state in ('WAITING', 'TRAINING');
create index retraining_newest on retraining (monitor_id, number desc);
create index retraining_of_action on retraining (monitor_id, action, requested_at desc);
