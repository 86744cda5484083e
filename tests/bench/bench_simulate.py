#!/usr/bin/env python3
"""bench_simulate.py - how long does a year of real incidents take?

    SLAWATCH_DATA=DIRECTORY tests/bench/bench_simulate.py

Imports DIRECTORY/servicenow-incidents.csv.gz with etc/servicenow-map.yaml and
runs it through `slawatchctl simulate --json` with etc/incidents.yaml, ROUNDS
times.  Each round's output must be the same to the byte, under whatever zone
and locale.  The figure is the median of whole runs of the program, reading,
deciding and writing to a file included; the least and the greatest stand beside
it, and the processor's time, which says more on a busy machine.

Without the data it says so and is done.

SPDX-License-Identifier: MIT
"""
import collections
import json
import os
import resource
import statistics
import subprocess
import sys
import time
import types

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

from harness import Failed, Scratch, SLAWATCHCTL  # noqa: E402
from incidents import examine, import_events, matrix_for  # noqa: E402

AIM = 2.0       # seconds
ROUNDS = 5
WORLDS = ({"TZ": "UTC", "LC_ALL": "C"},
          {"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8"})


def processor():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def simulate(scratch, matrix, events, number):
    """One run of the program: its output's name, how long it took, and of
    that the processor's time."""
    output = scratch.file("simulated.%d" % (number > 0))
    began, used = time.monotonic(), processor()
    with open(output, "wb") as out:
        subprocess.run([SLAWATCHCTL, "simulate", "-c", matrix, "--json",
                        events], stdout=out, check=True,
                       env=dict(os.environ, **WORLDS[number % len(WORLDS)]))
    return output, time.monotonic() - began, processor() - used


def count(output):
    kinds = collections.Counter()
    with open(output, encoding="utf-8") as rows:
        for line in rows:
            row = json.loads(line)
            kinds[row["kind"]] += 1
            if row["kind"] == "clock":
                kinds[row["change"]] += 1
    return kinds


def run(scratch, data):
    _, events = import_events(scratch, data)
    _, _, number, agents = examine(events)
    matrix = scratch.file("matrix.yaml", matrix_for(
        types.SimpleNamespace(port=9), agents))
    took, used = [], []
    for turn in range(ROUNDS):
        output, seconds, busy = simulate(scratch, matrix, events, turn)
        took.append(seconds)
        used.append(busy)
        if turn == 0:
            first = output
        elif subprocess.run(["cmp", first, output], check=False).returncode:
            raise Failed("the same events gave other bytes")
    median = statistics.median(took)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print("bench: simulate_incidents %.2f s (aim < %.1f, ratio %.2f; %.2f to "
          "%.2f in %d rounds)" % (median, AIM, median / AIM, min(took),
                                  max(took), ROUNDS))
    print("bench: simulate_incidents_cpu %.2f s (%.2f to %.2f)" % (
        statistics.median(used), min(used), max(used)))
    print("bench: simulate_events %.0f events/s (%d events)" % (
        number / median, number))
    print("bench: simulate_memory %.0f MB" % peak)
    kinds = count(first)
    print("bench: simulate_rows %d the same to the byte (%s)" % (
        sum(kinds[kind] for kind in ("clock", "notice", "refused", "final")),
        ", ".join("%s %d" % pair for pair in sorted(kinds.items()))))


def main():
    data = os.environ.get("SLAWATCH_DATA", "")
    if not os.path.exists(os.path.join(data, "servicenow-incidents.csv.gz")):
        print("bench: simulate skipped: SLAWATCH_DATA names no directory with "
              "servicenow-incidents.csv.gz")
        return 0
    with Scratch() as scratch:
        run(scratch, data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
