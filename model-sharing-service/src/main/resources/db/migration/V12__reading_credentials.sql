-- A model that is trained again has its result: the job's credential opens the inputs and takes nothing.
alter table job_credential add column read_only boolean not null default false;
