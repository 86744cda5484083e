#!/usr/bin/python3
"""drill.py - a chain walked for practice, to the people, by their channels.

The real daemon on a clock that goes where it is told; Slack's stand-in, a mail
API, webhooks of which one fails.  Everything that arrives is marked, whoever
answers ends it, nothing counts it, and the journal replays to the same.

Environment: SLAWATCHD and SLAWATCHCTL are the programs.

SPDX-License-Identifier: MIT
"""
import html
import json
import os
import re
import signal
import subprocess
import sys
import time
import unittest
import urllib.parse

sys.dont_write_bytecode = True  # the sources may be read-only
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))
import fake_slack  # noqa: E402
from fake_slack import FakeSlack  # noqa: E402
from harness import (Answer, Daemon, PATIENCE, SLAWATCHCTL,  # noqa: E402
                     Scratch, Sink, free_port, instant, rfc3339, wait_until)

MATRIX = """
daemon: { listen: "127.0.0.1:%(port)d",
          public_url: "https://sla.example.com" }
matrix: { owner: omar, fallback: journal }
severities: { P1: {}, P2: {}, P3: {} }
calendars: { never: { zone: UTC, week: { mon: "00:00-00:01" } } }
channels:
%(slack)s  hook: { type: webhook, url: "%(sink)s/hook",
          secret: { file: hook.secret } }
  own: { type: webhook, url: "%(sink)s/own", secret: { file: hook.secret },
         body: '{"severity": "{{severity}}"}' }
  broken: { type: webhook, url: "%(sink)s/broken",
            secret: { file: hook.secret } }
  mail: { type: postmark, url: "%(sink)s", token: { file: mail.token },
          from: sla@example.com }
  journal: { type: log }
people:
  dana: { name: Dana Ruiz, slack: U01DANA, email: dana@example.com }
  eli:  { name: Eli Park, email: eli@example.com }
  mara: { name: Mara Stein, slack: U01MARA, email: mara@example.com }
  omar: { name: Omar Haddad, email: omar@example.com }
  zoe:  { name: Zoe Lang, email: zoe@example.com }
teams: { billing: { members: [ eli ], lead: eli } }
roles: { primary: dana, backup: eli, lead: mara }
chains:
  standard:
    repeat_after: 10m
    steps:
      - { notify: primary, via: [ support ] }
      - { after: 10m, notify: [ backup, zoe ], via: [ broken, mail ] }
      - { after: 10m, notify: lead, via: [ hook ],
          remind: { every: 5m, times: 1 } }
  loud: { steps: [ { notify: lead, via: [ own, hook ] } ] }
  unused: { steps: [ { notify: lead, via: [ hook ] } ] }
policies:
  - name: bills
    when: { team: billing }
    on_breach: loud
    targets: { P1: { first_reply: 1h } }
  - name: lazy
    when: { severity: [ P3 ] }
    targets: { P3: { first_reply: 1d } }
  - name: everyone
    when: { severity: [ P1, P2 ] }
    warn: [ ]
    on_breach: standard
    targets: { P1: { first_reply: 30m }, P2: { first_reply: 2h } }
"""


