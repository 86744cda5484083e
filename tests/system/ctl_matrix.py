#!/usr/bin/python3
"""ctl_matrix.py - who changed the matrix, how, and which tickets did it take
over?

A daemon on a stepped clock gets one matrix after the other; `slawatchctl
matrix` tells them apart, and what each ticket's clocks count by is what
`matrix.applies` says: over restarts, when solved tickets are reopened, and when
slawatchctl verify decides it all again.

Environment: SLAWATCHD and SLAWATCHCTL are the programs.

SPDX-License-Identifier: MIT
"""
import json
import os
import sqlite3
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True  # the sources may be read-only
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

from harness import (PATIENCE, SLAWATCHCTL, Daemon, Scratch,  # noqa: E402
                     wait_until)

TEXT = """# %(note)s
matrix: { owner: mara, fallback: log, applies: %(applies)s }
calendars:
  office: { zone: UTC, week: { mon-sun: "00:00-24:00" }, holidays: [ days.ics ] }
severities: { P1: {}, P2: {} }
channels: { log: { type: log } }
people:
  mara: {}
  dana: { name: "Dana R\\u00fciz" }
%(people)schains:
  standard: { steps: [ { notify: dana, via: log } ] }
policies:
  - name: everyone
    calendar: office
    on_breach: standard
    targets: { P1: { first_reply: %(target)s, resolution: 40h } }
"""
ICS = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n%sEND:VCALENDAR\r\n"
DAY = ("BEGIN:VEVENT\r\nUID:%d\r\nDTSTAMP:20260101T000000Z\r\n"
       "DTSTART;VALUE=DATE:2031010%d\r\nSUMMARY:x\r\nEND:VEVENT\r\n")


class Case(unittest.TestCase):

    def setUp(self):
        self.scratch = Scratch()
        self.scratch.file("days.ics", ICS % (DAY % (1, 1)))
        self.hour = 9
        self.d = None

    def tearDown(self):
        if self.d and self.d.running():
            self.d.kill()
        self.scratch.__exit__()

    def text(self, target="10h", applies="open", note="ours", people=""):
        return TEXT % {"target": target, "applies": applies, "note": note,
                       "people": people}

    def clock(self):
        return "2026-01-05T%02d:00:00Z@step" % self.hour

    def start(self, text):
        if self.d is None:
            self.d = Daemon(self.scratch, text, clock=self.clock())
        else:
            self.scratch.file("d.yaml", text)
            self.d.clock = self.clock()
        return self.d.start()

    def restart(self, text=None, kill=False):
        """An hour later."""
        if kill:
            self.d.kill()
        else:
            self.assertEqual(self.d.stop(), 0)
        self.hour += 1
        if text is not None:
            self.scratch.file("d.yaml", text)
        self.d.clock = self.clock()
        self.d.start()
        self.swept()

    def swept(self):
        """Every ticket was told of the matrix in force."""
        wait_until("the sweep", lambda: self.asked(
            "SELECT value = (SELECT revision FROM matrix_revision"
            " ORDER BY id DESC LIMIT 1) FROM meta WHERE name = 'matrix'"))

    def asked(self, sql):
        db = sqlite3.connect("file:%s?mode=ro" % self.d.database, uri=True)
        try:
            row = db.execute(sql).fetchone()
            return row[0] if row else None
        finally:
            db.close()

    def reload(self, text, **how):
        self.scratch.file("d.yaml", text)
        reply = self.d.post("/v1/reload", how or None)
        self.assertEqual(reply.status, 200, reply)
        self.swept()

    def ctl(self, *args, code=0):
        done = subprocess.run(
            [SLAWATCHCTL, "-s", self.d.socket, *args], text=True,
            encoding="utf-8", capture_output=True, timeout=PATIENCE,
            check=False, env={**os.environ, "TZ": "UTC", "USER": "omar"})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def verify(self, tickets):
        done = self.ctl("verify", "--json", self.d.database)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(rows), 1, rows)
        self.assertEqual((rows[0]["same"], rows[0]["different"],
                          rows[0]["unverified"]), (tickets, 0, 0))

    def status(self, ticket, status):
        self.d.send(self.d.event(ticket, "status", status=status))

    def hours(self, *tickets):
        """The first reply's target of each."""
        return [self.d.clock_of(t, "first_reply")["target_s"] / 3600
                for t in tickets]


