"""Differences from the official tools that have a reason, from a table beside the script."""

import csv
from collections import Counter
from fnmatch import fnmatch


class Explained:
    """Rows of patterns, with the reason as the last column; the first row names the columns."""

    def __init__(self, path):
        self.rows = list(csv.reader(path.open(encoding="utf-8"), delimiter="\t"))[1:]
        self.used = Counter()

    def knows(self, *fields) -> bool:
        """Whether a row speaks of a difference with these fields; it is counted."""
        fits = lambda row: all(fnmatch(field, pattern) for field, pattern in zip(fields, row[:-1], strict=True))
        number = next((number for number, row in enumerate(self.rows) if fits(row)), None)
        if number is not None:
            self.used[number] += 1
        return number is not None

    def tell(self):
        for number, count in sorted(self.used.items()):
            print(f"{count:>4} explained: {self.rows[number][-1]}")
