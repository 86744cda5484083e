#!/usr/bin/python3
"""simulate_memory.py - does a long log need more memory than a short one?

The same weeks again and again, each time with tickets of their own, in logs of
LOGS tickets: the program's peak may grow by what its caches take until they are
full, not with the log.  The shares are far from what a program that keeps all
tickets would need.

A program under a sanitizer keeps what was given back: there is nothing to see.

Environment: SLAWATCHCTL is the program.

SPDX-License-Identifier: MIT
"""
import datetime
import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True  # the sources may be read-only
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
from ctl_case import CTL, UTC, Case, main

LOGS = 4000, 16000      # tickets; more than are over and still in memory
MOST = 1.4              # of the longer one to the shorter

MATRIX = """
matrix: { owner: mara, fallback: journal }
severities: { P1: {}, P2: {} }
channels: { journal: { type: log } }
people: { mara: { channels: journal }, dana: { channels: journal } }
teams: { front: { members: [ dana, mara ], assign: least-loaded } }
chains:
  standard: { steps: [ { notify: dana }, { after: 10m, notify: mara } ] }
policies:
  - name: all
    warn: [ 50% ]
    on_breach: standard
    targets: { P1: { first_reply: 1h, resolution: 4h }, P2: { resolution: 2d } }
rules:
  - { name: often, when: { customer_tickets: ">= 9 in 1d" }, then: { tags: often } }
"""

# Born of a small process: a child's peak counts what it was before.
NURSE = """
import json, os, sys
with open(sys.argv[1], "wb") as out:
    pid = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ, file_actions=[
        (os.POSIX_SPAWN_DUP2, out.fileno(), 1)])
    _, status, usage = os.wait4(pid, 0)
print(json.dumps([status, usage.ru_maxrss]))
"""


def story(number):
    """One ticket: late, answered, solved, opened again, solved."""
    ticket = "z:%d" % number
    yield 0, {"type": "created", "author": "customer", "fields": {
        "subject": "number %d" % number, "severity": "P%d" % (1 + number % 2),
        "team": "front", "customer": {"id": "customer %d" % (number // 9)}}}
    yield 300, {"type": "comment", "author": "agent", "public": True}
    yield 330, {"type": "status", "status": "solved"}
    if number % 3 == 0:
        yield 2000, {"type": "comment", "author": "customer", "public": True}
        yield 2010, {"type": "status", "status": "open"}
        yield 2400, {"type": "status", "status": "solved"}


def log(count):
    rows = sorted(
        (5 * number + minutes, number, part, event)
        for number in range(count)
        for part, (minutes, event) in enumerate(
            (at, json.dumps(event)) for at, event in story(number)))
    start = datetime.datetime(2026, 1, 5, tzinfo=UTC)
    for minutes, number, part, event in rows:
        yield json.dumps(dict(
            json.loads(event), ticket="z:%d" % number,
            id="%d of %d" % (part, number),
            at=(start + datetime.timedelta(minutes=minutes)).strftime(
                "%Y-%m-%dT%H:%M:%SZ"))) + "\n"


def is_sanitized():
    with open(CTL, "rb") as program:
        text = program.read()
    return b"__asan_init" in text or b"__tsan_init" in text


class Memory(Case):
    def peak(self, count, *options):
        matrix = self.write("matrix.yaml", MATRIX)
        events = self.write("events.jsonl", "".join(log(count)))
        out = os.path.join(os.path.dirname(events), "out")
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", NURSE, out, CTL, "simulate",
             "-c", matrix, *options, events],
            stdout=subprocess.PIPE, check=True)
        status, peak = json.loads(done.stdout)
        self.assertEqual(status, 0)
        with open(out, encoding="utf-8") as text:
            return peak, text.read()

    def compare(self, *options):
        if is_sanitized():
            self.skipTest("under a sanitizer nothing is given back")
        peaks = [self.peak(count, *options)[0] for count in LOGS]
        print("simulate %s: %s tickets, %s KB, ratio %.2f" % (
            " ".join(options), LOGS, peaks, peaks[1] / peaks[0]))
        self.assertLess(peaks[1], MOST * peaks[0])

    def test_rows(self):
        self.compare("--json")

    def test_report(self):
        self.compare()


if __name__ == "__main__":
    main()
