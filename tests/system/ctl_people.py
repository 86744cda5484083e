#!/usr/bin/python3
"""ctl_people.py - who is away, who is on call instead, and what that changes.

The real daemon and the real slawatchctl: what is said of people's presence is
stored, holds over a restart, decides whom a step tells, and can be taken back;
what makes no sense is refused with a remedy; and a ticket is escalated by hand.

Environment: SLAWATCHD and SLAWATCHCTL are the programs.

SPDX-License-Identifier: MIT
"""
import json
import os
import subprocess
import sys
import unittest
from datetime import datetime, timedelta, timezone

sys.dont_write_bytecode = True  # the sources may be read-only
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
from harness import (Daemon, SLAWATCHCTL, Scratch, Sink,  # noqa: E402
                     instant, wait_until)

START = "2026-01-05T08:00:00Z"  # a Monday, 09:00 in Berlin: hand-off
CLOCK = START + "@1"

MATRIX = """
matrix: { owner: mara, fallback: hook }
severities: { P1: { title: Critical }, P2: {} }
calendars:
  office: { zone: Europe/Berlin, week: { mon-fri: "09:00-17:00" } }
  nights: { zone: Europe/Berlin, week: { mon-sun: "22:00-06:00" } }
channels:
  hook: { type: webhook, url: "%s", secret: { file: hook.secret } }
people:
  dana:
    name: Dana Ruiz
    slack: U01DANA
    email: dana@example.com
    hours: office
    channels: { P1: [hook], any: [hook] }
    quiet: { hours: nights, unless: P1 }
    sees: own
    limit: { count: 20, per: 1h30m }
  eli: { name: Eli Park, slack: U01ELI, zone: America/New_York }
  mara: { name: Mara Stein, slack: U01MARA }
  omar: { name: Omar Haddad, slack: U01OMAR }
teams:
  frontline: { members: [dana, eli], lead: mara, channel: hook }
  billing: { members: [omar], lead: omar, channel: hook, chain: money }
oncall:
  support:
    members: [dana, eli]
    start: "2026-01-05T09:00"
    shift: 7d
    zone: Europe/Berlin
  office:
    members: [dana, eli]
    start: "2026-01-05T09:00"
    shift: 7d
    zone: Europe/Berlin
    hours: office
roles: { primary: support, lead: mara }
chains:
  standard:
    steps:
      - { notify: primary, via: [hook] }
      - { after: 1h, notify: lead, via: [hook] }
  loud:
    rank: 9
    steps:
      - { notify: omar, via: [hook] }
  money:
    steps:
      - { notify: omar, via: [hook] }
policies:
  - name: everyone
    on_breach: standard
    targets: { P1: { first_reply: 10m }, P2: { first_reply: 1d } }
%s"""

TOKENS = """
daemon:
  tokens:
    ops: { secret: { file: ops.token }, scopes: [ operate ] }
    page: { secret: { file: page.token }, scopes: [ read ] }
    desk: { secret: { file: desk.token }, scopes: [ ingest ] }
"""


