create table device (
    id uuid not null,
    organization_id uuid not null,
    name text not null,
    description text,
    -- of the password, which has 256 random bits and is kept nowhere
    password_sha256 text not null,
    -- how often it has had another password, and one more when it is revoked
    credential integer not null default 1,
    state text not null default 'ACTIVE',
    created_by text not null,
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    constraint device_pk primary key (id),
    constraint device_state_known check (state in ('ACTIVE', 'REVOKED'))
);

create unique index device_name on device (organization_id, name) where state <> 'REVOKED';
create unique index device_password on device (password_sha256);

-- Credentials that have ended and of which the broker has not been told yet: their connections end then.
create table ended_credential (
    device_id uuid not null,
    -- credentials of the device below this one
    below integer not null,
    constraint ended_credential_pk primary key (device_id),
    constraint ended_credential_of_a_device foreign key (device_id) references device (id)
);
