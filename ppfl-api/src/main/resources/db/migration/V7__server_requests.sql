-- What was asked of a company's federation server; whether it is open is another matter's row.
create table federation_server_request (
    id uuid not null,
    organization_id uuid not null,
    start boolean not null,
    requested_by text not null,
    created_at timestamptz not null default now(),
    withdrawn_at timestamptz,
    constraint federation_server_request_pk primary key (id)
);

create index federation_server_request_newest on federation_server_request (organization_id, created_at desc, id desc);
