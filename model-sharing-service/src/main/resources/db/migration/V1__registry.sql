create table organization (
    id uuid not null,
    bucket text not null,
    sealed_credentials bytea not null,
    created_at timestamptz not null default now(),
    constraint organization_pk primary key (id)
);

-- Content-addressed objects that were written but that no artifact refers to yet.
create table promoted_object (
    organization_id uuid not null,
    sha256 text not null,
    promoted_at timestamptz not null default now(),
    constraint promoted_object_pk primary key (organization_id, sha256)
);

create table artifact (
    id uuid not null,
    organization_id uuid not null,
    sha256 text not null,
    md5 text not null,
    size_bytes bigint not null,
    file_name text not null,
    media_type text not null,
    created_at timestamptz not null default now(),
    constraint artifact_pk primary key (id),
    constraint artifact_organization_fk foreign key (organization_id) references organization (id),
    constraint artifact_sha256_is_hex check (sha256 ~ '^[0-9a-f]{64}$'),
    constraint artifact_md5_is_hex check (md5 ~ '^[0-9a-f]{32}$'),
    constraint artifact_is_not_empty check (size_bytes > 0)
);

create index artifact_by_content on artifact (organization_id, sha256);

create table dataset (
    id uuid not null,
    organization_id uuid not null,
    registered_by text not null,
    state text not null,
    reason text,
    artifact_id uuid not null,
    samples_dimension text not null,
    sample_num bigint,
    metadata jsonb not null,
    contract_address text,
    created_at timestamptz not null default now(),
    constraint dataset_pk primary key (id),
    constraint dataset_artifact_fk foreign key (artifact_id) references artifact (id),
    constraint dataset_state_known check (state in ('PENDING', 'REGISTERED', 'FAILED', 'QUARANTINED')),
    constraint dataset_registered_has_contract check (state <> 'REGISTERED' or contract_address is not null)
);

create index dataset_newest on dataset (organization_id, created_at desc, id desc);

create table model (
    id uuid not null,
    organization_id uuid not null,
    developer_id uuid not null,
    registered_by text not null,
    dataset_id uuid not null,
    state text not null,
    reason text,
    train_image text not null,
    train_image_sha256 text not null,
    train_image_md5 text not null,
    params jsonb not null,
    metadata jsonb not null,
    definition_id uuid,
    result_id uuid,
    format text,
    source_model_id uuid,
    contract_address text,
    job_id uuid,
    job_changed_at timestamptz,
    created_at timestamptz not null default now(),
    trained_at timestamptz,
    constraint model_pk primary key (id),
    constraint model_dataset_fk foreign key (dataset_id) references dataset (id),
    constraint model_definition_fk foreign key (definition_id) references artifact (id),
    constraint model_result_fk foreign key (result_id) references artifact (id),
    constraint model_source_fk foreign key (source_model_id) references model (id),
    constraint model_state_known check (state in
        ('PENDING', 'REGISTERED', 'TRAINING', 'STORED', 'TRAINED', 'FAILED', 'CANCELLED', 'QUARANTINED')),
    constraint model_trained_has_result check
        (state not in ('STORED', 'TRAINED') or (result_id is not null and contract_address is not null))
);

create index model_newest on model (organization_id, created_at desc, id desc);
create index model_by_dataset on model (dataset_id);

create table translation (
    model_id uuid not null,
    source_model_id uuid not null,
    format text not null,
    sha256 text not null,
    certificate text not null,
    superseded boolean not null default false,
    constraint translation_pk primary key (model_id),
    constraint translation_model_fk foreign key (model_id) references model (id),
    constraint translation_source_fk foreign key (source_model_id) references model (id)
);

create unique index translation_once on translation (source_model_id, format, sha256) where not superseded;

create table chain_step (
    sequence bigint generated always as identity,
    asset_id uuid not null,
    kind text not null,
    address text,
    request jsonb not null,
    state text not null default 'WAITING',
    attempts int not null default 0,
    next_attempt_at timestamptz not null default now(),
    leased_until timestamptz,
    last_error text,
    created_at timestamptz not null default now(),
    finished_at timestamptz,
    constraint chain_step_pk primary key (sequence),
    constraint chain_step_once unique (asset_id, kind),
    constraint chain_step_kind_known check (kind in ('DEPLOY', 'VERIFY')),
    constraint chain_step_state_known check (state in ('WAITING', 'DONE', 'REFUSED'))
);

create index chain_step_waiting on chain_step (next_attempt_at, sequence) where state = 'WAITING';

create table job_credential (
    id uuid not null,
    token_sha256 text not null,
    organization_id uuid not null,
    model_id uuid not null,
    job_id uuid not null,
    issued_at timestamptz not null default now(),
    expires_at timestamptz not null,
    consumed_at timestamptz,
    constraint job_credential_pk primary key (id),
    constraint job_credential_token_once unique (token_sha256),
    constraint job_credential_per_job unique (model_id, job_id)
);
