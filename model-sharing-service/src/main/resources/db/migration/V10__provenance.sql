-- What the training service saw of the run that made a model's result: taken once.
create table training_record (
    model_id uuid not null,
    organization_id uuid not null,
    job_id uuid not null,
    record text not null,
    received_at timestamptz not null default now(),
    constraint training_record_pk primary key (model_id),
    constraint training_record_model_fk foreign key (model_id) references model (id)
);

-- What came of training a model again.
create table reproduction (
    id uuid not null,
    model_id uuid not null,
    organization_id uuid not null,
    outcome text not null,
    verdict text not null,
    received_at timestamptz not null default now(),
    constraint reproduction_pk primary key (id),
    constraint reproduction_model_fk foreign key (model_id) references model (id)
);

create index reproduction_of_model on reproduction (model_id, received_at desc, id);

-- A digest that is to be anchored, with the document behind it where there is one: it is composed once, signed, anchored.
-- What is composed never changes; the exact bytes that are served are in content.
create table evidence (
    id uuid not null,
    organization_id uuid not null,
    asset_id uuid not null,
    asset_kind text not null,
    kind text not null,
    part text not null default '',
    state text not null,
    reason text,
    payload bytea,
    sealed_disclosures bytea,
    content bytea,
    digest text,
    key_id text,
    public_key text,
    proof text,
    proof_checked_at timestamptz,
    attempts int not null default 0,
    next_attempt_at timestamptz not null default now(),
    leased_until timestamptz,
    last_error text,
    created_at timestamptz not null default now(),
    signed_at timestamptz,
    anchored_at timestamptz,
    constraint evidence_pk primary key (id),
    constraint evidence_once unique (asset_id, kind, part),
    constraint evidence_asset_kind_known check (asset_kind in ('DATASET', 'MODEL')),
    constraint evidence_kind_known check
        (kind in ('FILE', 'SIGNATURE', 'STATEMENT', 'COMMITMENTS', 'CERTIFICATE', 'VERDICT')),
    constraint evidence_state_known check
        (state in ('WAITING', 'DUE', 'COMPOSED', 'SIGNED', 'SUBMITTED', 'ANCHORED', 'NONE', 'REFUSED')),
    constraint evidence_digest_is_hex check (digest ~ '^[0-9a-f]{64}$'),
    constraint evidence_composed_has_payload check (state <> 'COMPOSED' or payload is not null),
    constraint evidence_signed_has_digest check (state not in ('SIGNED', 'SUBMITTED', 'ANCHORED') or digest is not null),
    constraint evidence_anchored_has_proof check (state <> 'ANCHORED' or proof is not null),
    constraint evidence_without_has_reason check (state not in ('NONE', 'REFUSED') or reason is not null)
);

create index evidence_due on evidence (state, next_attempt_at)
    where state in ('DUE', 'COMPOSED', 'SIGNED', 'SUBMITTED');

-- Assets that came into the state in which their evidence is made. Whichever way they came there, it is written in the
-- transaction that brought them. Earlier is what may have been trained before runs were recorded.
create table unattested_asset (
    sequence bigint generated always as identity,
    asset_id uuid not null,
    asset_kind text not null,
    earlier boolean not null default false,
    constraint unattested_asset_pk primary key (sequence),
    constraint unattested_asset_kind_known check (asset_kind in ('DATASET', 'MODEL'))
);

create function unattested() returns trigger language plpgsql as $$
begin
    insert into unattested_asset (asset_id, asset_kind, earlier)
    values (new.id, tg_argv[0], old.state = 'QUARANTINED');
    return new;
end $$;

create trigger dataset_unattested after update of state on dataset
    for each row when (new.state = 'REGISTERED' and old.state <> 'REGISTERED') execute function unattested('DATASET');
create trigger model_unattested after update of state on model
    for each row when (new.state = 'TRAINED' and old.state <> 'TRAINED') execute function unattested('MODEL');

-- Those that were there before, the oldest first.
insert into unattested_asset (asset_id, asset_kind, earlier)
select id, asset_kind, true from (
    select id, 'DATASET' as asset_kind, created_at from dataset where state = 'REGISTERED'
    union all
    select id, 'MODEL', created_at from model where state = 'TRAINED') before
order by created_at;
