#!/bin/bash
# run.sh [N...]   Time the bill run of meterbook, and the bare job made of its stations, beside the limit program, for
#                 offices of N accounts (default 10000).
#
# Needs target/release/meterbook (or METERBOOK=PROGRAM), target/release/examples/{bare,phases,make_office}, and
# METERBOOK_SHARED (the folder whose bench/ holds the limit program).
#   SCRATCH=DIR   keep programs, offices and data in DIR, and use again what lies there (default: a folder that is removed)
#   RUNS=5        measured runs of each, interleaved
#   ONLY=limit    leave meterbook out, to see that the limit works
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/ground.sh"

# An office up to the eve of its February reads: every file before them was taken in on its day, nine in ten paid in time what
# they owed, and what the days until then asked for, such as letters, is written.
prepare() { # accounts, office
    local made=$SCRATCH/made-$1 office=$2 day date
    "$examples/make_office" --plain --accounts "$1" "$made"
    new_office "$made" "$office"
    for day in "$made"/drops/*; do
        date=$(basename "$day")
        [ "$date" \< 2020-02-01 ] || continue
        cp "$day"/* "$office/inbox/"
        played "$office" "$date"
    done
    "$meterbook" list "$office" balances --as-of 2020-02-10 | awk -F, '
        BEGIN { print "Date,Account,Amount,Method,Reference" }
        NR > 1 && NR % 10 && $2 > 0 { print "2020-02-10," $1 "," $2 ",check,B" NR }
    ' >"$office/inbox/payments-2020-02.csv"
    played "$office" 2020-02-10
    played "$office" 2020-02-19
}

for n in "${@:-10000}"; do
    data=$SCRATCH/data-$n
    [ -e "$data/meta.json" ] || $python "$METERBOOK_SHARED/bench/make_data.py" "$n" "$data"
    cases=(--limit "$limit" --bare "$examples/bare" --data "$data")
    rm -f "$SCRATCH/bare.db"
    "$examples/bare" "$data/accounts.xlsx" "$data/reads.xlsx" "$SCRATCH/bare.xlsx"
    "$examples/bare" "$data/accounts.xlsx" "$data/reads.xlsx" "$SCRATCH/bare-ledger.xlsx" "$SCRATCH/bare.db"
    $python "$here/verify.py" "$METERBOOK_SHARED/bench" "$data/accounts.csv" "$data/reads.csv" "$SCRATCH"/bare*.xlsx
    if [ "${ONLY:-}" != limit ]; then
        office=$SCRATCH/office-$n
        rm -rf "$office"
        prepare "$n" "$office"
        reads=$SCRATCH/made-$n/drops/2020-02-12/reads-2020-02.xlsx
        cases+=(--meterbook "$meterbook" --office "$office" --dropped "$reads" --day 2020-02-20)
    fi
    python3 "$here/measure.py" --runs "${RUNS:-5}" --scratch "$SCRATCH" --accounts "$n" "${cases[@]}"
    if [ "${ONLY:-}" != limit ]; then
        rm -rf "$SCRATCH/office-run"
        cp -r "$office" "$SCRATCH/office-run"
        cp "$reads" "$SCRATCH/office-run/inbox/"
        "$examples/phases" "$SCRATCH/office-run" 2020-02-20
    fi
done
