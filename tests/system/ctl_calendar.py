#!/usr/bin/python3
"""ctl_calendar.py - does `slawatchctl calendar` answer as a calendar should?

The oracle knows no periods and no transitions: it asks zoneinfo for the wall
time of every minute of over a year and notes whether that is working time, so
that both sides cannot have been taught the same mistake.

Environment: SLAWATCHCTL is the program; SLAWATCH_SEED repeats a run.

SPDX-License-Identifier: MIT
"""
import bisect
import datetime
import itertools
import json
import os
import random
import select
import subprocess
import sys
import zoneinfo

sys.dont_write_bytecode = True  # the sources may be read-only
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
from ctl_case import CTL, UTC, Case, main

MATRIX = """
matrix: { owner: mara, fallback: journal }
calendars:
  always: { open: always }
  office:
    zone: Europe/Berlin
    week: { mon-fri: ["09:00-12:30", "13:30-18:00"], sat: "10:00-14:00" }
    except: { 2026-12-24: "09:00-12:00", 2026-12-31: closed }
    holidays: [ 2026-12-25, 05-01 ]
  night:
    zone: Australia/Lord_Howe
    week: { mon-sun: "22:00-06:00" }
severities: { P1: {} }
channels: { journal: { type: log } }
people: { mara: {} }
policies:
  - { name: all, calendar: office, targets: { P1: { resolution: 1h } } }
"""

MINUTE = 60000  # in milliseconds, as everything here
FIRST = datetime.datetime(2026, 1, 1, tzinfo=UTC)
MINUTES = 430 * 1440
SEED = int(os.environ.get("SLAWATCH_SEED") or
           random.SystemRandom().getrandbits(31))
ROUNDS = 2000


def office(wall):
    day = (wall.year, wall.month, wall.day)
    minute = wall.hour * 60 + wall.minute
    if day == (2026, 12, 24):
        return 540 <= minute < 720
    if day in ((2026, 12, 31), (2026, 12, 25)) or day[1:] == (5, 1):
        return False
    if wall.weekday() == 5:
        return 600 <= minute < 840
    return wall.weekday() < 5 and (540 <= minute < 750 or 810 <= minute < 1080)


def night(wall):
    return wall.hour >= 22 or wall.hour < 6


