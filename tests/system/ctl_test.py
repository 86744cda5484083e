#!/usr/bin/python3
"""ctl_test.py - does `slawatchctl test` tell who keeps a promise and who not?

Scenarios that pass, one that fails for each thing that may be expected, the
words in which it says so; files that are wrong; TAP and JUnit XML read by
others; what is printed and what is recorded, played again.

Environment: SLAWATCHCTL and SLAWATCHD are the programs, SLAWATCH_SRCDIR the
sources.

SPDX-License-Identifier: MIT
"""
import os
import re
import shutil
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ET

sys.dont_write_bytecode = True  # the sources may be read-only
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
from ctl_case import CTL, Case, main
from harness import Answer, Daemon, Scratch, Sink

SRC = os.environ.get("SLAWATCH_SRCDIR",
                     os.path.join(os.path.dirname(__file__), "..", ".."))

MATRIX = """
matrix: { owner: mara, fallback: ops, zone: Europe/Berlin }
severities: { P1: { title: Critical }, P2: {} }
channels:
  ops: { type: log }
  room: { type: log }
  mail: { type: log }
calendars:
  office: { zone: Europe/Berlin, week: { mon-fri: "09:00-17:00" } }
people:
  dana: { channels: [ room, mail ] }
  eli: { channels: [ room ] }
  mara: { channels: [ mail ] }
teams: { frontline: { members: [ dana, eli ], lead: mara } }
oncall:
  first: { members: [ dana ], start: "2026-01-05", shift: 7d }
roles: { primary: { oncall: first }, lead: mara }
chains:
  standard:
    rank: 10
    steps:
      - { notify: primary }
      - { after: 10m, notify: eli, via: room, remind: { every: 2m, times: 2 } }
      - { after: 15m, notify: lead }
policies:
  - name: urgent
    when: { severity: P1 }
    warn: [ 50% ]
    on_breach: standard
    targets: { P1: { first_reply: 1h } }
  - name: office
    calendar: office
    on_breach: standard
    targets: { P2: { first_reply: 1h, resolution: 4h } }
"""

CREATED = ('event: { type: created, ticket: "z:1", '
           'fields: { severity: P1, team: frontline } }')

# dana: warning at 10:30, breach and step 1 at 11:00; eli at 11:10, reminded at
# 11:12 and 11:14; mara at 11:25.
GOOD = """# A comment that stays.
scenario: Nobody answers
matrix: matrix.yaml
steps:
  - at: 2026-01-05T10:00:00Z    # a Monday
    %s
    expect_clock: { clock: first_reply, state: running, due: +1h, target: 1h }
    expect_ticket: { severity: P1, team: frontline, assignee: none, status: new, policy: urgent }
  - at: +30m
    expect: { notice: warning, clock: first_reply }
    expect_clock: { clock: first_reply, elapsed: 30m }
  - at: mon 12:20
    expect:
      - { notice: chain, to: dana, via: room, within: 30m }
      - { notice: chain, chain: standard, step: 2, to: eli, at: "mon 12:10" }
      - { notice: reminder, to: eli, times: 2 }
      - { notice: any, to: eli, times: 3 }
    expect_not: { notice: any, to: mara }
  - until: 2026-01-05T11:25:00Z
    expect: { notice: chain, to: mara, via: mail }
""" % CREATED


def story(*steps, first=CREATED, more=""):
    return ("scenario: A story\nmatrix: matrix.yaml\n%ssteps:\n"
            "  - at: 2026-01-05T10:00:00Z\n    %s\n%s" %
            (more, first, "".join(steps)))


class Files(Case):
    def setUp(self):
        super().setUp()
        self.write("matrix.yaml", MATRIX)

    def test(self, text=None, *args, code=0, name="a.yaml", **env):
        if text is None:
            return None
        return self.ctl("test", *args, self.write(name, text), code=code, **env)

    def fails(self, text, *words):
        """The lines of the one failure."""
        done = self.test(text, code=1)
        self.assertIn("FAILED", done.stdout)
        self.assertEqual(len(re.findall(r"a\.yaml:\d+: ", done.stdout)), 1,
                         done.stdout)
        for word in words:
            self.assertIn(word, done.stdout)
        return done.stdout

    def wrong(self, text, *words, at=None):
        done = self.test(text, code=2)
        self.assertIn("cannot be played: 1", done.stdout)
        for word in words:
            self.assertIn(word, done.stderr)
        if at:
            self.assertIn("a.yaml:%s: error: " % at, done.stderr)
        return done.stderr


