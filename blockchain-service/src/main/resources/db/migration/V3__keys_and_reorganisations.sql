alter table account
    add column state text not null default 'IN_USE',
    add constraint account_state check (state in ('COMING', 'IN_USE', 'LEAVING', 'RETIRED'));
update account set state = 'RETIRED' where retired_at is not null;
drop index account_one_in_use_per_owner;
create unique index account_one_in_use_per_owner on account (owner_id) where state = 'IN_USE';
create unique index account_one_coming_per_owner on account (owner_id) where state = 'COMING';
comment on column account.state is 'COMING: made, not yet authorised; IN_USE: signs; LEAVING: signs nothing new; RETIRED: revoked on the chain';
-- The sealed bytes name their master key themselves.
alter table account drop column master_key_id;
comment on column account.sealed_key is 'version, id of the master key, nonce, AES-256-GCM ciphertext and tag of the private key';

create table key_rotation (
    id uuid not null,
    owner_id uuid not null,
    old_address text not null,
    new_address text not null,
    step text not null default 'AUTHORIZE',
    requested_by text not null,
    problem text,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    constraint key_rotation_pk primary key (id),
    constraint key_rotation_old foreign key (old_address) references account (address),
    constraint key_rotation_new foreign key (new_address) references account (address),
    constraint key_rotation_step check (step in ('AUTHORIZE', 'DRAIN', 'REVOKE', 'DONE')),
    constraint key_rotation_finished check ((step = 'DONE') = (finished_at is not null))
);
create unique index key_rotation_one_at_a_time on key_rotation (owner_id) where step <> 'DONE';
create index key_rotation_by_owner on key_rotation (owner_id, started_at desc);
comment on column key_rotation.problem is 'why the step could not be taken the last time it was tried';

alter table chain_transaction
    add column signed_at timestamptz not null default now(),
    add column earlier_hashes text not null default '',
    add column was_mined boolean not null default false,
    add column deep boolean not null default false;
update chain_transaction set signed_at = created_at, was_mined = (state = 'MINED'), deep = (block_number is not null);
comment on column chain_transaction.earlier_hashes is 'of signatures with a lower gas price that this one replaced, separated by commas: any of them may be mined';
comment on column chain_transaction.deep is 'its block was still there when many others had followed';
create index chain_transaction_shallow on chain_transaction (block_number) where block_number is not null and not deep;
comment on column chain_transaction.was_mined is 'the caller was told that it is on the chain';
create index chain_transaction_lost on chain_transaction (request_key) where was_mined and state in ('REVERTED', 'DISPLACED');
