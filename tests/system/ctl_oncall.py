#!/usr/bin/python3
"""ctl_oncall.py - slawatchctl oncall: who is it now, who next, and when nobody?

By a matrix alone, where every word of the tables is compared; and by the real
daemon, which knows what was said since.

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
from harness import Daemon, SLAWATCHCTL, Scratch  # noqa: E402

MATRIX = """
matrix: { owner: mara, fallback: log }
severities: { P1: {} }
calendars: { office: { zone: Europe/Berlin, week: { mon-fri: "09:00-17:00" } } }
channels: { log: { type: log } }
people:
  dana: { name: Dana Ruiz }
  eli: { name: Eli Park }
  mara: { name: Mara Stein }
teams: { frontline: { members: [dana, eli] } }
oncall:
  support: { members: [dana, eli], start: "2026-01-05T09:00", zone: Europe/Berlin }
  office: { members: [eli, dana], start: 2026-01-05, zone: Europe/Berlin, hours: office }
  night: { calendar: night.ics, override: swaps.ics, zone: America/New_York }
  feed: { calendar: "https://127.0.0.1:1/topsecret.ics" }
roles: { primary: support, all: frontline, lead: mara }
chains: { one: { steps: [ { notify: [primary, all, lead, office, night, feed], via: log } ] } }
policies: [ { name: everyone, on_breach: one, targets: { P1: { first_reply: 1h } } } ]
"""

NIGHT = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1
DTSTART;TZID=America/New_York:20260105T200000
DTEND;TZID=America/New_York:20260106T080000
RRULE:FREQ=DAILY;COUNT=4
SUMMARY:@Dana Ruiz
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;TZID=America/New_York:20260109T200000
DTEND;TZID=America/New_York:20260110T080000
SUMMARY:Zoe
END:VEVENT
END:VCALENDAR
"""

