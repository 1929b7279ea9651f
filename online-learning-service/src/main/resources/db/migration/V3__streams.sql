-- The latest messages of each learner that could not be used, for people to read; all are in a Kafka topic.
create table dead_letter (
    learner_id uuid not null,
    log_offset bigint not null,
    -- which one of its entry
    part integer not null,
    id text not null,
    source text not null,
    topic text,
    reason text not null,
    received timestamptz not null,
    -- the beginning, if it is long
    payload bytea not null,
    bytes integer not null,
    constraint dead_letter_pk primary key (learner_id, log_offset, part),
    constraint dead_letter_of_a_learner foreign key (learner_id) references learner (id)
);

-- What the broker tells by which subscription a message comes: the same for every instance, and after every restart.
create table subscription (
    identifier integer generated always as identity (minvalue 1 maxvalue 268435455),
    -- with the company's prefix
    address text not null,
    constraint subscription_pk primary key (identifier),
    constraint subscription_once unique (address)
);

create index learner_changed on learner (changed_at);
