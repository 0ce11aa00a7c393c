# Runs a PostgreSQL server in a folder of its own, for as long as standard input is open.
#
# Standard input says what to do, one thing a line: start, stop, kill, schema NAME. Each is answered
# with a line: "done", or what went wrong. When standard input ends, in whatever way whoever holds it has ended,
# server and folder go away.
#
# Arguments: the folder of PostgreSQL's programs, and a port. Environment: PASSWORD of the user
# poolhouse, FSYNC whether what is committed is to be on disk, and CERTIFICATE and KEY in PEM, without
# which there is no TLS.

# Ctrl-C is for whoever holds standard input.
trap '' INT TERM HUP
umask 077
programs=$1 port=$2
folder=$(mktemp -d /tmp/poolhouse-postgres.XXXXXX) || exit 1
data=$folder/data
cd "$folder" || exit 1
exec 2>"$folder/errors"

postmaster() { head -n 1 "$data/postmaster.pid" 2>&-; }

# A locale whose order is not that of the bytes,
# as most servers have: ours must not depend on it.
make() {
    printf '%s\n' "$PASSWORD" >password
    "$programs/initdb" --pgdata="$data" --username=poolhouse --pwfile=password --no-sync \
        --encoding=UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US \
        --auth-local=trust --auth-host=scram-sha-256 >&2 || return
    cat >>"$data/postgresql.conf" <<SETTINGS
port = $port
listen_addresses = '127.0.0.1'
unix_socket_directories = '$folder'
max_connections = 500
shared_buffers = 64MB
fsync = $FSYNC
SETTINGS
    [ -z "$CERTIFICATE" ] && return
    printf '%s\n' "$CERTIFICATE" >"$data/server.crt"
    printf '%s\n' "$KEY" >"$data/server.key"
    echo 'ssl = on' >>"$data/postgresql.conf"
}

schema() {
    "$programs/psql" --host="$folder" --port="$port" --username=poolhouse --dbname=postgres \
        --no-psqlrc --quiet --command="CREATE SCHEMA $1" >&2
}

start() { "$programs/pg_ctl" start --pgdata="$data" --wait --silent --log="$folder/log" >&2; }
stop() { "$programs/pg_ctl" stop --pgdata="$data" --wait --silent --mode=immediate >&2; }

# As a machine that loses its power: nobody is told.
kill_all() {
    first=$(postmaster)
    others=$(ps -o pid= --ppid "$first")
    # shellcheck disable=SC2086
    kill -KILL $first $others
    while ps -p "$first" >/dev/null; do :; done
}

answer() {
    if "$@"; then echo done; else
        cat errors log 2>&- | tail -n 5 | tr '\n' ' '
        echo
    fi
}

echo "$folder"
answer make
while read -r word name; do
    case $word in
        start) answer start ;;
        stop) answer stop ;;
        kill) answer kill_all ;;
        schema) answer schema "$name" ;;
    esac
done
stop
cd / && rm -rf "$folder"
