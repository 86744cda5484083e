"""zone_rows.py - what Python's zoneinfo says of time zones, 1970 to 2100.

    echo SEED NAME... | zone_rows.py

Without names it takes every zone of the database.  Writes, for each:

    zone NAME
    change SECONDS
    at SECONDS OFFSET ABBREVIATION
    wall SECONDS FIRST LAST

with `change` for each new offset, SECONDS of `wall` as if the wall clock showed
UTC, and FIRST and LAST the instants it stands for, for a wall time that does
not exist the one by the offset before the jump.  The rows lie at every change,
a second beside it, and at random.  A last line "end" says that nothing is missing, and "skipped WHY"
that there is nothing to say.

SPDX-License-Identifier: MIT
"""
import os
import random
import sys
from datetime import datetime, timedelta, timezone

try:
    import zoneinfo
except ImportError:
    zoneinfo = None

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
BARE = datetime(1970, 1, 1)
DAY = 86400
END = 4133980800  # 2101-01-01
RANDOM = 100  # rows of each kind a zone
FOLDER = os.environ.get("TZDIR", "/usr/share/zoneinfo")
# The same zones once more, or none.
BESIDE = ("posix", "right")


def read(name):
    """The zone from the very file that the other reader is given."""
    with open(os.path.join(FOLDER, name), "rb") as file:
        return zoneinfo.ZoneInfo.from_file(file, key=name)


def all_names():
    """Every TZif file in the folder."""
    for folder, inner, files in os.walk(FOLDER):
        if folder == FOLDER:
            inner[:] = [name for name in inner if name not in BESIDE]
        for name in files:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                if file.read(4) == b"TZif":
                    yield os.path.relpath(path, FOLDER)


def moment(zone, seconds):
    return (EPOCH + timedelta(seconds=seconds)).astimezone(zone)


def offset(zone, seconds):
    return int(moment(zone, seconds).utcoffset().total_seconds())


def changes(zone):
    """The seconds at which offset or name are new, found day by day."""
    def state(seconds):
        there = moment(zone, seconds)
        return there.utcoffset(), there.tzname()

    before = state(0)
    for day in range(0, END, DAY):
        after = state(day + DAY)
        if after == before:
            continue
        low, high = day, day + DAY
        while high - low > 1:
            mid = (low + high) // 2
            if state(mid) == before:
                low = mid
            else:
                high = mid
        yield high
        before = after


def instant(there):
    return (there - EPOCH) // timedelta(seconds=1)


def write_at(zone, seconds):
    there = moment(zone, seconds)
    print("at", seconds, int(there.utcoffset().total_seconds()),
          there.tzname())


def write_wall(zone, seconds):
    there = (BARE + timedelta(seconds=seconds)).replace(tzinfo=zone)
    first = instant(there.replace(fold=0))
    last = instant(there.replace(fold=1))
    # In a gap fold=0 has the offset before the jump, fold=1 the one after.
    print("wall", seconds, first, max(first, last))


def write_change(zone, at, rng):
    if offset(zone, at) != offset(zone, at - 1):
        print("change", at)
    for seconds in (at - 1, at, at + 1):
        write_at(zone, seconds)
    low, high = sorted((at + offset(zone, at - 1), at + offset(zone, at)))
    for seconds in (low - 1, low, low + 1, rng.randint(low, high),
                    high - 1, high, high + 1):
        write_wall(zone, seconds)


def write_zone(name, rng):
    zone = read(name)
    print("zone", name)
    for at in changes(zone):
        write_change(zone, at, rng)
    for _ in range(RANDOM):
        write_at(zone, rng.randrange(END))
        write_wall(zone, rng.randrange(2 * DAY, END - 2 * DAY))


def main():
    seed, *names = sys.stdin.read().split()
    rng = random.Random(int(seed))
    if zoneinfo is None:
        print("skipped this Python has no zoneinfo")
        return
    for name in names or sorted(all_names()):
        write_zone(name, rng)
    print("end")


if __name__ == "__main__":
    main()
