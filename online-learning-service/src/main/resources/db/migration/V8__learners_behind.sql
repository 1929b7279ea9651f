-- What a learner was when it was made: without a checkpoint it goes on from there, and changes are entries of its log.
alter table learner add column begun_as json;

-- Learners that are behind the rest of their partition, as they could not go on: what the log has of them from here on is
-- still to be learned. Written with the partition's position.
create table learner_behind (
    learner_id uuid not null,
    log_partition integer not null,
    next_offset bigint not null,
    reason text not null,
    since timestamptz not null,
    attempts integer not null,
    next_attempt_at timestamptz not null,
    -- whether it is at work again, and reads what it missed
    catching_up boolean not null,
    constraint learner_behind_pk primary key (learner_id),
    constraint learner_behind_of_a_learner foreign key (learner_id) references learner (id)
);

create index learner_behind_partition on learner_behind (log_partition);
