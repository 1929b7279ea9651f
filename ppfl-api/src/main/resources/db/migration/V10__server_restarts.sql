-- A request may ask for both: the federation server is shut down, then started.
alter table federation_server_request add column shutdown boolean;
update federation_server_request set shutdown = not start;
alter table federation_server_request alter column shutdown set not null;
alter table federation_server_request add constraint federation_server_request_asks check (start or shutdown);