class Case(unittest.TestCase):

    def setUp(self):
        self.scratch = Scratch()
        for name, text in (("slack.token", fake_slack.TOKEN),
                           ("slack.secret", fake_slack.SECRET),
                           ("mail.token", "x")):
            os.chmod(self.scratch.file(name, text + "\n"), 0o600)
        self.slack = FakeSlack(per_second=1000.0, burst=1000)
        self.sink = Sink(self.behave)
        self.port = free_port()
        # Slack's time is the real one: the daemon begins there.
        self.begin = float(int(time.time()))
        self.d = Daemon(self.scratch, MATRIX % {
            "port": self.port, "sink": self.sink.url(""),
            "slack": self.slack.channel(
                more=", signing_secret: { file: slack.secret }")},
            clock=rfc3339(self.begin) + "@step").start()
        self.programs = []

    def tearDown(self):
        for p in self.programs:
            if p.poll() is None:
                p.kill()
            p.communicate()
        if self.d.running():
            self.assertEqual(self.d.stop(), 0, self.d.log())
        self.assertEqual(self.slack.complaints, [])
        self.slack.__exit__()
        self.sink.__exit__()
        self.scratch.__exit__()

    @staticmethod
    def behave(record):
        if record.path == "/broken":
            return Answer(status=410)
        if record.path == "/email":
            return Answer(headers={"Content-Type": "application/json"},
                          body=b'{"ErrorCode":0,"Message":"OK",'
                               b'"MessageID":"m-1"}')
        return Answer()

    # --- hands

    def at(self, seconds):
        """So far from the beginning."""
        reply = self.d.post("/v1/clock", {
            "to": rfc3339(self.begin + seconds)})
        self.assertEqual(reply.status, 200, reply)

    def drill(self, status=201, **order):
        reply = self.d.post("/v1/drill", {"by": "mara", **order})
        self.assertEqual(reply.status, status, reply)
        return reply.json["drill"] if status == 201 else reply.error

    def look(self, key):
        reply = self.d.get("/v1/drill/" + key)
        self.assertEqual(reply.status, 200, reply)
        return reply.json["drill"]

    def settled(self, key):
        """The report, when nothing is on its way any more."""
        def done():
            drill = self.look(key)
            return drill if not drill["waits"] else None
        return wait_until("the last word of " + key, done)

    def command(self, *args):
        return [SLAWATCHCTL, "-s", self.d.socket, *args]

    def ctl(self, *args):
        return subprocess.run(self.command(*args), capture_output=True,
                              text=True, check=False, timeout=PATIENCE)

    def follow(self, *args):
        p = subprocess.Popen(self.command("drill", *args, "--by", "mara"),
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             text=True)
        self.programs.append(p)
        return p

    def ends(self, p):
        out, err = p.communicate(timeout=PATIENCE)
        return p.returncode, out, err

    def ack(self, key, by, status=200):
        reply = self.d.post("/v1/tickets/%s/ack" % key, {"by": by})
        self.assertEqual(reply.status, status, reply)

    def click(self, message, action, user):
        body = urllib.parse.urlencode({"payload": json.dumps(
            self.slack.click(message, action, user))}).encode()
        wait_until("a second after the start",
                   lambda: time.time() > self.begin + 2)
        reply = self.d.post("/slack/actions", body,
                            headers=self.slack.signed(body))
        self.assertEqual(reply.status, 200, reply)

    def post(self):
        return wait_until("a post", lambda: self.slack.posts())[0]

    def verified(self):
        """The database follows from its journal."""
        self.assertEqual(self.d.stop(), 0, self.d.log())
        checked = subprocess.run([SLAWATCHCTL, "verify", self.d.database],
                                 capture_output=True, text=True, check=False)
        self.assertEqual(checked.returncode, 0,
                         checked.stdout + checked.stderr)

    def uncounted(self):
        """Nothing that is counted or listed knows of it."""
        status = self.d.get("/v1/status").json
        self.assertTrue(status["health"]["ok"], status["health"])
        self.assertEqual(status["tickets"], {"open": 0, "breached": 0})
        self.assertEqual(status["chains"],
                         {"walking": 0, "acked": 0, "exhausted": 0})
        self.assertEqual(status["outbox"]["dead"], 0)
        self.assertEqual(self.d.get("/healthz").status, 200)
        for query in ("", "?status=all", "?status=solved", "?q=drill"):
            self.assertEqual(
                self.d.get("/v1/tickets" + query).json["tickets"], [], query)
        for name in ("chains_started_total", "chain_steps_total",
                     "chains_exhausted_total", "clock_breaches_total",
                     "notices_undelivered_total"):
            self.assertEqual(self.d.metric("slawatch_" + name), 0, name)


