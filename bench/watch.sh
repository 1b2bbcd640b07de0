#!/bin/bash
# watch.sh OFFICE READS   How long after the end of a file's copy its outcome is visible in a watched office.
#
# Needs target/release/meterbook (or METERBOOK=PROGRAM) and an office with the file still to come, such as the one that run.sh
# leaves in SCRATCH. The office is copied and brought up to today, and the copy is watched. Times count from the end of the copy;
# a file has to rest for 1 s of them before it is taken for complete.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 2 ] || { sed -n '2,6s/^# //p' "$0"; exit 2; }
meterbook=${METERBOOK:-$here/../target/release/meterbook}
scratch=$(mktemp -d)
watch=
trap '[ -z "$watch" ] || kill "$watch"; rm -rf "$scratch"' EXIT
office=$scratch/office
name=$(basename "$2")
cp -r "$1" "$office"
# Held reads and returned rows are findings: the run says so by exit code 1.
"$meterbook" run "$office" >/dev/null || [ $? -eq 1 ]
"$meterbook" watch "$office" >"$scratch/told" &
watch=$!
sleep 3
touch "$scratch/mark"
cp "$2" "$office/inbox/"
copied=$(date +%s%N)

# Waits until a file in the office matches and is newer than the copy, for a minute at most; prints the seconds since.
until_there() { # what, find's conditions
    local what=$1
    shift
    for _ in {1..3000}; do
        if [ -n "$(find "$office/archive" "$office/returned" "$office/outbox" -newer "$scratch/mark" "$@" -print -quit)" ]; then
            awk -v from="$copied" -v to="$(date +%s%N)" -v what="$what" 'BEGIN { printf "%5.2f s  %s\n", (to - from) / 1e9, what }'
            return
        fi
        sleep 0.02
    done
    echo "no $what within a minute; the watch said:"
    cat "$scratch/told"
    exit 1
}
until_there "in archive/ or returned/" -name "*${name%.*}*"
until_there "in the receipt log" -name receipt-log.xlsx
# The finished log is written last, over the first one.
touch -r "$(find "$office/outbox" -newer "$scratch/mark" -name receipt-log.xlsx)" "$scratch/mark"
until_there "and the run is done" -name receipt-log.xlsx
