#!/bin/sh
# KAFKA_PROCESS_ROLES=broker → process.roles=broker, as in the official image; formats an empty log folder once.
set -eu
settings=/tmp/server.properties
data=${KAFKA_LOG_DIRS:-/tmp/kraft-combined-logs}
env | grep '^KAFKA_' | grep -vE '^KAFKA_(OPTS|HEAP_OPTS|LOG_DIRS)=' | while IFS='=' read -r name value; do
  echo "$(echo "${name#KAFKA_}" | tr '[:upper:]_' '[:lower:].')=$value"
done >"$settings"
echo "log.dirs=$data" >>"$settings"
if [ ! -f "$data/meta.properties" ]; then
  java -XX:TieredStopAtLevel=1 -cp '/opt/kafka/*' kafka.tools.StorageTool format -c "$settings" \
    -t "${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}"
fi
exec java ${KAFKA_HEAP_OPTS:--Xms256m -Xmx512m} -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
  -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp '/opt/kafka/*' kafka.Kafka "$settings"
