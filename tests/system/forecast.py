#!/usr/bin/python3
"""forecast.py - does what was forecast then happen?

A made-up stretch of a help desk's life is told to the daemon on a clock that is
stepped.  In the middle of it everybody goes home: a forecast is asked for, time
passes, and what was sent must be what was forecast, notice by notice, with its
ticket, reason, chain, step, person, channel and instant; and totals must be
those of the list.

Environment: SLAWATCHD, SLAWATCHCTL; SLAWATCH_SEED repeats a run.

SPDX-License-Identifier: MIT
"""
import collections
import json
import os
import random
import sqlite3
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True  # the sources may be read-only
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
sys.path.insert(0, HERE)

from harness import (Daemon, Scratch, SLAWATCHCTL,  # noqa: E402
                     instant, rfc3339)
import agreement  # noqa: E402

SEED = int(os.environ.get("SLAWATCH_SEED") or
           random.SystemRandom().getrandbits(31))
HOURS = 8

# Whose turn it is depends on the order in which other tickets come: a forecast
# walks them one after the other (slawatchctl(1)).
MATRIX = agreement.MATRIX.replace("[ lead, one of front ]", "lead").replace(
    "assign: least-loaded, unclaimed_after: 45m, ", "")


def tally(rows):
    return collections.Counter(
        (n["channel"], person["who"], n["reason"], n["chain"] or "",
         n["step"]) for person in rows for n in person["notices"]
        for _ in range(n["count"]))


SENT = agreement.SENT + " AND j.recorded > %d AND j.recorded <= %d"


