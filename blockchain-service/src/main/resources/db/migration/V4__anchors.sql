create table anchor_registry (
    chain_id bigint not null,
    address text not null,
    constraint anchor_registry_pk primary key (chain_id)
);
comment on table anchor_registry is 'the anchor registry this service works with, per chain';

create table anchor_batch (
    id bigint generated always as identity,
    root text not null,
    size integer not null,
    frozen_at timestamptz not null default now(),
    anchored_at timestamptz,
    constraint anchor_batch_pk primary key (id),
    constraint anchor_batch_root_form check (root ~ '^[0-9a-f]{64}$'),
    constraint anchor_batch_not_empty check (size > 0)
);
comment on table anchor_batch is 'leaves that share a root; which ones and in which order is settled before the root is signed';
comment on column anchor_batch.root is 'not unique: two organizations may give the same digests, and share what is on the chain';

create index anchor_batch_waiting on anchor_batch (id) where anchored_at is null;

create table anchor_leaf (
    id bigint generated always as identity,
    organization_id uuid not null,
    kind text not null,
    asset_id uuid not null,
    digest bytea not null,
    given_at timestamptz not null default now(),
    batch_id bigint,
    log_index integer,
    constraint anchor_leaf_pk primary key (id),
    constraint anchor_leaf_once unique (organization_id, digest),
    constraint anchor_leaf_batch foreign key (batch_id) references anchor_batch (id),
    constraint anchor_leaf_place unique (batch_id, log_index),
    constraint anchor_leaf_placed check ((batch_id is null) = (log_index is null)),
    constraint anchor_leaf_sha256 check (octet_length(digest) = 32)
);
create index anchor_leaf_waiting on anchor_leaf (id) where batch_id is null;
