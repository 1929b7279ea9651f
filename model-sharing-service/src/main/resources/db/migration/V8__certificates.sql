-- A translation's certificate is a file of its own, and the contract holds its digest; earlier ones keep their text here.
alter table translation alter column certificate drop not null;

-- What the user recorded in the source framework and the translation was compared with: another certificate, another model.
alter table translation
    add column reference_sha256 text not null default '',
    add constraint translation_reference_is_hex check (reference_sha256 ~ '^([0-9a-f]{64})?$');

drop index translation_once;
create unique index translation_once on translation (source_model_id, format, sha256, reference_sha256)
    where not superseded;