class Playing(Files):
    def test_it_passes(self):
        done = self.test(GOOD)
        self.assertEqual(done.stdout, "ok      %s: Nobody answers\n"
                         "scenarios: 1, expectations: 10, failed: 0\n" %
                         self.path("a.yaml"))
        self.assertEqual(done.stderr, "")

    def test_it_is_the_same_anywhere(self):
        bad = GOOD.replace("to: mara, via", "to: dana, via")
        said = {self.test(bad, code=1, TZ=zone, LC_ALL=locale).stdout
                for zone in ("UTC", "Asia/Tokyo", "America/New_York")
                for locale in ("C", "C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8")}
        self.assertEqual(len(said), 1)
        self.assertNotIn("\x1b", said.pop())

    def test_another_matrix_by_the_command_line(self):
        other = self.write("other.yaml", MATRIX.replace("after: 15m",
                                                        "after: 20m"))
        done = self.test(GOOD, "-c", other, code=1)
        self.assertIn("to mara via mail from Mon 2026-01-05 12:20 CET to Mon "
                      "2026-01-05 12:25 CET; nearest: mara was told Mon "
                      "2026-01-05 12:30 CET via mail, 5m too late\n",
                      done.stdout)

    def test_folders(self):
        os.mkdir(self.path("b"))
        os.mkdir(self.path("b/c"))
        os.mkdir(self.path("b/.hidden"))
        text = GOOD.replace("matrix.yaml", "../matrix.yaml")
        self.write("b/2.yaml", text)
        self.write("b/1.yaml", text)
        self.write("b/c/0.yaml", text.replace("../", "../../"))
        self.write("b/.hidden/3.yaml", text)
        self.write("b/4.txt", text)
        self.write("b/matrix.yaml", MATRIX)
        done = self.ctl("test", self.path("b"))
        self.assertEqual(re.findall(r"/b/(\S+):", done.stdout),
                         ["1.yaml", "2.yaml", "c/0.yaml"])
        os.mkdir(self.path("empty"))
        done = self.ctl("test", self.path("empty"), code=2)
        self.assertIn("there is no scenario in it", done.stderr)
        done = self.ctl("test", self.path("nowhere"), code=2)
        self.assertIn("nowhere", done.stderr)

    def test_one_failure_among_others(self):
        self.write("good.yaml", GOOD)
        self.write("bad.yaml", GOOD.replace("times: 2", "times: 3"))
        done = self.ctl("test", self.path("bad.yaml"), self.path("good.yaml"),
                        code=1)
        self.assertIn("scenarios: 2, expectations: 20, failed: 1", done.stdout)
        self.write("wrong.yaml", GOOD.replace("steps", "stepps"))
        done = self.ctl("test", self.path("wrong.yaml"),
                        self.path("bad.yaml"), code=2)
        self.assertIn("failed: 1, cannot be played: 1", done.stdout)

    def test_usage(self):
        for args, words in (((), "needs DIR|FILE"),
                            (("--record", "z:1", "a"), "remove the files"),
                            (("--print", "--tap", "a"), "remove --tap")):
            self.assertIn(words, self.ctl("test", *args, code=2).stderr)
        done = self.test(GOOD, "--junit", self.path("no/such.xml"), code=2)
        self.assertIn("--junit: ", done.stderr)

    def test_a_title_that_rings_and_recolours(self):
        text = 'scenario: "\\e[31mred\\a"\n' + GOOD.split("\n", 2)[2]
        self.assertIn("a.yaml: \ufffd[31mred\ufffd\n",
                      self.test(text).stdout)

    def test_nothing_expected_is_a_failure(self):
        self.fails(story(), "nothing is expected in it")

    def test_every_word_of_what_happens(self):
        self.write("faster.yaml", MATRIX)
        self.test(story("""
  - deliver: { ops: never }
  - at: +5m
    away: { person: dana, until: tomorrow, cover: eli }
  - at: +5m
    back: { person: dana }
  - at: +5m
    override: { oncall: first, person: eli, until: +3h, instead_of: dana }
  - at: +5m
    add: { oncall: first, person: mara, from: +1m, until: +3h }
  - at: +5m
    remove: { oncall: first, person: mara, until: never }
  - at: mon 12:00
    expect_not: { notice: any, to: dana }
    expect:
      - { notice: chain, to: eli, step: 1 }
      - { notice: warning, state: dead }
  - deliver: { room: { again: 5m } }
  - at: mon 12:10
    expect: { notice: chain, to: eli, step: 2, state: queued }
    expect_not: { notice: chain, step: 2 }
  - deliver: { room: ok }
  - at: +6m
    expect: { notice: chain, to: eli, step: 2, at: "mon 12:15" }
  - revise: faster.yaml
    expect_clock: { clock: first_reply, state: breached }
  - at: mon 12:25
    event: { type: comment, ticket: "z:1", author: agent, public: true }
    told: +1h
    expect_clock: { clock: first_reply, state: met_late, cycle: 1 }
  - event: { type: updated, ticket: "z:1", fields: { tags: [ a, b ], customer: { value: 7, id: 007 }, attributes: { x: 1, y: true } } }
    expect_ticket: { tags: [ b ], ticket: "z:1" }
"""))

    def test_retry_and_drop(self):
        self.test(story("""
  - deliver: { room: never, mail: never, ops: never }
  - at: +70m
    expect: { notice: chain, to: dana, via: mail, state: dead }
  - deliver: { room: ok, mail: ok, ops: ok }
  - retry: { notice: 3, by: mara }
    expect: { notice: chain, to: dana, via: mail }
"""))
        self.test(story("""
  - deliver: { room: { again: 30m } }
  - at: +65m
    drop: { notice: 2, by: mara }
  - deliver: { room: ok }
  - at: +2h
    expect_not: { notice: chain, to: dana, via: room }
    expect: { notice: chain, to: eli }
"""))

    def test_a_notice_that_is_not_there(self):
        for what in ("retry", "drop"):
            step = "\n  - %s: { notice: 99, by: mara }\n" % what
            self.fails(story(step), "this was refused: there is no notice "
                       "with that number yet")
            self.test(story(step + "    expect_refused: no notice\n"))
        self.fails(story("""
  - at: +70m
    retry: { notice: 1, by: mara }
"""), "this was refused: notice: only a dead one is sent again")

    def test_what_is_refused(self):
        nobody = ('  - event: { type: acknowledged, ticket: "z:1", '
                  'by: nobody }\n')
        refused = "    expect_refused: unknown person\n"
        self.fails(story(nobody), "this was refused: by: unknown person")
        self.test(story(nobody + refused))
        self.fails(story(nobody + refused.replace("person", "team")),
                   'refused for "unknown team"; it was refused: by: unknown')
        self.fails(story('  - event: { type: note, ticket: "z:1", text: x }\n',
                         "    expect_refused: anything\n"),
                   "expected it to be refused (anything), and it was taken")
        twice = ('  - event: { id: x, type: note, ticket: "z:1", text: x }\n'
                 * 2)
        self.fails(story(twice), "duplicate")
        self.test(story(twice + "    expect_refused: duplicate\n"))
        away = "  - away: { person: dana, until: 2026-01-05T09:00:00Z }\n"
        self.fails(story(away), "this was refused: ")
        self.test(story(away + "    expect_refused: end\n"))
        self.test(story('  - event: { type: comment, ticket: "z:1" }\n',
                        "    expect_refused: missing\n"))