class Answered(Case):

    def test_a_button(self):
        p = self.follow("--severity", "P1")
        root = self.post()
        self.assertTrue(root.text.startswith("DRILL "), root.text)
        self.assertIn("DRILL", root.all_text)
        self.assertIsNone(root.element("escalate"))
        self.at(130)
        self.click(root, "ack", "U01DANA")
        code, out, err = self.ends(p)
        self.assertEqual((code, err), (0, ""), out)
        self.assertIn("Drill of chain standard, by Mara Stein, as of a P1 "
                      "ticket (whose policy, everyone, starts it)", out)
        self.assertRegex(out, r"(?m)^ +0s  step 1 begins: primary$")
        self.assertRegex(out, r"(?m)^ +0s +delivered to dana by support$")
        self.assertRegex(out, r"(?m)^ +2m 10s  acknowledged by dana$")
        self.assertRegex(out, r"(?m)^ +1  Dana Ruiz +support +.* delivered +"
                         r".* after 2m 10s")
        self.assertIn("The chain ended by the ack of Dana Ruiz after 2m 10s at "
                      "step 1.\n", out)
        # The thread hears that it is over; its first post shows it, marked.
        said = [m.text for m in self.slack.thread(root)]
        self.assertEqual(len(said), 1, said)
        self.assertTrue(said[0].startswith("DRILL "), said)
        self.assertIn("The drill is over", said[0])
        wait_until("the edit", lambda: root.element("ack") is None)
        self.assertIn("DRILL", root.all_text)
        self.uncounted()
        self.verified()

    def test_a_link_of_a_mail_and_a_channel_that_fails(self):
        key = self.drill(chain="standard", severity="P2")["key"]
        self.at(600)
        mails = self.sink.wait(lambda r: r.path == "/email", 2)
        mail = [r.json for r in mails if "eli@" in r.json["To"]][0]
        self.assertTrue(mail["Subject"].startswith("DRILL: "), mail)
        self.assertTrue(mail["TextBody"].startswith("DRILL: "), mail)
        self.assertIn("<title>DRILL: ", mail["HtmlBody"])
        self.assertIn(">DRILL: Escalation step 2", mail["HtmlBody"])
        link = re.search(r'href="https://sla\.example\.com(/m/ack/[^"]+)"',
                         mail["HtmlBody"]).group(1)
        path = html.unescape(link)
        page = self.d.get(path, port=self.port)
        self.assertEqual(page.status, 200)
        self.assertIn("<h1>DRILL: Acknowledge?</h1>", page.body.decode())
        self.assertEqual(self.look(key)["state"], "running")
        self.at(660)
        self.d.post(path, b"", port=self.port, headers={
            "Content-Type": "application/x-www-form-urlencoded"})
        drill = self.settled(key)
        self.assertEqual(drill["state"], "acknowledged")
        self.assertEqual((drill["acked_by"], drill["took_s"], drill["step"]),
                         ("eli", 660, 2))
        self.assertFalse(drill["ok"])   # a channel failed
        told = [(t["who"], t["channel"], t["result"], t["acked_after_s"])
                for t in drill["told"] if t["reason"] == "chain"]
        self.assertEqual(sorted(told, key=str), [
            ("dana", "support", "delivered", None),
            ("eli", "broken", "failed", None),
            ("eli", "mail", "delivered", 60),
            ("zoe", "broken", "failed", None),
            ("zoe", "mail", "delivered", None)])
        broken = [c for c in drill["channels"] if c["channel"] == "broken"][0]
        self.assertEqual((broken["told"], broken["failed"]), (2, 2))
        self.assertTrue(broken["why"])
        shown = self.ctl("drill", "show", key)
        self.assertEqual(shown.returncode, 1)
        self.assertIn("Channel broken failed 2 of 2 times: ", shown.stdout)
        self.assertIn("by the ack of Eli Park after 11m at step 2.",
                      shown.stdout)
        # A link that comes too late says so.
        late = self.d.post(path, b"", port=self.port, headers={
            "Content-Type": "application/x-www-form-urlencoded"})
        self.assertIn("It is over", late.body.decode())
        self.uncounted()
        self.verified()

    def test_away_is_told_as_passed_over(self):
        reply = self.d.post("/v1/people/dana/away", {
            "for": "1h", "by": "mara", "why": "flu"})
        self.assertEqual(reply.status, 201, reply)
        drill = self.drill(severity="P1")
        self.assertEqual([(s["who"], s["step"]) for s in drill["skipped"]
                          if s["who"]], [("dana", 1)])
        shown = self.ctl("drill", "show", drill["key"])
        self.assertEqual(shown.returncode, 0)   # nobody can say yet
        self.assertIn("Passed over Dana Ruiz at step 1: away", shown.stdout)
        self.assertIn("It is running, at step 2 of 3.", shown.stdout)
        why = self.ctl("explain", drill["key"]).stdout
        self.assertIn("it has no policy, no clock and no rule", why)
        self.assertNotIn("everyone", why)
        self.assertIn("the drill is over: nobody answered", why)    # ahead
        self.ack(drill["key"], "eli")


