#!/bin/bash
# payments.sh [N...]   Time a day's 2,000 payments at the end of a year of bills and payments, beside the limit program, for
#                      offices of N accounts (default 10000); then verify and rebuild that year.
#
# Needs what run.sh needs, and knows the same variables.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/ground.sh"

# The office at the end of its year: every file taken in on its day, which for bulk water is the day of the bills, and on the 10th
# of each month nine in ten pay what they owe, others each month.
prepare() { # accounts, office
    local made=$SCRATCH/made-year-$1 office=$2 day date month
    "$examples/make_office" --plain --months 12 --accounts "$1" "$made"
    new_office "$made" "$office"
    for day in "$made"/drops/*; do
        date=$(basename "$day")
        month=${date%-*}
        if [ "$month" != "${paid:-2020-01}" ]; then
            paid=$month
            pay "$office" "$month-10" $((10#${month#*-}))
        fi
        cp "$day"/* "$office/inbox/"
        played "$office" "$date"
    done
    # The first run of the new year closes the old one's workbooks.
    played "$office" 2021-01-04
}

# Who owes pays all of it, but for one in ten.
pay() { # office, date, which one in ten does not
    "$meterbook" list "$1" balances --as-of "$2" | awk -F, -v date="$2" -v out="$3" '
        BEGIN { print "Date,Account,Amount,Method,Reference" }
        NR > 1 && NR % 10 != out % 10 && $2 > 0 { print date "," $1 "," $2 ",check," date "-" NR }
    ' >"$1/inbox/payments-$2.csv"
    played "$1" "$2"
}

for n in "${@:-10000}"; do
    data=$SCRATCH/data-$n
    [ -e "$data/meta.json" ] || $python "$METERBOOK_SHARED/bench/make_data.py" "$n" "$data"
    office=$SCRATCH/year-$n
    if [ ! -e "$office.done" ]; then
        rm -rf "$office"
        prepare "$n" "$office"
        touch "$office.done"
    fi
    # Two thousand of those who owe bring half of it.
    "$meterbook" list "$office" balances --as-of 2021-01-05 | awk -F, '
        BEGIN { print "Date,Account,Amount,Method,Reference" }
        NR > 1 && $2 > 0 && many < 2000 { many += 1; printf "2021-01-05,%s,%.2f,check,D%d\n", $1, $2 / 2, NR }
    ' >"$SCRATCH/payments.csv"
    echo "$(($(wc -l <"$SCRATCH/payments.csv") - 1)) payments after a year of $(
        "$meterbook" list "$office" bills --as-of 2021-01-05 | tail -n +2 | wc -l) bills and $(
        "$meterbook" list "$office" entries --as-of 2021-01-05 | tail -n +2 | wc -l) entries"
    python3 "$here/measure.py" --runs "${RUNS:-5}" --scratch "$SCRATCH" --accounts "$n" --limit "$limit" --data "$data" \
        --meterbook "$meterbook" --office "$office" --dropped "$SCRATCH/payments.csv" --day 2021-01-05
    rm -rf "$SCRATCH/office-run"
    cp -r "$office" "$SCRATCH/office-run"
    for what in verify rebuild; do
        started=$(date +%s%N)
        "$meterbook" $what "$SCRATCH/office-run"
        echo "$what: $((($(date +%s%N) - started) / 1000000)) ms"
    done
    for what in balances entries bills; do
        cmp <("$meterbook" list "$office" $what --as-of 2021-01-05) <("$meterbook" list "$SCRATCH/office-run" $what --as-of 2021-01-05)
    done
    echo "the rebuilt books say what the books said"
done
