#!/usr/bin/python3
"""stepping.py - a daemon whose clock goes only where it is told.

What is due on the way to an instant happens at its own instant, is sent before
the answer comes, and nothing else moves the clock.  How it is refused.

Environment: SLAWATCHD and SLAWATCHCTL are the programs.

SPDX-License-Identifier: MIT
"""
import json
import os
import socket
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True  # the sources may be read-only
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
from harness import (Daemon, SLAWATCHCTL, Scratch,  # noqa: E402
                     wait_until)

MATRIX = """
matrix: { owner: mara, fallback: journal }
severities: { P1: {} }
channels: { journal: { type: log } }
people: { mara: {}, dana: {} }
chains:
  standard: { repeat: 0, steps: [ { notify: dana, via: journal }, { after: 10m, notify: mara, via: journal } ] }
policies: [ { name: all, warn: [ 50% ], on_breach: standard, targets: { P1: { first_reply: 1h } } } ]
"""
START = "2026-01-05T09:00:00Z"


class Stepping(unittest.TestCase):
    number = 0

    def start(self, clock):
        self.scratch = Scratch()
        self.addCleanup(self.scratch.__exit__)
        self.d = Daemon(self.scratch, MATRIX, clock=clock).start()
        self.addCleanup(lambda: self.d.running() and self.d.kill())

    def step(self, to, status=200):
        reply = self.d.post("/v1/clock", {"to": to})
        self.assertEqual(reply.status, status, reply.body)
        return reply

    def ctl(self, *args):
        return subprocess.run([SLAWATCHCTL, "-s", self.d.socket, *args],
                              capture_output=True, text=True, check=False,
                              timeout=60)

    def event(self, ticket, kind, at, **more):
        self.number += 1
        return dict(more, ticket=ticket, type=kind, id="e%d" % self.number,
                    at="2026-01-05T%s:00Z" % at,
                    **{"fields": {"severity": "P1"}} if kind == "created"
                    else {})

    def sent(self):
        return [row["at"] for row in self.d.timeline("z:1")
                if row["kind"] == "notice_sent"]

    def test_what_is_due_on_the_way(self):
        self.start(START + "@step")
        self.d.created("z:1", "P1")
        self.step("2026-01-05T09:29:59.999Z")
        self.assertEqual(self.sent(), [])
        # The warning, the breach with the first step, the second step, nobody.
        self.assertEqual(self.step("2026-01-05T10:30:00Z").json,
                         {"now": "2026-01-05T10:30:00Z"})
        self.assertEqual(
            sorted(set(self.sent())),
            ["2026-01-05T09:30:00Z", "2026-01-05T10:00:00Z",
             "2026-01-05T10:10:00Z", "2026-01-05T10:20:00Z"])
        # An instant is reached once: nothing is left of it.
        before = self.sent()
        self.step("2026-01-05T10:30:00Z")
        self.assertEqual(self.sent(), before)

    def test_who_hangs_up_stops_it(self):
        """By Ctrl-C, say, on the way to the end of time."""
        self.start(START + "@step")
        self.d.created("z:1", "P1")
        body = b'{"to": "2199-01-01T00:00:00Z"}'
        asker = socket.socket(socket.AF_UNIX)
        asker.connect(self.d.socket)
        asker.sendall(b"POST /v1/clock HTTP/1.1\r\nHost: x\r\n"
                      b"Content-Type: application/json\r\n"
                      b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        wait_until("it is on its way", lambda: self.now() != START)
        asker.close()
        now = self.now()
        self.assertLess(now, "2199")
        self.assertEqual(self.step(now).json, {"now": now})
        self.assertEqual(self.now(), now)
        self.d.wait_log("the clock stands still: who asked has gone")

    def now(self):
        return self.d.get("/v1/status").json["now"]

    def test_by_hand(self):
        self.start(START + "@step")
        self.assertEqual(self.ctl("clock").stdout, START + "\n")
        self.assertEqual(self.ctl("clock", "in", "90m").stdout,
                         "2026-01-05T10:30:00Z\n")
        self.assertIn("stands still", self.ctl("status").stdout)
        back = self.ctl("clock", "2026-01-05T09:30:00Z")
        self.assertEqual(back.returncode, 1)
        self.assertIn("shows 2026-01-05T10:30:00Z, and never goes back",
                      back.stderr)
        self.assertEqual(self.ctl("clock", "soonish").returncode, 2)

    def test_told_late(self):
        """By `replay` and by `simulate` alike: it comes behind what is due at
        the instant when it is told, and all that this led to is sent before
        the next one."""
        self.start(START + "@step")
        answer = {"author": "agent", "public": True}
        log = "".join(json.dumps(e) + "\n" for e in (
            self.event("z:1", "created", "09:00"),
            self.event("z:2", "created", "09:30"),  # z:1 is warned of then
            self.event("z:1", "comment", "09:10", **answer),
            self.event("z:3", "created", "08:25"),
            self.event("z:3", "comment", "08:30", **answer)))
        self.d.scratch.file("log", log)
        path = self.d.scratch.file("log")
        done = self.ctl("replay", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.step("2026-01-05T09:30:00Z")
        want = [("z:1", "warning"), ("z:1", "resolved"),
                ("z:3", "chain"), ("z:3", "resolved")]
        self.assertEqual([
            (row["ticket"], row["reason"])
            for row in self.d.get("/v1/outbox?state=done").json["notices"]],
            want)
        done = subprocess.run(
            [SLAWATCHCTL, "simulate", "-c", self.d.config, "--json",
             "--until", "2026-01-05T09:30:00Z", path],
            capture_output=True, text=True, check=False, timeout=60)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([(r["ticket"], r["reason"]) for r in rows
                          if r["kind"] == "notice"], want, done.stderr)

    def test_refusals(self):
        self.start(START + "@step")
        self.assertIn("to: needed", self.step(None, 422).error)
        self.assertIn("goes back", self.step("2026-01-05T08:00:00Z",
                                             422).error)
        self.assertEqual(self.d.post("/v1/clock", {"until": START}).status,
                         400)

    def test_a_clock_that_goes_by_itself(self):
        self.start("now@60")
        self.assertIn("--clock START@step", self.step(START, 409).error)


if __name__ == "__main__":
    unittest.main(verbosity=2)
