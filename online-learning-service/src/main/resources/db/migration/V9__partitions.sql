-- How many partitions a log's entries are spread over: decided once, for every learner is looked for in its own.
create table log_layout (
    topic text not null,
    partition_count integer not null,
    constraint log_layout_pk primary key (topic)
);
