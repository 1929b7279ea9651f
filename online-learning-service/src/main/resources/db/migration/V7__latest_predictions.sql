-- What each learner was asked last, a single row, and answered: the same for every instance.
create table latest_prediction (
    learner_id uuid not null,
    input double precision[] not null,
    -- numbers of a regression, or probabilities of the classes
    answer double precision[] not null,
    predicted_at timestamptz not null,
    constraint latest_prediction_pk primary key (learner_id),
    constraint latest_prediction_of_a_learner foreign key (learner_id) references learner (id)
);
