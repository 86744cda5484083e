#!/usr/bin/python3
"""ctl_report.py - does the report of a backtest say what happened, in words?

A story whose report is kept here whole, as a support lead reads it; the numbers
of random stories against the rows that `--json` prints; and that nothing but
the events and the matrix makes a difference.

Environment: SLAWATCHCTL is the program; SLAWATCH_SEED repeats a run.

SPDX-License-Identifier: MIT
"""
import collections
import datetime
import json
import os
import pty
import random
import re
import subprocess
import sys

sys.dont_write_bytecode = True  # the sources may be read-only
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
from ctl_case import CTL, PATIENCE, Case, lines, main

MATRIX = """
matrix: { owner: mara, fallback: journal, zone: Europe/Berlin }
calendars:
  office: { zone: Europe/Berlin, week: { mon-fri: "09:00-17:00" } }
severities: { P1: {}, P2: {}, P3: {} }
channels: { journal: { type: log }, room: { type: log } }
people:
  dana: { name: Dana Ruiz, hours: office }
  eli: {}
  mara: { name: Mara Stein }
  noor: {}
roles: { primary: dana, backup: eli }
chains:
  standard:
    ack_timeout: 2h
    repeat: 0
    steps:
      - { notify: primary, via: [ room, journal ] }
      - { after: 30m, notify: [ backup, mara ], via: [ journal ] }
      - { after: 4h, notify: noor, via: [ journal ] }
  spare: { steps: [ { notify: mara, via: [ journal ] } ] }
policies:
  - name: gold
    when: { tier: gold }
    targets: { P1: { first_reply: 30m } }
  - name: all
    warn: [ 50% ]
    on_breach: standard
    targets:
      P1: { first_reply: 1h, resolution: 4h }
      P2: { first_reply: 4h }
      P3: { first_reply: 8h }
rules:
  - name: never said, or meant
    when: { text: [ "unheard of" ] }
    then: { tags: odd }
"""

# One that is late, acknowledged and answered; one in time; one that nobody
# answers, in the evening; and somebody who acknowledges what nobody knows.
STORY = """
{"id":"1","ticket":"d:1","at":"2026-01-05T08:00:00Z","type":"created","fields":{"severity":"P1","status":"new","attributes":{"made_sla":true}}}
{"id":"2","ticket":"d:2","at":"2026-01-05T08:10:00Z","type":"created","fields":{"severity":"P2","status":"new","attributes":{"made_sla":true}}}
{"id":"3","ticket":"d:1","at":"2026-01-05T09:40:00Z","type":"acknowledged","by":"eli"}
{"id":"4","ticket":"d:1","at":"2026-01-05T10:00:00Z","type":"comment","author":"agent","public":true,"by":"eli","text":"on it"}
{"id":"5","ticket":"d:2","at":"2026-01-05T10:05:00Z","type":"comment","author":"agent","public":true,"by":"eli","text":"done"}
{"id":"6","ticket":"d:1","at":"2026-01-05T10:30:00Z","type":"updated","fields":{"attributes":{"made_sla":false}}}
{"id":"7","ticket":"d:1","at":"2026-01-05T10:40:00Z","type":"status","status":"solved"}
{"id":"8","ticket":"d:2","at":"2026-01-05T10:40:00Z","type":"status","status":"solved"}
{"id":"9","ticket":"d:3","at":"2026-01-05T15:30:00Z","type":"created","fields":{"severity":"P1","status":"new"}}
{"id":"10","ticket":"d:9","at":"2026-01-05T15:40:00Z","type":"acknowledged","by":"eli"}
"""

UNTIL = ("--until", "2026-01-07T00:00:00Z")
MISSED = ("--missed-when", "attributes.made_sla=false")

