#!/usr/bin/env python3
"""Times one run of meterbook, and the bare job, beside the limit program, interleaved; prints medians and ratios.

Wall, processor and peak memory are the kernel's figures for the whole process (wait4). meterbook's run starts each
time from a fresh copy of the prepared office, with what is dropped that day in its inbox.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile

MEASURES = ("wall s", "cpu s", "peak MB", "cells", "cells/cpu s")


def timed(command, fine):
    """Runs a command; returns wall seconds, processor seconds and the largest resident size in MB."""
    peak_file = None
    if os.path.exists("/usr/bin/time"):
        # A child starts with the resident size of its parent. A small parent in between keeps ours out of the figure.
        peak_file = os.path.join(tempfile.gettempdir(), f"meterbook-peak-{os.getpid()}")
        command = ["/usr/bin/time", "-q", "-f", "%M", "-o", peak_file, *command]
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = child.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in fine:
        sys.exit(f"{' '.join(command)} failed with {child.returncode}: {said.strip()}")
    kilobytes = usage.ru_maxrss
    if peak_file:
        with open(peak_file) as text:
            kilobytes = int(text.read().split()[-1])
        os.unlink(peak_file)
    return wall, usage.ru_utime + usage.ru_stime, kilobytes / 1024


def cells(path):
    """Counts the cells of all sheets of a workbook."""
    count = 0
    with zipfile.ZipFile(path) as package:
        for part in package.namelist():
            if part.startswith("xl/worksheets/sheet"):
                with package.open(part) as sheet:
                    rest = b""
                    while chunk := sheet.read(1 << 20):
                        chunk = rest + chunk
                        count += chunk.count(b"<c ")
                        rest = chunk[-2:]
    return count


def workbooks(folder):
    """The workbooks below a folder with the time and size of each."""
    found = {}
    for at, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".xlsx"):
                path = os.path.join(at, name)
                found[path] = (os.stat(path).st_mtime_ns, os.stat(path).st_size)
    return found


def measured(command, folder, fine):
    """One run with the cells of the workbooks that it wrote below a folder."""
    before = workbooks(folder)
    wall, cpu, peak = timed(command, fine)
    written = [path for path, state in workbooks(folder).items() if before.get(path) != state]
    if not written:
        sys.exit(f"{' '.join(command)} wrote no workbook below {folder}")
    count = sum(cells(path) for path in written)
    return dict(zip(MEASURES, (wall, cpu, peak, count, count / cpu)))


def new_register(arguments, case):
    """Where a case writes its register, nothing of an earlier run being there."""
    folder = os.path.join(arguments.scratch, f"{case}-out")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return folder, os.path.join(folder, "register.xlsx")


def run_bare(arguments, with_ledger=False):
    folder, register = new_register(arguments, "bare")
    inputs = [os.path.join(arguments.data, f"{name}.xlsx") for name in ("accounts", "reads")]
    ledger = [os.path.join(folder, "ledger.db")] if with_ledger else []
    return measured([arguments.bare, *inputs, register, *ledger], folder, fine={0})


def run_limit(arguments):
    folder, register = new_register(arguments, "limit")
    inputs = [f"--{name}={os.path.join(arguments.data, name)}.xlsx" for name in ("accounts", "reads")]
    command = [arguments.limit, *(word for pair in inputs for word in pair.split("=", 1)), "--out", register]
    return measured([*command, "--writer", "constant", "--formats", "column", "--threads", "2"], folder, fine={0})


def run_meterbook(arguments):
    office = os.path.join(arguments.scratch, "office-run")
    shutil.rmtree(office, ignore_errors=True)
    shutil.copytree(arguments.office, office)
    shutil.copy(arguments.dropped, os.path.join(office, "inbox"))
    command = [arguments.meterbook, "run", office, "--today", arguments.day]
    return measured(command, os.path.join(office, "outbox"), fine={0, 1})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--scratch", required=True)
    parser.add_argument("--limit", required=True)
    parser.add_argument("--bare", help="the bare job, made of our stations")
    parser.add_argument("--data", required=True, help="accounts.xlsx and reads.xlsx for the limit program and the bare job")
    parser.add_argument("--meterbook", help="the program; without it only the limit is measured")
    parser.add_argument("--office", help="an office on the eve of the day")
    parser.add_argument("--dropped", help="the file that is dropped on the day")
    parser.add_argument("--day", help="the day of the run")
    arguments = parser.parse_args()

    cases = {"limit": run_limit}
    if arguments.bare:
        cases["bare"] = run_bare
        cases["bare+ledger"] = lambda arguments: run_bare(arguments, with_ledger=True)
    if arguments.meterbook:
        cases["meterbook"] = run_meterbook
    results = {name: [] for name in cases}
    for round_number in range(arguments.runs + 1):
        for name, run in cases.items():
            result = run(arguments)
            if round_number > 0:  # the first round warms the caches
                results[name].append(result)

    medians = {name: {m: statistics.median(r[m] for r in runs) for m in MEASURES} for name, runs in results.items()}
    print(f"{arguments.accounts} accounts, medians of {arguments.runs} interleaved runs")
    print(f"{'':12}" + "".join(f"{measure:>14}" for measure in MEASURES))
    for name, median in medians.items():
        print(f"{name:12}" + "".join(f"{median[measure]:14.3f}" for measure in MEASURES[:2])
              + f"{median['peak MB']:14.1f}" + "".join(f"{median[measure]:14.0f}" for measure in MEASURES[3:]))
    print("beside the limit")
    for name, median in medians.items():
        ratios = (median[m] / medians["limit"][m] for m in MEASURES)
        print(f"{name:12}" + "".join(f"{ratio:14.2f}" for ratio in ratios))


main()
