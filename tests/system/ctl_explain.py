#!/usr/bin/python3
"""ctl_explain.py - does `slawatchctl explain` say why, to people and programs?

A real daemon is told stories; what it explains over HTTP must add up, and what
slawatchctl prints of it must be all there, in a terminal's width.

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
from harness import (Daemon, SLAWATCHCTL, Scratch, Sink,  # noqa: E402
                     instant, wait_until)

START = "2026-01-05T09:00:00Z"  # a Monday
PAGE = 500  # rows that the store reads at a time

MATRIX = """
matrix: { owner: mara, fallback: hook }
calendars:
  office:
    zone: UTC
    week: { mon-fri: "08:00-17:00" }
severities: { P1: { title: Critical }, P2: {}, P3: {} }
channels:
  hook: { type: webhook, url: "%s", secret: { file: hook.secret } }
people:
  dana: { name: Dana Ruiz }
  mara: { name: Mara Stein }
roles: { primary: dana, lead: mara }
chains:
  standard:
    repeat: 0
    steps:
      - { notify: primary, via: [hook] }
      - { after: 10m, notify: lead, via: [hook] }
policies:
  - name: phones
    when: { tier: [enterprise, premium], channel: phone }
    targets: { P1: { first_reply: 5m } }
  - name: everyone
    calendar: office
    warn: [ 50%%, 80%% ]
    on_breach: standard
    targets:
      P1: { first_reply: 10m, agent_work: 4h }
      P2: { first_reply: 1h, agent_work: 9h30m, next_reply: 2h }
  - name: leftovers
    targets: { P3: { first_reply: 1d } }
