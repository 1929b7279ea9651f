create table account (
    address text not null,
    owner_id uuid not null,
    sealed_key bytea not null,
    master_key_id text not null,
    created_at timestamptz not null default now(),
    retired_at timestamptz,
    constraint account_pk primary key (address),
    constraint account_address_form check (address ~ '^0x[0-9a-fA-F]{40}$')
);
comment on column account.owner_id is 'the organization that acts through this address; the platform itself for the registrar';
comment on column account.sealed_key is 'version, nonce, AES-256-GCM ciphertext and tag of the private key';
comment on column account.master_key_id is 'names the master key that seals the row';

create unique index account_one_in_use_per_owner on account (owner_id) where retired_at is null;

create table sender_nonce (
    sender text not null,
    next_nonce bigint not null,
    constraint sender_nonce_pk primary key (sender),
    constraint sender_nonce_account foreign key (sender) references account (address),
    constraint sender_nonce_not_negative check (next_nonce >= 0)
);

create table chain_transaction (
    id bigint generated always as identity,
    request_key text not null,
    request_id uuid,
    owner_id uuid not null,
    sender text not null,
    nonce bigint not null,
    recipient text,
    call_data text not null,
    signed text not null,
    hash text not null,
    state text not null default 'SIGNED',
    block_number bigint,
    block_hash text,
    contract_address text,
    failure text,
    created_at timestamptz not null default now(),
    settled_at timestamptz,
    constraint chain_transaction_pk primary key (id),
    constraint chain_transaction_sender foreign key (sender) references account (address),
    constraint chain_transaction_hash_once unique (hash),
    constraint chain_transaction_state check (state in ('SIGNED', 'MINED', 'REVERTED', 'DISPLACED'))
);
comment on column chain_transaction.request_key is 'what is asked for, for example register:<asset id>; at most one living transaction does it';
comment on column chain_transaction.state is 'SIGNED: to be mined; MINED; REVERTED: mined in vain; DISPLACED: another transaction took its nonce';

create unique index chain_transaction_one_per_request on chain_transaction (request_key)
    where state in ('SIGNED', 'MINED');
create unique index chain_transaction_one_per_nonce on chain_transaction (sender, nonce) where state <> 'DISPLACED';
create index chain_transaction_unsettled on chain_transaction (sender, nonce) where state = 'SIGNED';
create index chain_transaction_by_block on chain_transaction (block_number) where block_number is not null;

create table directory (
    chain_id bigint not null,
    address text not null,
    constraint directory_pk primary key (chain_id)
);
comment on table directory is 'the asset directory this service works with, per chain';