class Case(unittest.TestCase):

    def setUp(self):
        self.scratch = Scratch()
        self.addCleanup(self.scratch.__exit__)

    def daemon(self, text, clock):
        d = Daemon(self.scratch, text, clock=clock,
                   args=["--log-level", "info"])
        self.addCleanup(d.__exit__)
        return d.start()

    def ctl(self, d, *args, code=0):
        done = subprocess.run([SLAWATCHCTL, "-s", d.socket] + list(args),
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def step(self, d, to):
        self.ctl(d, "clock", rfc3339(to))

    def sent(self, d, after, until):
        db = sqlite3.connect("file:%s?mode=ro" % d.database, uri=True)
        try:
            return collections.Counter(
                (key, reason, chain, step + 1 if step >= 0 else None, who,
                 channel, at) for key, reason, chain, step, who, channel, at
                in db.execute(SENT % (1000 * after, 1000 * until)))
        finally:
            db.close()


def going(told):
    """The notices that a forecast says go, each with its instant."""
    found = collections.Counter()
    for row in told["rows"]:
        if row["kind"] == "dead":
            continue
        for t in row["told"]:
            if t["held_until"] is None:
                found[(row["ticket"], t["reason"], t["chain"] or "",
                       t["step"], t["who"] or "", t["channel"],
                       round(1000 * instant(row["at"])))] += 1
    return found


class Agreement(Case):

    def play(self, seed):
        events = agreement.made_up(random.Random(seed))
        first = min(instant(e["at"]) for e in events)
        last = max(instant(e["at"]) for e in events)
        now = random.Random(seed + 1).randrange(int(first), int(last))
        path = self.scratch.file("events.jsonl", "".join(
            json.dumps(e) + "\n" for e in events if instant(e["at"]) <= now))
        d = self.daemon(MATRIX, "%s@step" % rfc3339(first - 3600))
        subprocess.run([SLAWATCHCTL, "-s", d.socket, "replay", path],
                       check=False, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        self.step(d, now)
        told = json.loads(self.ctl(
            d, "forecast", "--hours", str(HOURS), "--limit", "1000",
            "--json").stdout)
        self.assertEqual(instant(told["until"]), now + 3600 * HOURS)
        self.step(d, now + 3600 * HOURS)
        self.assertEqual(d.stop(), 0)
        self.judge(told, self.sent(d, now, now + 3600 * HOURS))
        d.__exit__()
        os.unlink(d.database)
        return sum(going(told).values())

    def judge(self, told, sent):
        self.assertLess(told["totals"]["rows"], 1000)
        self.assertEqual(len(told["rows"]), told["totals"]["rows"])
        self.assertEqual(sorted(r["at"] for r in told["rows"]),
                         [r["at"] for r in told["rows"]])
        self.assertEqual(
            tally(told["people"]),
            collections.Counter(
                {k: sum(n for key, n in sent.items() if (
                    key[5], key[4] or None, key[1], key[2], key[3]) == k)
                 for k in {(key[5], key[4] or None, key[1], key[2], key[3])
                           for key in sent}}))
        self.assertEqual(told["totals"]["notices"], sum(sent.values()))
        for p in told["people"]:
            self.assertEqual(round(1000 * instant(p["first"])), min(
                key[6] for key in sent if (key[4] or None) == p["who"] and
                p["channel"] in (None, key[5])))
        for kind, total in (("warning", "warnings"), ("breach", "breaches"),
                            ("exhausted", "exhausted")):
            self.assertEqual(
                sum(r["kind"] == kind for r in told["rows"]),
                told["totals"][total])
        self.assertEqual(going(told) - sent, collections.Counter())
        self.assertEqual(sent - going(told), collections.Counter())

    def test_what_was_forecast_happens(self):
        print("seed", SEED)
        plays = notices = 0
        while plays < 6 or notices <= 20:  # some nights are quiet
            self.assertLess(plays, 60, notices)
            notices += self.play(SEED + plays)
            plays += 1


SMALL = """
matrix: { owner: mara, fallback: room }
calendars: { late: { zone: UTC, week: { mon-sun: "12:00-20:00" } } }
severities: { P0: {}, P1: {}, P2: {} }
channels: { room: { type: log }, mail: { type: log } }
people:
  mara: { channels: mail }
  dana: { channels: mail }
  eli: { channels: mail, hours: late }
teams: { front: { members: [ dana ] }, back: { members: [ eli ] } }
roles: { primary: dana, lead: mara }
chains:
  standard:
    steps: [ { notify: primary }, { after: 30m, notify: lead } ]
policies:
  - name: all
    warn: [ 1h ]
    on_breach: standard
    targets: { P1: { resolution: 4h }, P2: { resolution: 30d } }
"""
START = instant("2026-01-05T09:00:00Z")
PEOPLE = [("mara", 6), ("dana", 4), ("eli", 2)]


class Asking(Case):

    def setUp(self):
        super().setUp()
        self.d = self.daemon(SMALL, "%s@step" % rfc3339(START))
        for n, team in enumerate(("front", "back", "back")):
            self.d.created("desk:%d" % n, "P1", at=START + n * 60,
                           team=team, assignee="eli" if n else "dana")
            self.step(self.d, START + (n + 1) * 60)
        self.d.created("desk:9", "P2")

    def ask(self, query=""):
        reply = self.d.get("/v1/forecast" + query)
        self.assertEqual(reply.status, 200, reply)
        return reply.json

    def test_rows_and_totals(self):
        told = self.ask()
        self.assertEqual(
            [(r["at"][11:16], r["ticket"], r["kind"],
              [(t["who"], t["channel"], t["held_until"]) for t in r["told"]])
             for r in told["rows"][:3]],
            [("12:00", "desk:0", "warning", [("dana", "room", None)]),
             ("12:01", "desk:1", "warning", [("eli", "room", None)]),
             ("12:02", "desk:2", "warning", [("eli", "room", None)])])
        self.assertEqual(told["totals"], {
            "tickets": 3, "rows": 15, "warnings": 3, "breaches": 3,
            "steps": 6, "exhausted": 3, "notices": 12, "cut": 0})
        self.assertEqual([(p["who"], p["count"]) for p in told["people"]],
                         PEOPLE)
        self.assertEqual(told["rows"][-1]["kind"], "exhausted")

    def test_what_is_held_goes_later(self):
        self.step(self.d, START + 300)
        self.scratch.file("d.yaml", SMALL.replace("warn: [ 1h ]",
                                                  "warn: [ 3h ]"))
        reply = self.d.post("/v1/reload")
        self.assertEqual(reply.status, 200, reply)
        self.d.wait_log("every ticket was told .*revision=" +
                        reply.json["revision"])
        rows = [r for r in self.ask()["rows"] if r["ticket"] == "desk:1"]
        self.assertEqual(rows[0]["told"][0]["held_until"],
                         "2026-01-05T12:00:00Z")
        self.assertEqual(rows[1]["kind"], "notice")
        self.assertEqual(rows[1]["at"], "2026-01-05T12:00:00Z")
        # It waits, and its ticket waits for nothing so soon.
        self.step(self.d, START + 4200)
        self.assertEqual(
            [(r["at"], r["ticket"], r["kind"])
             for r in self.ask("?hours=2")["rows"]],
            [("2026-01-05T12:00:00Z", "desk:1", "notice"),
             ("2026-01-05T12:00:00Z", "desk:2", "notice")])

    def test_what_is_due_comes_before_what_waited_for_then(self):
        """The breach unsays the warning that would go at that instant."""
        self.d.created("desk:5", "P1", at=START - 3600, assignee="eli")
        told = self.ask("?hours=4")
        rows = [r for r in told["rows"] if r["ticket"] == "desk:5"]
        self.assertEqual([(r["at"][11:16], r["kind"]) for r in rows], [
            ("11:00", "warning"), ("12:00", "breach"), ("12:00", "step"),
            ("12:30", "step"), ("13:00", "exhausted")])
        self.assertEqual(rows[0]["told"][0]["held_until"],
                         "2026-01-05T12:00:00Z")
        until = instant(told["until"])
        self.step(self.d, until)
        sent = self.sent(self.d, START + 180, until)
        self.assertEqual(
            [key[1] for key in sorted(sent, key=lambda key: key[-1])
             if key[0] == "desk:5"], ["chain", "chain", "exhausted"])

    def test_of_many_none_is_left_out(self):
        self.d.send(*[self.d.event("many:%d" % n, "created", at=START + 180,
                                   fields={"severity": "P1"})
                      for n in range(700)])
        told = self.ask()
        self.assertEqual(told["totals"]["breaches"], 703)
        self.assertEqual(len(told["rows"]), 200)
        self.assertEqual(
            self.d.post("/v1/reload/plan").json["plan"]["tickets"], 704)

    def test_fewer(self):
        told = self.ask("?limit=2")
        self.assertEqual([r["ticket"] for r in told["rows"]],
                         ["desk:0", "desk:1"])
        self.assertEqual(told["totals"]["rows"], 15)
        told = self.ask("?hours=3")
        self.assertEqual((told["totals"]["warnings"],
                          told["totals"]["breaches"]), (3, 0))
        told = self.ask("?team=front")
        self.assertEqual({r["ticket"] for r in told["rows"]}, {"desk:0"})
        told = self.ask("?person=mara")
        self.assertEqual({r["what"] for r in told["rows"]},
                         {"step 2 of standard",
                          "standard is exhausted: nobody answered"})
        self.assertEqual([(p["who"], p["count"]) for p in told["people"]],
                         [("mara", 6)])
        self.assertEqual(told["totals"]["notices"], 6)

    def test_what_cannot_be_asked(self):
        for query, error in (
                ("?hours=0", "hours"), ("?hours=745", "hours"),
                ("?limit=1001", "limit"), ("?team=frnt", "front"),
                ("?person=mra", "mara"), ("?houre=3", "hours")):
            reply = self.d.get("/v1/forecast" + query)
            self.assertEqual(reply.status, 400)
            self.assertIn(error, reply.error)

    def test_a_table(self):
        said = self.ctl(self.d, "forecast").stdout
        for part in ("3 warnings, 3 breaches, 6 steps of chains, "
                     "3 chains at their end, 12 notices",
                     "desk:2", "warning: 1h before resolution is due",
                     "resolution breaches", "step 2 of standard",
                     "mara via room", "Who will hear",
                     "dana                 4  3 step 1 of standard via mail; "
                     "1 warning via room"):
            self.assertIn(part, said)
        said = self.ctl(self.d, "forecast", "-n", "2").stdout
        self.assertIn("the first 2 of 15", said)
        said = self.ctl(self.d, "forecast", "--hours", "1").stdout
        self.assertIn("nothing, if nobody does anything", said)
        for args in (["--hours", "0"], ["--limit", "1001"], ["--hours", "x"]):
            said = self.ctl(self.d, "forecast", *args, code=2).stderr
            self.assertIn("is not a number from 1 to", said)
        said = self.ctl(self.d, "forecast", "--team", "frnt", code=1).stderr
        self.assertIn("did you mean \"front\"", said)

    def test_a_drill_is_none_of_it(self):
        before = self.ask()
        reply = self.d.post("/v1/drill", {"by": "mara", "chain": "standard"})
        self.assertIn(reply.status, (200, 201), reply)
        self.assertTrue(self.d.get("/v1/drill").json)
        self.assertEqual(self.ask(), before)
        plan = self.d.post("/v1/reload/plan").json["plan"]
        self.assertEqual(plan["tickets"], 4)

    def test_what_is_done_is_not_forecast(self):
        self.d.send(self.d.event("desk:0", "status", status="solved"))
        self.assertEqual({r["ticket"] for r in self.ask()["rows"]},
                         {"desk:1", "desk:2"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
