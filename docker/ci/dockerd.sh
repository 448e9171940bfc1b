#!/usr/bin/env bash
# A Docker daemon of our own in a folder, for machines on which no service starts one. It leaves the host's firewall
# and forwarding alone and publishes ports on loopback only, so containers cannot reach the network.
#   dockerd.sh start <folder>   prints the DOCKER_HOST of the daemon; fails where none can run
#   dockerd.sh stop <folder>    ends it and removes the folder
set -euo pipefail

readonly start_timeout_s=60 stop_timeout_s=30
readonly folder=${2:?folder}
readonly socket="unix://$folder/docker.sock" pidfile="$folder/dockerd.pid"

is_running() { [[ -s $pidfile ]] && kill -0 "$(cat "$pidfile")" 2>/dev/null; }

start() {
  mkdir -p "$folder"
  # setsid: Ctrl-C is for the caller, who stops the daemon when its containers are gone.
  setsid dockerd --ip 127.0.0.1 --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \
    --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$pidfile" -H "$socket" \
    >"$folder/dockerd.log" 2>&1 </dev/null &
  local daemon=$!
  for ((i = 0; i < start_timeout_s * 5; i++)); do
    if docker -H "$socket" info >/dev/null 2>&1; then
      echo "$socket"
      return
    fi
    kill -0 "$daemon" 2>/dev/null || break
    sleep 0.2
  done
  echo "dockerd did not start: $(tail -n 3 "$folder/dockerd.log")" >&2
  stop
  return 1
}

stop() {
  local pid
  if is_running; then
    pid=$(cat "$pidfile")
    kill "$pid"
    for ((i = 0; i < stop_timeout_s * 5; i++)); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.2
    done
    kill -9 "$pid" 2>/dev/null || true
  fi
  # What a daemon that was killed left mounted must not be deleted through.
  awk -v under="$folder/" 'index($2, under) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount -l 2>/dev/null || true
  rm -rf "$folder"
}

"$1"