class Failing(Files):
    """Each failure: where, what was wanted, what came nearest."""

    def expect(self, wanted, *words, at="+90m", what="expect"):
        out = self.fails(story("  - at: %s\n    %s: { %s }\n" %
                               (at, what, wanted)), "a.yaml:7: ", *words)
        return out

    def test_too_late(self):
        out = self.expect(
            "notice: chain, to: mara, within: 75m",
            "expected a chain notice to mara within 75m of Mon 2026-01-05 "
            "11:00 CET",
            "nearest: mara was told Mon 2026-01-05 12:25 CET via mail, 10m "
            "later than within 75m")
        marked = [line for line in out.splitlines() if "> " in line]
        self.assertEqual(len(marked), 1, out)
        self.assertIn("12:25 CET  z:1  notice sent: chain first_reply/1 "
                      "standard/1 step 3 to mara via mail", marked[0])
        self.assertIn("  Mon 2026-01-05 12:14 CET  z:1  chain reminded", out)
        self.assertTrue(marked[0].endswith(" via mail"), out)

    def test_too_early_and_at_an_instant(self):
        self.expect("notice: chain, to: mara, at: +80m",
                    "at Mon 2026-01-05 12:20 CET", "5m too late")
        self.expect("notice: chain, to: mara, at: +88m", "3m too early")

    def test_after_the_next_step(self):
        self.fails(story("  - at: +20m\n", first=CREATED + "\n    expect: { "
                         "notice: chain, to: eli }"), "nearest: eli was told",
                   "after the next step")

    def test_another_way(self):
        self.expect("notice: chain, to: mara, via: room", "via mail, not via "
                    "room")

    def test_another_reason(self):
        self.expect("notice: breach, to: eli", "nearest: eli was told",
                    "as chain, not as breach")

    def test_another_reader(self):
        self.expect("notice: chain, to: mail", "nearest: dana was told",
                    "not mail")

    def test_another_chain_clock_and_step(self):
        self.expect("notice: chain, to: eli, step: 3", "at step 2, not 3")
        self.expect("notice: warning, chain: standard",
                    "by chain none, not standard")
        self.expect("notice: warning, clock: resolution",
                    "of clock first_reply, not resolution")

    def test_nothing_like_it(self):
        out = self.expect("notice: rule, to: room", "expected a rule notice to room")
        self.assertNotIn("nearest", out)
        self.assertIn("| Mon 2026-01-05 11:30 CET  z:1  clock warned", out)

    def test_how_often(self):
        self.expect("notice: reminder, to: eli, times: 3",
                    "it happened 2 times")
        self.expect("notice: reminder, to: eli, times: 0",
                    "it happened 2 times")

    def test_what_must_not_be(self):
        self.expect("notice: chain, to: eli",
                    "expected no chain notice to eli",
                    "it happened Mon 2026-01-05 12:10 CET",
                    what="expect_not")
        self.test(story("  - at: +65m\n    expect_not: { notice: chain, to: "
                        "eli, within: 69m }\n"))

    def test_what_becomes_of_it(self):
        self.fails(story("  - deliver: { mail: never }\n", "  - at: +90m\n"
                         "    expect: { notice: chain, to: mara }\n"),
                   "nearest: mara could not be told; that was given up")

    def test_the_last_step_waits(self):
        self.test(story(first=CREATED + "\n    expect: { notice: chain, to: "
                        "mara }\n    expect_not: { notice: breach }"))
        self.fails(story(first=CREATED + "\n    expect_not: { notice: chain, "
                         "to: mara }"), "expected no chain notice to mara")

    def test_clocks(self):
        for wanted, words in (
                ("state: met", "state of first_reply: expected met, and it is "
                 "breached"),
                ("due: +5m", "due of first_reply: expected Mon 2026-01-05 "
                 "12:35 CET, and it is Mon 2026-01-05 12:00 CET"),
                ("due: never", "expected never, and it is Mon"),
                ("elapsed: 5m", "elapsed time of first_reply: expected 5m, "
                 "and it is 1h30m"),
                ("target: 5m", "target of first_reply: expected 5m, and it "
                 "is 1h"),
                ("state: breached, cycle: 2", "expected breached, and it is "
                 "idle")):
            out = self.expect("clock: first_reply, " + wanted, words,
                              what="expect_clock")
            self.assertIn("clock breached first_reply/1", out)
            self.assertNotIn("notice", out)

    def test_tickets(self):
        for wanted, words in (
                ("severity: P2", "severity of z:1: expected P2, and it is P1"),
                ("team: none", "team of z:1: expected none, and it is "
                 "frontline"),
                ("assignee: dana", "assignee of z:1: expected dana, and it "
                 "is none"),
                ("status: open", "status of z:1: expected open, and it is "
                 "new"),
                ("policy: office", "policy of z:1: expected office, and it "
                 "is urgent"),
                ("suggested: dana", "suggested assignee of z:1"),
                ("tags: [ a ]", "a tag of z:1: expected a, and it is none")):
            self.expect(wanted, words, what="expect_ticket")
        self.fails(story("  - at: +1h\n    expect_ticket: { ticket: z:9, "
                         "status: new }\n"), "there is no ticket z:9 by then")

    def test_what_was_before_the_event_is_none_of_its(self):
        """The warning went at 10:30, while time passed to the event."""
        self.fails(story("  - at: 2026-01-05T10:40:00Z\n"
                         "    event: { type: note, ticket: \"z:1\", by: dana, "
                         "text: x }\n    expect: { notice: warning }\n"),
                   "nearest: ", "10m too early")


