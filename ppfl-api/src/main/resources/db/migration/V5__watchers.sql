-- Links for people who watch a federation without an account: whoever has the secret reads its progress, and nothing else.
create table federation_watcher (
    id uuid not null,
    federation_id uuid not null,
    name text not null,
    -- the secret itself is told once
    secret_sha256 bytea not null,
    created_by text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    constraint federation_watcher_pk primary key (id),
    constraint federation_watcher_secret unique (secret_sha256),
    constraint federation_watcher_of_one foreign key (federation_id) references federation (id) on delete cascade
);

create index federation_watcher_by_federation on federation_watcher (federation_id, created_at);