class Unanswered(Case):

    def test_nobody(self):
        p = self.follow("standard", "--speed", "60", "--json")
        key = wait_until("the drill", lambda: self.d.get(
            "/v1/drill").json["drills"])[0]
        self.at(60)
        code, out, err = self.ends(p)
        self.assertEqual((code, err), (1, ""))
        drill = json.loads(out)["drill"]
        self.assertEqual(drill, self.look(key))
        self.assertEqual((drill["state"], drill["took_s"], drill["speed"]),
                         ("exhausted", 30, 60))
        self.assertEqual([t["reason"] for t in drill["told"]
                          if t["who"] == "mara"],
                         ["chain", "reminder", "resolved"])
        # Its owner was told as of any chain: in the log, marked.
        self.assertRegex(self.d.log(), r"mark=DRILL ticket=%s .*"
                         r"reason=exhausted" % key)
        for r in self.sink.all(lambda r: r.path == "/hook"):
            self.assertTrue(r.json["drill"])
            self.assertFalse(r.json["test"])
        shown = self.ctl("drill", "show", key)
        self.assertEqual(shown.returncode, 1)
        self.assertIn("Nobody answered in 30s.", shown.stdout)
        self.uncounted()
        self.verified()

    def test_a_template_cannot_hide_it(self):
        drill = self.drill(severity="P1", team="billing")
        self.assertEqual((drill["chain"], drill["policy"], drill["team"]),
                         ("loud", "bills", "billing"))
        said = self.sink.wait(lambda r: r.path == "/own")[0]
        self.assertEqual(said.json, {"drill": True, "severity": "P1"})
        self.ack(drill["key"], "mara")
        self.settled(drill["key"])

    def test_killed_in_the_midst(self):
        key = self.drill(severity="P1")["key"]
        self.post()
        wait_until("the first word", lambda: self.look(key)["told"][0][
            "result"] == "delivered")
        self.d.kill()
        self.d.clock = rfc3339(self.begin + 605) + "@step"
        self.d.start()
        self.sink.wait(lambda r: r.path == "/email", 2)
        self.at(1300)
        self.sink.wait(lambda r: r.path == "/hook")
        self.assertEqual(self.look(key)["step"], 3)
        self.ack(key, "mara")
        drill = self.settled(key)
        self.assertEqual((drill["acked_by"], drill["took_s"]), ("mara", 1300))
        # Once each, and each hears once that it is over.
        self.assertEqual(len(self.slack.posts()), 1)
        self.assertEqual(
            sorted(t["channel"] for t in drill["told"]
                   if t["reason"] == "resolved"),
            ["hook", "mail", "mail", "support"])
        self.uncounted()
        self.verified()

    def test_a_last_word_that_is_refused(self):
        """Nobody is to be woken by what a drill has found."""
        key = self.drill(chain="unused")["key"]
        wait_until("the first word", lambda: self.look(key)["told"][0][
            "result"] == "delivered")
        self.sink.behave = Answer(status=410)
        self.ack(key, "mara")
        drill = self.settled(key)
        self.assertEqual([(t["reason"], t["result"]) for t in drill["told"]],
                         [("chain", "delivered"), ("resolved", "failed")])
        self.assertFalse(drill["ok"])
        self.assertTrue(self.d.get("/v1/status").json["health"]["ok"])
        self.assertEqual(self.d.metric("slawatch_notices_undelivered_total"),
                         0)
        self.assertEqual(self.d.metric("slawatch_drills_total"), 1)

    def test_the_daemon_goes_away(self):
        p = self.follow("unused")
        key = p.stdout.readline().split(": ")[0]
        self.d.kill()
        code, _, err = self.ends(p)
        self.assertEqual(code, 4, err)
        self.assertIn("the drill goes on; end it with `slawatchctl drill stop "
                      "%s`" % key, err)
        self.d.start()
        self.assertEqual(self.look(key)["state"], "running")
        self.ack(key, "mara")
        self.settled(key)

    def test_left_and_stopped(self):
        p = self.follow("unused")
        line = p.stdout.readline()
        key = line.split(": ")[0]
        self.assertRegex(line, r"^drill:\d{4}-\d\d-\d\d-1: Drill of chain "
                         r"unused, by Mara Stein$")
        self.assertTrue(p.stdout.readline())    # it follows
        p.send_signal(signal.SIGINT)
        code, _, err = self.ends(p)
        self.assertEqual(code, 1)
        self.assertIn("the drill goes on; end it with `slawatchctl drill stop "
                      "%s`" % key, err)
        self.assertEqual(self.look(key)["state"], "running")
        # Without its source, too.
        stopped = self.ctl("drill", "stop", key[len("drill:"):], "--by",
                           "omar")
        self.assertEqual(stopped.returncode, 0, stopped.stderr)
        self.assertIn("It was stopped by omar after ", stopped.stdout)
        self.assertEqual(self.look(key)["stopped_by"], "omar")
        again = self.ctl("drill", "stop", key, "--by", "omar")
        self.assertEqual(again.returncode, 0)   # twice is once
        self.assertEqual(self.ctl("drill", "show").stdout, key + "\n")
        self.settled(key)
        self.uncounted()
        self.verified()


