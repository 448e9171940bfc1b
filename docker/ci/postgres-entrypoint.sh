#!/bin/sh
# POSTGRES_PASSWORD (needed), POSTGRES_USER, POSTGRES_DB, as in the official image; makes the cluster once.
set -eu
data=${PGDATA:-/var/lib/postgresql/data}
user=${POSTGRES_USER:-postgres}
export LC_ALL=C
if [ ! -f "$data/PG_VERSION" ]; then
  printf '%s\n' "${POSTGRES_PASSWORD:?}" >/tmp/password
  initdb --pgdata="$data" --username="$user" --pwfile=/tmp/password --auth=scram-sha-256 \
    --encoding=UTF8 --locale=C --no-instructions
  rm /tmp/password
  echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
  database=${POSTGRES_DB:-$user}
  if [ "$database" != postgres ]; then
    echo "create database \"$database\";" | postgres --single -D "$data" postgres >/dev/null
  fi
fi
exec postgres -D "$data" -h '*' -k /tmp "$@"