class Wrong(Files):
    """What cannot be played: where, and what to do about it."""

    def test_keys(self):
        self.wrong(story("  - at: +1h\n    expects: { notice: any }\n"),
                   'unknown key "expects" in a step; did you mean "expect"?',
                   "    expects: { notice: any }\n    ^", at="7:5")
        self.wrong(GOOD.replace("scenario:", "scenaro:"),
                   'did you mean "scenario"?')
        self.wrong(story("  - at: +1h\n    expect: { notice: any, tо: x }\n"),
                   "unknown key")
        self.wrong(story("  - at: +1h\n    zzzzz: 1\n"),
                   "it knows at, told, until, event, deliver, away")

    def test_names(self):
        for wanted, words in (
                ("notice: wrning", 'did you mean "warning"?'),
                ("notice: any, to: marra", 'did you mean "mara"?'),
                ("notice: any, via: mial", 'did you mean "mail"?'),
                ("notice: any, chain: standrd", 'did you mean "standard"?'),
                ("notice: any, clock: first_repl", '"first_reply"?'),
                ("notice: any, ticket: z:2", 'did you mean "z:1"?'),
                ("notice: any, state: lost", "it is sent, queued, held"),
                ("notice: any, within: soon", "is no span of time"),
                ("notice: any, times: many", "is not a number"),
                ("notice: any, step: many", "is not a number"),
                ("notice: any, at: 1h, within: 1h", "remove within"),
                ("to: mara", "needs notice:")):
            for what in ("expect", "expect_not"):
                if "times" in wanted and what == "expect_not":
                    words = "does not belong to expect_not"
                self.wrong(story("  - at: +1h\n    %s: { %s }\n" %
                                 (what, wanted)), words)

    def test_what_is_expected_of_clocks(self):
        for wanted, words in (
                ("clock: first_repl, state: met", 'did you mean "first_reply"'),
                ("clock: first_reply, state: mett", "it is idle, running"),
                ("clock: first_reply", "says nothing of the clock"),
                ("state: met", "needs clock:"),
                ("clock: first_reply, elapsed: x", "no span of time"),
                ("clock: first_reply, due: x", "x")):
            self.wrong(story("  - at: +1h\n    expect_clock: { %s }\n" %
                             wanted), words)
        self.wrong(story("  - at: +1h\n    expect_ticket: { ticket: z:1 }\n"),
                   "says nothing of the ticket")
        self.wrong(story("  - at: +1h\n    expect_ticket: { status: opn }\n"),
                   "it is new, open, pending")
        self.wrong(story('  - event: { type: created, ticket: "z:2" }\n'
                         "    expect_ticket: { status: new }\n"),
                   "there are 2 tickets; add ticket:")

    def test_steps(self):
        for step, words in (
                ("  - at: 2026-01-05T09:00:00Z\n", "before the step above it "
                 "(Mon 2026-01-05 11:00 CET)"),
                ("  - at: yesterdayy\n", "or +15m"),
                ("  - at: +soon\n", "write +15m"),
                ("  - until: +1h\n    at: +1h\n", "say the same"),
                ("  - at: +1h\n    told: +1h\n", "there is none here"),
                ("  - until: +1h\n    back: { person: dana }\n", "begin "
                 "another step"),
                ("  - retry: { notice: 1 }\n    drop: { notice: 1 }\n",
                 'one thing that happens, and "retry" stands there'),
                ("  - retry: { by: dana }\n", "needs notice"),
                ("  - away: { person: dana }\n", "needs until"),
                ("  - add: { person: dana, until: +1h }\n", "needs oncall"),
                ("  - deliver: never\n", "deliver is a map"),
                ("  - deliver: { rom: never }\n", 'did you mean "room"?'),
                ("  - deliver: { room: nevr }\n", "is ok, never, { again"),
                ("  - deliver: { room: { agin: 5m } }\n", "is ok, never, {"),
                ("  - deliver: { room: { again: 0 } }\n", "some time"),
                ("  - deliver: { room: { down: x } }\n", "no span of time"),
                ("  - event: { type: cretaed, ticket: z:1 }\n",
                 'did you mean "created"?'),
                ("  - event: { type: note, at: +1h }\n", "stands beside event"),
                ("  - revise: none.yaml\n", "the matrix cannot be used"),
                ("  - then: x\n", "add exact: true"),
                ("  - expect_refused: x\n", "needs an event"),
                ("  - 7\n", "a step is a map of keys")):
            self.wrong(story(step), words)

    def test_the_top(self):
        self.wrong(GOOD.replace("matrix: matrix.yaml\n", ""),
                   "which matrix? add matrix: FILE")
        self.wrong(GOOD.replace("matrix: matrix.yaml", "matrix: none.yaml"),
                   "none.yaml")
        self.wrong("scenario: x\nmatrix: matrix.yaml\n", "there are no steps")
        self.wrong("scenario: x\nmatrix: matrix.yaml\nsteps: []\n",
                   "steps is a list of one at least")
        self.wrong(GOOD.replace("matrix:", "start: mon 10:00\nmatrix:"),
                   '"mon 10:00" counts from the step before')
        for start in ("soon", "2026-02-30T10:00:00Z"):
            self.wrong(GOOD.replace("matrix:", "start: %s\nmatrix:" % start),
                       '"%s" is no instant; write one such as 2026' % start)
        self.wrong(GOOD + "---\n" + GOOD, "make another file of it")
        self.wrong(GOOD + 17000 * "  - { at: +1m }\n",
                   "more than 50000 values; use fewer aliases, or several")
        self.wrong("matrix: matrix.yaml\nsteps: [ { until: quiet } ]\n",
                   "begin it with scenario:")
        self.wrong("scenario: [\n", "error")
        self.wrong("", "empty")
        self.wrong(GOOD.replace("2026-01-05T10:00:00Z ", "mon 10:00 "),
                   "or start: at the top")
        self.test(GOOD.replace("2026-01-05T10:00:00Z ", "mon 11:00 ").replace(
            "steps:", "start: 2026-01-04T00:00:00Z\nsteps:"))
        self.wrong(story(more="open_end: true\n"), "belongs to a scenario with "
                   "exact")
        self.wrong(story(more="exact: yes\n"), "true or false")

    def test_the_matrix_is_wrong(self):
        self.write("matrix.yaml", MATRIX.replace("people:", "poeple:"))
        self.wrong(GOOD, 'did you mean "people"?', "cannot be used")