class Refused(Case):

    def test_orders(self):
        for order, why in (
                ({"chain": "standart"}, 'did you mean "standard"?'),
                ({"severity": "P9"}, "severity: unknown severity"),
                ({"severity": "P1", "team": "biling"},
                 'did you mean "billing"?'),
                ({"severity": "P3"}, "has the policy lazy, which starts no "
                 "chain (on_breach); name the chain instead"),
                ({"severity": "P1", "by": "nobody"}, "by: unknown person "
                 "\"nobody\"; name one of `people` in the matrix")):
            self.assertIn(why, self.drill(422, **order), order)
        for order, why in (
                ({}, "chain: missing"),
                ({"chain": "loud", "by": None}, "by: needed"),
                ({"chain": "loud", "speed": 0}, "from 1 to 3600"),
                ({"chain": "loud", "speed": 1.5}, "from 1 to 3600"),
                ({"chain": "loud", "speed": "x"}, "speed: not a number"),
                ({"chain": "loud", "sped": 2}, 'did you mean "speed"?')):
            self.assertIn(why, self.drill(400, **order), order)
        self.assertEqual(self.d.get("/v1/drill").json, {"drills": []})

    def test_a_second_one(self):
        first = self.drill(chain="loud")["key"]
        self.assertIn("runs already, %s; wait for its end, or `slawatchctl "
                      "drill stop %s`" % (first, first),
                      self.drill(409, chain="loud"))
        other = self.drill(chain="unused")["key"]
        self.ack(first, "mara")
        third = self.drill(chain="loud")["key"]
        self.assertEqual([k[-2:] for k in (first, other, third)],
                         ["-1", "-2", "-3"])
        self.assertEqual(self.d.get("/v1/drill?limit=2").json,
                         {"drills": [third, other]})

    def test_events_from_outside(self):
        key = self.drill(chain="unused")["key"]

        def said(kind, **members):
            event = self.d.event(key, kind, **members)
            event["id"] = members.get("id", event["id"])
            return self.d.post("/v1/events", event)

        for kind, members in (
                ("updated", {"fields": {"severity": "P3"}}),
                ("comment", {"author": "agent", "public": True}),
                ("status", {"status": "solved"}),
                ("status", {"status": "solved", "id": key + ":stop"}),
                ("assigned", {"assignee": "dana"}),
                ("escalated", {"by": "dana"}),
                ("merged", {"into": "z:1"}), ("deleted", {})):
            reply = said(kind, **members)
            self.assertEqual(reply.status, 422, (kind, reply))
        reply = self.d.post("/v1/tickets/%s/escalate" % key, {"by": "dana"})
        self.assertEqual(reply.status, 422, reply)
        for ticket in ("drill:mine", key):
            event = self.d.event(ticket, "created", fields={
                "subject": "x", "severity": "P1",
                "attributes": {"drill": True}})
            for event["id"] in ("e-1", ticket):
                reply = self.d.post("/v1/events", event)
                self.assertIn("reserved" if ticket != key or
                              event["id"] == "e-1" else "",
                              json.dumps(reply.json), reply)
        self.assertEqual(self.d.get("/v1/tickets/drill:mine").status, 404)
        # What people say is taken, whoever passes it on; then it is over.
        self.assertEqual(said("note", by="dana", text="hm").status, 200)
        self.assertEqual(said("claimed", by="dana").status, 200)
        self.assertEqual(self.look(key)["state"], "acknowledged")
        self.ack(key, "eli", 409)
        stop = self.d.post("/v1/drill/%s/stop" % key, {"by": "eli"})
        self.assertEqual(stop.status, 409, stop)
        for path in ("z:1", "drill:none"):
            self.assertEqual(self.d.get("/v1/drill/" + path).status, 404)
            self.assertEqual(self.d.post("/v1/drill/%s/stop" % path,
                                         {"by": "eli"}).status, 404)
        self.verified()

    def test_on_the_command_line(self):
        for args, why in (
                ((), "drill needs the chain, or --severity"),
                (("loud", "--speed", "0"), "from 1 to 3600"),
                (("loud", "unused"), 'no argument "unused"'),
                (("stop",), "drill stop needs the drill's key"),
                (("show", "x", "--speed", "2"), "drill show takes no "
                 "--speed")):
            got = self.ctl("drill", *args)
            self.assertEqual(got.returncode, 2, (args, got.stderr))
            self.assertIn(why, got.stderr)
        self.assertEqual(self.ctl("drill", "show").stdout, "no drill so far\n")
        self.assertEqual(self.ctl("drill", "show", "--json").stdout,
                         '{"drills":[]}\n')
        got = self.ctl("drill", "show", "none")
        self.assertEqual(got.returncode, 1)
        self.assertIn('there is no "drill:none"', got.stderr)
        got = self.ctl("drill", "stop", "none", "--by", "dana")
        self.assertEqual(got.returncode, 1)
        self.assertIn("there is no such drill", got.stderr)
        got = self.ctl("drill", "loud", "--by", "nobody")
        self.assertEqual(got.returncode, 1)


