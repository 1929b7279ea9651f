-- What owners let everybody read of their models. A row that is not published is as good as none to strangers.
create table passport (
    model_id uuid not null,
    organization_id uuid not null,
    published boolean not null,
    disclose text[] not null,
    revision int not null default 1,
    changed_by text not null,
    changed_at timestamptz not null default now(),
    constraint passport_pk primary key (model_id),
    constraint passport_model_fk foreign key (model_id) references model (id),
    constraint passport_revision_counts check (revision >= 1)
);
