-- What each device, and each level above devices, measured in a window; made anew with the window's report, gone with it.
create table fleet_profile (
    sequence bigint generated always as identity,
    monitor_id uuid not null,
    window_number bigint not null,
    -- site-1/building-2/device-7; empty for the whole fleet
    path text not null,
    -- of the level above; null of the whole fleet
    parent text,
    depth integer not null,
    device boolean not null,
    row_count bigint not null,
    missing_share double precision not null,
    drifted_features integer not null,
    -- of the whole fleet's drift
    drift_share double precision not null,
    mark text not null,
    -- sketches of its features
    content bytea not null,
    constraint fleet_profile_pk primary key (sequence),
    constraint fleet_profile_mark_known check (mark in ('not_judged', 'as_before', 'drifted', 'check_sensors')),
    constraint fleet_profile_of_a_window foreign key (monitor_id, window_number)
        references monitor_window (monitor_id, number) on delete cascade
);

-- A path may be longer than an index takes, and a window has some thousand of them at most.
create index fleet_profile_of_window on fleet_profile (monitor_id, window_number);
alter table fleet_profile alter column content set storage external;