class Beside(Case):
    """A real ticket that breaches while a drill of the same chain walks."""

    def test_a_real_one(self):
        self.d.created("z:1", "P1")
        self.at(1500)
        key = self.drill(chain="standard")["key"]
        self.at(1860)   # z:1 is late since 1800
        real = wait_until("both posts", lambda: (
            self.slack.posts() if len(self.slack.posts()) == 2 else None))
        marks = {"DRILL" in m.all_text: m for m in real}
        self.assertIn("z:1", marks[False].all_text)
        self.assertNotIn(key, marks[False].all_text)
        self.assertNotIn("z:1", marks[True].all_text)
        # Totals are a few seconds old at most.
        status = wait_until("the totals", lambda: (
            lambda s: s if s["tickets"]["breached"] else None)(
                self.d.get("/v1/status").json))
        self.assertEqual(status["tickets"], {"open": 1, "breached": 1})
        self.assertEqual(status["chains"]["walking"], 1)
        self.assertEqual([t["key"] for t in self.d.get(
            "/v1/tickets?status=all").json["tickets"]], ["z:1"])
        # An ack of the one is none of the other.
        self.ack(key, "dana")
        self.assertEqual([c["state"] for c in
                          self.d.ticket("z:1")["chains"]], ["walking"])
        self.settled(key)
        self.verified()


if __name__ == "__main__":
    unittest.main()