"""


class Case(unittest.TestCase):
    """One daemon whose clock goes as fast as ours, for all questions."""

    @classmethod
    def setUpClass(cls):
        cls.scratch = Scratch()
        cls.sink = Sink()
        cls.d = Daemon(cls.scratch, MATRIX % cls.sink.url(),
                       clock=START + "@1").start()
        cls.start = instant(START)

    @classmethod
    def tearDownClass(cls):
        status = cls.d.stop()
        cls.sink.__exit__()
        cls.scratch.__exit__()
        assert status == 0, cls.d.log()

    # Events of the past: minutes before the daemon's start.

    def tell(self, key, minute, kind, **members):
        event = self.d.event(key, kind, at=self.start + 60 * minute,
                             **members)
        self.d.send(event)
        return event["id"]

    def create(self, key, minute, severity="P2", **fields):
        fields = dict({"subject": "Cannot log in", "severity": severity,
                       "status": "new"}, **fields)
        return self.tell(key, minute, "created", fields=fields)

    def ctl(self, *args, code=0, columns="80"):
        env = dict(os.environ, SLAWATCH_SOCKET=self.d.socket,
                   TZ="Europe/Berlin", COLUMNS=columns, LC_ALL="C")
        done = subprocess.run([SLAWATCHCTL, *args], env=env, text=True,
                              capture_output=True, timeout=60, check=False,
                              encoding="utf-8")
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def explain(self, key):
        reply = self.d.get("/v1/tickets/%s/explain" % key)
        self.assertEqual(reply.status, 200, reply)
        return self.check(reply.json)

    def check(self, told):
        """What must hold of every explanation."""
        for clock in told["clocks"]:
            total = 0
            until = clock["started"]
            for stretch in clock["stretches"]:
                self.assertEqual(stretch["from"], until)
                until = stretch["to"]
                if not stretch["counts"]:
                    self.assertEqual(stretch["counted_ms"], 0)
                total += stretch["counted_ms"]
                self.assertEqual(stretch["sum_ms"], total)
            self.assertEqual(clock["elapsed_ms"], total, clock)
            self.assertEqual(until, clock["ended_at"] or told["now"])
        ahead = [instant(n["at"]) for n in told["next"]]
        self.assertEqual(ahead, sorted(ahead))
        self.assertTrue(all(at >= instant(told["now"]) for at in ahead))
        return told

    def clock(self, told, kind, cycle=1):
        found = [c for c in told["clocks"]
                 if (c["clock"], c["cycle"]) == (kind, cycle)]
        self.assertEqual(len(found), 1, told["clocks"])
        return found[0]


class Api(Case):

    def test_unknown_ticket(self):
        reply = self.d.get("/v1/tickets/none:1/explain")
        self.assertEqual(reply.status, 404)
        self.assertIn('there is no "none:1"', reply.error)

    def test_no_parameters(self):
        reply = self.d.get("/v1/tickets/none:1/explain?limit=3")
        self.assertEqual(reply.status, 400)

    def test_policies(self):
        self.create("pol:1", -10, customer={"id": "c", "tier": "premium"},
                    channel="email")
        told = self.explain("pol:1")
        self.assertEqual(
            [(p["policy"], p["verdict"], p["just_missed"])
             for p in told["policies"]],
            [("phones", "failed", True), ("everyone", "matched", False),
             ("leftovers", "stands_later", False)])
        self.assertEqual(told["policies"][0]["why"],
                         "channel is email, wanted phone")
        self.assertEqual([c["holds"] for c in
                          told["policies"][0]["conditions"]], [True, False])

    def test_stretches_and_their_events(self):
        made = self.create("str:1", -200)
        wait = self.tell("str:1", -150, "status", status="pending", by="dana")
        work = self.tell("str:1", -145, "status", status="open", by="dana")
        clock = self.clock(self.explain("str:1"), "agent_work")
        # 05:40 and 06:30 are before the office opens at 08:00.
        self.assertEqual([(s["counts"], s["event"], s["by"])
                          for s in clock["stretches"]],
                         [(True, made, None), (False, wait, "dana"),
                          (True, work, "dana")])
        self.assertEqual(clock["stretches"][0]["counted_ms"], 0)
        self.assertEqual(clock["stretches"][1]["why"],
                         "the status became pending")
        self.assertEqual((clock["calendar"], clock["calendar_from"]),
                         ("office", "policy"))
        self.assertGreaterEqual(clock["elapsed_ms"], 3600 * 1000)
        self.assertEqual([row["kind"] for row in clock["history"]],
                         ["clock_started", "clock_paused", "clock_resumed"])
        late = clock["history"][1]
        self.assertGreaterEqual(late["late_ms"], 150 * 60 * 1000)
        self.assertEqual(late["event"], wait)

    def test_every_cycle_is_there(self):
        self.create("cyc:1", -50)
        for minute in (-40, -30, -20):
            self.tell("cyc:1", minute, "comment", author="customer",
                      public=True)
            self.tell("cyc:1", minute + 5, "comment", author="agent",
                      public=True, by="dana")
        told = self.explain("cyc:1")
        cycles = [c for c in told["clocks"] if c["clock"] == "next_reply"]
        self.assertGreaterEqual(len(cycles), 2)
        for c in cycles[:-1]:
            self.assertFalse(c["current"])
        last = self.clock(told, "next_reply", len(cycles))
        self.assertEqual(last["state"], "met")
        self.assertEqual(last["elapsed_ms"], 5 * 60 * 1000)

    def test_what_comes_next(self):
        self.create("nxt:1", -1, severity="P1")
        told = self.explain("nxt:1")
        self.assertEqual(
            [(n["kind"], n["clock"] or n["chain"], n["step"])
             for n in told["next"][:7]],
            [("clock_warned", "first_reply", None),
             ("clock_warned", "first_reply", None),
             ("clock_breached", "first_reply", None),
             ("chain_started", "first_reply", None),
             ("chain_step", "first_reply", 1),
             ("chain_step", "first_reply", 2),
             ("chain_exhausted", "first_reply", 2)], told["next"])
        clock = self.clock(told, "first_reply")
        self.assertEqual([n["at"] for n in told["next"][:3]],
                         [w["at"] for w in clock["warnings"]] +
                         [clock["due"]])
        self.assertEqual([t["who"] for t in told["next"][4]["told"]],
                         ["dana"])

    def test_chain_and_notices(self):
        self.create("chn:1", -30, severity="P1")
        wait_until("the chain's first notice", lambda: any(
            n["state"] == "done"
            for n in self.explain("chn:1")["notices"]))
        told = self.explain("chn:1")
        chain = told["chains"][0]
        self.assertEqual((chain["chain"], chain["cause"], chain["clock"]),
                         ("standard", "breach", "first_reply"))
        self.assertEqual([s["notify"] for s in chain["steps"]],
                         [["primary"], ["lead"]])
        # Told half an hour late: the earlier step is overtaken.
        kinds = [row["kind"] for row in chain["history"]]
        self.assertEqual(kinds[0], "chain_started")
        self.assertIn("chain_step_skipped", kinds)
        skipped = chain["history"][kinds.index("chain_step_skipped")]
        self.assertEqual(skipped["why"], "overtaken by a later step")
        done = [n for n in told["notices"] if n["state"] == "done"]
        self.assertTrue(done and all(n["over_at"] for n in done))
        out = self.ctl("explain", "chn:1", columns="0").stdout
        self.assertIn("started by breach of first_reply #1", out)
        self.assertIn("overtaken by a later step", out)

    def test_over(self):
        self.create("ovr:1", -20)  # nobody was warned of it
        done = self.tell("ovr:1", -10, "status", status="solved", by="dana")
        told = self.explain("ovr:1")
        self.assertTrue(told["over"])
        self.assertEqual(told["next"], [])
        clock = self.clock(told, "agent_work")
        self.assertEqual((clock["state"], clock["elapsed_ms"]),
                         ("met", 10 * 60 * 1000))
        self.assertEqual(clock["history"][-1]["event"], done)
        out = self.ctl("explain", "ovr:1").stdout
        self.assertIn("agent_work #1: met, 10m of 9h 30m", out)
        self.assertIn("nothing: the ticket is over", out)

    def test_a_long_story(self):
        self.create("lng:1", -30)
        notes = [self.d.event("lng:1", "note", at=self.start - 1500 + i,
                              by="dana", text="again " * 20)
                 for i in range(PAGE + 20)]
        self.d.send(*notes)
        done = self.tell("lng:1", 0, "status", status="pending")
        told = self.explain("lng:1")
        self.assertFalse(told["cut"])
        clock = self.clock(told, "agent_work")
        self.assertEqual(clock["history"][-1]["event"], done)
        self.assertEqual(clock["state"], "paused")

    def test_due_by_hand(self):
        self.create("due:1", -5)
        self.tell("due:1", -4, "due", clock="agent_work",
                  due="2026-01-05T16:00:00Z")
        clock = self.clock(self.explain("due:1"), "agent_work")
        self.assertTrue(clock["due_by_hand"])
        self.assertEqual(clock["due"], "2026-01-05T16:00:00Z")
        self.assertIn("set by hand", self.ctl("explain", "due:1").stdout)


class Ctl(Case):

    def test_unknown_ticket(self):
        done = self.ctl("explain", "none:1", code=5)
        self.assertIn('no ticket "none:1"', done.stderr)

    def test_json(self):
        self.create("jsn:1", -5)
        out = self.ctl("explain", "--json", "jsn:1").stdout
        told = self.check(json.loads(out))
        self.assertEqual(told["key"], "jsn:1")
        self.assertEqual(out.count("\n"), 1)

    def test_words(self):
        self.create("wrd:1", -60, customer={"id": "c", "tier": "premium"})
        self.tell("wrd:1", -45, "status", status="pending", by="dana")
        out = self.ctl("explain", "wrd:1", columns="0").stdout
        for words in (
                "phones     just missed   channel is not set, wanted phone",
                "everyone   matches",
                "leftovers  stands later",
                "agent_work #1: paused, 15m of 9h 30m",
                "target    9h 30m; policy everyone; calendar office "
                "(the policy's)",
                "due       when it runs on, with 9h 15m left",
                "warning   50%   waits until it runs on",
                "2026-01-05 09:00:00      15m      15m  the ticket was "
                "created; by office; event ",
                "2026-01-05 09:15:00   paused      15m  the status became "
                "pending; event ",
                "(status) by dana",
                "what comes next, if nobody does anything"):
            self.assertIn(words, out)

    def test_width(self):
        self.create("wid:1", -60, severity="P1",
                    subject="a subject", tags=["one", "two"])
        self.tell("wid:1", -45, "status", status="pending",
                  by="somebody with a rather long name")
        wait_until("nothing to happen any more", lambda: all(
            n["state"] == "done" for n in self.d.ticket("wid:1")["notices"]))
        wide = self.ctl("explain", "wid:1", columns="0").stdout
        for columns in (80, 100):
            out = self.ctl("explain", "wid:1", columns=str(columns)).stdout
            for line in out.splitlines():
                self.assertLessEqual(len(line), columns, line)
        # Nothing is cut, only broken between words.
        for word in wide.split():
            if word[0].isalpha():
                self.assertIn(word, out.split())


if __name__ == "__main__":
    unittest.main()
