-- What lists sort, filter and search by lies in the row itself, so that an index can give it in order.
alter table dataset
    add column name text,
    add column version int,
    add column description text,
    add column tags jsonb not null default '{}',
    add column tag_entries text[] not null default '{}',
    add column file_name text,
    add column size_bytes bigint,
    add column sha256 text,
    add constraint dataset_named_has_version check ((name is null) = (version is null)),
    add constraint dataset_version_positive check (version > 0);

alter table model
    add column name text,
    add column version int,
    add column description text,
    add column tags jsonb not null default '{}',
    add column tag_entries text[] not null default '{}',
    add column file_name text,
    add column size_bytes bigint,
    add column sha256 text,
    add constraint model_named_has_version check ((name is null) = (version is null)),
    add constraint model_version_positive check (version > 0);

update dataset d set file_name = a.file_name, size_bytes = a.size_bytes, sha256 = a.sha256
from artifact a where a.id = d.artifact_id;
update model m set file_name = a.file_name, size_bytes = a.size_bytes, sha256 = a.sha256
from artifact a where a.id = m.result_id;

create function words(text, text, text) returns tsvector language sql immutable parallel safe as $$
    select to_tsvector('simple'::regconfig,
        regexp_replace(coalesce($1, '') || ' ' || coalesce($2, '') || ' ' || coalesce($3, ''), '[^[:alnum:]]+', ' ', 'g'))
$$;

alter table dataset
    add column sort_name text collate "C" not null generated always as (coalesce(name, file_name, '')) stored,
    add column sort_size bigint not null generated always as (coalesce(size_bytes, 0)) stored,
    add column words tsvector not null generated always as (words(name, file_name, description)) stored;
alter table model
    add column sort_name text collate "C" not null generated always as (coalesce(name, file_name, '')) stored,
    add column sort_size bigint not null generated always as (coalesce(size_bytes, 0)) stored,
    add column words tsvector not null generated always as (words(name, file_name, description)) stored;

create function dataset_file() returns trigger language plpgsql as $$
begin
    select file_name, size_bytes, sha256 into new.file_name, new.size_bytes, new.sha256
    from artifact where id = new.artifact_id;
    return new;
end $$;
create function model_file() returns trigger language plpgsql as $$
begin
    select file_name, size_bytes, sha256 into new.file_name, new.size_bytes, new.sha256
    from artifact where id = new.result_id;
    return new;
end $$;

create trigger dataset_file before insert or update of artifact_id on dataset
    for each row execute function dataset_file();
create trigger model_file before insert or update of result_id on model
    for each row execute function model_file();

create unique index dataset_version_once on dataset (organization_id, name, version);
create index dataset_by_name on dataset (organization_id, sort_name, id);
create index dataset_by_size on dataset (organization_id, sort_size, id);
create index dataset_by_state on dataset (organization_id, state, created_at desc, id desc);
create index dataset_by_state_and_name on dataset (organization_id, state, sort_name, id);
create index dataset_by_state_and_size on dataset (organization_id, state, sort_size, id);
create index dataset_by_sha256 on dataset (organization_id, sha256);
create index dataset_by_tag on dataset using gin (tag_entries);
create index dataset_by_words on dataset using gin (words);

create unique index model_version_once on model (organization_id, name, version);
create index model_by_name on model (organization_id, sort_name, id);
create index model_by_size on model (organization_id, sort_size, id);
create index model_by_state on model (organization_id, state, created_at desc, id desc);
create index model_by_state_and_name on model (organization_id, state, sort_name, id);
create index model_by_state_and_size on model (organization_id, state, sort_size, id);
create index model_by_format on model (organization_id, format, created_at desc, id desc);
create index model_by_sha256 on model (organization_id, sha256);
create index model_by_tag on model using gin (tag_entries);
create index model_by_words on model using gin (words);

-- Gives out versions, and is what changes of a name's aliases wait for.
create table asset_name (
    organization_id uuid not null,
    kind text not null,
    name text not null,
    last_version int not null,
    constraint asset_name_pk primary key (organization_id, kind, name),
    constraint asset_name_kind_known check (kind in ('DATASET', 'MODEL'))
);

create table asset_alias (
    organization_id uuid not null,
    kind text not null,
    name text not null,
    alias text not null,
    asset_id uuid not null,
    changed_by text not null,
    changed_at timestamptz not null default now(),
    constraint asset_alias_pk primary key (organization_id, kind, name, alias),
    constraint asset_alias_name_fk foreign key (organization_id, kind, name)
        references asset_name (organization_id, kind, name)
);

create index asset_alias_of_asset on asset_alias (asset_id);

-- Rows are only ever added.
create table asset_alias_change (
    sequence bigint generated always as identity,
    organization_id uuid not null,
    kind text not null,
    name text not null,
    alias text not null,
    from_id uuid,
    to_id uuid,
    why text not null,
    changed_by text not null,
    changed_at timestamptz not null default now(),
    constraint asset_alias_change_pk primary key (sequence),
    constraint asset_alias_change_why_known check (why in ('moved', 'removed', 'quarantine'))
);

create index asset_alias_change_of_name on asset_alias_change (organization_id, kind, name, sequence desc);