EXACT = """# Above it.
scenario: Exact
matrix: matrix.yaml
exact: true
never: [ exhausted ]
steps:
  # Before it.
  - at: 2026-01-05T10:00:00Z
    %s
    then: |
      2026-01-05T10:00:00Z z:1 clock_started first_reply/1 due 2026-01-05T11:00:00Z (created)
  - at: +10m    # soon
    event: { type: comment, ticket: "z:1", author: agent, public: true }
    then: |
      2026-01-05T10:10:00Z z:1 clock_met first_reply/1 due 2026-01-05T11:00:00Z (met)

  # And then.
  - until: quiet
""" % CREATED


class Exact(Files):
    def test_it_passes(self):
        self.assertIn("expectations: 3", self.test(EXACT).stdout)

    def test_every_line_counts(self):
        met = "      2026-01-05T10:10:00Z z:1 clock_met"
        out = self.fails(EXACT.replace("(met)", "(mett)"), "a.yaml:15: ")
        self.assertIn("- 2026-01-05T10:10:00Z z:1 clock_met first_reply/1 due "
                      "2026-01-05T11:00:00Z (mett)\n", out)
        self.assertIn("+ 2026-01-05T10:10:00Z z:1 clock_met first_reply/1 due "
                      "2026-01-05T11:00:00Z (met)\n", out)
        self.fails(EXACT.replace(met, "      more\n" + met),
                   "- more\n", "  2026-01-05T10:10:00Z z:1 clock_met")
        cut = re.sub(r"    then: \|\n%s.*\n" % re.escape(met), "", EXACT)
        self.fails(cut, "this happened (+), and then: does not name it")
        self.fails(EXACT.replace("    # soon", "\n    expect_clock: { clock: "
                                 "first_reply, state: running }"),
                   "state of first_reply")

    def test_nothing_is_left(self):
        text = story(more="exact: true\n", first=CREATED + EXACT[
            EXACT.index("\n    then:"):EXACT.index("\n  - at: +10m")])
        self.fails(text, "something is still due at the end")
        self.test(text.replace("exact: true", "exact: true\nopen_end: true"))

    def test_never(self):
        self.fails(EXACT.replace("[ exhausted ]", "[ clock_met ]"),
                   'never: "clock_met", and it happened')

    def test_refusals_and_duplicates_are_lines(self):
        self.test(EXACT.replace("  - until: quiet", """\
  - event: { id: x, type: note, ticket: "z:1", text: x }
  - event: { id: x, type: note, ticket: "z:1", text: x }
    then: |
      duplicate
  - event: { type: acknowledged, ticket: "z:1", by: nobody }
    then:
      - "2026-01-05T10:10:00Z z:1 refused acknowledged (by: unknown person \\"nobody\\"; add them to `people` in the matrix)"
  - away: { person: nobody, until: never }
    then: |
      2026-01-05T10:10:00Z refused away (unknown person "nobody")
  - until: quiet"""))

    def test_printing_gives_what_happens(self):
        empty = re.sub(r"    then: \|\n(      .*\n)+", "", EXACT)
        self.assertEqual(self.test(empty, "--print").stdout, EXACT)
        other = EXACT.replace("(met)", "(mett)").replace(
            "      2026-01-05T10:00", "      something\n      2026-01-05T10:00")
        self.assertEqual(self.test(other, "--print").stdout, EXACT)
        self.assertEqual(self.test(EXACT, "--print").stdout, EXACT)

    def test_printing_a_story_adds_comments(self):
        printed = self.test(GOOD, "--print").stdout
        marked = [line for line in printed.splitlines() if "# > " in line]
        self.assertGreater(len(marked), 10)
        self.assertEqual("".join(
            line + "\n" for line in printed.splitlines()
            if "# > " not in line), GOOD)
        self.test(printed)
        self.assertEqual(self.test(printed, "--print").stdout, printed)
        # What the last step waits for is there, too.
        printed = self.test(story(first=CREATED + "\n    expect: { notice: "
                                  "chain, to: mara }"), "--print").stdout
        self.assertIn("# > 2026-01-05T11:25:00Z z:1 notice_queued chain "
                      "first_reply/1 standard/1 step 3 to mara", printed)


