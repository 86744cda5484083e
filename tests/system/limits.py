#!/usr/bin/python3
"""limits.py - nobody hears more than their limit, and nothing urgent waits.

The real daemon and the strict fake Slack: rules write to a person by direct
message until her limit is reached; what is over it waits and is seen to wait,
goes to nobody else, and is neither lost nor brought along when an escalation
goes all the same.

Environment: SLAWATCHD and SLAWATCHCTL are the programs.

SPDX-License-Identifier: MIT
"""
import json
import os
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True  # the sources may be read-only
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import fake_slack  # noqa: E402
from fake_slack import FakeSlack  # noqa: E402
from harness import Daemon, SLAWATCHCTL, Scratch, wait_until  # noqa: E402

MATRIX = """
matrix: { owner: mara, fallback: log%s }
severities: { P1: {}, P2: {} }
channels:
%s  log: { type: log }
people:
  dana: { name: Dana Ruiz, slack: U01DANA, channels: [ dm ]%s }
  eli: { name: Eli Park, slack: U01ELI, channels: [ dm ] }
  mara: { name: Mara Stein, slack: U01MARA, channels: [ dm ] }
roles: { primary: dana }
chains:
  loud: { steps: [ { notify: primary, via: [ dm ] } ] }
rules:
  - name: second
    when: { severity: P2 }
    then: { notify: [ dana, eli ] }
policies:
  - name: everyone
    targets: { P1: { first_reply: 8h }, P2: { first_reply: 8h } }
"""


class Limits(unittest.TestCase):
    def start(self, matrix="", dana=""):
        self.scratch = Scratch()
        self.addCleanup(self.scratch.__exit__)
        self.slack = FakeSlack(per_second=20.0, burst=10)
        self.addCleanup(self.slack.__exit__)
        token = self.scratch.file("slack.token", fake_slack.TOKEN + "\n")
        os.chmod(token, 0o600)
        channel = self.slack.channel(
            more=", budget: { every: 50ms, burst: 10, reserve: 1 }")
        self.d = Daemon(self.scratch, MATRIX % (matrix, channel, dana)).start()
        self.addCleanup(lambda: self.d.running() and self.d.kill())

    def outbox(self, *args):
        done = subprocess.run(
            [SLAWATCHCTL, "-s", self.d.socket, "outbox", "--json", *args],
            text=True, capture_output=True, timeout=120, check=True,
            env={**os.environ, "USER": "mara"})
        return json.loads(done.stdout)

    def line_of(self, who):
        return next((q for q in self.outbox()["queue"]["destinations"]
                     if q["who"] == who), None)

    def one_by_one(self, count, dana):
        """So many tickets, each after the one before was told to Eli, and to
        Dana as often as she may be told."""
        for i in range(count):
            self.d.created("t:%d" % i, severity="P2")
            wait_until("both to hear", lambda n=i + 1:
                       len(self.slack.dms("U01ELI")) >= n and
                       len(self.slack.dms("U01DANA")) >= min(n, dana) and
                       not any(q["sending"] for q in
                               self.outbox()["queue"]["destinations"]))

    def test_what_is_over_it_waits(self):
        self.start(dana=", limit: { count: 2, per: 1h }")
        self.one_by_one(6, dana=2)
        line = wait_until("a line", lambda: [
            q for q in [self.line_of("dana")] if q and q["ready"] == 4])[0]
        self.assertEqual(len(self.slack.dms("U01DANA")), 2)
        self.assertEqual(line["channel"], "support.dm")
        self.assertGreater(line["delay_s"], 3000)
        self.assertLessEqual(line["delay_s"], 3600)
        wait_until("eli to wait for nothing",
                   lambda: self.line_of("eli") is None)
        waiting = self.outbox("--person", "dana")["notices"]
        self.assertEqual(sorted(n["ticket"] for n in waiting),
                         ["t:2", "t:3", "t:4", "t:5"])
        self.assertEqual([n["attempts"] for n in waiting], [0] * 4)
        # An escalation goes all the same, and alone.
        self.d.created("t:9", severity="P1")
        reply = self.d.post("/v1/tickets/t:9/escalate", {
            "by": "mara", "chain": "loud", "text": "now"})
        self.assertEqual(reply.status, 200, reply)
        wait_until("the escalation",
                   lambda: len(self.slack.dms("U01DANA")) == 3)
        text = self.slack.dms("U01DANA")[2].all_text
        self.assertIn("t:9", text)
        for key in ("t:2", "t:3", "t:4", "t:5"):
            self.assertNotIn(key, text)
        wait_until("only the four to wait", lambda: len(
            self.outbox("--person", "dana")["notices"]) == 4)
        # With another limit they go, together or not, and all of them.
        with open(self.d.config, encoding="utf-8") as f:
            text = f.read().replace("count: 2", "count: 50")
        self.scratch.file("d.yaml", text)
        self.assertEqual(self.d.post("/v1/reload", {}).status, 200)
        wait_until("nothing to wait", lambda: not self.outbox()["notices"])
        said = "\n".join(m.all_text for m in self.slack.dms("U01DANA"))
        for i in range(6):
            self.assertIn("t:%d" % i, said)
        self.assertEqual(self.slack.violations, [])

    def test_the_matrix_has_one_for_all(self):
        self.start(matrix=", person_limit: { count: 3, per: 1h }",
                   dana=", limit: { count: 1, per: 1h }")
        for i in range(5):
            self.d.created("t:%d" % i, severity="P2")
        wait_until("both lines", lambda: (
            (self.line_of("dana") or {}).get("sending") == 0 and
            (self.line_of("eli") or {"sending": 0})["sending"] == 0 and
            len(self.slack.dms("U01DANA")) == 1))
        # One message may have said several; nobody heard more than allowed.
        self.assertEqual(len(self.slack.dms("U01DANA")), 1)
        self.assertLessEqual(len(self.slack.dms("U01ELI")), 3)


if __name__ == "__main__":
    unittest.main()
