# Makes what is missing of the databases, roles and schemas of the platform, and gives every role the password that its
# secret holds now. Variables: PGHOST, PGPORT, PGUSER, PGPASSWORD, PLATFORM, SCHEMAS, WITH_KEYCLOAK; /run/passwords/ROLE.
set -euo pipefail

until pg_isready --quiet --timeout 5; do
  echo "waiting for PostgreSQL at $PGHOST:$PGPORT"
  sleep 2
done

run() { # DATABASE: statements from standard input; nothing of a password is in an argument or in a log
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --dbname "$1"
}

role() { # NAME
  run postgres <<SQL
\set password \`cat /run/passwords/$1\`
select 'create role "$1" login' where not exists (select from pg_roles where rolname = '$1') \gexec
alter role "$1" login password :'password';
SQL
}

database() { # NAME OWNER
  run postgres <<SQL
select 'create database "$1" owner "$2"' where not exists (select from pg_database where datname = '$1') \gexec
SQL
}

database "$PLATFORM" "$PGUSER"
for schema in $SCHEMAS; do
  role "$schema"
  run "$PLATFORM" <<SQL
grant "$schema" to current_user;
create schema if not exists "$schema" authorization "$schema";
SQL
  echo "schema $schema is ready"
done
if [ "$WITH_KEYCLOAK" = yes ]; then
  role keycloak
  run postgres <<'SQL'
grant keycloak to current_user;
SQL
  database keycloak keycloak
  echo "database keycloak is ready"
fi
