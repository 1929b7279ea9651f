alter table directory drop constraint directory_pk;
alter table directory add column predecessor text;
alter table directory add constraint directory_pk primary key (chain_id, address);
alter table directory add constraint directory_one_successor unique (chain_id, predecessor);
comment on column directory.predecessor is 'the directory of an earlier generation whose place this one took';

create unique index directory_first_once on directory (chain_id) where predecessor is null;