class Applies(Case):

    def live(self):
        """An open one, a pending one, a solved one, one that is closed."""
        self.start(self.text("10h"))
        self.d.send(*[self.d.event(t, "created", fields={"severity": "P1"})
                      for t in ("t:open", "t:pending", "t:solved",
                                "t:closed", "t:merged")])
        self.status("t:pending", "pending")
        self.status("t:solved", "solved")
        self.status("t:closed", "closed")
        self.status("t:merged", "solved")
        self.d.send(self.d.event("t:merged", "merged", into="t:open"))

    def test_open(self):
        self.live()
        self.reload(self.text("20h", "open"))
        self.assertEqual(self.hours("t:open", "t:pending", "t:solved",
                                    "t:closed"), [20, 20, 10, 10])
        self.restart()
        self.assertEqual(self.hours("t:open", "t:solved"), [20, 10])
        self.status("t:solved", "open")
        self.assertEqual(self.hours("t:solved"), [20])
        self.verify(5)

    def test_all(self):
        self.live()
        notices = self.asked("SELECT count(*) FROM outbox")
        self.reload(self.text("20h", "all"))
        self.assertEqual(
            self.hours("t:open", "t:pending", "t:solved", "t:closed",
                       "t:merged"), [20, 20, 20, 10, 10])
        self.assertEqual(self.asked("SELECT count(*) FROM outbox"), notices)
        self.assertEqual(self.d.ticket("t:solved")["status"], "solved")
        self.assertEqual(
            self.d.clock_of("t:solved", "first_reply")["state"], "paused")
        # While nobody runs, another one comes.
        self.d.stop()
        self.hour += 1
        self.start(self.text("30h", "all"))
        self.swept()
        self.assertEqual(self.hours("t:open", "t:solved", "t:closed"),
                         [30, 30, 10])
        self.status("t:solved", "open")
        self.assertEqual(self.hours("t:solved"), [30])
        self.verify(5)

    def test_many_solved_ones_are_told_page_by_page(self):
        self.start(self.text("10h"))
        names = ["t:%d" % n for n in range(600)]
        self.d.send(*[self.d.event(t, "created", fields={"severity": "P1"})
                      for t in names])
        self.d.send(*[self.d.event(t, "status", status="solved")
                      for t in names])
        self.reload(self.text("20h", "all"))
        self.assertEqual(self.asked(
            "SELECT count(*) FROM clock WHERE kind = 'first_reply'"
            " AND target_ms = 72000000"), 600)
        self.verify(600)

    def test_new(self):
        self.live()
        self.reload(self.text("20h", "new"))
        self.d.created("t:later")
        self.assertEqual(
            self.hours("t:open", "t:pending", "t:solved", "t:later"),
            [10, 10, 10, 20])
        for kill in (False, True):
            self.restart(kill=kill)
            self.assertEqual(
                self.hours("t:open", "t:pending", "t:later"), [10, 10, 20])
        self.status("t:pending", "open")
        self.status("t:solved", "open")
        self.assertEqual(self.hours("t:pending", "t:solved"), [10, 10])
        # What it decides from here on is by the old one, too.
        self.d.send(self.d.event("t:open", "updated",
                                 fields={"severity": "P2"}),
                    self.d.event("t:open", "updated",
                                 fields={"severity": "P1"}))
        self.assertEqual(self.hours("t:open"), [10])
        self.verify(6)

    def test_new_again_and_again(self):
        self.live()
        for n in range(12):
            self.reload(self.text("%dh" % (20 + n), "new"))
            self.d.created("t:n%d" % n)
        names = ["t:n%d" % n for n in range(12)]
        self.assertEqual(self.hours(*names), list(range(20, 32)))
        self.restart(kill=True)
        self.assertEqual(self.hours("t:open", *names),
                         [10] + list(range(20, 32)))
        for name in names:
            self.d.send(self.d.event(name, "updated",
                                     fields={"severity": "P2"}),
                        self.d.event(name, "updated",
                                     fields={"severity": "P1"}))
        self.assertEqual(self.hours(*names), list(range(20, 32)))
        # Then one that takes over all that is open.
        self.reload(self.text("40h", "open"))
        self.assertEqual(self.hours("t:open", *names), 13 * [40])
        self.verify(17)

    def test_a_reopened_one_has_its_own_from_the_database(self):
        def warns(share):
            return "on_breach: standard\n    warn: [ %s ]" % share
        self.live()
        self.reload(self.text("20h", "new").replace(
            "on_breach: standard", warns("40%")))
        self.d.created("t:second")
        self.status("t:open", "solved")
        self.status("t:pending", "solved")
        self.status("t:second", "solved")
        self.reload(self.text("30h", "new").replace(
            "on_breach: standard", warns("90%")))
        # Nobody alive has the first or the second.
        self.restart()
        self.status("t:second", "open")
        self.status("t:open", "open")
        for n in range(2):
            for ticket in ("t:open", "t:second"):
                self.d.send(self.d.event(ticket, "updated",
                                         fields={"severity": "P2"}),
                            self.d.event(ticket, "updated",
                                         fields={"severity": "P1"}))
            self.assertEqual(self.hours("t:open", "t:second"), [10, 20])
            # The loop has it as well, not the commit thread alone.
            shown = self.ctl("explain", "t:second").stdout
            self.assertIn("40%", shown)
            self.assertNotIn("90%", shown)
            if n == 0:
                self.restart()
        self.verify(6)

    def test_what_cannot_be_had_is_said(self):
        url = "\"https://h.example/%s\"" % "\\x41bc"
        text = self.text("10h").replace(
            "log: { type: log }",
            "log: { type: log }, hook: { type: webhook, url: %s }" % url)
        self.start(text)
        self.d.created("t:1")
        self.restart(self.text("20h", "new"))
        self.assertIn("cannot be had", self.d.log())
        self.d.send(self.d.event("t:1", "updated", fields={"severity": "P2"}),
                    self.d.event("t:1", "updated", fields={"severity": "P1"}))
        self.assertEqual(self.hours("t:1"), [20])
        self.d.wait_log("matrix_lost")
        kinds = [row["kind"] for row in self.d.timeline("t:1")]
        self.assertEqual(kinds.count("matrix_lost"), 1)