SWAPS = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1
DTSTART;TZID=America/New_York:20260106T220000
DTEND;TZID=America/New_York:20260107T000000
SUMMARY:eli & mara
END:VEVENT
END:VCALENDAR
"""

ALL = """\
ROLE     SCHEDULE  ON CALL                           UNTIL                             NEXT
primary  support   Dana Ruiz                         Mon 2026-01-12 09:00 (in 5d 20h)  eli
all      -         Dana Ruiz, Eli Park               -                                 -
lead     -         Mara Stein                        -                                 -
-        office    Eli Park                          Tue 2026-01-06 17:00 (in 4h)      eli (Wed 2026-01-07 09:00)
-        night     Dana Ruiz                         Tue 2026-01-06 08:00 (in 1h)      dana (Tue 2026-01-06 20:00)
-        feed      nobody (the feed is not fetched)  -                                 -
nobody: office, Tue 2026-01-06 17:00 to Wed 2026-01-07 09:00 Europe/Berlin (16h)
nobody: office, Wed 2026-01-07 17:00 to Thu 2026-01-08 09:00 Europe/Berlin (16h)
nobody: office, Thu 2026-01-08 17:00 to Fri 2026-01-09 09:00 Europe/Berlin (16h)
nobody: office, Fri 2026-01-09 17:00 to Mon 2026-01-12 09:00 Europe/Berlin (2d 16h)
nobody: office, Mon 2026-01-12 17:00 to Tue 2026-01-13 09:00 Europe/Berlin (16h)
nobody: office, and 17 times more
nobody: night, Tue 2026-01-06 08:00 to Tue 2026-01-06 20:00 America/New_York (12h)
nobody: night, Wed 2026-01-07 08:00 to Wed 2026-01-07 20:00 America/New_York (12h)
nobody: night, Thu 2026-01-08 08:00 to Thu 2026-01-08 20:00 America/New_York (12h)
nobody: night, Fri 2026-01-09 08:00 to Fri 2026-01-09 20:00 America/New_York (12h)
nobody: night, Fri 2026-01-09 20:00 to Sat 2026-01-10 08:00 America/New_York (12h)
nobody: night, and once more
"""

WEEK = """\
night, by the clock of America/New_York
FROM                  TO                    ON CALL
Tue 2026-01-06 07:00  Tue 2026-01-06 08:00  dana
Tue 2026-01-06 08:00  Tue 2026-01-06 20:00  nobody
Tue 2026-01-06 20:00  Tue 2026-01-06 22:00  dana
Tue 2026-01-06 22:00  Wed 2026-01-07 00:00  eli, mara
Wed 2026-01-07 00:00  Wed 2026-01-07 08:00  dana
Wed 2026-01-07 08:00  Wed 2026-01-07 20:00  nobody
Wed 2026-01-07 20:00  Thu 2026-01-08 08:00  dana
Thu 2026-01-08 08:00  Thu 2026-01-08 20:00  nobody
Thu 2026-01-08 20:00  Fri 2026-01-09 08:00  dana
Fri 2026-01-09 08:00  Fri 2026-01-09 20:00  nobody
Fri 2026-01-09 20:00  Sat 2026-01-10 08:00  nobody ("Zoe" is unknown)
Sat 2026-01-10 08:00  Thu 2026-02-05 07:00  nobody
"""


class Case(unittest.TestCase):
    where = ()

    def setUp(self):
        self.scratch = Scratch()
        self.addCleanup(self.scratch.__exit__)
        self.scratch.file("night.ics", NIGHT)
        self.scratch.file("swaps.ics", SWAPS)

    def ctl(self, *args, code=0):
        done = subprocess.run(
            [SLAWATCHCTL, *self.where, "oncall", *args], text=True,
            capture_output=True, timeout=120, check=False, encoding="utf-8",
            env={**os.environ, "TZ": "UTC", "LC_ALL": "C"})
        self.assertEqual(done.returncode, code,
                         "%s\n%s%s" % (args, done.stdout, done.stderr))
        self.assertNotIn("topsecret", done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stderr


class ByTheMatrix(Case):
    def setUp(self):
        super().setUp()
        self.matrix = self.scratch.file("m.yaml", MATRIX)
        self.at = ("-c", self.matrix, "--at", "2026-01-06T12:00:00Z")

    def test_all(self):
        self.maxDiff = None
        self.assertEqual(self.ctl(*self.at), ALL)

    def test_week(self):
        self.maxDiff = None
        self.assertEqual(self.ctl(*self.at, "night", "--week"), WEEK)
        self.assertEqual(self.ctl(*self.at, "all", "--week"),
                         "all\nat any time: Dana Ruiz, Eli Park\n")
        # Each schedule has its own table.
        out = self.ctl(*self.at, "--week")
        for name in ("primary, by the clock of Europe/Berlin", "\nlead\n",
                     "\nnight, by the clock of America/New_York\n"):
            self.assertIn(name, out)

    def test_json(self):
        answer = json.loads(self.ctl(*self.at, "support", "--json"))
        entry, = answer["oncall"]
        self.assertEqual(entry["role"], None)
        self.assertEqual([p["person"] for p in entry["people"]], ["dana"])
        self.assertEqual(entry["until"], "2026-01-12T08:00:00Z")
        self.assertEqual(answer["until"], "2026-02-05T12:00:00Z")

    def test_before_the_first_hand_off(self):
        out = self.ctl("-c", self.matrix, "primary", "--at",
                       "2026-01-05T07:00:00Z")
        self.assertIn("nobody   Mon 2026-01-05 09:00 (in 1h)  dana\n", out)

    def test_what_makes_no_sense(self):
        for args, code, words in (
                (("-c", self.matrix), 2, ["--at", "the daemon says"]),
                (("-c", self.matrix, "--at", "mon 09:00"), 2, ["--at"]),
                ((*self.at, "suport"), 1, ['did you mean "support"?']),
                ((*self.at, "a", "b"), 2, []),
                (("-c", "/nowhere", "--at", "2026-01-06T12:00:00Z"), 1,
                 ["/nowhere", "cannot be read"])):
            err = self.ctl(*args, code=code)
            for word in words:
                self.assertIn(word, err)

    def test_nobody_is_defined(self):
        empty = self.scratch.file("e.yaml", "severities: { P1: {} }\n")
        self.assertEqual(
            self.ctl("-c", empty, "--at", "2026-01-06T12:00:00Z"),
            "no roles and no on-call schedules\n")


class ByTheDaemon(Case):
    def setUp(self):
        super().setUp()
        self.d = Daemon(self.scratch, MATRIX,
                        clock="2026-01-06T12:00:00Z@1").start()
        self.addCleanup(lambda: self.d.running() and self.d.kill())
        self.where = ("-s", self.d.socket)

    def test_the_same_words(self):
        self.maxDiff = None
        # Nobody fetches 127.0.0.1:1, the rest is as the matrix says.
        self.assertEqual(self.ctl("--at", "2026-01-06T12:00:00Z"), ALL)
        self.assertEqual(
            self.ctl("--at", "2026-01-06T12:00:00Z", "night", "--week"), WEEK)
        self.assertIn("Dana Ruiz", self.ctl("primary"))

    def test_at_as_people_say_it(self):
        # By the clock of the schedule: Monday at nine in Berlin.
        self.assertIn("Eli Park", self.ctl("primary", "--at", "mon 09:00"))
        self.assertIn("Dana Ruiz", self.ctl("primary", "--at", "mon 08:59"))
        self.assertIn("eli, mara", self.ctl("night", "--at",
                                            "tue 22:00", "--week"))
        self.assertIn("several clocks", self.ctl("--at", "mon 09:00", code=2))
        self.assertIn("--at", self.ctl("primary", "--at", "moonday", code=2))

    def test_what_was_said(self):
        for path, body in (
                ("/v1/oncall/support/override",
                 {"person": "mara", "for": "1d"}),
                ("/v1/people/mara/away",
                 {"for": "1d", "cover": "eli"})):
            reply = self.d.post(path, {"by": "test", **body})
            self.assertEqual(reply.status, 201, reply)
        out = self.ctl("primary")
        self.assertIn("Mara Stein (away, eli covers)", out)
        self.assertIn("Mara Stein (away, eli covers)", self.ctl("lead"))
        # The matrix alone knows nothing of it.
        self.where = ()
        matrix = self.scratch.file("m.yaml", MATRIX)
        self.assertIn("Dana Ruiz", self.ctl(
            "-c", matrix, "--at", "2026-01-06T12:00:00Z", "primary"))

    def test_unknown(self):
        self.assertIn('did you mean "primary"?', self.ctl("primry", code=1))


if __name__ == "__main__":
    unittest.main()
