#!/bin/bash
# run.sh [N...]   Time the bill run of meterbook beside the limit program, for offices of N accounts (default 10000).
#
# Needs target/release/meterbook (or METERBOOK=PROGRAM) and METERBOOK_SHARED (the folder whose bench/ holds the limit program).
#   SCRATCH=DIR   keep programs, offices and data in DIR, and use again what lies there (default: a folder that is removed)
#   RUNS=5        measured runs of each, interleaved
#   ONLY=limit    leave meterbook out, to see that the limit works
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
: "${METERBOOK_SHARED:?set it to the folder whose bench/ holds the limit program}"
if [ -z "${SCRATCH:-}" ]; then
    SCRATCH=$(mktemp -d)
    trap 'rm -rf "$SCRATCH"' EXIT
fi
mkdir -p "$SCRATCH"
meterbook=${METERBOOK:-$top/target/release/meterbook}
limit=$SCRATCH/bin/limit-best

[ -x "$limit" ] || "$METERBOOK_SHARED/bench/build.sh" "$SCRATCH/bin"

# The data of the limit program are written with XlsxWriter, which not every Python has.
python=python3
if ! $python -c 'import xlsxwriter' 2>/dev/null; then
    [ -x "$SCRATCH/venv/bin/python" ] || python3 -m venv "$SCRATCH/venv"
    python=$SCRATCH/venv/bin/python
    $python -c 'import xlsxwriter' 2>/dev/null || "$SCRATCH/venv/bin/pip" install --quiet XlsxWriter
fi

# An office up to the eve of its February reads: every file before them was taken in on its day.
prepare() { # accounts, office
    local made=$SCRATCH/made-$1 office=$2 day date
    (cd "$top" && cargo run --quiet --example make_office -- --plain --accounts "$1" "$made")
    "$meterbook" init "$office"
    cp "$made/office.toml" "$office/office.toml"
    find "$office/rates" -type f -delete
    cp "$made"/rates/*.owrs "$office/rates/"
    for day in "$made"/drops/*; do
        date=$(basename "$day")
        [ "$date" \< 2020-02-01 ] || continue
        cp "$day"/* "$office/inbox/"
        # Held reads and returned rows are findings: the run says so by exit code 1.
        "$meterbook" run "$office" --today "$date" >/dev/null || [ $? -eq 1 ]
    done
}

for n in "${@:-10000}"; do
    data=$SCRATCH/data-$n
    [ -e "$data/meta.json" ] || $python "$METERBOOK_SHARED/bench/make_data.py" "$n" "$data"
    cases=(--limit "$limit" --data "$data")
    if [ "${ONLY:-}" != limit ]; then
        office=$SCRATCH/office-$n
        rm -rf "$office"
        prepare "$n" "$office"
        cases+=(--meterbook "$meterbook" --office "$office" --reads "$SCRATCH/made-$n/drops/2020-02-12/reads-2020-02.xlsx")
    fi
    python3 "$here/measure.py" --runs "${RUNS:-5}" --scratch "$SCRATCH" --accounts "$n" "${cases[@]}"
done
