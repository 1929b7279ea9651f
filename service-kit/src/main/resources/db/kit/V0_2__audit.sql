create table audit_entry (
    id uuid not null,
    at timestamptz not null,
    subject text not null,
    name text not null,
    roles text[] not null,
    organization_id uuid not null,
    acting_service text,
    method text not null,
    operation text,
    path text not null,
    source text not null,
    correlation_id text,
    status integer,
    problem text,
    assets uuid[] not null,
    constraint audit_entry_pk primary key (id)
);

create index audit_entry_newest on audit_entry (at desc, id desc);
create index audit_entry_of_company on audit_entry (organization_id, at desc, id desc);
create index audit_entry_about on audit_entry using gin (assets);

-- An entry's outcome is written once, when it is known; nothing else of it ever changes.
create function audit_entry_keep() returns trigger language plpgsql as $$
declare
    expected audit_entry;
begin
    expected := old;
    expected.status := new.status;
    expected.problem := new.problem;
    expected.assets := new.assets;
    if old.status is not null or new.status is null or new is distinct from expected then
        raise exception 'audit_entry %: only an unknown outcome may be set', old.id using errcode = 'restrict_violation';
    end if;
    return new;
end $$;

create trigger audit_entry_keep before update on audit_entry
    for each row execute function audit_entry_keep();

-- The service names its retention when it removes what is older; without that nothing can be removed, and never what
-- is younger than thirty days.
create function audit_entry_retain() returns trigger language plpgsql as $$
declare
    retention interval := coalesce(nullif(current_setting('mlaas.audit_retention', true), ''), '1000 years')::interval;
begin
    if old.at > now() - greatest(retention, interval '30 days') then
        raise exception 'audit_entry %: younger than the retention', old.id using errcode = 'restrict_violation';
    end if;
    return old;
end $$;

create trigger audit_entry_retain before delete on audit_entry
    for each row execute function audit_entry_retain();

create function audit_entry_not_emptied() returns trigger language plpgsql as $$
begin
    raise exception 'audit_entry: cannot be emptied' using errcode = 'restrict_violation';
end $$;

create trigger audit_entry_not_emptied before truncate on audit_entry
    for each statement execute function audit_entry_not_emptied();