class Forms(Files):
    def both(self, *args, code=1):
        self.write("1 good & <fine>.yaml", GOOD.replace(
            "Nobody answers", "'Nobody & <nothing> \"answers\" # SKIP'"))
        self.write("2.yaml", GOOD.replace("times: 2", "times: 3").replace(
            "state: running", "state: paused"))
        return self.ctl("test", *args, self.path("1 good & <fine>.yaml"),
                        self.path("2.yaml"), code=code)

    def test_tap(self):
        out = self.both("--tap").stdout
        self.assertEqual(out.splitlines()[:2], ["TAP version 13", "1..2"])
        self.assertRegex(out, r"(?m)^ok 1 - .*answers\" \\# SKIP$")
        self.assertRegex(out, r"(?m)^not ok 2 - .*2\.yaml: Nobody answers$")
        self.assertRegex(out, r"(?m)^# .*2\.yaml:\d+: expected reminder")
        for line in out.splitlines()[2:]:
            self.assertRegex(line, r"^(ok|not ok|#) ")
        os.mkdir(self.path("a # SKIP"))
        path = os.path.join("a # SKIP", "3.yaml")
        self.write(path, GOOD.replace("times: 2", "times: 3").replace(
            "matrix: ", "matrix: ../"))
        out = self.ctl("test", "--tap", self.path(path), code=1).stdout
        self.assertRegex(out, r"(?m)^not ok 1 - .*/a \\# SKIP/3\.yaml: ")
        self.write("3.yaml", "scenario: x\n")
        out = self.ctl("test", "--tap", self.path("3.yaml"), code=2).stdout
        self.assertRegex(out, r"(?m)^not ok 1 - ")
        self.assertRegex(out, r"(?m)^# .*error: ")

    @unittest.skipUnless(shutil.which("prove"), "there is no prove")
    def test_prove_reads_it(self):
        self.both()
        for name, code in (("1 good & <fine>.yaml", 0), ("2.yaml", 1)):
            done = subprocess.run(
                ["prove", "--exec", "%s test --tap" % CTL, self.path(name)],
                capture_output=True, text=True, check=False,
                env=self.environment())
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
            self.assertIn("Result: " + ("FAIL" if code else "PASS"),
                          done.stdout)

    def test_junit(self):
        self.write("3.yaml", "scenario: x\nstepz: 1\n")
        path = self.path("out.xml")
        self.both("--junit", path)
        root = ET.parse(path).getroot()
        self.assertEqual(root.tag, "testsuites")
        suite, = root
        self.assertEqual(
            {k: suite.get(k) for k in ("tests", "failures", "errors")},
            {"tests": "2", "failures": "1", "errors": "0"})
        good, bad = suite
        self.assertEqual(good.get("name"), 'Nobody & <nothing> "answers" # '
                         "SKIP")
        self.assertEqual(good.get("classname"),
                         self.path("1 good & <fine>.yaml"))
        self.assertEqual(len(good), 0)
        failure, = bad
        self.assertEqual(failure.tag, "failure")
        self.assertIn("expected paused", failure.get("message"))
        self.assertIn("expected reminder", failure.text)
        self.assertIn("> Mon 2026-01-05", failure.text)
        self.ctl("test", "--tap", "--junit", path, self.path("3.yaml"),
                 code=2)
        case = ET.parse(path).getroot()[0][0]
        self.assertEqual(case[0].tag, "error")
        self.assertIn("unknown key", case[0].text)

    def test_junit_is_xml_whatever_it_tells(self):
        name, path = "4 \udcff.yaml", self.path("out.xml")  # a byte, no UTF-8
        self.write(name, 'scenario: "a\\uFFFE\\uFFFFb\\tc \\x7f\'"\n'
                   "stepz: 1\n")
        done = subprocess.run(
            [CTL, "test", "--junit", path, self.path(name)], timeout=120,
            capture_output=True, check=False, env=self.environment())
        self.assertEqual(done.returncode, 2, done)
        case = ET.parse(path).getroot()[0][0]
        self.assertEqual(case.get("name"), "a\ufffd\ufffdb c \x7f'")
        self.assertEqual(case.get("classname"), self.path("4 \ufffd.yaml"))


