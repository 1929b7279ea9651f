-- What a company lets another one do with one of its assets.
create table asset_grant (
    id uuid not null,
    asset_id uuid not null,
    kind text not null,
    owner_id uuid not null,
    grantee_id uuid not null,
    permissions text[] not null,
    granted_by text not null,
    granted_at timestamptz not null default now(),
    constraint asset_grant_pk primary key (id),
    constraint asset_grant_once unique (asset_id, grantee_id),
    constraint asset_grant_kind_known check (kind in ('DATASET', 'MODEL')),
    constraint asset_grant_to_another check (owner_id <> grantee_id),
    constraint asset_grant_permissions_known
        check (cardinality(permissions) > 0 and permissions <@ array['READ', 'USE', 'TRAIN'])
);

create index asset_grant_given on asset_grant (owner_id, granted_at desc, id desc);
create index asset_grant_received on asset_grant (grantee_id, granted_at desc, id desc);

-- Rows are only ever added: who could do what at any time in the past.
create table asset_grant_change (
    sequence bigint generated always as identity,
    asset_id uuid not null,
    owner_id uuid not null,
    grantee_id uuid not null,
    change text not null,
    permissions text[] not null,
    changed_by text not null,
    changed_at timestamptz not null default now(),
    constraint asset_grant_change_pk primary key (sequence),
    constraint asset_grant_change_known check (change in ('GRANTED', 'REVOKED'))
);

create index asset_grant_change_of_asset on asset_grant_change (asset_id, sequence desc);

-- A deleted asset keeps its row: the chain keeps its record, and its id is never given out again.
alter table dataset
    add column deleted_at timestamptz,
    add column deleted_by text,
    drop constraint dataset_state_known,
    add constraint dataset_state_known check (state in ('PENDING', 'REGISTERED', 'FAILED', 'QUARANTINED', 'DELETED'));

-- An imported model has neither dataset nor training image.
alter table model
    add column deleted_at timestamptz,
    add column deleted_by text,
    add column origin text not null generated always as (case
        when source_model_id is not null then 'TRANSLATED'
        when train_image is null then 'IMPORTED'
        else 'TRAINED' end) stored,
    alter column dataset_id drop not null,
    alter column train_image drop not null,
    alter column train_image_sha256 drop not null,
    alter column train_image_md5 drop not null,
    drop constraint model_state_known,
    add constraint model_state_known check (state in
        ('PENDING', 'REGISTERED', 'TRAINING', 'STORED', 'TRAINED', 'FAILED', 'CANCELLED', 'QUARANTINED', 'DELETED')),
    add constraint model_image_whole check
        ((train_image is null) = (train_image_sha256 is null) and (train_image is null) = (train_image_md5 is null)),
    add constraint model_trained_from_dataset check ((train_image is null) = (dataset_id is null)),
    add constraint model_untrained_has_result check (train_image is not null or result_id is not null);

create index model_by_source on model (source_model_id) where source_model_id is not null;

-- Its asset was deleted: its object may go when no other artifact has the same content.
alter table artifact add column released_at timestamptz;
