-- how a run that has not begun stands in its cluster, in words and as a place in the queue there
alter table training_job add column waiting text;
alter table training_job add column waiting_place integer;
-- whose program runs somewhere else takes none of this node's capacity
alter table training_job add column elsewhere boolean not null default false;
-- why a run came to no good end, in one word
alter table training_job add column failure text;