def at(**after):
    """RFC 3339 of the start and some."""
    when = datetime.fromtimestamp(instant(START), timezone.utc)
    return (when + timedelta(**after)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Case(unittest.TestCase):
    daemon_config = ""
    args = ()

    def setUp(self):
        self.scratch = Scratch()
        self.addCleanup(self.scratch.__exit__)
        self.sink = Sink()
        self.addCleanup(self.sink.__exit__)
        for name in ("ops", "page", "desk"):
            path = self.scratch.file(name + ".token", name + "-token\n")
            os.chmod(path, 0o600)
        self.d = Daemon(self.scratch,
                        MATRIX % (self.sink.url(), self.daemon_config),
                        clock=CLOCK, args=self.args).start()
        self.addCleanup(lambda: self.d.running() and self.d.kill())

    # the program

    def ctl(self, *args, code=0):
        done = subprocess.run(
            [SLAWATCHCTL, "-s", self.d.socket, *args], text=True,
            capture_output=True, timeout=120, check=False, encoding="utf-8",
            env={**os.environ, "TZ": "UTC", "USER": "mara", "LC_ALL": "C"})
        self.assertEqual(done.returncode, code,
                         "%s\n%s%s" % (args, done.stdout, done.stderr))
        return done.stdout if code == 0 else done.stderr

    def ask(self, *args):
        """Its JSON."""
        return json.loads(self.ctl(*args, "--json"))

    def change(self, *args):
        """The one change that the command made."""
        changes = self.ask(*args)["changes"]
        self.assertEqual(len(changes), 1, changes)
        return changes[0]

    # the daemon

    def said(self, path, status=201, **body):
        """POSTs; the changes that it made, or the reason of its refusal."""
        body.setdefault("by", "mara")
        reply = self.d.post(path, {k: v for k, v in body.items()
                                   if v is not Ellipsis})
        self.assertEqual(reply.status, status, reply)
        return reply.json["changes"] if status == 201 else reply.error

    def told(self, ticket):
        """Who is told first of a ticket that is late."""
        self.d.created(ticket, at=self.d.now() - 1200)
        found = self.sink.wait(lambda r: r.json["ticket"] == ticket)
        return found[0].json["person"]

    def skipped(self, ticket):
        """Who was passed over, and why."""
        return {row["who"]: row["detail"] for row in self.d.timeline(ticket)
                if row["kind"] == "person_skipped"}

    def person(self, name):
        return self.d.get("/v1/people/" + name).json

    def verify(self):
        """A replay of the journal sees the same people."""
        self.ctl("verify", self.d.database)

    def restart(self):
        self.assertEqual(self.d.stop(), 0)
        self.d.clock = at(minutes=10) + "@1"
        self.d.start()


class Away(Case):
    def test_cover_stands_in(self):
        self.assertEqual(self.told("t:1"), "dana")
        out = self.ctl("away", "dana", "until", "thu", "09:00", "--cover",
                       "eli", "--why", "a course")
        self.assertEqual(out, "dana is away, eli covers, until "
                         "Thu 2026-01-08 09:00 CET (change 1)\n")
        self.assertEqual(self.told("t:2"), "eli")
        self.assertIn("eli", self.skipped("t:2")["dana"])
        self.assertRegex(self.ctl("explain", "t:2"),
                         r"person skipped step 1; dana; away until")
        self.assertRegex(self.ctl("timeline", "t:2"),
                         r"person_skipped .*step 1 dana away until")
        self.restart()
        self.assertEqual(self.told("t:3"), "eli")
        self.assertEqual(self.ctl("back", "dana"),
                         "dana is back (change 2)\n")
        self.assertEqual(self.told("t:4"), "dana")
        self.restart()
        self.assertEqual(self.told("t:5"), "dana")
        self.verify()

    def test_it_ends_by_itself(self):
        change = self.change("away", "dana", "for", "2s", "--cover", "omar")
        self.assertEqual(
            round(instant(change["until"]) - instant(change["from"]), 3), 2)
        wait_until("the end", lambda: not self.person("dana")["away"])
        self.assertEqual(self.told("t:1"), "dana")

    def test_from_then_on(self):
        self.ctl("away", "dana", "from", "fri", "18:00", "until", "mon",
                 "--cover", "eli")
        change, = self.person("dana")["absences"]
        self.assertEqual(change["from"], "2026-01-09T17:00:00Z")
        self.assertEqual(change["until"], "2026-01-11T23:00:00Z")
        self.assertIsNone(self.person("dana")["away"])
        self.assertEqual(self.told("t:1"), "dana")

    def test_back_leaves_what_is_planned(self):
        self.ctl("away", "dana", "for", "1d")
        self.ctl("away", "dana", "for", "2d", "--cover", "eli")
        self.ctl("away", "dana", "from", "2026-02-01", "until", "2026-02-10")
        self.assertIn("dana is back", self.ctl("back", "dana"))
        self.assertIsNone(self.person("dana")["away"])
        left, = self.person("dana")["absences"]
        self.assertEqual(left["number"], 3)
        self.assertIn("number", self.ctl("back", "dana", code=1))
        self.ctl("oncall", "drop", "3")
        self.assertEqual(self.person("dana")["absences"], [])

    def test_until_further_notice(self):
        out = self.ctl("away", "eli", "until", "further", "notice")
        self.assertIn("until further notice", out)
        self.assertIsNone(self.person("eli")["away"]["until"])
        self.assertIn("further notice", self.ctl("away"))
        self.ctl("back", "eli")

    def test_whose_clock(self):
        """A person's own zone, else that of their hours, else UTC."""
        for who, until in (("eli", "2026-01-08T14:00:00Z"),
                           ("dana", "2026-01-08T08:00:00Z"),
                           ("mara", "2026-01-08T09:00:00Z")):
            change = self.change("away", who, "--until", "thu 09:00")
            self.assertEqual(change["until"], until, who)
        self.assertEqual(self.person("dana")["zone"], "Europe/Berlin")

    def test_the_past_is_as_it_was(self):
        change, = self.said("/v1/people/dana/away", until=at(days=1),
                            **{"from": at(days=-2)})
        self.assertEqual(change["from"][:16], START[:16])

    def test_who_is_meant(self):
        for name in ("dana", "dana@example.com", "U01DANA"):
            self.assertEqual(
                self.change("away", name, "for", "1h")["person"], "dana")

    def test_lists(self):
        self.assertEqual(self.ctl("away"), "nobody is away\n")
        self.ctl("away", "dana", "until", "thu", "--cover", "eli", "--why",
                 "a course")
        rows = self.ctl("away").splitlines()
        self.assertEqual(rows[0].split()[:2], ["NUMBER", "PERSON"])
        for word in ("dana", "2026-01-07 23:00:00", "eli", "mara",
                     "a course"):
            self.assertIn(word, rows[1])
        rows = self.ctl("people").splitlines()
        self.assertEqual(len(rows), 5)
        self.assertIn("away, back in 2d", rows[1])
        self.assertIn("eli covers", rows[1])
        self.assertIn("on duty", rows[2])

    def test_a_ring_covers_nobody(self):
        self.ctl("away", "dana", "for", "1d", "--cover", "eli")
        self.ctl("away", "eli", "for", "1d", "--cover", "dana")
        self.assertIsNone(self.person("dana")["covered_by"])
        self.assertIn("nobody covers", self.ctl("people", "dana"))
        self.assertEqual(self.told("t:1"), "mara")  # the next step, at once


class People(Case):
    def test_one(self):
        p = self.person("dana")
        self.assertEqual(p["name"], "Dana Ruiz")
        self.assertEqual(p["hours"], "office")
        self.assertTrue(p["on_duty"])
        self.assertEqual(p["quiet"], {"hours": "nights", "unless": ["P1"],
                                      "now": False})
        self.assertEqual(p["teams"], ["frontline"])
        self.assertEqual(p["leads"], [])
        self.assertEqual(p["roles"], ["primary"])
        self.assertEqual(p["oncall"], ["support", "office"])
        self.assertEqual(p["channels"], {"P1": ["hook"], "P2": ["hook"],
                                         "any": ["hook"]})
        self.assertEqual(p["covers"], [])
        self.assertEqual((p["sees"], p["limit"]),
                         ("own", {"count": 20, "per_s": 5400}))
        mara = self.person("mara")
        self.assertEqual((mara["leads"], mara["roles"]),
                         (["frontline"], ["lead"]))
        self.assertIsNone(mara["channels"])
        self.assertIsNone(mara["sees"])
        self.assertIsNone(mara["limit"])
        self.assertNotIn("limit", self.ctl("people", "mara"))
        self.ctl("away", "eli", "for", "1h", "--cover", "mara")
        self.assertEqual(self.person("mara")["covers"], ["eli"])
        self.assertEqual(self.person("eli")["covered_by"], "mara")
        out = self.ctl("people", "dana")
        for word in ("Dana Ruiz", "on duty", "office", "nights, unless P1",
                     "support, office", "primary", "P1: hook",
                     "dana@example.com", "own", "20 in 1h30m"):
            self.assertIn(word, out)

    def test_unknown(self):
        self.assertIn('did you mean "dana"?',
                      self.ctl("people", "dna", code=1))
        self.assertEqual(self.d.get("/v1/people/dna").status, 404)
        self.assertEqual(self.d.get("/v1/people?x=1").status, 400)
        reply = self.d.get("/v1/people/dana/away")
        self.assertEqual(reply.status, 405)
        self.assertEqual(reply.headers["Allow"], "POST")


class OnCall(Case):
    def test_override(self):
        change = self.change("oncall", "override", "support", "omar",
                             "--until", "tue 09:00", "--instead-of", "dana")
        self.assertEqual(change["until"], "2026-01-06T08:00:00Z")
        self.assertEqual(self.told("t:1"), "omar")
        self.assertEqual(self.person("omar")["oncall"], ["support"])
        self.restart()
        self.assertEqual(self.told("t:2"), "omar")
        self.assertIn("omar is on call on support instead of dana",
                      self.ctl("oncall", "changes"))
        self.assertEqual(self.ctl("oncall", "drop", "1"),
                         "change 1 is taken back (change 2)\n")
        self.assertEqual(self.told("t:3"), "dana")
        self.verify()
        self.assertIn("as the matrix says", self.ctl("oncall", "changes"))

    def test_add_and_remove(self):
        self.ctl("oncall", "add", "primary", "omar", "--for", "4h")
        self.assertEqual(self.person("omar")["oncall"], ["support"])
        self.assertEqual(self.person("dana")["oncall"], ["support", "office"])
        self.ctl("oncall", "remove", "support", "dana", "--for", "4h")
        self.assertEqual(self.person("dana")["oncall"], ["office"])
        self.assertEqual(self.told("t:1"), "omar")

    def test_swap(self):
        """Each up to the hand-off: dana's first week for eli's."""
        one, two = self.ask("oncall", "swap", "support", "--from", "now",
                            "--with-from", "2026-01-14 09:00")["changes"]
        self.assertEqual((one["person"], one["instead_of"]), ("eli", "dana"))
        self.assertEqual(one["until"], "2026-01-12T08:00:00Z")
        self.assertEqual((two["person"], two["instead_of"]), ("dana", "eli"))
        self.assertEqual(two["from"], "2026-01-14T08:00:00Z")
        self.assertEqual(two["until"], "2026-01-19T08:00:00Z")
        self.assertEqual(two["number"], one["number"] + 1)
        self.assertEqual(self.told("t:1"), "eli")

    def test_swap_of_office_hours(self):
        """Nights in which nobody is on duty do not end a stretch."""
        one, two = self.ask("oncall", "swap", "office", "--from", "now",
                            "--with-from", "mon 09:00")["changes"]
        self.assertEqual(one["until"], "2026-01-09T16:00:00Z")
        self.assertEqual(two["until"], "2026-01-16T16:00:00Z")
        one, two = self.ask(
            "oncall", "swap", "office", "--from", "2026-01-20 09:00",
            "--until", "2026-01-20 20:00", "--with-from", "2026-01-28 09:00",
            "--with-until", "2026-01-29 00:00")["changes"]
        self.assertEqual(one["until"], "2026-01-20T19:00:00Z")
        self.assertEqual(two["until"], "2026-01-28T23:00:00Z")

    def test_shown_with_the_rest(self):
        self.ctl("oncall", "override", "support", "omar", "--for", "2d")
        self.assertIn("Omar Haddad", self.ctl("oncall", "support"))
        entry = self.d.get("/v1/oncall?role=support").json["oncall"][0]
        self.assertEqual([p["person"] for p in entry["people"]], ["omar"])
        later = self.d.get("/v1/oncall?role=support&at=" + at(days=3)).json
        self.assertEqual([p["person"] for p in later["oncall"][0]["people"]],
                         ["dana"])
        for query in ("at=yesterday", "role=suport", "until=" + at(days=-1),
                      "until=" + at(days=900), "name=support"):
            reply = self.d.get("/v1/oncall?" + query)
            self.assertIn(reply.status, (400, 404, 422), query)
            self.assertTrue(reply.error)

    def test_command_lines(self):
        for args, words in (
                (["overide", "support", "omar"], ['"override"']),
                (["override", "support"], ["SCHEDULE PERSON"]),
                (["override", "support", "omar"], ["until WHEN"]),
                (["swap", "support"], ["--with-from"]),
                (["swap", "support", "--from", "now", "--with-from", "mnday",
                  ], ["with_from", '"monday"']),
                (["drop", "x"], ["number"]),
                (["drop", "1", "--cover", "dana"], []),
                (["drop", "1", "--instead-of", "dana"], ["--instead-of"]),
                (["support", "--for", "2h"], ["--for"])):
            err = self.ctl("oncall", *args, code=2)
            for word in words:
                self.assertIn(word, err)


class Refusals(Case):
    def test_each_has_a_remedy(self):
        self.said("/v1/people/mara/away", until=None)
        away, over = "/v1/people/dana/away", "/v1/oncall/support/override"
        swap = "/v1/oncall/support/swap"
        day = at(days=1)
        for path, status, words, body in (
                (away, 400, ["until", '"for"'], {}),
                (away, 400, ["until", '"for"'], {"until": day, "for": "1h"}),
                (away, 400, ["until", "RFC 3339"], {"until": "monday"}),
                (away, 400, ["for", "30m"], {"for": "soon"}),
                (away, 400, ["for", "30m"], {"for": "0s"}),
                (away, 400, ["untl", '"until"'], {"untl": day}),
                (away, 400, ["until", "string"], {"until": 5}),
                (away, 400, ["by", "needed"], {"until": day, "by": ...}),
                (away, 400, ["by", "needed"], {"until": day, "by": ""}),
                (away, 400, ["why", "1000"], {"until": day, "why": "x" * 1001}),
                (away, 400, ["instead_of"],
                 {"until": day, "instead_of": "eli"}),
                (away, 422, ["passed", "2026-01-05T08"],
                 {"until": at(days=-1)}),
                (away, 422, ["from", "later"],
                 {"from": at(days=2), "until": day}),
                (away, 422, ["cover", "dana", "somebody else"],
                 {"until": day, "cover": "U01DANA"}),
                (away, 422, ["cover", '"eli"'], {"until": day, "cover": "elli"}),
                ("/v1/people/dna/away", 404, ['"dana"'], {"until": day}),
                ("/v1/people/dna/back", 404, ['"dana"'], {}),
                ("/v1/people/dana/back", 409, ["not away"], {}),
                ("/v1/people/dana/back", 400, ["until"], {"until": day}),
                (over, 400, ["person", "needed"], {"until": day}),
                (over, 400, ["until"], {"person": "eli", "until": None}),
                (over, 422, ["person", '"omar"'],
                 {"person": "omr", "until": day}),
                (over, 422, ["instead_of", "own place"],
                 {"person": "eli", "instead_of": "eli", "until": day}),
                (over, 422, ["instead_of", "eli is not on call", "dana is"],
                 {"person": "omar", "instead_of": "eli", "until": day}),
                ("/v1/oncall/suport/add", 404, ['"support"'],
                 {"person": "eli", "until": day}),
                ("/v1/oncall/lead/add", 422, ["lead", "away"],
                 {"person": "eli", "until": day}),
                ("/v1/oncall/support/remove", 422, ["eli is not on call"],
                 {"person": "eli", "until": day}),
                ("/v1/oncall/support/add", 400, ["instead_of"],
                 {"person": "eli", "until": day, "instead_of": "dana"}),
                (swap, 400, ["from", "needed"], {"with_from": day}),
                (swap, 400, ["with_from", "needed"], {"from": day}),
                (swap, 422, ["nothing to swap"],
                 {"from": day, "with_from": at(days=15)}),
                (swap, 422, ["until", "somebody else"],
                 {"from": day, "until": at(days=9), "with_from": at(days=8)}),
                (swap, 422, ["over"],
                 {"from": at(days=-2), "until": at(days=-1),
                  "with_from": at(days=8)}),
                ("/v1/oncall/office/swap", 422, ["nobody is on call"],
                 {"from": at(hours=12), "with_from": at(days=8)}),
                ("/v1/duty/99/drop", 404, ['"99"', "/v1/duty"], {}),
                ("/v1/duty/x/drop", 404, ['"x"'], {}),
                ("/v1/duty/1x/drop", 404, ['"1x"'], {})):
            error = self.said(path, status, **body)
            for word in words:
                self.assertIn(word, error, (path, body))
        for body in ("", "[]", "{", '{"by": "mara", "by": "dana"}'):
            self.assertEqual(self.d.post(away, body).status, 400, body)
        # Nothing of all that holds.
        left, = self.d.get("/v1/duty").json["changes"]
        self.assertEqual(left["person"], "mara")

    def test_command_lines(self):
        for args, words in (
                (["away", "dana", "tomorrow"], ['"tomorrow"', "until WHEN"]),
                (["away", "dana"], ["until WHEN"]),
                (["away", "dana", "until"], ["until WHEN"]),
                (["away", "dana", "until", "mondya"], ['"monday"']),
                (["away", "dana", "for", "ever"], ["30m"]),
                (["away", "dana", "until", "mon", "for", "2h"], ["one of"]),
                (["back"], ["PERSON"]), (["people", "a", "b"], ["b"])):
            err = self.ctl(*args, code=2)
            for word in words:
                self.assertIn(word, err)


class Doors(Case):
    daemon_config = TOKENS
    args = ("--listen", "127.0.0.1:0")

    def test_scopes(self):
        port = int(self.d.wait_log(r"msg=ready .*port=(\d+)")[1])
        body = {"by": "mara", "for": "1h"}

        def ask(token, method, path, body=None):
            return self.d.request(
                method, path, body, port=port, headers={
                    "Authorization": "Bearer %s-token" % token}).status

        for path in ("/v1/people", "/v1/people/dana", "/v1/duty",
                     "/v1/oncall"):
            self.assertEqual(ask("page", "GET", path), 200, path)
            self.assertEqual(ask("desk", "GET", path), 403, path)
            self.assertEqual(ask("ops", "GET", path), 403, path)
        for path in ("/v1/people/dana/away", "/v1/people/dana/back",
                     "/v1/oncall/support/override", "/v1/oncall/support/add",
                     "/v1/oncall/support/remove", "/v1/oncall/support/swap",
                     "/v1/duty/1/drop", "/v1/tickets/t:1/escalate"):
            self.assertEqual(ask("page", "POST", path, body), 403, path)
            self.assertEqual(ask("desk", "POST", path, body), 403, path)
            self.assertEqual(ask("nobody", "POST", path, body), 401, path)
        self.assertEqual(self.d.get("/v1/duty").json["changes"], [])
        self.assertEqual(ask("ops", "POST", "/v1/people/dana/away", body), 201)

    def test_seen_by_those_who_watch(self):
        self.ctl("away", "dana", "until", "thu 09:00", "--cover", "eli",
                 "--why", 'a "course"')
        self.ctl("oncall", "remove", "support", "dana", "--for", "1h")
        self.ctl("oncall", "drop", "2")
        self.d.wait_log(r"info person=dana duty=away number=1 cover=eli "
                        r"from=\S+ until=2026-01-08T08:00:00Z by=mara "
                        r'detail="a \\"course\\""$')
        self.d.wait_log(r"info schedule=support person=dana duty=remove "
                        r"number=2 from=\S+ until=\S+ by=mara$")
        self.d.wait_log(r"info duty=drop number=3 target=2 by=mara$")
        self.assertEqual(self.d.metric("slawatch_duty_changes_total"), 3)
        self.assertEqual(self.d.metric("slawatch_people_away"), 1)
        self.assertEqual(self.d.metric("slawatch_oncall_gaps"), 0)
        self.ctl("oncall", "remove", "support", "dana", "--for", "1h")
        self.assertEqual(self.d.metric("slawatch_oncall_gaps"), 1)
        seen = self.d.get("/v1/status").json["presence"]
        self.assertEqual(
            [seen[name] for name in ("people", "away", "schedules", "gaps")],
            [4, 1, 2, 1])
        self.assertIn("4 people, 1 away", self.ctl("status"))


class Escalate(Case):
    def steps(self, ticket):
        return [(row["chain"], row["step"]) for row in self.d.steps(ticket)]

    def test_up_the_ladder(self):
        self.assertEqual(self.told("t:1"), "dana")
        out = self.ctl("escalate", "t:1", "customer", "is", "on", "the",
                       "phone")
        self.assertIn("t:1 escalated", out)
        self.sink.wait(lambda r: r.json["person"] == "mara")
        self.assertEqual(self.steps("t:1"), [("standard", 1), ("standard", 2)])
        self.assertIn("customer is on the phone",
                      self.ctl("timeline", "t:1"))

    def test_after_an_ack(self):
        """What was acknowledged goes on, a step further."""
        self.assertEqual(self.told("t:1"), "dana")
        self.ctl("ack", "t:1", "--by", "dana")
        self.ctl("escalate", "t:1", "--by", "dana", "over my head")
        self.sink.wait(lambda r: r.json["person"] == "mara")
        self.assertEqual(self.steps("t:1"), [("standard", 1), ("standard", 2)])
        self.verify()

    def test_along_a_chain(self):
        self.d.created("t:1", severity="P2")
        self.ctl("escalate", "t:1", "--chain", "loud", "all hands")
        self.assertEqual(self.sink.wait()[0].json["person"], "omar")
        self.assertEqual(self.steps("t:1"), [("loud", 1)])

    def test_without_a_word_where_to(self):
        """The chain of the policy's breach starts."""
        self.d.created("t:1", severity="P2")
        self.ctl("escalate", "t:1", "it burns")
        self.assertEqual(self.sink.wait()[0].json["person"], "dana")

    def test_to_a_team(self):
        self.d.created("t:1", severity="P2", team="frontline",
                       assignee="dana")
        out = self.ctl("escalate", "t:1", "--team", "billing", "a refund")
        self.assertIn("team billing", out)
        self.assertEqual(self.sink.wait()[0].json["person"], "omar")
        ticket = self.d.ticket("t:1")
        self.assertEqual(ticket["team"], "billing")
        self.assertIsNone(ticket["assignee"])
        self.verify()

    def test_refused(self):
        self.d.created("t:1", severity="P2")
        self.ctl("escalate", "t:9", "x", code=5)
        self.assertIn('"loud"', self.ctl("escalate", "t:1", "--chain", "lod",
                                         "x", code=1))
        self.assertIn('"billing"', self.ctl("escalate", "t:1", "--team",
                                            "biling", "x", code=1))
        self.ctl("escalate", "t:1", "--team", "billing", "--chain", "loud",
                 "x", code=2)
        self.ctl("escalate", "t:1", code=2)
        reply = self.d.post("/v1/tickets/t:1/escalate", {"text": "x"})
        self.assertEqual(reply.status, 400)
        self.assertIn("by", reply.error)
        reply = self.d.post("/v1/tickets/t:1/escalate",
                            {"by": "dana", "until": at(days=1)})
        self.assertEqual(reply.status, 400)


if __name__ == "__main__":
    unittest.main(verbosity=1)
