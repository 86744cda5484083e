#!/usr/bin/python3
"""reload_plan.py - does a reload do what its plan said, and does its guard hold?

A made-up stretch of a help desk's life is told to the daemon on a clock that
stands still; then the matrix is changed at random.  What `reload --plan` says
beforehand (clocks that move, breaches, who is told by which channel) must be
what a forced reload then does.  And the guard: what is refused, how that is
said, and how it is overruled.

Environment: SLAWATCHD, SLAWATCHCTL; SLAWATCH_SEED repeats a run.

SPDX-License-Identifier: MIT
"""
import collections
import errno
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True  # the sources may be read-only
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
sys.path.insert(0, HERE)

from harness import (Daemon, Scratch, SLAWATCHCTL,  # noqa: E402
                     instant, rfc3339, wait_until)
import agreement  # noqa: E402
import ctl_case  # noqa: E402

SEED = int(os.environ.get("SLAWATCH_SEED") or
           random.SystemRandom().getrandbits(31))
START = instant("2026-01-05T09:00:00Z")  # a Monday

CHANGES = [
    ("P2: { first_reply: 4h, next_reply: 3h", "P2: { first_reply: 30m"),
    ("P2: { first_reply: 4h", "P2: { first_reply: 9h, update: 20h"),
    ("P1: { acknowledge: 15m, first_reply: 1h", "P1: { first_reply: 5m"),
    ("P3: { first_reply: 8h, resolution: 40h }", "P3: { resolution: 4h }"),
    ("mon-fri: \"09:00-17:00\"", "mon-fri: \"08:00-20:00\""),
    ("    calendar: office\n", "    calendar: always\n"),
    ("- name: all\n", "- name: all\n    when: { customer: [ c0, c1 ] }\n"),
    ("- name: all\n", "- name: everyone\n"),
    ("warn: [ 50%, 80%, 10m ]", "warn: [ 20%, 99% ]"),
    ("policies:\n", "policies:\n  - { name: c0, when: { customer: c0 }, "
     "warn: [ 1% ], on_warning: loud, targets: { P1: { resolution: 30h }, "
     "P2: { update: 50h } } }\n"),
    ("fallback: ops }", "fallback: ops, applies: all }"),
    ("fallback: ops }", "fallback: ops, applies: new }"),
    ("dana: { hours: office", "dana: { hours: always"),
    ("mon-fri: \"09:00-17:00\" }", "mon-fri: [ \"08:00-12:00\", "
     "\"13:00-18:00\" ] }, holidays: [ 2026-01-06, 2026-01-08 ]"),
    ("      - { after: 10m, notify: primary, remind: { every: 5m, times: 2 } }"
     "\n", ""),
    ("  loud: { rank: 2, steps: [ { notify: [ primary, lead ], until: replied "
     "}", "  loud: { steps: [ { notify: [ room, front ], via: [ room, mail ] }"
     ", { after: 1m, notify: eli }"),
    ("    on_warning: standard\n", "    on_warning: loud\n"),
    ("    on_breach: standard\n", ""),
    ("mara: { channels: mail }", "mara: { channels: [ ops, room ] }"),
    ("eli: { channels: mail }", "eli: { hours: office, channels: room }"),
    ("mail: { type: log }", "mail: { type: log }, pager: { type: log }"),
    ("omar: { channels: { P1: ops, P2: mail } }", "omar: { channels: mail }"),
    ("assign: least-loaded, unclaimed_after: 45m", "assign: round-robin, "
     "unclaimed_after: 5m"),
    ("in_status_for: 2d", "in_status_for: 30m"),
    ("customer_tickets: \">= 3 in 7d\"", "customer_tickets: \">= 2 in 30d\""),
    ("severities: { P1: { calendar: always }", "severities: { P1: {}"),
    ("severities: { P1: {", "severities: { P0: {}, P1: {"),
]

CLOCKS = ("SELECT ticket_id, kind, cycle, due, target_ms FROM clock"
          " WHERE current = 1 AND ended_at IS NULL AND state <> 'idle'")
SAID = ("SELECT j.kind, count(*) FROM journal AS j WHERE j.id > ?"
        " GROUP BY j.kind")
QUEUED = ("SELECT o.channel, o.who, o.reason, o.chain, o.step FROM outbox AS o"
          " WHERE o.id > ? AND o.held_until IS NULL")


