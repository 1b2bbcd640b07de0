# What the measurements of whole runs stand on: programs, the limit, Python, and how an office is made and played. Sourced.
top=$(dirname "$here")
: "${METERBOOK_SHARED:?set it to the folder whose bench/ holds the limit program}"
if [ -z "${SCRATCH:-}" ]; then
    SCRATCH=$(mktemp -d)
    trap 'rm -rf "$SCRATCH"' EXIT
fi
mkdir -p "$SCRATCH"
meterbook=${METERBOOK:-$top/target/release/meterbook}
examples=$top/target/release/examples
limit=$SCRATCH/bin/limit-best

[ -x "$limit" ] || "$METERBOOK_SHARED/bench/build.sh" "$SCRATCH/bin"

# The data of the limit program are written with XlsxWriter, and registers are read back with calamine, which not every
# Python has.
python=python3
needed='import xlsxwriter, python_calamine'
if ! $python -c "$needed" 2>/dev/null; then
    [ -x "$SCRATCH/venv/bin/python" ] || python3 -m venv "$SCRATCH/venv"
    python=$SCRATCH/venv/bin/python
    $python -c "$needed" 2>/dev/null || "$SCRATCH/venv/bin/pip" install --quiet XlsxWriter python-calamine
fi

# An empty office with the settings and rates that were made.
new_office() { # made, office
    "$meterbook" init "$2" >/dev/null
    cp "$1/office.toml" "$2/office.toml"
    find "$2/rates" -type f -delete
    cp "$1"/rates/*.owrs "$2/rates/"
}

# Held reads and returned rows are findings: the run says so by exit code 1.
played() { # office, date
    "$meterbook" run "$1" --today "$2" >/dev/null || [ $? -eq 1 ]
}