REPORT = """\
What would have happened
  matrix   m.yaml
  events   standard input
  time     Mon 2026-01-05 09:00 to Wed 2026-01-07 01:00, Europe/Berlin (1d 16h)

In short
  3 tickets, 9 events (1 more refused); 1 still open at the end.
  Of the tickets 2 (66.7%) were warned of, 2 (66.7%) escalated, and 2 (66.7%)
  were late.
  20 notices to 4 people, 12.0 a day; 15 of them alerts (late, soon late, or
  asked for by a chain or a rule).
  Outside of their reader's hours: 2 (50.0%) of those to people who have hours.
  By reason: breach 3, chain 7, exhausted 1, warning 4, resolved 5

People: who would hear how much
PERSON      NOTICES  ALERTS  A WEEK  OFF HOURS  SHARE  MOSTLY
Mara Stein        5       4       -          -      -  chain
Dana Ruiz         4       3       -          2  50.0%  chain
eli               4       3       -          -      -  chain
noor              1       1       -          -      -  chain

Channels
CHANNEL  NOTICES  TO A PERSON  TO THE ROOM
journal       16           10            6
room           4            4            0

The week: notices by the hour, all weeks together
       00    03    06    09    12    15    18    21      ALL DAY
  Mon  ··················░░▒▒██··········░░▒▒··▒▒··░░··  19
  Tue  ····░░··········································  1
  Wed  ················································  0
  Thu  ················································  0
  Fri  ················································  0
  Sat  ················································  0
  Sun  ················································  0
  · none   ░ 1 to 2   ▒ 3   ▓ 4 to 5   █ 6
  Busiest hour: Mon 2026-01-05 11:00, 6 notices.
  Longest silence with tickets open: 23h, Tue 2026-01-06 02:00 to Wed 2026-01-07
  01:00.

Clocks: what was promised, and kept
CLOCK        SEVERITY  STARTED  WARNED  LATE   SHARE  MET  MET LATE  UNMET
first_reply  P1              2       2     2  100.0%    0         1      1
first_reply  P2              1       0     0    0.0%    1         0      0
resolution   P1              2       2     1   50.0%    1         0      1
  UNMET: the ticket is open at the end, or was solved without it.

Chains: who was asked, and who answered
  standard
    started 2 times, on 2 tickets (66.7% of all); half of the starts within 1h
    of the ticket's creation, nine in ten within 1h.
    acknowledged 1 (50.0%), nobody answered to the end 1 (50.0%)
    Until the first acknowledgement or snooze: half within 40m, nine in ten
    within 40m.
    STEP  NOTIFIES      VIA            FIRED   AFTER  ACKED  OVER  SKIPPED
       1  primary       room, journal      2      0s      0     0        0
       2  backup, mara  journal            2     30m      1     0        0
       3  noor          journal            1  4h 30m      0     0        0
  FIRED: told somebody, in whichever round. AFTER: since the chain's start, for
  half of them sooner. ACKED, OVER: the chain was acknowledged, or what it was
  about was over, before the next step.

Against what really happened
  Missed is where attributes.made_sla=false.
  1 ticket of 2 really missed the target (50.0%).
  Caught (recall): 100.0%; of 1 there was an alert before, half of them at least
  2h before, nine in ten at least 2h.
  Of 1 a clock of this matrix had run out before, half of them at least 1h 30m
  before.
  Right (precision): 100.0%; of 1 ticket that anybody was alerted of 1 really
  missed.
  Cost: 15 alerts, 5.0 for each ticket, 15.0 for each miss that was caught.
TICKETS              REALLY MISSED  REALLY KEPT
late by this matrix              1            0
in time by it                    0            1

Never needed: parts of the matrix that did nothing
  severities that no ticket had: "P3"
      Do the events, or the severity table, call them otherwise?
  policies that no ticket matched: "gold"
      An earlier policy may take all of its tickets: the first that matches
      wins. Else its `when` fits nothing that came.
  rules that never fired: "never said, or meant"
      Look for words, fields and numbers in `when` that the events do not have;
      a test of slawatchctl(1) can show that it fires.
  chains that never started: "spare"
      Nothing called them: see `on_warning`, `on_breach`, the rules and teams
      that name them.
"""

SRC = os.environ.get("SLAWATCH_SRCDIR",
                     os.path.join(os.path.dirname(__file__), "..", ".."))
SEED = int(os.environ.get("SLAWATCH_SEED") or
           random.SystemRandom().getrandbits(31))
START = datetime.datetime(2026, 1, 5, 8, tzinfo=datetime.timezone.utc)
ALERTS = {"breach", "chain", "ack_timeout", "exhausted", "unreachable",
          "warning", "reminder", "rule"}


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def random_story(rng, tickets=30, events=250):
    """Events in order, of which some are told late."""
    told, when, known = [], START, 0
    for i in range(events):
        when += datetime.timedelta(seconds=rng.randrange(1200))
        at = when
        if rng.random() < .1:
            at -= datetime.timedelta(seconds=rng.randrange(5000))
        if known == 0 or (known < tickets and rng.random() < .2):
            known += 1
            number = known
            body = {"type": "created",
                    "fields": {"severity": rng.choice(["P1", "P2", "P3"]),
                               "customer": {"tier": rng.choice(
                                   ["gold", "free"])}}}
        else:
            number = rng.randrange(1, known + 1)
            body = rng.choice([
                {"type": "comment", "author": "agent", "public": True},
                {"type": "status", "status": "solved"},
                {"type": "status", "status": "open"},
                {"type": "acknowledged", "by": "eli"},
                {"type": "updated", "fields": {"severity": "P1"}},
                {"type": "updated", "fields": {"text": "unheard of"}}])
        told.append(dict(body, id="e-%d" % i, ticket="r:%d" % number,
                         at=at.strftime("%Y-%m-%dT%H:%M:%SZ")))
    return told


