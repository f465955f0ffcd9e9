# Runs a PostgreSQL server until standard input ends, then stops it and removes its folder.
# Arguments: the folder of the programs, the server's folder. Standard input says `make` or `take` (the cluster that is
# there), then `start`. What goes wrong is told on standard output.
bin=$1
folder=$2
log=$folder/log
server=
cd /
umask 077
exec 3<&0 < /dev/null
finish() {
  [ -z "$server" ] || { kill -QUIT "$server"; wait "$server"; } 2> /dev/null
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
read -r how <&3 || exit 0
if [ "$how" = make ]; then
  "$bin/initdb" --pgdata "$folder/data" --username driftless --auth trust --encoding UTF8 --locale C --no-sync \
    --wal-segsize 1 > "$log" 2>&1 || { cat "$log"; exit 1; }
fi
echo made
read -r how <&3 || exit 0
"$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c port=5432 -c fsync=off \
  -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off -c wal_level=minimal -c max_wal_senders=0 \
  -c max_wal_size=1GB -c max_connections=20 -c max_locks_per_transaction=1024 -c shared_buffers=32MB \
  -c timezone=UTC -c logging_collector=off -c jit=off > "$log" 2>&1 3<&- &
server=$!
# Not this shell but another one waits for the end of input, so that this one hears of the server's end as well.
{ cat <&3 > /dev/null; kill -QUIT "$server" 2> /dev/null; } &
wait "$server"
server=
cat "$log"
