create table signing_key (
    id text not null,
    owner_id uuid not null,
    public_key bytea not null,
    sealed_key bytea not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz,
    published_in text,
    revocation_published_in text,
    problem text,
    constraint signing_key_pk primary key (id),
    constraint signing_key_id_form check (id ~ '^[0-9a-f]{64}$')
);
create unique index signing_key_one_in_use_per_owner on signing_key (owner_id) where revoked_at is null;
create index signing_key_by_owner on signing_key (owner_id, created_at desc);
create index signing_key_to_publish on signing_key (created_at)
    where published_in is null or (revoked_at is not null and revocation_published_in is null);
comment on column signing_key.id is 'SHA-256 of the public key''s PEM';
comment on column signing_key.owner_id is 'the organization that signs with it; the platform itself for its own';
comment on column signing_key.public_key is 'DER SubjectPublicKeyInfo';
comment on column signing_key.sealed_key is 'version, id of the master key, nonce, AES-256-GCM ciphertext and tag of the private key (PKCS #8)';
comment on column signing_key.revoked_at is 'since when it signs nothing new; what it signed stays good';
comment on column signing_key.published_in is 'hash of the transaction that put its id on the chain';
comment on column signing_key.problem is 'why it could not be published the last time that was tried';
