#!/usr/bin/env python3
"""verify.py LIMIT_BENCH ACCOUNTS.csv READS.csv REGISTER.xlsx...   Checks registers of the bare job to the cent.

The checker of the limit program (LIMIT_BENCH/verify.py) recomputes every bill and compares every cell. It expects a list
that begins in the first row and ends with its totals, and its filter in the sheet. Our lists have title and totals above
the header, and the filter in the part of the Excel table. This hands the checker our sheets the way it expects them.
"""
import io
import os
import sys
import zipfile

HEADER = 4  # rows above the header; the last of them has the totals

CHECKER = os.path.join(sys.argv[1], "verify.py")
with open(CHECKER, encoding="utf-8") as source:
    # Its last line runs it, which must wait.
    code = source.read().removesuffix("main()\n")
verify = {"__name__": "verify", "__file__": CHECKER}
exec(compile(code, CHECKER, "exec"), verify)

Calamine, Zip = verify["CalamineWorkbook"], zipfile.ZipFile


class Sheet:
    def __init__(self, name, rows):
        self.name, self.rows = name, rows

    def to_python(self, skip_empty_area=True):
        totals = ["Total", *self.rows[HEADER - 1][1:]]
        return self.rows[HEADER:] + ([totals] if self.name == "Register" else [])


class Workbook:
    def __init__(self, book):
        self.book, self.sheet_names = book, book.sheet_names

    @classmethod
    def from_path(cls, path):
        return cls(Calamine.from_path(path))

    def get_sheet_by_name(self, name):
        return Sheet(name, self.book.get_sheet_by_name(name).to_python(skip_empty_area=False))


class Package(Zip):
    def open(self, name, *rest, **more):
        found = super().open(name, *rest, **more)
        if name != "xl/worksheets/sheet1.xml" or "xl/tables/table1.xml" not in self.namelist():
            return found
        with super().open("xl/tables/table1.xml") as table:
            return io.BytesIO(found.read() + table.read())


verify["CalamineWorkbook"] = Workbook
zipfile.ZipFile = Package
sys.argv[1:] = sys.argv[2:]
verify["main"]()
