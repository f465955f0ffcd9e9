# Runs a PostgreSQL server until standard input ends, then stops it and removes its folder.
# Arguments: the folder of the programs, the folder of the data.
set -eu
bin=$1
folder=$2
cd /
trap 'rm -rf "$folder"' EXIT
"$bin/initdb" --pgdata "$folder/data" --username postgres --auth trust --encoding UTF8 --locale C --no-sync \
  > "$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log"; exit 1; }
"$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off -c full_page_writes=off \
  -c synchronous_commit=off -c autovacuum=off -c max_connections=100 -c timezone=UTC < /dev/null > "$folder/server.log" 2>&1 &
server=$!
tries=0
until "$bin/psql" -X -q -h "$folder" -U postgres -d postgres -c '' > /dev/null 2>&1; do
  tries=$((tries + 1))
  if [ $tries -gt 300 ] || ! kill -0 $server 2> /dev/null; then
    cat "$folder/server.log"
    exit 1
  fi
  sleep 0.1
done
echo ready
cat > /dev/null
kill -INT $server
wait $server || true
