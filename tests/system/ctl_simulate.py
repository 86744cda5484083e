#!/usr/bin/python3
"""ctl_simulate.py - does `slawatchctl simulate` tell what would have happened?

A story told by hand, every form its events may come in, all that may be wrong
with them; and random ones, of which the rows must lead to the end that the
final rows show.

Environment: SLAWATCHCTL is the program; SLAWATCH_SEED repeats a run.

SPDX-License-Identifier: MIT
"""
import datetime
import json
import os
import random
import subprocess
import sys

sys.dont_write_bytecode = True  # the sources may be read-only
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
from ctl_case import CTL, UTC, Case, lines, main

MATRIX = """
matrix: { owner: mara, fallback: journal }
calendars:
  always: { open: always }
  office: { zone: Europe/Berlin, week: { mon-fri: "09:00-17:00" } }
severities: { P1: { calendar: always }, P2: {} }
channels: { journal: { type: log }, room: { type: log } }
people: { mara: {}, dana: {}, eli: {} }
roles: { primary: dana, backup: eli }
chains:
  standard:
    ack_timeout: 30m
    repeat: 0
    steps:
      - { notify: room, via: [ room ] }
      - { after: 10m, notify: primary, via: [ journal ] }
      - { after: 10m, notify: backup, via: [ journal ] }
policies:
  - name: all
    calendar: office
    on_breach: standard
    targets:
      P1: { first_reply: 1h, pausable_update: 30m, resolution: 4h }
      P2: { first_reply: 4h }
"""

# A team that suggests, the one behind it, a rule, somebody without a channel.
TEAMS = """
matrix: { owner: mara, fallback: journal }
severities: { P1: {}, P2: {} }
channels: { journal: { type: log } }
people: { mara: { channels: { P2: journal } }, dana: { channels: journal }, eli: { channels: journal } }
teams:
  front: { members: [ dana ], assign: round-robin, unclaimed_after: 10m, fallback: back }
  back: { members: [ eli ], assign: least-loaded }
chains: { loud: { steps: [ { notify: [ mara, eli ] } ] } }
rules:
  - name: down
    when: { category: outage }
    then: { raise_to: P1, tags: down, require_human: true, start: loud }
"""

SEED = int(os.environ.get("SLAWATCH_SEED") or
           random.SystemRandom().getrandbits(31))


def at(clock, day=5):
    return "2026-01-%02dT%sZ" % (day, clock)


def created(number, ticket, when, severity="P1", **fields):
    return {"id": "e-%d" % number, "ticket": ticket, "at": when,
            "type": "created", "fields": dict(fields, severity=severity)}


def event(number, ticket, when, kind, **more):
    return dict(more, id="e-%d" % number, ticket=ticket, at=when, type=kind)


def reply(number, ticket, when):
    return event(number, ticket, when, "comment", author="agent", public=True)


# A P1 that is answered late, told of late, and solved; a duplicate.
STORY = [
    created(1, "z:1", at("09:00:00")),
    event(2, "z:1", at("09:10:00"), "status", status="pending"),
    event(3, "z:1", at("09:20:00.500"), "status", status="open"),
    event(3, "z:1", at("09:20:00.500"), "status", status="open"),
    event(4, "z:1", at("10:15:00"), "acknowledged", by="dana"),
    reply(5, "z:1", at("09:59:00")),
    event(6, "z:1", at("10:30:00"), "status", status="solved"),
]


