-- Before an artifact's row goes, PostgreSQL looks for it in all that may refer to it: without these, in every row.
create index dataset_by_artifact on dataset (artifact_id);
create index model_by_definition on model (definition_id) where definition_id is not null;
create index model_by_result on model (result_id) where result_id is not null;