class Report(Case):
    def setUp(self):
        super().setUp()
        self.matrix = self.write("m.yaml", MATRIX)

    def simulate(self, *args, stdin=STORY, code=3, **env):
        return self.ctl("simulate", "-c", self.matrix, *args, "-",
                        stdin=stdin, code=code, **env)

    def text(self, *args, **more):
        return self.simulate(*args, **dict({"COLUMNS": "80"}, **more)).stdout

    def report(self, *args, **more):
        """The object, by way of a file."""
        path = self.path("report.json")
        self.simulate("--report", "json", path, *args, **more)
        with open(path, encoding="utf-8") as f:
            return json.load(f)

    def test_the_whole_of_it(self):
        """As it is read at three in the morning."""
        text = self.text(*UNTIL, *MISSED).replace(self.matrix, "m.yaml")
        said, _, granted = text.partition(
            "\nWhat these numbers take for granted\n")
        self.maxDiff = None
        self.assertEqual(said, REPORT)
        self.assertIn("  - ", granted)

    def test_nothing_else_matters(self):
        first = self.simulate(*UNTIL, *MISSED, COLUMNS="80").stdout
        for env in ({"TZ": "Pacific/Auckland"}, {"LC_ALL": "C.UTF-8"},
                    {"LC_ALL": "de_DE.UTF-8", "TZ": "America/St_Johns"},
                    {"LANG": "tr_TR.UTF-8", "TZ": ":nowhere"}):
            again = self.simulate(*UNTIL, *MISSED, COLUMNS="80", **env)
            self.assertEqual(again.stdout, first, env)
        one = self.report(*UNTIL, *MISSED)
        self.assertEqual(one, self.report(*UNTIL, *MISSED, TZ="Asia/Tokyo"))

    def test_colours_say_nothing_more(self):
        """On a terminal: what is struck out of it is what a pipe gets."""
        plain = self.text(*UNTIL, *MISSED)
        master, slave = pty.openpty()
        story = self.write("story.ndjson", STORY)
        run = subprocess.Popen(
            [CTL, "simulate", "-c", self.matrix, *UNTIL, *MISSED, story],
            stdin=subprocess.DEVNULL, stdout=slave, stderr=subprocess.DEVNULL,
            env=self.environment(COLUMNS="80", TERM="xterm"))
        os.close(slave)
        seen = b""
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:     # the other end is closed
                break
            if not piece:
                break
            seen += piece
        os.close(master)
        self.assertEqual(run.wait(PATIENCE), 3)
        text = seen.decode().replace("\r\n", "\n")
        self.assertIn("\x1b[31m", text)
        struck = re.sub("\x1b\\[[0-9]*m", "", text)
        self.assertEqual(struck.replace(story, "STORY"),
                         plain.replace("standard input", "STORY"))

    def test_no_line_is_wider_than_the_screen(self):
        for columns in (60, 72, 80, 120):
            for line in self.text(*UNTIL, *MISSED,
                                  COLUMNS=str(columns)).splitlines():
                # Tables give way as far as they can.
                if line.startswith("  ") and "    " not in line.strip():
                    self.assertLessEqual(len(line), columns, line)

    def test_without_a_screen_paragraphs_are_wrapped_all_the_same(self):
        text = self.simulate(*UNTIL, *MISSED).stdout
        self.assertLess(max(map(len, text.splitlines())), 85)

    def test_by_the_clock_of_a_zone(self):
        berlin = self.report(*UNTIL)["new"]
        tokyo = self.report(*UNTIL, "--zone", "Asia/Tokyo")["new"]
        self.assertEqual(berlin["zone"], "Europe/Berlin")
        self.assertEqual(tokyo["zone"], "Asia/Tokyo")
        flat = sum(berlin["hours"], [])
        self.assertEqual(flat[-8:] + flat[:-8], sum(tokyo["hours"], []))
        self.assertIn("Mon 2026-01-05 17:00 to Wed 2026-01-07 09:00, "
                      "Asia/Tokyo", self.text(*UNTIL, "--zone", "Asia/Tokyo"))

    def test_the_object(self):
        whole = self.report(*UNTIL, *MISSED)
        new = whole["new"]
        self.assertEqual(whole["matrix"], self.matrix)
        self.assertEqual(whole["missed_when"], MISSED[1])
        self.assertNotIn("old", whole)
        self.assertNotIn("against", whole)
        self.assertEqual(new["since"], None)
        self.assertEqual(new["from"], "2026-01-05T08:00:00Z")
        self.assertEqual(new["until"], "2026-01-07T00:00:00Z")
        self.assertEqual(
            [new[k] for k in ("events", "refused", "tickets", "warned",
                              "breached", "escalated", "open")],
            [9, 1, 3, 2, 2, 2, 1])
        self.assertEqual(new["clocks"][0], {
            "clock": "first_reply", "severity": "P1", "started": 2,
            "warned": 2, "breached": 2, "withdrawn": 0, "met": 0,
            "met_late": 1, "cancelled": 0, "unmet": 1})
        standard = new["chains"][0]
        self.assertEqual(standard["rate"], 0.667)
        self.assertEqual(standard["ack"], {
            "count": 1, "least_s": 2400, "p10_s": 2400, "median_s": 2400,
            "p90_s": 2400, "most_s": 2400, "mean_s": 2400})
        self.assertEqual([s["step"] for s in standard["steps"]], [1, 2, 3])
        self.assertEqual(standard["steps"][1]["notify"], "backup, mara")
        self.assertEqual([s["answered"] for s in standard["steps"]], [0, 1, 0])
        self.assertEqual(new["chains"][1]["begins"], None)
        self.assertEqual(new["people"][0]["name"], "Dana Ruiz")
        self.assertEqual(new["people"][0]["off_hours"], 2)
        self.assertEqual(new["people"][1]["off_hours"], None)
        self.assertEqual(new["busiest"],
                         {"hour": "2026-01-05T10:00:00Z", "notices": 6})
        self.assertEqual(new["silence"]["seconds"], 23 * 3600)
        history = new["history"]
        self.assertEqual((history["recall"], history["precision"]), (1, 1))
        self.assertEqual(history["lead"]["median_s"], 7200)
        self.assertEqual(history["alerts_per_caught"], 15)
        self.assertEqual([t["times"] for t in new["targets"]
                          if t["policy"] == "gold"], [0])
        self.assertEqual(new["rules"],
                         [{"rule": "never said, or meant", "fired": 0}])

    def test_no_history_is_null_and_not_said(self):
        self.assertIsNone(self.report(*UNTIL)["new"]["history"])
        self.assertNotIn("really", self.text(*UNTIL))

    def test_a_field_that_no_ticket_has(self):
        text = self.text(*UNTIL, "--missed-when", "attributes.made_sal=false")
        self.assertIn("is the field spelled as in the events?", text)
        self.assertNotIn("recall", text)

    def test_nothing_at_all(self):
        text = self.text(stdin="", code=0)
        self.assertIn("nothing happened in it", text)
        self.assertIn("0 tickets, 0 events; 0 still open", text)
        new = self.report(stdin="", code=0)["new"]
        self.assertEqual((new["from"], new["busiest"], new["silence"],
                          new["clocks"]), (None, None, None, []))

    def test_against_another(self):
        other = self.write("old.yaml", MATRIX.replace("warn: [ 50% ]",
                                                      "warn: []"))
        text = self.text(*UNTIL, *MISSED, "--against", other)
        self.assertRegex(text, r"(?m)^tickets warned of +0 +2$")
        self.assertRegex(text, r"(?m)^real misses caught +100.0% +100.0%$")
        self.assertIn("against  " + other, text)
        whole = self.report(*UNTIL, "--against", other)
        self.assertEqual(whole["old_matrix"], other)
        self.assertEqual(whole["old"]["warned"], 0)
        self.assertEqual(whole["new"]["warned"], 2)
        self.assertIn("tickets", whole["against"])

    def test_who_gets_as_much_is_only_counted(self):
        other = self.write("old.yaml", MATRIX.replace("[ backup, mara ]",
                                                      "backup"))
        text = self.text(*UNTIL, "--against", other)
        part = text.partition("Who gets more or less\n")[2].partition("\n\n")
        self.assertRegex(part[0], r"(?m)^mara +5 +[0-9] more ")
        self.assertNotRegex(part[0], "(?m)^(dana|eli|noor)")
        self.assertIn("  As many as before: 3 more.", part[0])
        text = self.text(*UNTIL, "--against", self.matrix)
        self.assertIn("\nWho gets more or less\n  None of 4.\n", text)

    def test_how_long_before_and_how_many_a_week(self):
        """Ten misses, an alarm at half past eight before each, 1 to 10 hours
        after it."""
        told = []
        for n in range(10):
            day = "2026-01-%02dT" % (5 + n)
            told += [
                {"ticket": "d:%d" % n, "at": day + "08:00:00Z",
                 "type": "created", "fields": {"severity": "P1"}},
                {"ticket": "d:%d" % n, "at": day + "%02d:30:00Z" % (9 + n),
                 "type": "updated",
                 "fields": {"attributes": {"made_sla": False}}}]
        story = lines([dict(e, id=str(n)) for n, e in enumerate(told)])
        new = self.report(*MISSED, stdin=story, code=0)["new"]
        self.assertEqual(new["history"]["caught"], 10)
        text = " ".join(self.text(*MISSED, stdin=story, code=0).split())
        self.assertRegex(text, "half of them at least (4h 5[0-9]|5h)[^,]* "
                         "before, nine in ten at least (1h|59m)")
        alerts = [p["alerts"] for p in new["people"] if p["alerts"] > 0]
        self.assertGreater(len(alerts), 1)
        weeks = (datetime.datetime.fromisoformat(new["until"][:-1]) -
                 datetime.datetime.fromisoformat(new["from"][:-1])
                 ).total_seconds() / 604800
        said = float(re.search(r"([0-9.]+) a week for each who hears any",
                               text)[1])
        self.assertAlmostEqual(said, sum(alerts) / len(alerts) / weeks,
                               delta=.5)

    def test_what_was_taken_back_is_not_late(self):
        text = self.text(code=0, stdin=lines([
            {"id": "1", "ticket": "d:1", "at": "2026-01-05T08:00:00Z",
             "type": "created", "fields": {"severity": "P2"}},
            {"id": "2", "ticket": "d:2", "at": "2026-01-05T12:30:00Z",
             "type": "created", "fields": {}},
            {"id": "3", "ticket": "d:1", "at": "2026-01-05T11:00:00Z",
             "type": "comment", "author": "agent", "public": True}]))
        self.assertRegex(text, r"(?m)^first_reply +P2 +1 +1 +0 +0.0% +1 +0 +0$")
        self.assertIn("  Besides those LATE 1 was called so and taken back",
                      text)

    def test_one_is_not_many(self):
        self.assertIn("  - 1 event was read.", self.text(code=0, stdin=lines([
            {"id": "1", "ticket": "d:1", "at": "2026-01-05T08:00:00Z",
             "type": "created", "fields": {"severity": "P2"}}])))

    def test_a_deadline_is_the_last_while_it_ran(self):
        """Solved without an answer: the clock stands still at the end."""
        story = lines([
            {"id": "1", "ticket": "d:1", "at": "2026-01-05T08:00:00Z",
             "type": "created", "fields": {"severity": "P2"}},
            {"id": "2", "ticket": "d:1", "at": "2026-01-05T08:10:00Z",
             "type": "status", "status": "solved"}])
        other = self.write("old.yaml", MATRIX.replace(
            "P2: { first_reply: 4h }", "P2: { first_reply: 3h }"))
        whole = self.report("--against", other, stdin=story, code=0)["against"]
        self.assertEqual(whole["deadlines"]["later"]["count"], 1)
        self.assertEqual(
            whole["tickets_that_differ"][0]["deadlines"][0]["due"],
            {"old": "2026-01-05T11:00:00Z", "new": "2026-01-05T12:00:00Z"})

    def test_a_team_told_as_one_is_nobody_by_name(self):
        self.matrix = os.path.join(SRC, "tests", "scenario", "matrix",
                                   "group.yaml")
        new = self.report(*UNTIL, code=0, stdin=lines([
            {"id": "1", "ticket": "d:1", "at": "2026-01-05T08:00:00Z",
             "type": "created", "fields": {"severity": "P1"}}]))["new"]
        self.assertEqual(
            sum(p["notices"] for p in new["people"]) +
            sum(c["to_room"] for c in new["channels"]), new["notices"])
        self.assertEqual(
            {c["channel"]: c["to_room"] for c in new["channels"]
             if c["notices"] > 0}["support.mention"], 2)

    def test_what_is_called_off_is_said(self):
        """Else the numbers of a row do not add up."""
        told = [dict(e, id=str(n), ticket="d:1") for n, e in enumerate((
            {"at": "2026-01-05T08:00:00Z", "type": "created",
             "fields": {"severity": "P1"}},
            {"at": "2026-01-05T08:30:00Z", "type": "updated",
             "fields": {"severity": "P3"}}))]
        text = self.text(stdin=lines(told), code=0)
        self.assertRegex(text, r"(?m)^resolution +P3 +1 +0 +0 +0.0% +0 +0 +0$")
        self.assertIn("  1 was called off: by then there was no such target",
                      text)
        self.assertNotIn("called off", self.text(*UNTIL))

    def test_since(self):
        new = self.report(*UNTIL, "--since", "2026-01-05T12:00:00Z")["new"]
        self.assertEqual(new["since"], "2026-01-05T12:00:00Z")
        self.assertEqual((new["tickets"], new["breached"]), (1, 1))

    def test_hostile_names(self):
        """Nothing in a name turns the line or breaks the object."""
        evil = 'e\u202e"}'
        self.matrix = self.write("evil.yaml", MATRIX.replace(
            "Dana Ruiz", json.dumps(evil)).replace("standard", "st\u202ed"))
        text = self.text(*UNTIL)
        self.assertNotIn("\u202e", text)
        self.assertEqual(self.report(*UNTIL)["new"]["people"][0]["name"], evil)

    def test_as_the_rows_say(self):
        rng = random.Random(SEED)
        for _ in range(6):
            story = random_story(rng)
            rows = [json.loads(line) for line in self.outcome(
                "--json", stdin=lines(story)).splitlines()]
            path = self.path("random.json")
            self.outcome("--report", "json", path, stdin=lines(story))
            with open(path, encoding="utf-8") as f:
                self.check(rows, json.load(f)["new"])

    def outcome(self, *args, stdin):
        """Some may be refused, which is no matter."""
        try:
            return self.simulate(*args, stdin=stdin, code=3).stdout
        except AssertionError:
            return self.simulate(*args, stdin=stdin, code=0).stdout

    def check(self, rows, new):
        notices = [r for r in rows if r["kind"] == "notice"]
        finals = [r for r in rows if r["kind"] == "final"]
        people = collections.Counter(r["to"] for r in notices)
        reasons = collections.Counter(r["reason"] for r in notices)
        channels = collections.Counter(r["via"] for r in notices)
        self.assertEqual(new["notices"], len(notices))
        self.assertEqual(new["reasons"], dict(reasons))
        self.assertEqual(new["alerts"],
                         sum(n for r, n in reasons.items() if r in ALERTS))
        for person in new["people"]:
            self.assertEqual(person["notices"], people[person["person"]])
            self.assertEqual(sum(person["reasons"].values()),
                             person["notices"])
        for channel in new["channels"]:
            self.assertEqual(channel["notices"], channels[channel["channel"]])
        self.assertEqual(
            sum(p["notices"] for p in new["people"]) +
            sum(c["to_room"] for c in new["channels"]), len(notices))
        self.assertEqual(sum(map(sum, new["hours"])), len(notices))
        hours = collections.Counter(r["at"][:13] for r in notices)
        self.assertEqual(new["busiest"]["notices"], max(hours.values()))
        self.check_clocks(rows, finals, new)

    def check_clocks(self, rows, finals, new):
        cycles = {(r["ticket"], r["clock"], r["cycle"]) for r in rows
                  if r["kind"] == "clock" and r["change"] == "started"}
        self.assertEqual(sum(c["started"] for c in new["clocks"]),
                         len(cycles))
        for c in new["clocks"]:
            self.assertEqual(c["met"] + c["met_late"] + c["cancelled"] +
                             c["unmet"], c["started"], c)
        self.assertEqual(new["tickets"], len(finals))
        runs = [r for f in finals for r in f["chains"]]
        self.assertEqual(sum(c["runs"] for c in new["chains"]), len(runs))
        started = {f["ticket"] for f in finals if f["chains"]}
        self.assertEqual(new["escalated"], len(started))
        self.assertEqual(new["refused"],
                         sum(r["kind"] == "refused" for r in rows))


if __name__ == "__main__":
    print("ctl_report: SLAWATCH_SEED=%d" % SEED, flush=True)
    main()
