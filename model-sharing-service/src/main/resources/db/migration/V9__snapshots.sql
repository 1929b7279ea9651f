-- A learner's snapshot: its image is the learner's document, and what it learned from is no registered dataset.
alter table model drop column origin;
alter table model
    add column learner_id uuid,
    add column learner_snapshot bigint,
    add column origin text not null generated always as (case
        when learner_id is not null then 'LEARNED'
        when source_model_id is not null then 'TRANSLATED'
        when train_image is null then 'IMPORTED'
        else 'TRAINED' end) stored,
    drop constraint model_trained_from_dataset,
    add constraint model_trained_from_dataset check
        (case when learner_id is null then (train_image is null) = (dataset_id is null)
            else train_image is not null and dataset_id is null end),
    add constraint model_snapshot_whole check ((learner_id is null) = (learner_snapshot is null));

create unique index model_snapshot_once on model (learner_id, learner_snapshot) where learner_id is not null;