class Simulate(Case):
    def setUp(self):
        super().setUp()
        self.matrix = self.write("m.yaml", MATRIX)

    def simulate(self, *args, **more):
        return self.ctl("simulate", "-c", self.matrix, *args, **more)

    def outcome(self, *args, stdin, **env):
        """Where some events may be refused, and that is no matter."""
        done = subprocess.run([CTL, "simulate", "-c", self.matrix, *args, "-"],
                              input=stdin, capture_output=True, timeout=60,
                              check=False, encoding="utf-8",
                              env=self.environment(**env))
        self.assertIn(done.returncode, (0, 3), done.stderr)
        return done.stdout

    def rows(self, events, *args, **more):
        text = events if isinstance(events, str) else lines(events)
        done = self.simulate("--json", *args, "-", stdin=text, **more)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_a_story(self):
        def clock(when, name, change, due, **more):
            return dict(more, at=when, kind="clock", ticket="z:1", clock=name,
                        cycle=1, change=change, due=due)

        def notice(when, reason, to, via, **more):
            return dict({"at": when, "kind": "notice", "ticket": "z:1",
                         "reason": reason, "chain": "standard", "step": 1,
                         "to": to, "via": via}, **more)

        rows = self.rows(STORY)
        late = {"effective": at("09:59:00")}
        over = {"chain": None, "step": None}
        start = at("09:00:00")
        # The pause of 10 minutes 0.5 s moves pausable_update's due; it is paused
        # until the reply; first_reply and resolution run on.
        want = [
            clock(start, "first_reply", "started", at("10:00:00")),
            clock(start, "pausable_update", "started", at("09:30:00")),
            clock(start, "resolution", "started", at("13:00:00")),
            clock(at("09:10:00"), "pausable_update", "paused", None),
            clock(at("09:20:00.500"), "pausable_update", "resumed",
                  at("09:40:00.500")),
            clock(at("09:40:00.500"), "pausable_update", "breached",
                  at("09:40:00.500")),
            notice(at("09:40:00.500"), "chain", "room", "room"),
            notice(at("09:50:00.500"), "chain", "dana", "journal", step=2),
            clock(at("10:00:00"), "first_reply", "breached", at("10:00:00")),
            notice(at("10:00:00"), "breach", "room", "room", step=2),
            notice(at("10:00:00"), "breach", "dana", "journal", step=2),
            notice(at("10:00:00.500"), "chain", "eli", "journal", step=3),
            notice(at("10:10:00.500"), "exhausted", "mara", "journal", step=3),
        ]
        self.assertEqual(rows[:len(want)], want)
        rest = rows[len(want):-1]
        for row in (
                clock(at("10:15:00"), "first_reply", "withdrawn",
                      at("10:00:00"), **late),
                clock(at("10:15:00"), "first_reply", "met", None, **late),
                clock(at("10:15:00"), "pausable_update", "met_late", None,
                      **late),
                dict(clock(at("10:15:00"), "pausable_update", "started",
                           at("10:29:00"), **late), cycle=2),
                dict(clock(at("10:29:00"), "pausable_update", "breached",
                           at("10:29:00")), cycle=2),
                clock(at("10:30:00"), "resolution", "met", None),
                notice(at("10:30:00"), "resolved", "room", "room", **over)):
            self.assertIn(row, rest)
        self.assertEqual({r["kind"] for r in rest}, {"clock", "notice"})
        final = rows[-1]
        self.assertEqual(
            {k: final[k] for k in final if k not in ("clocks", "chains")},
            {"at": at("10:30:00"), "kind": "final", "ticket": "z:1",
             "status": "solved", "severity": "P1", "assignee": None})
        self.assertEqual(final["clocks"][:3], [
            {"clock": "first_reply", "cycle": 1, "state": "met",
             "started": start, "due": None, "elapsed_s": 3540,
             "target_s": 3600},
            {"clock": "pausable_update", "cycle": 1, "state": "met_late",
             "started": start, "due": None, "elapsed_s": 2939.5,
             "target_s": 1800},
            {"clock": "resolution", "cycle": 1, "state": "met",
             "started": start, "due": None, "elapsed_s": 5400,
             "target_s": 14400}])
        self.assertEqual(final["chains"][0]["chain"], "standard")
        self.assertEqual(final["chains"][0]["clock"], "pausable_update")
        self.assertEqual([r["run"] for r in final["chains"]],
                         list(range(1, len(final["chains"]) + 1)))
        for run in final["chains"]:
            self.assertEqual(set(run), {"chain", "run", "state", "cause",
                                        "clock", "cycle", "step", "round",
                                        "acked_by"})
            self.assertEqual(run["state"], "ended")

    def test_forms(self):
        """NDJSON, an array, one object over several lines; files and a pipe."""
        want = self.simulate("--json", "-", stdin=lines(STORY)).stdout
        array = json.dumps(STORY, indent=1)
        for files in ([lines(STORY)], [array], ["\n\n" + lines(STORY) + "\n"],
                      [lines(STORY[:3]), json.dumps(STORY[3:])],
                      [json.dumps(STORY[0], indent=2), lines(STORY[1:])],
                      ["", lines(STORY), "[]"]):
            names = [self.write("e%d" % i, text)
                     for i, text in enumerate(files)]
            self.assertEqual(self.simulate("--json", *names).stdout, want)
        self.assertEqual(self.rows(""), [])
        self.assertEqual(self.rows("[]"), [])

    def test_until(self):
        first = [created(1, "z:1", at("09:00:00")),
                 reply(2, "z:1", at("10:00:00"))]
        # Only to the last event, and what is due at that instant.
        rows = self.rows(first[:1] + [created(3, "z:2", at("10:00:00"))])
        self.assertIn("breached", [r.get("change") for r in rows])
        # An answer at the due instant is in time.
        self.assertNotIn("first_reply breached", [
            "%s %s" % (r.get("clock"), r.get("change"))
            for r in self.rows(first)])
        # Later than the last event: goes on; `until` itself included.
        rows = self.rows(first[:1], "--until", at("10:00:00"))
        self.assertIn(("first_reply", "breached", at("10:00:00")), [
            (r.get("clock"), r.get("change"), r["at"]) for r in rows])
        self.assertEqual(rows[-1]["at"], at("10:00:00"))
        rows = self.rows(first[:1], "--until", at("09:59:59.999"))
        self.assertNotIn("first_reply breached", [
            "%s %s" % (r.get("clock"), r.get("change")) for r in rows])
        self.assertEqual(rows[-1]["clocks"][0]["due"], at("10:00:00"))
        self.assertEqual(rows[-1]["clocks"][0]["elapsed_s"], 3599.999)
        self.assertEqual(self.rows(first, "--until", at("10:00:00")),
                         self.rows(first))
        # Earlier: what comes after it has not happened; nor what is told then.
        rows = self.rows([*first, event(3, "z:1", at("09:01:00"), "note",
                                        text="told after 10:00")],
                         "--until", at("09:30:00"))
        self.assertEqual([r["at"] for r in rows if r["kind"] == "final"],
                         [at("09:30:00")])
        self.assertEqual(rows[-1]["clocks"][0]["state"], "running")
        self.assertEqual(self.rows(first, "--until", at("08:00:00")), [])
        self.simulate("--until", "tomorrow", "-", code=2)

    def test_refused(self):
        """Each bad event has its row; the others go on."""
        text = "\n".join((
            "nonsense",
            json.dumps(created(1, "z:1", at("09:00:00"))),
            "",
            json.dumps(created(2, "z:2", at("09:10:00"), "P9")),
            json.dumps(created(8, "z:8", at("09:10:00"), "P9")),
            json.dumps({"id": "e-3", "ticket": "z:1", "type": "note"}),
            json.dumps(event(4, "z:2", at("09:20:00"), "note", text="x")),
            json.dumps(created(2, "z:2", at("09:30:00"), "P2")),
            "[1]",
            json.dumps(created(5, "z:2", at("09:40:00"))),
            '{"id": "e-6"',
            json.dumps({"id": "e-7", "type": "nope"}))) + "\n"
        done = self.simulate("--json", "-", stdin=text, code=3)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        refused = [r for r in rows if r["kind"] == "refused"]
        for row, (when, name, why) in zip(refused, (
                (at("09:00:00"), 1, "line 1 column 1"),
                (at("09:10:00"), "e-2", "P9"),
                (at("09:10:00"), "e-8", "P9"),
                (at("09:10:00"), "e-3", "at: missing"),
                (at("09:20:00"), "e-4", "unknown"),
                (at("09:30:00"), 9, "object"),
                (at("09:40:00"), "e-5", "exists already"),
                (at("09:40:00"), 11, ""),
                (at("09:40:00"), "e-7", "nope"))):
            self.assertEqual(set(row), {"at", "kind", "event", "why"})
            self.assertEqual((row["at"], row["event"]), (when, name))
            self.assertIn(why, row["why"])
        self.assertEqual(len(refused), 9)
        # What was refused left nothing; its id could come again.
        self.assertEqual([(r["ticket"], r["severity"]) for r in rows
                          if r["kind"] == "final"],
                         [("z:1", "P1"), ("z:2", "P2")])
        self.assertEqual(done.stderr, "")
        # Several files: which one it was.
        a = self.write("a", lines(STORY[:1]))
        b = self.write("b", "\n\n{}\n")
        rows = self.simulate("--json", a, b, code=3).stdout
        row = json.loads(rows.splitlines()[3])
        self.assertEqual(row["event"], 3)
        self.assertTrue(row["why"].startswith(b), row)

    def test_what_cannot_be_done(self):
        self.assertIn("-c MATRIX", self.ctl(
            "simulate", "-", code=2).stderr)
        self.assertIn("EVENTS", self.simulate(code=2).stderr)
        self.assertIn("no.json", self.simulate(
            self.path("no.json"), code=1).stderr)
        bad = self.write("bad.yaml", "matrix: { owner: nobody }\n")
        self.assertIn("bad.yaml:1", self.ctl(
            "simulate", "-c", bad, "-", code=1).stderr)
        done = self.simulate("-", stdin='[{"id": 1}, ', code=1)
        self.assertEqual(done.stdout, "")

    def test_for_people(self):
        out = self.simulate("--rows", "-", stdin=lines(STORY)).stdout
        self.assertIn("2026-01-05 10:00:00  z:1  first_reply#1 breached", out)
        self.assertIn("notice chain standard step 2 to dana via journal", out)
        self.assertIn("told late: as of 2026-01-05 09:59:00", out)
        self.assertIn("\n1 tickets, 7 events: 1 duplicates, 0 refused", out)
        out = self.simulate("--rows", "-", stdin="nonsense\n", code=3).stdout
        self.assertIn("line 1 refused", out)

    def test_rules_and_people(self):
        """What a rule changes, who is passed over, who might take it."""
        self.matrix = self.write("teams.yaml", TEAMS)
        events = [created(1, "z:1", at("09:00:00"), "P2", team="front"),
                  event(2, "z:1", at("09:05:00"), "updated",
                        fields={"category": "outage"}),
                  event(3, "z:1", at("09:20:00"), "claimed", by="eli")]
        rows = [r for r in self.rows(events) if r["kind"] not in
                ("notice", "clock", "final")]

        def row(when, kind, change, who, why, **more):
            return dict(more, at=at(when), kind=kind, ticket="z:1",
                        change=change, who=who, why=why)

        self.assertEqual(rows, [
            row("09:00:00", "assignment", "suggested", "dana",
                "next in turn of front", due=at("09:10:00")),
            row("09:05:00", "rule", "fired", None,
                "down: category is outage"),
            row("09:05:00", "severity", "changed", "rule down", "P2 to P1"),
            row("09:05:00", "tags", "added", "rule down", "down"),
            row("09:05:00", "human", "required", "rule down", None),
            row("09:05:00", "skipped", "passed_over", "mara",
                "no channel that can carry", chain="loud", step=1),
            row("09:10:00", "assignment", "unclaimed", "back",
                "nobody of front has claimed it", due=None),
            row("09:10:00", "team", "changed", "fallback of front",
                "front to back"),
            row("09:10:00", "assignment", "suggested", "eli",
                "least loaded of back with 0 open", due=None),
            row("09:20:00", "assignment", "over", "eli", "eli has it",
                due=None)])
        out = self.simulate("--rows", "-", stdin=lines(events)).stdout
        self.assertIn("  rule fired: down: category is outage\n", out)
        self.assertIn("  severity changed by rule down: P2 to P1\n", out)
        self.assertIn("  assignment suggested dana, due 2026-01-05 09:10:00: "
                      "next in turn of front\n", out)
        self.assertIn("  person skipped mara: no channel that can carry\n",
                      out)
        self.assertIn("rules:   1 fired, 1 severities changed, "
                      "1 teams changed\n", out)
        self.assertIn("people:  2 suggested, 1 unclaimed, 1 passed over\n",
                      out)

    def test_same_bytes_everywhere(self):
        rng = random.Random(SEED)
        events = lines(self.make_events(rng, 400))
        outputs = {self.outcome("--json", stdin=events, **env)
                   for env in ({"TZ": "UTC", "LC_ALL": "C"},
                               {"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8"},
                               {"TZ": "America/St_Johns",
                                "LC_ALL": "de_DE.UTF-8", "LANG": "tr_TR"})}
        self.assertEqual(len(outputs), 1)
        self.assertGreater(len(outputs.pop().splitlines()), 400)
        plain = {self.outcome(stdin=events, **env)
                 for env in ({"LC_ALL": "C"}, {"LC_ALL": "de_DE.UTF-8"})}
        self.assertEqual(len(plain), 1)

    def make_events(self, rng, count):
        """What help desks send, some of it late, twice or senseless."""
        now = datetime.datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
        events = []
        for number in range(count):
            now += datetime.timedelta(milliseconds=rng.randrange(0, 1800000))
            when = now
            if rng.random() < .1:
                when -= datetime.timedelta(seconds=rng.randrange(0, 7200))
            when = when.strftime("%Y-%m-%dT%H:%M:%S") + ".%03dZ" % (
                when.microsecond // 1000)
            ticket = "t:%d" % (number // 12 - rng.randrange(0, 3) % (
                number // 12 + 1))
            kind = rng.randrange(0, 9)
            if number % 12 == 0:
                events.append(created(number, "t:%d" % (number // 12), when,
                                      rng.choice(("P1", "P2")), subject="s"))
            elif kind < 2:
                events.append(event(
                    number, ticket, when, "status", status=rng.choice((
                        "open", "pending", "on_hold", "solved"))))
            elif kind < 4:
                events.append(event(
                    number, ticket, when, "comment", public=rng.random() < .7,
                    author=rng.choice(("agent", "customer", "system"))))
            elif kind == 4:
                events.append(event(number, ticket, when, "acknowledged",
                                    by="dana"))
            elif kind == 5:
                events.append(event(number, ticket, when, "updated", fields={
                    "severity": rng.choice(("P1", "P2"))}))
            elif kind == 6:
                events.append(event(number, ticket, when, "assigned",
                                    assignee=rng.choice(("eli", None))))
            elif kind == 7:
                events.append(event(number, ticket, when, "escalated",
                                    chain="standard", by="mara"))
            else:
                events.append(rng.choice(events))
        return events

    STATES = {"started": {"running", "paused", "breached"}, "paused": {"paused"},
              "resumed": {"running", "breached"}, "warned": {"running"},
              "retargeted": {"running", "breached", "paused"},
              "breached": {"breached"}, "met": {"met"},
              "met_late": {"met_late"},
              "withdrawn": {"met", "running", "paused"},
              "cancelled": {"cancelled"}}

    def check_rows(self, rows, note):
        """The rows lead to the end that the final rows show."""
        last, begun, moved, breaches, runs = {}, {}, set(), {}, {}
        before, finals = "", 0
        for row in rows:
            self.assertGreaterEqual(padded(row["at"]), before, note)
            before = padded(row["at"])
            if "effective" in row:
                self.assertLess(padded(row["effective"]), before, note)
            if row["kind"] == "clock":
                which = (row["ticket"], row["clock"], row["cycle"])
                last[which] = row["change"]
                if row["change"] in ("retargeted", "cancelled"):
                    moved.add(which)
                if row["change"] == "started":
                    begun[which] = row.get("effective", row["at"])
                if row["change"] == "breached":
                    breaches[which] = breaches.get(which, 0) + 1
                    self.assertEqual(breaches[which], 1, note)
                if row["change"] == "withdrawn":
                    breaches[which] -= 1
                self.assertEqual(finals, 0, note)
            elif row["kind"] == "notice":
                self.assertTrue(row["to"] and row["via"], note)
                runs.setdefault(row["ticket"], set()).add(row["chain"])
            elif row["kind"] == "final":
                finals += 1
                self.check_final(row, last, note)
                self.check_in_time(row, begun, moved, note)
                known = {run["chain"] for run in row["chains"]} | {None}
                self.assertLessEqual(runs.get(row["ticket"], set()), known,
                                     note)
        return finals

    def check_final(self, row, last, note):
        for clock in row["clocks"]:
            which = (row["ticket"], clock["clock"], clock["cycle"])
            self.assertIn(which, last, note)
            self.assertIn(clock["state"], self.STATES[last[which]],
                          "%s %s" % (which, note))
            ticks = clock["state"] in ("running", "breached")
            self.assertEqual(clock["due"] is not None, ticks, note)
            self.assertGreater(clock["target_s"], 0, note)
        seqs = [run["run"] for run in row["chains"]]
        self.assertEqual(seqs, list(range(1, len(seqs) + 1)), note)

    def test_random_stories_lead_to_their_end(self):
        print("ctl_simulate: SLAWATCH_SEED=%d" % SEED, flush=True)
        rng = random.Random(SEED)
        for turn in range(30):
            note = "turn %d, seed %d" % (turn, SEED)
            text = lines(self.make_events(rng, 150))
            rows = [json.loads(line) for line in
                    self.outcome("--json", stdin=text).splitlines()]
            self.assertGreater(self.check_rows(rows, note), 5)

    def check_in_time(self, row, begun, moved, note):
        """What was begun with a target and kept it, and is not late, has not
        used more time than it had."""
        for clock in row["clocks"]:
            which = (row["ticket"], clock["clock"], clock["cycle"])
            if (clock["state"] in ("running", "met") and which not in moved
                    and begun[which] == clock["started"]):
                self.assertLessEqual(clock["elapsed_s"], clock["target_s"],
                                     "%s %s" % (which, note))


def padded(instant):
    return instant[:19] + (instant[19:-1] or ".000")


if __name__ == "__main__":
    main()