class Examples(Files):
    def test_they_pass(self):
        done = self.ctl("test", os.path.join(SRC, "etc", "scenarios"))
        self.assertGreater(done.stdout.count("ok   "), 4)
        self.assertEqual(done.stderr, "")

    def test_they_notice_a_change(self):
        """Each of them fails for at least one change somebody may make."""
        with open(os.path.join(SRC, "etc", "support.yaml"),
                  encoding="utf-8") as f:
            text = f.read()
        for old, new in (
                ("- { after: 15m, notify: director }",
                 "- { after: 25m, notify: director }"),
                ("members: [ jo, kai, lena ]\n    start",
                 "members: [ kai, jo, lena ]\n    start"),
                ('mon-thu: "08:30-17:30"', 'mon-thu: "09:30-17:30"'),
                ("then: { team: billing }", "then: { tags: billing }"),
                ("channels: [ dm, mail ]\n    quiet", "channels: dm\n    quiet"),
                ("acknowledge: 5m,", "acknowledge: 10m,")):
            self.assertIn(old, text)
            path = self.write("support.yaml", text.replace(old, new))
            done = self.ctl("test", "-c", path,
                            os.path.join(SRC, "etc", "scenarios"), code=1)
            self.assertIn("FAILED", done.stdout, new)


START = "2026-01-05T09:00:00Z"


