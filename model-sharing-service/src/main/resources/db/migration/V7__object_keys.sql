-- Where a file's bytes are: small files by their content, large ones where they were put.
alter table artifact add column object_key text;
update artifact set object_key = 'sha256/' || sha256;
alter table artifact alter column object_key set not null;

create index artifact_by_object on artifact (organization_id, object_key);

-- Announced, and to be removed, are objects and not contents.
alter table promoted_object rename column sha256 to object_key;
update promoted_object set object_key = 'sha256/' || object_key;