class Case(unittest.TestCase):

    def setUp(self):
        self.scratch = Scratch()
        self.addCleanup(self.scratch.__exit__)

    def daemon(self, text, start, level="info"):
        d = Daemon(self.scratch, text, clock="%s@step" % rfc3339(start),
                   args=["--log-level", level])
        self.addCleanup(d.__exit__)
        return d.start()

    def ctl(self, d, *args, code=0):
        done = subprocess.run([SLAWATCHCTL, "-s", d.socket] + list(args),
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def ask(self, d, sql, *args):
        db = sqlite3.connect("file:%s?mode=ro" % d.database, uri=True)
        try:
            return db.execute(sql, args).fetchall()
        finally:
            db.close()

    def latest(self, d, table):
        return self.ask(d, "SELECT ifnull(max(id), 0) FROM %s" % table)[0][0]


class Agreement(Case):

    def change(self, rng):
        text = agreement.MATRIX
        for old, new in rng.sample(CHANGES, rng.randrange(1, 5)):
            text = text.replace(old, new)
        return text

    def play(self, seed):
        rng = random.Random(seed)
        events = agreement.made_up(rng)
        first = min(instant(e["at"]) for e in events)
        last = max(instant(e["at"]) for e in events)
        now = rng.randrange(int(first), int(last))
        path = self.scratch.file("events.jsonl", "".join(
            json.dumps(e) + "\n" for e in events if instant(e["at"]) <= now))
        d = self.daemon(agreement.MATRIX, first - 3600, "warning")
        subprocess.run([SLAWATCHCTL, "-s", d.socket, "replay", path],
                       check=False, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        self.ctl(d, "clock", rfc3339(now))
        if rng.randrange(2):  # not the first one that came into force
            self.scratch.file("d.yaml", self.change(rng))
            self.ctl(d, "reload", "--force", "--by", "omar")
            self.swept(d)
            self.ctl(d, "clock", rfc3339(now + 600))
        file = self.scratch.file("new.yaml", self.change(rng))
        with open(file, encoding="utf-8") as f:
            self.scratch.file("d.yaml", f.read())
        plan = self.planned(d, file)
        was = self.before(d)
        self.ctl(d, "reload", "--force", "--by", "mara")
        self.swept(d)
        self.judge(d, plan, was)
        self.assertEqual(d.stop(), 0)
        done = subprocess.run([SLAWATCHCTL, "verify", d.database],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        os.unlink(d.database)
        return plan

    def planned(self, d, file):
        """As the daemon's own file and as one that is sent: the same."""
        before = self.latest(d, "journal")
        plans = []
        for args in ([], [file]):
            done = subprocess.run(
                [SLAWATCHCTL, "-s", d.socket, "reload", "--plan", "--json"] +
                args, capture_output=True, text=True, check=False)
            self.assertNotEqual(done.stdout, "", done.stderr)
            plans.append(json.loads(done.stdout)["plan"])
            self.assertEqual(done.returncode,
                             int(plans[-1]["guard"]["refuses"]))
            plans[-1].pop("file")
        self.assertEqual(plans[0], plans[1])
        self.assertEqual(self.latest(d, "journal"), before)
        return plans[0]

    def before(self, d):
        return (dict((row[:3], row[3:]) for row in self.ask(d, CLOCKS)),
                self.latest(d, "journal"), self.latest(d, "outbox"))

    def swept(self, d):
        revision = d.get("/v1/status").json["matrix"]["revision"]
        wait_until("the sweep", lambda: self.ask(
            d, "SELECT value FROM meta WHERE name = 'matrix'") ==
            [(revision,)])

    def judge(self, d, plan, was):
        clocks, journal, outbox = was
        pairs = [(clocks[r[:3]], r[3:]) for r in self.ask(d, CLOCKS)
                 if r[:3] in clocks]
        moves = [now[0] - old[0] for old, now in pairs
                 if None not in (old[0], now[0]) and now[0] != old[0]]
        said = dict(self.ask(d, SAID, journal))
        told = collections.Counter(
            (channel, who or None, reason, chain,
             step + 1 if step >= 0 else None)
            for channel, who, reason, chain, step
            in self.ask(d, QUEUED, outbox))
        counted = plan["clocks"]
        self.assertEqual(counted["moved"], len(moves))
        self.assertEqual(counted["earlier"], sum(m < 0 for m in moves))
        self.assertEqual(counted["later"], sum(m > 0 for m in moves))
        self.assertEqual(counted["retargeted"], sum(
            old[0] is None and now[0] is None and old[1] != now[1]
            for old, now in pairs))
        self.assertEqual(counted["later_max_s"],
                         max([m for m in moves if m > 0] or [0]) / 1000)
        self.assertEqual(counted["earlier_max_s"],
                         -min([m for m in moves if m < 0] or [0]) / 1000)
        for name, kind in (("breached", "clock_breached"),
                           ("warned", "clock_warned"),
                           ("started", "clock_started"),
                           ("cancelled", "clock_cancelled"),
                           ("paused", "clock_paused"),
                           ("resumed", "clock_resumed"),
                           ("unbreached", "clock_withdrawn")):
            self.assertEqual(counted[name], said.get(kind, 0), name)
        self.assertEqual(plan["chains"], said.get("chain_started", 0))
        self.assertEqual(
            plan["policies"]["changed"],
            said.get("policy", 0) + said.get("no_policy", 0))
        self.assertEqual(plan["policies"]["lost"], said.get("no_policy", 0))
        self.assertEqual(plan["notices"]["now"], sum(told.values()))
        self.assertEqual(plan["notices"]["held"],
                         said.get("notice_held", 0))
        self.assertEqual(told, collections.Counter(
            (n["channel"], person["who"], n["reason"], n["chain"] or "",
             n["step"]) for person in plan["people"]
            for n in person["notices"] for _ in range(n["count"])))
        self.assertEqual(
            [row for row in plan["moves"]],
            sorted(plan["moves"], key=lambda r: (
                r["due"] > r["was"],
                -abs(instant(r["due"]) - instant(r["was"])),
                r["ticket"], r["clock"])))
        self.assertEqual(len(plan["moves"]), min(100, counted["moved"]))
        self.assertEqual(len(plan["breaches"]),
                         min(100, counted["breached"]))

    def test_a_reload_does_what_its_plan_says(self):
        print("seed", SEED)
        plays = moved = notices = 0
        while plays < 5 or moved == 0 or notices == 0:  # some change little
            self.assertLess(plays, 50, (moved, notices))
            plan = self.play(SEED + plays)
            moved += plan["clocks"]["moved"]
            notices += plan["notices"]["now"]
            plays += 1


SMALL = """
matrix: { owner: mara, fallback: room, guard: { breaches: 2, notices: 2 } }
severities: { P1: {}, P2: {} }
channels: { room: { type: log }, mail: { type: log } }
people: { mara: { channels: mail }, dana: { channels: mail } }
roles: { primary: dana }
chains: { standard: { steps: [ { notify: primary, via: [ mail ] } ] } }
policies:
  - { name: all, warn: [], on_breach: standard, targets: { P1: { first_reply: %s }, P2: { first_reply: 2d } } }
"""


class Guard(Case):

    def setUp(self):
        super().setUp()
        self.d = self.daemon(SMALL % "8h", START)
        for n in range(3):
            self.d.created("desk:%d" % n, "P1", at=START)
        self.ctl(self.d, "clock", rfc3339(START + 3600))
        self.before = self.revision()

    def revision(self):
        return self.d.get("/v1/status").json["matrix"]["revision"]

    def put(self, text):
        self.scratch.file("d.yaml", text)

    def unchanged(self):
        self.assertEqual(self.revision(), self.before)
        self.assertEqual(
            instant(self.d.clock_of("desk:1", "first_reply")["due"]),
            START + 8 * 3600)

    def test_too_much_at_once_is_refused(self):
        self.put(SMALL % "30m")
        reply = self.d.post("/v1/reload")
        self.assertEqual(reply.status, 409, reply)
        self.assertEqual(
            reply.error,
            "3 clocks would breach at once, matrix.guard.breaches is 2; "
            "3 notices would go at once, matrix.guard.notices is 2")
        plan = reply.json["plan"]
        self.assertEqual(plan["clocks"]["breached"], 3)
        self.assertEqual(plan["people"], [{
            "who": "dana", "channel": None, "count": 3,
            "first": "2026-01-05T10:00:00Z", "notices": [{
                "channel": "mail", "reason": "chain", "chain": "standard",
                "step": 1, "count": 3}]}])
        self.unchanged()
        self.assertEqual(self.d.metric("slawatch_reloads_refused_total"), 1)
        self.assertIn("reload", self.d.get(
            "/v1/status").json["health"]["reasons"][0])
        done = self.ctl(self.d, "reload", code=1)
        self.assertIn("3 clocks would breach at once", done.stderr)
        self.assertIn("reload --force", done.stderr)
        self.assertIn("would refuse it", done.stdout)
        self.unchanged()
        done = self.ctl(self.d, "reload", "--force", "--by", "mara",
                        "--why", "agreed with acme")
        self.assertIn("3 clocks breach at once", done.stdout)
        self.assertIn("; in force before it was " + self.before, done.stdout)
        self.assertIn("\nguard      was overruled by --force: 3 clocks",
                      done.stdout)
        self.assertNotEqual(self.revision(), self.before)
        self.d.wait_log(
            r"reloaded .*by=mara how=forced why=\"agreed with acme\" "
            r"clocks_moved=3 breaches=3 notices=3")
        wait_until("the breaches", lambda: all(
            self.d.clock_of("desk:%d" % n, "first_reply")["state"] ==
            "breached" for n in range(3)))
        self.assertTrue(self.d.get("/v1/status").json["health"]["ok"])

    def test_a_signal_is_refused_too(self):
        self.put(SMALL % "30m")
        self.d.reload()
        self.d.wait_log("reload refused, nothing was changed.*how=signal"
                        ".*slawatchctl reload --force")
        self.unchanged()

    def test_a_little_is_let_pass(self):
        self.d.send(self.d.event("desk:0", "status", at=START + 3600,
                                 status="solved"))
        self.put(SMALL % "30m")
        done = self.ctl(self.d, "reload", "--by", "mara")
        self.assertIn("\nguard      let it pass: 2 of at most 2 breaches and 2 "
                      "of at most 2 notices at once\n", done.stdout)
        self.assertNotEqual(self.revision(), self.before)
        self.d.wait_log("reloaded .*how=reload")

    def test_the_matrix_in_force_counts(self):
        """The new one's own guard would let it pass."""
        self.put(SMALL.replace("breaches: 2, notices: 2",
                               "breaches: 99, notices: 99") % "30m")
        self.assertEqual(self.d.post("/v1/reload", {}).status, 409)
        self.put(SMALL.replace("breaches: 2", "breaches: 3") % "30m")
        self.assertEqual(
            self.d.post("/v1/reload").error,
            "3 clocks would breach at once, matrix.guard.breaches is 2; "
            "3 notices would go at once, matrix.guard.notices is 2")
        self.put(SMALL.replace("breaches: 2", "breaches: 3") % "8h")
        self.assertEqual(self.d.post("/v1/reload").status, 200)
        self.put(SMALL % "30m")
        self.assertEqual(
            self.d.post("/v1/reload").error,
            "3 notices would go at once, matrix.guard.notices is 2")

    def test_a_start_is_not_held_up(self):
        self.assertEqual(self.d.stop(), 0)
        self.put(SMALL % "30m")
        self.d.clock = "%s@step" % rfc3339(START + 3600)
        self.d.start()
        self.d.wait_log("every ticket was told of the matrix.*breaches=3 "
                        "notices=3")

    def test_a_plan_is_a_table(self):
        self.put(SMALL % "30m")
        said = self.ctl(self.d, "reload", "--plan", code=1).stdout
        for part in ("3 are due at another time: 3 earlier (by up to 7h 30m)",
                     "3 clocks breach at once", "3 go at once",
                     "would refuse it: 3 clocks", "desk:2", "7h 30m earlier",
                     "dana                 3  3 step 1 of standard via mail"):
            self.assertIn(part, said)
        self.put(SMALL % "9h")
        said = self.ctl(self.d, "reload", "--plan").stdout
        self.assertIn("3 later (by up to 1h)", said)
        self.assertIn("lets it pass: at most 2 breaches", said)
        self.unchanged()

    def test_policies_and_severities_that_go(self):
        text = SMALL.replace("P1: {}, P2", "P0: {}, P2").replace(
            "P1: { first_reply: %s }", "P0: { first_reply: 8h }").replace(
            "{ name: all,", "{ name: some, when: { severity: P2 },")
        file = self.scratch.file("other.yaml", text)
        said = self.ctl(self.d, "reload", "--plan", file).stdout
        self.assertIn("\nclocks     3 are cancelled\n", said)
        self.assertIn("3 tickets from all to none", said)
        self.assertIn("3 tickets have P1, which is gone", said)
        self.d.send(self.d.event("desk:0", "status", at=START + 3600,
                                 status="solved"))
        self.scratch.file("other.yaml", text.replace(
            "owner: mara,", "owner: mara, applies: all,"))
        said = self.ctl(self.d, "reload", "--plan", file).stdout
        self.assertIn("clocks     3 are cancelled\n", said)
        self.assertIn("2 tickets have P1, which is gone", said)

    def test_the_worst_are_kept_however_late_they_come(self):
        self.d.send(*[self.d.event("many:%d" % n, "created", at=START + 3600,
                                   fields={"severity": "P1"})
                      for n in range(100)])
        self.d.created("last:1", "P2", at=START + 3600)
        plan = self.d.post("/v1/reload/plan", {"text": (SMALL % "7h").replace(
            "first_reply: 2d", "first_reply: 1d")}).json["plan"]
        self.assertEqual(plan["clocks"]["moved"], 104)
        self.assertEqual(len(plan["moves"]), 100)
        self.assertEqual([(r["ticket"], r["clock"])
                          for r in plan["moves"][:2]],
                         [("last:1", "first_reply"),
                          ("desk:0", "first_reply")])

    def test_turns_are_taken(self):
        """A pick for one ticket counts for the next."""
        text = SMALL.replace("roles:", "teams: { front: { members: [ mara, "
                             "dana ] } }\nroles:").replace(
            "notify: primary", "notify: one of front") % "1m"
        plan = self.d.post("/v1/reload/plan", {"text": text})
        self.assertEqual(plan.status, 200, plan)
        self.assertEqual(
            {p["who"]: p["count"] for p in plan.json["plan"]["people"]},
            {"mara": 2, "dana": 1})

    def test_which_tickets_it_takes_over(self):
        self.d.send(self.d.event("desk:0", "status", at=START + 3600,
                                 status="solved"))
        for applies, tickets, moved in (("open", 2, 2), ("all", 3, 2),
                                        ("new", 2, 0)):
            plan = self.d.post("/v1/reload/plan", {"text": SMALL.replace(
                "owner: mara,", "owner: mara, applies: %s," % applies) %
                "9h"}).json["plan"]
            self.assertEqual((plan["applies"], plan["tickets"],
                              plan["clocks"]["moved"]),
                             (applies, tickets, moved))

    def test_a_ticket_names_the_matrix_it_goes_by(self):
        self.put(SMALL.replace("owner: mara,", "owner: mara, applies: new,") %
                 "9h")
        self.ctl(self.d, "reload", "--by", "mara")
        self.d.created("desk:9", "P1", at=START + 3600)
        self.assertNotEqual(self.revision(), self.before)
        for key, revision, in_force in (("desk:1", self.before, False),
                                        ("desk:9", self.revision(), True)):
            self.assertEqual(
                json.loads(self.ctl(self.d, "show", "--json",
                                    key).stdout)["matrix"],
                {"revision": revision, "in_force": in_force})
            self.assertIn(
                "\nmatrix     %s, %sthe one in force\n" % (
                    revision, "" if in_force else "not "),
                self.ctl(self.d, "show", key).stdout)
        self.assertEqual(
            {t["key"]: t["matrix"]["in_force"]
             for t in self.d.get("/v1/tickets").json["tickets"]},
            {"desk:0": False, "desk:1": False, "desk:2": False,
             "desk:9": True})

    def test_files_beside_it_are_sent(self):
        os.mkdir(self.scratch.file("sub"))
        ics = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\n"
               "UID:1\r\nDTSTAMP:20260101T000000Z\r\n"
               "DTSTART;VALUE=DATE:20260105\r\nSUMMARY:closed\r\n"
               "END:VEVENT\r\nEND:VCALENDAR\r\n")
        self.scratch.file("sub/days.ics", ics)
        file = self.scratch.file("sub/new.yaml", SMALL.replace(
            "policies:\n", "calendars: { office: { zone: UTC, week: { mon-fri:"
            " \"00:00-24:00\" }, holidays: [ days.ics ] } }\npolicies:\n")
            .replace("name: all,", "name: all, calendar: office,") % "8h")
        plan = json.loads(self.ctl(self.d, "reload", "--plan", file,
                                   "--json").stdout)["plan"]
        # What has elapsed stays; the rest of the Monday does not count.
        self.assertEqual(instant(plan["moves"][0]["due"]),
                         instant("2026-01-06T07:00:00Z"))

    def test_the_same_file_changes_nothing(self):
        plan = json.loads(self.ctl(
            self.d, "reload", "--plan", "--json").stdout)["plan"]
        self.assertTrue(plan["same"])
        self.assertEqual(plan["touched"], 0)
        self.assertEqual(plan["clocks"]["moved"], 0)
        self.assertEqual(self.d.post("/v1/reload").status, 200)
        self.d.wait_log("reloaded ")
        self.ctl(self.d, "clock", rfc3339(START + 3601))
        self.assertEqual(self.d.log().count(
            "every ticket was told of the matrix"), 1)

    def test_bad_files(self):
        self.put("severities: 3\n")
        reply = self.d.post("/v1/reload/plan")
        self.assertEqual(reply.status, 422)
        self.assertIn("d.yaml:1:13: error", reply.error)
        said = self.ctl(self.d, "reload", "--plan",
                        self.scratch.file("d.yaml"), code=1).stderr
        self.assertIn("d.yaml:1:13: error", said)
        self.assertIn("cannot be read", self.ctl(
            self.d, "reload", "--plan", "/nowhere.yaml", code=1).stderr)

    def test_bad_requests(self):
        for body, error in (
                ("[]", "body: not an object"),
                ('{"force": 1}', "force: must be true or false"),
                ('{"by": 3}', "by: not a string"),
                ('{"why": "%s"}' % (501 * "x"), "why: longer than 500 bytes"),
                ('{"forced": true}', "forced: unknown member; known are by, "
                 "why and force")):
            reply = self.d.post("/v1/reload", body)
            self.assertEqual((reply.status, reply.error), (400, error))
        for body, error in (
                ("[]", "body: must be an object"),
                ("{}", "text: needed, the matrix itself"),
                ('{"text": "", "revision": "x"}',
                 "revision: must be 16 hex digits"),
                ('{"text": "", "files": 3}', "files: must be an array"),
                ('{"text": "", "files": [{"name": "a"}]}',
                 "files[0]: needs a \"name\" and its bytes as \"base64\""),
                ('{"text": "", "files": [{"name": "a", "base64": "_"}]}',
                 "files[0].base64: this is no base64"),
                ('{"text": "", "file": 3}', "file: unknown member; known are "
                 "name, revision, text and files")):
            reply = self.d.post("/v1/reload/plan", body)
            self.assertEqual((reply.status, reply.error), (400, error))
        self.unchanged()

    def rename(self, table, to):
        with sqlite3.connect(self.d.database, timeout=10) as db:
            db.execute("ALTER TABLE %s RENAME TO %s" % (table, to))
        db.close()

    def test_what_cannot_be_planned_must_be_forced(self):
        self.put(SMALL % "9h")
        self.rename("deadline", "not_there")
        reply = self.d.post("/v1/reload")
        self.assertEqual(reply.status, 503, reply)
        self.assertIn("what it would do cannot be found out: ", reply.error)
        self.assertIn("deadline", reply.error)
        self.assertEqual(self.d.post("/v1/reload/plan").status, 503)
        self.assertEqual(self.revision(), self.before)
        self.assertIn("reload", self.d.get(
            "/v1/status").json["health"]["reasons"][0])
        reply = self.d.post("/v1/reload", {"force": True})
        self.rename("not_there", "deadline")
        self.assertEqual(reply.status, 200, reply)
        self.assertNotEqual(self.revision(), self.before)

    def ask(self, body):
        """On a connection of its own, which is to be answered; the daemon has
        the request when this returns."""
        conn = self.d.connection()
        conn.request("POST", "/v1/reload", json.dumps(body),
                     {"Content-Type": "application/json"})
        for _ in range(2):  # the second comes behind all that it had then
            self.assertEqual(self.d.get("/healthz").status, 200)
        return conn

    def while_one_reads(self, text, *bodies):
        """Requests for that matrix, made while dana's for another one is still
        on its way: that one comes by a pipe.  All the answers."""
        path = self.scratch.file("d.yaml")
        os.unlink(path)
        os.mkfifo(path)

        def reader_is_there():
            try:
                return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
            except OSError as e:
                self.assertEqual(e.errno, errno.ENXIO)
                return None

        conns = [self.ask({"by": "dana"})]
        pipe = wait_until("it to read", reader_is_there)
        os.unlink(path)
        self.put(text)
        conns += [self.ask(body) for body in bodies]
        os.write(pipe, (SMALL % "9h").encode())
        os.close(pipe)
        status = [conn.getresponse().status for conn in conns]
        for conn in conns:
            conn.close()
        return status

    def test_one_reload_answers_all_who_waited(self):
        """The first of them is whose it is."""
        self.assertEqual(
            self.while_one_reads(SMALL % "10h", {"by": "omar"},
                                 {"by": "mara"}), [200, 200, 200])
        self.d.wait_log("reloaded .*by=omar how=reload")
        self.assertEqual(re.findall("msg=reloaded .*by=([a-z]+)",
                                    self.d.log()), ["dana", "omar"])

    def test_the_one_who_forces_it_answers_for_all(self):
        self.assertEqual(
            self.while_one_reads(
                SMALL % "30m", {"by": "omar"},
                {"by": "mara", "why": "agreed", "force": True},
                {"by": "eli", "force": True}), [200, 200, 200, 200])
        self.d.wait_log("reloaded .*by=mara how=forced why=agreed ")
        self.assertEqual(re.findall("msg=reloaded .*by=([a-z]+)",
                                    self.d.log()), ["dana", "mara"])

    def test_two_at_once(self):
        """The second comes after the first, and each is answered."""
        self.put(SMALL % "30m")
        first = subprocess.Popen(
            [SLAWATCHCTL, "-s", self.d.socket, "reload", "--force", "--by",
             "mara"], stdout=subprocess.DEVNULL)
        self.d.process.send_signal(signal.SIGHUP)
        self.assertEqual(first.wait(), 0)
        wait_until("the reload", lambda: self.revision() != self.before)


class Ctl(ctl_case.Case):
    """What is asked of the daemon."""

    def test_secrets_do_not_travel(self):
        file = self.write("m.yaml", """
severities: { P1: {} }
channels:
  hook: { type: slack-webhook, url: "https://hooks.example.com/T/topsecret" }
people: { mara: {} }
policies: [ { name: all, targets: { P1: { resolution: 1h } } } ]
""")
        self.daemon.said["/v1/reload/plan"] = (200, {"plan": {}})
        self.ctl("reload", "--plan", file)
        method, path, body = self.asked()
        self.assertEqual((method, path), ("POST", "/v1/reload/plan"))
        self.assertNotIn("topsecret", body)
        self.assertIn("hooks.example.com", body)
        self.assertEqual(json.loads(body)["files"], [])

    def test_usage(self):
        said = self.ctl("reload", "new.yaml", code=2).stderr
        self.assertIn("the daemon reads its own file", said)
        self.assertIn("reload --plan new.yaml", said)
        for option in (["--force"], ["--why", "x"]):
            said = self.ctl("reload", "--plan", *option, code=2).stderr
            self.assertIn("--plan changes nothing", said)
        self.assertEqual(self.daemon.asked, [])

    def test_who_and_why(self):
        self.daemon.said["/v1/reload"] = (200, {"messages": "",
                                               "revision": "00ff"})
        self.ctl("reload", "--by", "mara", "--why", "a new contract")
        self.assertEqual(json.loads(self.asked()[2]), {
            "by": "mara", "why": "a new contract", "force": False})
        self.ctl("reload", "--by", "mara", "--force")
        self.assertEqual(json.loads(self.daemon.asked[1][2]), {
            "by": "mara", "why": None, "force": True})


if __name__ == "__main__":
    unittest.main(verbosity=2)