class Revisions(Case):

    def grow(self):
        """Four of them; the third is no other in meaning."""
        self.start(self.text("10h"))
        self.reload(self.text("20h", people="  eli: {}\n"), by="mara",
                    why="the quarter's review")
        self.reload(self.text("20h", people="  eli: {}\n", note="theirs"),
                    by="omar")
        self.scratch.file("days.ics", ICS % (DAY % (1, 1) + DAY % (2, 2)))
        self.reload(self.text("21h", "new", people="  eli: {}\n",
                              note="theirs"), by="mara")

    def rows(self, *args):
        return json.loads(self.ctl("matrix", "log", "--json",
                                   *args).stdout)["matrices"]

    def test_log(self):
        self.grow()
        rows = self.rows()
        self.assertEqual([r["number"] for r in rows], [4, 3, 2, 1])
        self.assertEqual([r["by"] for r in rows], ["mara", "omar", "mara", ""])
        self.assertEqual([r["how"] for r in rows],
                         ["reload", "reload", "reload", "start"])
        self.assertEqual(rows[2]["why"], "the quarter's review")
        self.assertEqual([r["applies"] for r in rows],
                         ["new", "open", "open", "open"])
        self.assertEqual([r["in_force"] for r in rows],
                         [True, False, False, False])
        self.assertEqual(
            [r["changed"] for r in rows],
            ["1 target, 1 setting of the matrix, 1 file",
             "layout or comments", "1 target, 1 person", "the first"])
        self.assertEqual([r["number"] for r in self.rows("-n", "1")], [4])
        self.assertEqual(self.rows("-n", "1")[0]["changed"],
                         rows[0]["changed"])
        told = self.ctl("matrix", "log").stdout
        self.assertRegex(told, r"\*4\s+[0-9a-f]{16}\s+2026-01-05 09:00:00\s+"
                         r"mara\s+reload\s+-\s+1 target, 1 setting")
        self.assertIn("the quarter's review", told)

    def test_a_reload_that_changes_nothing_is_no_revision(self):
        self.start(self.text())
        self.reload(self.text(), by="mara")
        self.restart()
        self.assertEqual(len(self.rows()), 1)
        self.d.reload(self.text("20h"))
        wait_until("the reload", lambda: len(self.rows()) == 2)
        row = self.rows()[0]
        self.assertEqual((row["by"], row["how"]), ("", "signal"))

    def test_pages(self):
        self.grow()
        page = self.d.get("/v1/matrix?limit=3").json
        self.assertEqual([m["number"] for m in page["matrices"]], [4, 3, 2])
        rest = self.d.get("/v1/matrix?limit=3&before=%d" % page["next"]).json
        self.assertEqual([m["number"] for m in rest["matrices"]], [1])
        self.assertIsNone(rest["next"])
        self.assertEqual(self.d.get("/v1/matrix?limit=0").status, 400)
        self.assertEqual(rest["matrices"][0]["bytes"],
                         len(self.text("10h").encode()))

    def test_show(self):
        self.grow()
        current = self.ctl("matrix", "show")
        self.assertEqual(current.stdout,
                         self.text("21h", "new", people="  eli: {}\n",
                                   note="theirs"))
        self.assertIn("1 file stands beside it", current.stderr)
        self.assertEqual(self.ctl("matrix", "show", "1").stdout,
                         self.text("10h"))
        revision = self.rows()[3]["revision"]
        self.assertEqual(self.ctl("matrix", "show", revision[:8]).stdout,
                         self.text("10h"))
        out = self.scratch.file("out.yaml")
        self.ctl("matrix", "show", "2", "-o", out)
        with open(out, encoding="utf-8") as f:
            self.assertEqual(f.read(), self.text("20h",
                                                 people="  eli: {}\n"))
        folder = self.scratch.file("folder")
        os.mkdir(folder)
        told = self.ctl("matrix", "show", "-o", folder).stdout
        self.assertEqual(sorted(os.listdir(folder)), ["d.yaml", "days.ics"])
        self.assertIn("days.ics", told)
        with open(os.path.join(folder, "days.ics"), newline="",
                  encoding="utf-8") as f:
            self.assertEqual(f.read(), ICS % (DAY % (1, 1) + DAY % (2, 2)))
        self.ctl("check", os.path.join(folder, "d.yaml"))
        one = json.loads(self.ctl("matrix", "show", "1",
                                  "--json").stdout)["matrix"]
        self.assertEqual((one["number"], one["how"], one["text"]),
                         (1, "start", self.text("10h")))
        self.assertEqual(one["files"][0]["name"], "days.ics")

    def test_diff(self):
        self.grow()
        lines = self.ctl("matrix", "diff").stdout.splitlines()
        self.assertRegex(lines[0], r"^--- 3 \([0-9a-f]{16}, 2026-01-05 "
                         r"09:00:00, by omar\)$")
        self.assertRegex(lines[1], r"^\+\+\+ 4 .*by mara, in force\)$")
        self.assertEqual(lines[2:], [
            "matrix.applies: open -> new",
            "policies[everyone].targets.P1.first_reply: 20h -> 21h",
            "days.ics: changed, 6 lines added"])
        self.assertIn("only layout or comments changed",
                      self.ctl("matrix", "diff", "2", "3").stdout)
        self.assertIn("no difference",
                      self.ctl("matrix", "diff", "2", "2").stdout)
        since = self.ctl("matrix", "diff", "1").stdout
        self.assertIn("people.eli: added", since)
        self.assertIn("10h -> 21h", since)
        self.assertIn("21h -> 10h", self.ctl("matrix", "diff", "4",
                                             "1").stdout)
        found = json.loads(self.ctl("matrix", "diff", "--json").stdout)
        self.assertEqual(found["was"]["number"], 3)
        self.assertTrue(found["now"]["in_force"])
        self.assertIn({"path": "policies[everyone].targets.P1.first_reply",
                       "change": "changed", "was": "20h", "now": "21h"},
                      found["changes"])
        self.assertEqual(found["files"], [
            {"name": "days.ics", "change": "changed", "lines_added": 6,
             "lines_removed": 0}])
        self.assertFalse(found["as_written"] or found["layout_only"])

    def test_diff_with_a_file(self):
        self.start(self.text("10h"))
        new = self.scratch.file("new.yaml", self.text(
            "12h", people="  eve: { name: \"E\\u202e\\u00e9\" }\n"))
        told = self.ctl("matrix", "diff", new).stdout
        self.assertIn("+++ %s (" % new, told)
        self.assertIn("first_reply: 10h -> 12h", told)
        self.assertIn("people.eve: added { name: E\ufffd\u00e9 }", told)
        self.assertIn("12h -> 10h",
                      self.ctl("matrix", "diff", new, "1").stdout)
        self.assertIn("no difference", self.ctl(
            "matrix", "diff", self.d.config).stdout)
        found = json.loads(self.ctl("matrix", "diff", "--json", new).stdout)
        self.assertEqual(found["now"]["file"], new)
        bad = self.scratch.file("bad.yaml", self.text("often"))
        self.assertIn("bad.yaml:", self.ctl("matrix", "diff", bad,
                                            code=1).stderr)
        # Files alone need no matrix that was in force.
        self.assertIn("10h -> 12h", self.ctl("matrix", "diff", self.d.config,
                                             new).stdout)

    def test_secrets_are_neither_shown_nor_missed(self):
        def hook(secret):
            return self.text("10h").replace(
                "log: { type: log }", "log: { type: log }, hook: { type: "
                "webhook, url: \"https://h.example/%s\" }" % secret)
        self.start(hook("sEcReT"))
        self.reload(hook("oThErSecret"))
        everything = (self.ctl("matrix", "show", "1").stdout +
                      self.ctl("matrix", "show", "1", "--json").stdout +
                      self.ctl("matrix", "diff").stdout +
                      self.ctl("matrix", "log").stdout)
        self.assertNotIn("sEcReT", everything)
        self.assertNotIn("oThErSecret", everything)
        self.assertIn("only a secret changed",
                      self.ctl("matrix", "diff").stdout)

    def test_what_is_wrong_is_said(self):
        self.start(self.text())
        for args, code, words in (
                (["lgo"], 2, "did you mean \"log\"?"),
                (["diff", ""], 2, "name a number, a revision or a file"),
                (["show", ""], 2, "name a number, a revision"),
                (["log", "3"], 2, "too many arguments, at \"3\""),
                (["diff", "1", "2", "3"], 2, "takes no argument \"3\""),
                (["diff", "-o", "x"], 2, "takes no --output"),
                (["show", "-n", "3"], 2, "takes no --limit"),
                (["show", "7"], 1, "matrix: 7: no such matrix; slawatchctl "
                 "matrix log lists them"),
                (["show", "abcd1234"], 1, "no such matrix"),
                (["show", "abc"], 1, "neither a number nor"),
                (["diff", "nobody.yaml"], 1, "cannot be read"),
                (["diff"], 1, "no matrix before the one in force"),
                (["show", "-o", "/nowhere/x"], 1, "cannot be written"),
        ):
            told = self.ctl("matrix", *args, code=code).stderr
            self.assertIn(words, told, args)


if __name__ == "__main__":
    unittest.main()
