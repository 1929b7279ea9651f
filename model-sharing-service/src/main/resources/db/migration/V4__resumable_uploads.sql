-- Files that arrive in pieces. What is acknowledged to the client is in the bucket: whole parts of an S3 multipart
-- upload, and the bytes after them as one small object, the tail.
create table resumable_upload (
    id uuid not null,
    organization_id uuid not null,
    created_by text not null,
    length bigint not null,
    durable_bytes bigint not null default 0,
    metadata text not null,
    file_name text,
    media_type text,
    s3_upload_id text,
    completed boolean not null default false,
    tail_key text,
    tail_bytes int not null default 0,
    sha256_state bytea not null,
    md5_state bytea not null,
    locked_by uuid,
    locked_until timestamptz,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    constraint resumable_upload_pk primary key (id),
    constraint resumable_upload_has_content check (length > 0),
    constraint resumable_upload_within_length check (durable_bytes between 0 and length)
);

create index resumable_upload_expired on resumable_upload (expires_at);

create table resumable_part (
    upload_id uuid not null,
    number int not null,
    etag text not null,
    constraint resumable_part_pk primary key (upload_id, number),
    constraint resumable_part_upload_fk foreign key (upload_id) references resumable_upload (id) on delete cascade
);
