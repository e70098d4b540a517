#!/bin/sh
# try-packages.sh: builds the packages, installs them, runs a node of its own, removes them again.
#
# As root, on a Debian that may be changed: a container, a chroot. Ends with "removed" and exit
# status 0 if all went well.
set -eu
cd "$(dirname "$0")/.."
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

step() { echo "== $*"; }

step build
make deb
step install
package=$(date +%s)
apt-get install -y --no-install-recommends ./build/deb/sloop_*.deb ./build/deb/lua-sloop_*.deb \
  lua5.4 >/dev/null
began=$(date +%s)

step run a node of its own
folder=$(mktemp -d)
cd "$folder"
sloop new echo
sloop check echo/echo.lua
sloop sim echo/topology.lua --seeds=20
sloop run echo/echo.lua &
node=$!
sloop run lazy_pirate/client --requests=3
sloop ctl echo status
sloop ctl echo stop
wait $node
echo "from a package to a node that answers: $(($(date +%s) - package)) s," \
  "of these apt-get $((began - package)) s"

step module
lua5.4 -e 'print(assert(require "sloop").version())'

step remove
apt-get purge -y sloop lua-sloop >/dev/null
left=$(find / -xdev -path /proc -prune -o -path "$folder" -prune -o -path /root -prune -o \
  -name '*sloop*' -print | grep -v '^/\(tmp\|work\|var/lib/apt\|run\)' || true)
[ -z "$left" ] || { echo "left: $left" >&2; exit 1; }
echo removed
