# Runs a PostgreSQL cluster of Patroni's in a folder of its own, for as long as standard input is open: etcd, and three members
# of which one leads and another has everything that was committed.
#
# Standard input says what to do, one thing a line, each answered with "done": `cut NUMBER` (that member loses its power),
# `database NUMBER` (only its PostgreSQL is killed), `start NUMBER`. When it ends, cluster and folder go away.
#
# Arguments: the folder of PostgreSQL's programs; ports for etcd (two), Patroni (three) and PostgreSQL (three).

trap '' INT TERM HUP
umask 077
programs=$1
shift
etcd=$1 peers=$2
shift 2
folder=$(mktemp -d /tmp/poolhouse-cluster.XXXXXX) || exit 1
cd "$folder" || exit 1
exec 2>"$folder/errors"

configure() {
    cat >"$1.yml" <<MEMBER
scope: torture
name: '$1'
restapi: { listen: '127.0.0.1:$2', connect_address: '127.0.0.1:$2' }
etcd3: { host: '127.0.0.1:$etcd' }
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 1
    retry_timeout: 3
    master_start_timeout: 0
    synchronous_mode: true
    synchronous_mode_strict: true
    postgresql: { use_pg_rewind: true, use_slots: true, parameters: { max_connections: 200, shared_buffers: 32MB } }
  initdb: [ { encoding: UTF8 }, data-checksums ]
  pg_hba: [ 'host all all 127.0.0.1/32 trust', 'host replication all 127.0.0.1/32 trust' ]
postgresql:
  listen: '127.0.0.1:$3'
  connect_address: '127.0.0.1:$3'
  data_dir: '$folder/data-$1'
  bin_dir: '$programs'
  pgpass: '$folder/pgpass-$1'
  parameters: { unix_socket_directories: '$folder' }
  authentication:
    superuser: { username: poolhouse, password: x }
    replication: { username: replicator, password: x }
MEMBER
}

start() {
    patroni "$1.yml" >>"$1.log" 2>&1 &
    echo $! >"$1.pid"
}

# All processes of a member's PostgreSQL.
database() {
    first=$(head -n 1 "data-$1/postmaster.pid" 2>&-)
    [ -z "$first" ] && return
    # shellcheck disable=SC2046
    kill -KILL "$first" $(ps -o pid= --ppid "$first")
    while ps -p "$first" >/dev/null; do :; done
}

cut_off() {
    kill -KILL "$(cat "$1.pid")"
    database "$1"
}

etcd --data-dir etcd --listen-client-urls "http://127.0.0.1:$etcd" --advertise-client-urls "http://127.0.0.1:$etcd" \
    --listen-peer-urls "http://127.0.0.1:$peers" --initial-advertise-peer-urls "http://127.0.0.1:$peers" \
    --initial-cluster "default=http://127.0.0.1:$peers" >etcd.log 2>&1 &
echo $! >etcd.pid
for number in 1 2 3; do
    configure $number "$1" "$4"
    shift
    start $number
done
echo "$folder"
while read -r word number; do
    case $word in
        cut) cut_off "$number" ;;
        database) database "$number" ;;
        start) start "$number" ;;
    esac
    echo done
done
for number in 1 2 3; do cut_off $number; done
kill -KILL "$(cat etcd.pid)"
cd / && rm -rf "$folder"
