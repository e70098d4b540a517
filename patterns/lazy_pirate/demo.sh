#!/bin/sh
# The lazy pirate in ten seconds: a client that outlives the crash of its server.
#
# SLOOP is the program, else it is looked for in PATH. What the two nodes log
# and what happens around them come in one stream. Ends with the client's exit
# status, and after 20 s at the latest.
set -u
exec 2>&1
sloop=${SLOOP:-sloop}
folder=$(mktemp -d /tmp/sloop-demo.XXXXXX) || exit 1
endpoint=ipc://$folder/server # no tcp port: it might be taken
server=
client=

clean_up() {
  kill $server $client 2>/dev/null
  rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

tell() { printf '\n# %s\n' "$*"; }

start_server() {
  timeout --foreground 15 "$sloop" run lazy_pirate/server --name=server \
    --clients.bind="$endpoint" "$@" &
  server=$!
}

tell 'A server starts. It will crash at its fourth request.'
start_server --crash-after=3

tell 'A client starts. It has 8 requests, and asks again when it hears nothing for a second.'
timeout --foreground 17 "$sloop" run lazy_pirate/client --name=client --server="$endpoint" \
  --requests=8 --timeout=1000 --retries=8 --interval=300 &
client=$!

wait $server
tell "The server has ended with exit status $?. The client is not told, and waits for a reply."
sleep 2.5

tell 'A new server starts at the same place. It knows nothing of what was.'
start_server

wait $client
status=$?
if [ $status -eq 0 ]; then
  tell 'All 8 requests were answered. Now the server is asked to end (SIGTERM).'
else
  tell "The client gave up with exit status $status."
fi
kill $server 2>/dev/null
wait $server || status=1
[ $status -eq 0 ] && tell 'Both have ended in order. patterns/lazy_pirate/ has the scripts.'
exit $status