class Recording(Files):
    """A real daemon whose clock goes where it is told."""

    def setUp(self):
        super().setUp()
        self.scratch = Scratch()
        self.addCleanup(self.scratch.__exit__, None, None, None)
        self.d = Daemon(self.scratch, MATRIX, clock=START + "@step").start()
        self.addCleanup(self.d.stop)

    def live(self, *args, code=0):
        return self.ctl("-s", self.d.socket, *args, code=code)

    def to(self, when):
        self.live("clock", when)

    def record(self, *args):
        text = self.live("test", "--record", "z:1", "-c", "matrix.yaml",
                         *args).stdout
        self.write("recorded.yaml", text)
        return text

    def play(self, code=0, *args):
        return self.ctl("test", *args, self.path("recorded.yaml"), code=code)

    def test_a_key_that_ends_a_text(self):
        for key in ('z:"]', "z:'\\", "z:a\u2028b", "z:{<&>}"):
            self.d.created(key, at=None)
            self.write("recorded.yaml", self.live(
                "test", "--record", key, "-c", "matrix.yaml").stdout)
            self.assertIn("failed: 0", self.play().stdout, key)

    def test_a_life(self):
        send = self.d.send
        self.d.created("z:1", at=None, team="frontline", subject='"Why" \\ #1')
        self.to("2026-01-05T09:05:00Z")
        self.live("away", "dana", "--from", "now", "--until",
                  "2026-01-06T09:00:00Z", "--cover", "eli")
        self.to("2026-01-05T10:12:00Z")
        self.live("ack", "z:1", "--by", "eli")
        self.to("2026-01-05T10:40:00Z")
        late = self.d.event("z:1", "comment", at=self.d.now() - 1800,
                            author="agent", public=True, text="Is it?\nYes: é")
        send(late)
        self.to("2026-01-05T11:00:00Z")
        send(self.d.event("z:1", "updated", fields={"severity": "P2",
                                                    "tags": ["x"]}))
        self.to("2026-01-05T15:30:00Z")
        text = self.record()
        self.assertIn("told: 2026-01-05T10:40:00Z", text)
        self.assertIn('away: { person: "dana", cover: "eli"', text)
        self.assertIn('"text":"Is it?\\nYes: é"', text)
        self.assertGreater(text.count("notice: "), 4)
        self.assertIn("expect_clock:", text)
        self.assertIn('severity: "P2"', text)
        done = self.play()
        self.assertGreater(int(re.search(r"expectations: (\d+)",
                                         done.stdout)[1]), 7)
        for old, new in (("first_reply: 1h }", "first_reply: 2h }"),
                         ("after: 10m", "after: 11m"),
                         ("notify: primary", "notify: lead"),
                         ("resolution: 4h", "resolution: 5h")):
            other = self.write("other.yaml", MATRIX.replace(old, new))
            self.assertIn("FAILED", self.play(1, "-c", other).stdout)

    def test_what_could_not_be_sent(self):
        """The pager takes nothing: who has it alone is not reached, whoever
        has another way is told by that; what is tried again goes later."""
        said = []

        def behave(record):
            said.append(record)
            return Answer(503 if len(said) < 3 else 400)

        sink = Sink(behave)
        self.addCleanup(sink.__exit__, None, None, None)
        self.d.stop()
        text = MATRIX.replace("  mail: { type: log }", """\
  mail: { type: log }
  pager: { type: webhook, url: "%s", secret: { file: hook.secret } }""" %
                              sink.url())
        text = text.replace("channels: [ room ] }",
                            "channels: [ pager, room ] }")
        text = text.replace("mara: { channels: [ mail ] }",
                            "mara: { channels: [ pager ] }")
        text = text.replace("notify: eli, via: room", "notify: eli")
        self.write("matrix.yaml", text)
        self.d = Daemon(self.scratch, text, clock=START + "@step",
                        name="e").start()
        self.addCleanup(self.d.stop)
        self.d.created("z:1")
        self.to("2026-01-05T13:00:00Z")
        kinds = [row["kind"] for row in self.d.timeline("z:1")]
        self.assertIn("notice_retry", kinds)
        self.assertIn("notice_dead", kinds)
        text = self.record()
        self.assertIn("deliver: { pager: never }", text)
        self.assertIn("deliver: { pager: { again: ", text)
        self.assertIn("via: \"room\"", text)
        self.play()
        self.write("recorded.yaml", re.sub(r"deliver: .*",
                                           "deliver: { pager: ok }", text))
        self.play(1)

    def test_without_a_matrix_it_is_the_daemons(self):
        self.d.created("z:1")
        self.to("2026-01-05T09:40:00Z")
        text = self.live("test", "--record", "z:1").stdout
        self.assertIn('matrix: "%s"' % self.d.config, text)
        self.write("recorded.yaml", text)
        self.play()

    def test_no_such_ticket(self):
        self.assertIn("z:1", self.live("test", "--record", "z:1",
                                       code=5).stderr)


if __name__ == "__main__":
    main()
