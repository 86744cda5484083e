#!/usr/bin/env python3
"""bench_simulate.py - how long does a year of real incidents take?

    SLAWATCH_DATA=DIRECTORY tests/bench/bench_simulate.py

Imports DIRECTORY/servicenow-incidents.csv.gz with etc/servicenow-map.yaml and
runs it through `slawatchctl simulate --json` with etc/incidents.yaml, ROUNDS
times.  Each round's output must be the same to the byte, under whatever zone
and locale.  The figure is the median of whole runs of the program, reading,
deciding and writing to a file included; the least and the greatest stand beside
it, and the processor's time, which says more on a busy machine.

Its limit, measured in the same run, is what Python's json takes of the
processor's time merely to read the same lines.

Memory: the log once, and COPIES times over, each copy later by the log's length
in whole weeks and with tickets and ids of its own.  The second peak may not be
greater than the first but for a tenth.

Without the data it says so and is done.

SPDX-License-Identifier: MIT
"""
import collections
import json
import os
import statistics
import subprocess
import sys
import time
import types

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

from harness import (Failed, Scratch, SLAWATCHCTL,  # noqa: E402
                     instant, rfc3339)
from incidents import examine, import_events, matrix_for  # noqa: E402

AIM = 2.0       # seconds
ROUNDS = 5
COPIES = 4
MEMORY_AIM = 1.1        # of COPIES logs to one
WEEK = 7 * 86400
WORLDS = ({"TZ": "UTC", "LC_ALL": "C"},
          {"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8"})


# A child's peak counts what it was before it became another program, so it is
# born of a small one.  Says how long it took, of that the processor's time, and
# the peak in MB.
NURSE = """
import json, os, sys, time
began = time.monotonic()
with open(sys.argv[1], "wb") as out:
    pid = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ, file_actions=[
        (os.POSIX_SPAWN_DUP2, out.fileno(), 1)])
    _, status, usage = os.wait4(pid, 0)
print(json.dumps([status, time.monotonic() - began,
                  usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]))
"""


def simulate(scratch, matrix, events, number):
    """One run of the program: its output's name, how long it took, of that the
    processor's time, and its peak in MB."""
    output = scratch.file("simulated.%d" % (number > 0))
    status, *figures = json.loads(subprocess.run(
        [sys.executable, "-I", "-S", "-c", NURSE, output, SLAWATCHCTL,
         "simulate", "-c", matrix, "--json", events],
        stdout=subprocess.PIPE, check=True,
        env=dict(os.environ, **WORLDS[number % len(WORLDS)])).stdout)
    if status != 0:
        raise Failed("simulate ended with wait status %d" % status)
    return output, figures


def count(output):
    kinds = collections.Counter()
    with open(output, encoding="utf-8") as rows:
        for line in rows:
            row = json.loads(line)
            kinds[row["kind"]] += 1
            if row["kind"] == "clock":
                kinds[row["change"]] += 1
    return kinds


def read_by_python(events):
    """Seconds of the processor."""
    began = time.process_time()
    with open(events, encoding="utf-8") as lines:
        for line in lines:
            json.loads(line)
    return time.process_time() - began


def longer(events, name):
    """The log COPIES times over; how many events."""
    with open(events, encoding="utf-8") as lines:
        log = [json.loads(line) for line in lines]
    times = [instant(event["at"]) for event in log]
    length = (max(times) - min(times)) // WEEK * WEEK + WEEK
    with open(name, "w", encoding="utf-8") as out:
        for copy in range(COPIES):
            for event, at in zip(log, times):
                later = dict(event, at=rfc3339(at + copy * length))
                if copy > 0:
                    for key in ("id", "ticket"):
                        source, rest = event[key].split(":", 1)
                        later[key] = "%s:%d-%s" % (source, copy, rest)
                out.write(json.dumps(later) + "\n")
    return COPIES * len(log)


def memory(scratch, matrix, events, once):
    name = scratch.file("longer.jsonl")
    number = longer(events, name)
    _, (_, used, peak) = simulate(scratch, matrix, name, 1)
    print("bench: simulate_memory %.1f MB; %d logs (%d events) %.1f MB, ratio "
          "%.3f (aim < %.1f)" % (once, COPIES, number, peak, peak / once,
                                 MEMORY_AIM))
    print("bench: simulate_longer_cpu %.2f s (%.0f events/s)" % (
        used, number / used))


def run(scratch, data):
    _, events = import_events(scratch, data)
    _, _, number, agents = examine(events)
    matrix = scratch.file("matrix.yaml", matrix_for(
        types.SimpleNamespace(port=9), agents))
    took, used, peaks, read = [], [], [], []
    for turn in range(ROUNDS):
        output, (seconds, busy, peak) = simulate(scratch, matrix, events, turn)
        took.append(seconds)
        used.append(busy)
        peaks.append(peak)
        read.append(read_by_python(events))
        if turn == 0:
            first = output
        elif subprocess.run(["cmp", first, output], check=False).returncode:
            raise Failed("the same events gave other bytes")
    median = statistics.median(took)
    busy, limit = statistics.median(used), statistics.median(read)
    print("bench: simulate_incidents %.2f s (aim < %.1f, ratio %.2f; %.2f to "
          "%.2f in %d rounds)" % (median, AIM, median / AIM, min(took),
                                  max(took), ROUNDS))
    print("bench: simulate_incidents_cpu %.2f s (%.2f to %.2f)" % (
        busy, min(used), max(used)))
    print("bench: simulate_events %.0f events/s (%d events)" % (
        number / median, number))
    print("bench: simulate_events_cpu %.0f events/s of the processor (limit "
          "%.0f: Python's json merely reads them, ratio %.3f)" % (
              number / busy, number / limit, limit / busy))
    memory(scratch, matrix, events, max(peaks))
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
