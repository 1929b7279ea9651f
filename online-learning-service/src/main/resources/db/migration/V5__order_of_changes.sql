-- The entry of the log that the row is as of: an earlier one does not replace it.
alter table learner add column log_offset bigint not null default -1;
