# `just` lists the recipes; `just check` is what has to pass before a change goes in.

_default:
    @just --list

# Form, lints, tests and documentation
check:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings
    cargo test
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps

# The tests whose names contain FILTER
test FILTER="":
    cargo test {{FILTER}}

# Write the golden files anew; read the difference like code
update:
    UPDATE=1 cargo test
    git status --short

# The sample office, made and run in DIR
demo DIR="my-office":
    cargo run --release -- demo {{DIR}}

# An office of N accounts to run day by day, in DIR
office N DIR:
    cargo run --example make_office -- --accounts {{N}} {{DIR}}

# Time the bill run for offices of these sizes (needs METERBOOK_SHARED, see bench/README.md)
bench *SIZES="10000":
    cargo build --release --bins --examples
    bench/run.sh {{SIZES}}

# Licences, known holes and sources of the dependencies (needs cargo-deny)
audit:
    cargo deny check