class Oracle:
    """A flag and a running sum per minute."""

    def __init__(self, zone, is_open):
        there = zoneinfo.ZoneInfo(zone)
        step = datetime.timedelta(minutes=1)
        self.open = [is_open((FIRST + i * step).astimezone(there))
                     for i in range(MINUTES)]
        self.sum = [0, *itertools.accumulate(int(o) for o in self.open)]

    def passed(self, at):
        i, rest = divmod(at, MINUTE)
        return self.sum[i] * MINUTE + (rest if self.open[i] else 0)

    def is_open(self, at):
        return self.open[at // MINUTE]

    def add(self, at, amount):
        """The earliest by which that much has passed: minute by minute."""
        while amount > 0:
            i = at // MINUTE
            left = (i + 1) * MINUTE - at
            if self.open[i] and amount <= left:
                return at + amount
            amount -= left if self.open[i] else 0
            at += left
        return at

    def sub(self, at, amount):
        """The latest from which that much remains."""
        while amount > 0:
            i = (at - 1) // MINUTE
            left = at - i * MINUTE
            if self.open[i] and amount < left:
                return at - amount
            amount -= left if self.open[i] else 0
            at -= left
            if amount == 0:     # on back over closed time: as late as can be
                break
        return at

    def edges(self, opening):
        return [i * MINUTE for i in range(1, MINUTES)
                if self.open[i] != self.open[i - 1] and
                self.open[i] == opening]


def text(ms):
    at = FIRST + datetime.timedelta(milliseconds=ms)
    out = at.strftime("%Y-%m-%dT%H:%M:%S")
    return out + (".%03dZ" % (ms % 1000) if ms % 1000 else "Z")


def after(edges, at):
    return edges[bisect.bisect_right(edges, at)]


def by(edges, at):
    return edges[bisect.bisect_right(edges, at) - 1]


class Calendar(Case):
    def setUp(self):
        super().setUp()
        self.matrix = self.write("m.yaml", MATRIX)

    def ask(self, *args, **more):
        return self.ctl("calendar", "-c", self.matrix, *args, **more)

    def batch(self, questions):
        lines = [q if isinstance(q, str) else json.dumps(q) for q in questions]
        done = self.ask("--batch", stdin="".join(x + "\n" for x in lines))
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(answers), len(questions))
        return answers

    def one(self, **question):
        return self.batch([question])[0]

    def test_design_example(self):
        # 09:00Z is 10:00 in Berlin, and at work.
        self.assertEqual(self.one(calendar="office", op="add", amount="90s",
                                  at="2026-01-05T09:00:00Z"),
                         {"result": "2026-01-05T09:01:30Z"})

    def test_results_have_the_promised_types(self):
        monday = "2026-01-05T08:00:00Z"
        for op, more, want in (
                ("add", {"amount": 0.25}, "2026-01-05T08:00:00.250Z"),
                ("add", {"amount": 90}, "2026-01-05T08:01:30Z"),
                ("add", {"amount": "1h30m"}, "2026-01-05T09:30:00Z"),
                ("add", {"amount": "0"}, monday),
                ("sub", {"amount": "1m"}, "2026-01-03T12:59:00Z"),
                ("between", {"to": "2026-01-05T08:00:01Z"}, 1),
                ("between", {"to": "2026-01-05T08:00:01.5Z"}, 1.5),
                ("between", {"to": "2026-01-03T12:59:59.75Z"}, -0.25),
                ("open", {}, True),
                ("next_open", {}, monday),
                ("next-open", {"to": None}, monday),
                ("prev_open", {}, monday),
                ("prev-close", {}, "2026-01-03T13:00:00Z"),
                ("next_close", {}, "2026-01-05T11:30:00Z"),
                ("periods", {"limit": 2},
                 [["2026-01-05T08:00:00Z", "2026-01-05T11:30:00Z"],
                  ["2026-01-05T12:30:00Z", "2026-01-05T17:00:00Z"]]),
                ("periods", {"to": "2026-01-05T08:00:00Z"}, []),
                ("periods", {"to": "2026-01-09T08:00:00Z", "limit": 1},
                 [["2026-01-05T08:00:00Z", "2026-01-05T11:30:00Z"]])):
            got = self.one(calendar="office", op=op, at=monday, **more)
            self.assertEqual(got, {"result": want}, op)
            self.assertIs(type(got["result"]), type(want), op)

    def test_offsets_and_the_other_side_of_the_lunch(self):
        self.assertEqual(self.one(calendar="office", op="add", amount="4h",
                                  at="2026-01-05T10:00:00+01:00"),
                         {"result": "2026-01-05T14:00:00Z"})

    def test_always(self):
        at = "2026-01-05T08:00:00Z"
        for op, want in (("open", True), ("next_open", at), ("prev_open", None),
                         ("next_close", None), ("prev_close", None)):
            self.assertEqual(self.one(calendar="always", op=op, at=at),
                             {"result": want}, op)
        self.assertEqual(self.one(calendar="always", op="between", at=at,
                                  to="2026-01-06T08:00:00Z"),
                         {"result": 86400})

    def test_nothing_before_and_nothing_after(self):
        for op in ("next_close", "next_open"):
            self.assertEqual(self.one(calendar="office", op=op,
                                      at="2100-12-31T20:00:00Z"),
                             {"result": None}, op)
        for op in ("prev_close", "prev_open"):
            self.assertEqual(self.one(calendar="office", op=op,
                                      at="1970-01-01T00:00:00Z"),
                             {"result": None}, op)

    def test_errors_name_the_member_and_do_not_stop(self):
        good = {"calendar": "office", "op": "open",
                "at": "2026-01-05T08:00:00Z"}
        bad = (
            (dict(good, calendar="ofice"), "calendar: ", '"office"'),
            (dict(good, calendar="zzz"), "calendar: ", "the matrix has"),
            (dict(good, calendar=7), "calendar: ", ""),
            (dict(good, op="opne"), "op: ", '"open"'),
            (dict(good, op="__"), "op: ", "unknown"),
            (dict(good, at="2026-01-05"), "at: ", "RFC 3339"),
            (dict(good, at="1969-12-31T23:59:59Z"), "at: ", "1970"),
            (dict(good, at="2101-01-01T00:00:01Z"), "at: ", "2100"),
            (dict(good, at=0), "at: ", "quotes"),
            (dict(good, att=0), "att: ", '"at"'),
            (dict(good, amount="1h"), "amount: ", "does not belong"),
            (dict(good, limit=1), "limit: ", "does not belong"),
            (dict(good, op="add"), "amount: missing", "90s"),
            (dict(good, op="add", amount=-1), "amount: ", "from 0 up"),
            (dict(good, op="add", amount="1x"), "amount: ", "1h30m"),
            (dict(good, op="add", amount=1e300), "amount: ", "seconds"),
            (dict(good, op="add", amount="36000d"), "amount: ", "less"),
            (dict(good, op="sub", amount="36000d"), "amount: ", "less"),
            (dict(good, op="between"), "to: missing", ""),
            (dict(good, op="periods"), "to: missing", "limit"),
            (dict(good, op="periods", limit=0), "limit: ", "from 1"),
            (dict(good, op="periods", limit=1.5), "limit: ", "whole"),
            ({"op": "open", "at": "2026-01-05T08:00:00Z"},
             "calendar: missing", ""),
            ("", "not JSON", ""),
            ("nonsense", "not JSON", ""),
            ("[1]", "", "object"),
            ('{"op": "open", "op": "add"}', "not JSON", "duplicate"),
            ('{"calendar": "office"} {}', "not JSON", ""),
            ("x" * 70000, "", "line"),
            ("x" * 200000, "", "line"))
        answers = self.batch([q for b in bad for q in (b[0], good)])
        for (question, begins, holds), answer, after in zip(
                bad, answers[::2], answers[1::2]):
            self.assertEqual(list(answer), ["error"], question)
            self.assertTrue(answer["error"].startswith(begins), answer)
            self.assertIn(holds, answer["error"])
            self.assertEqual(after, {"result": True}, question)

    def test_the_last_line_needs_no_newline(self):
        done = self.ask("--batch", stdin='{"calendar": "office", "op": "open", '
                        '"at": "2026-01-05T08:00:00Z"}')
        self.assertEqual(done.stdout, '{"result":true}\n')
        self.assertEqual(self.ask("--batch").stdout, "")

    def test_lockstep_through_a_pipe(self):
        """Each answer comes before the next question, or the half of one."""
        question = json.dumps({"calendar": "office", "op": "open",
                               "at": "2026-01-05T08:00:00Z"}) + "\n"
        with subprocess.Popen([CTL, "calendar", "-c", self.matrix, "--batch"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              bufsize=0, env=self.environment()) as talk:
            def answers(count):
                got = b""
                while got.count(b"\n") < count:
                    ready = select.select([talk.stdout], [], [], 60)[0]
                    self.assertTrue(ready, "no answer to what was asked")
                    piece = os.read(talk.stdout.fileno(), 65536)
                    self.assertNotEqual(piece, b"")
                    got += piece
                self.assertEqual(got, b'{"result":true}\n' * count)

            for _ in range(50):
                talk.stdin.write(question.encode())
                answers(1)
            talk.stdin.write((question * 3 + question[:20]).encode())
            answers(3)
            talk.stdin.write(question[20:].encode())
            answers(1)
            talk.stdin.close()
            self.assertEqual(talk.wait(60), 0)
            self.assertEqual(talk.stdout.read(), b"")

    def test_words_on_the_command_line(self):
        at = "2026-01-05T08:00:00Z"
        for args, want in (
                (("office", "add", at, "90s"), "2026-01-05T08:01:30Z"),
                (("office", "sub", at, "90"), "2026-01-03T12:58:30Z"),
                (("office", "between", at, "2026-01-03T00:00:00Z"), "-14400"),
                (("office", "open", at), "true"),
                (("office", "prev-open", at), at),
                (("always", "next-close", at), "none"),
                (("office", "periods", at, "-n", "1"),
                 at + " 2026-01-05T11:30:00Z"),
                (("office", "periods", at, "2026-01-05T13:00:00Z"),
                 at + " 2026-01-05T11:30:00Z\n"
                 "2026-01-05T12:30:00Z 2026-01-05T13:00:00Z")):
            self.assertEqual(self.ask(*args).stdout, want + "\n", args)
        self.assertEqual(self.ask("--json", "office", "open", at).stdout,
                         '{"result":true}\n')
        self.assertEqual(self.ask("-j", "always", "prev_close", at).stdout,
                         '{"result":null}\n')

    def test_wrong_on_the_command_line(self):
        at = "2026-01-05T08:00:00Z"
        for args, code, says in (
                (("ofice", "open", at), 1, '"office"'),
                (("office", "opn", at), 2, '"open"'),
                (("office", "open", "now"), 2, "RFC 3339"),
                (("office", "open"), 2, "NAME OP AT"),
                (("office", "add", at), 2, "AMOUNT"),
                (("office", "add", at, "1x"), 2, "1h30m"),
                (("office", "periods", at), 2, "--limit"),
                (("office", "add", at, "1h", "-n", "3"), 2, "AMOUNT"),
                (("office", "periods", at, "-n", "0"), 2, "from 1"),
                (("--batch", "office", "open", at), 2, "standard input")):
            done = self.ask(*args, code=code)
            self.assertIn(says, done.stderr, args)
            self.assertEqual(done.stdout, "")
        self.assertIn("-c MATRIX", self.ctl(
            "calendar", "office", "open", at, code=2).stderr)
        self.assertIn("no.yaml", self.ctl(
            "calendar", "-c", self.path("no.yaml"), "office", "open", at,
            code=1).stderr)

    def check_against(self, name, oracle, rng):
        """Random questions of every op, all in one batch."""
        low, high = 20 * 1440 * MINUTE, (MINUTES - 20 * 1440) * MINUTE
        opens, closes = oracle.edges(True), oracle.edges(False)
        questions, wanted = [], []

        def instant():
            if rng.random() < .5:       # at an edge, or a hair beside it
                at = rng.choice(opens + closes)
                at += rng.choice((-1, 0, 1))
                return min(max(at, low), high)
            return rng.randrange(low, high)

        def put(op, want, at, **more):
            questions.append(dict(more, calendar=name, op=op, at=text(at)))
            wanted.append(want)

        for _ in range(ROUNDS):
            at, to = instant(), instant()
            amount = rng.choice((1, 1000, 60000, 1800000))
            amount *= rng.randrange(0, 50)
            said = rng.choice(("%dms" % amount, amount / 1000))
            between = oracle.passed(to) - oracle.passed(at)
            put("add", text(oracle.add(at, amount)), at, amount=said)
            put("sub", text(oracle.sub(at, amount)), at, amount=said)
            put("between", between / 1000, at, to=text(to))
            put("open", oracle.is_open(at), at)
            put("next_open", text(at if oracle.is_open(at) else
                                  after(opens, at)), at)
            put("prev_open", text(by(opens, at)), at)
            put("next_close", text(after(closes, at)), at)
            put("prev_close", text(by(closes, at)), at)
        for _ in range(20):
            at, to = sorted((instant(), instant()))
            spans = [(max(o, at), min(after(closes, o), to)) for o in opens
                     if o < to and after(closes, o) > at]
            self.assertEqual(sum(close - open for open, close in spans),
                             oracle.passed(to) - oracle.passed(at))
            spans = [[text(o), text(c)] for o, c in spans]
            put("periods", spans, at, to=text(to))
            put("periods", spans[:5], at, to=text(to), limit=5)
        for question, want, got in zip(questions, wanted,
                                       self.batch(questions)):
            self.assertEqual(got, {"result": want},
                             "%s, seed %d" % (question, SEED))
        return len(questions)

    def test_random_questions_against_the_minutes(self):
        print("ctl_calendar: SLAWATCH_SEED=%d" % SEED, flush=True)
        rng = random.Random(SEED)
        count = self.check_against(
            "office", Oracle("Europe/Berlin", office), rng)
        count += self.check_against(
            "night", Oracle("Australia/Lord_Howe", night), rng)
        self.assertGreater(count, ROUNDS)


if __name__ == "__main__":
    main()
