#!/usr/bin/python3
"""ctl_outbox.py - what waits to be sent, what died; again, or not at all.

The real daemon and the real slawatchctl, with webhooks that fail as they are
told: the list names each notice with its attempts and the reason, the queues
and what is down are in `outbox`, `status` and /metrics, a dead notice is sent
again, a waiting one is taken back, and what makes no sense is refused.

Environment: SLAWATCHD and SLAWATCHCTL are the programs.

SPDX-License-Identifier: MIT
"""
import json
import os
import re
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True  # the sources may be read-only
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
from harness import (Answer, Daemon, SLAWATCHCTL, Scratch, Sink,  # noqa: E402
                     wait_until)

CLOCK = "2026-01-05T08:00:00Z@1"

MATRIX = """
matrix: { owner: mara, fallback: log }
severities: { P1: {}, P2: {} }
channels:
  good: { type: webhook, url: "%s" }
  bad: { type: webhook, url: "%s" }
  log: { type: log }
people:
  dana: { name: Dana Ruiz, slack: U01DANA }
  mara: { name: Mara Stein, slack: U01MARA }
roles: { primary: dana }
chains:
  good: { steps: [ { notify: primary, via: [good] } ] }
  bad: { steps: [ { notify: primary, via: [bad] } ] }
policies:
  - name: everyone
    targets: { P1: { first_reply: 8h }, P2: { first_reply: 8h } }
"""


class Case(unittest.TestCase):
    def setUp(self):
        self.scratch = Scratch()
        self.addCleanup(self.scratch.__exit__)
        self.good = Sink()
        self.addCleanup(self.good.__exit__)
        self.bad = Sink(Answer(status=503))
        self.addCleanup(self.bad.__exit__)
        self.d = Daemon(self.scratch,
                        MATRIX % (self.good.url(), self.bad.url()),
                        clock=CLOCK).start()
        self.addCleanup(lambda: self.d.running() and self.d.kill())

    def ctl(self, *args, code=0):
        done = subprocess.run(
            [SLAWATCHCTL, "-s", self.d.socket, *args], text=True,
            capture_output=True, timeout=120, check=False, encoding="utf-8",
            env={**os.environ, "TZ": "UTC", "USER": "mara", "LC_ALL": "C"})
        self.assertEqual(done.returncode, code,
                         "%s\n%s%s" % (args, done.stdout, done.stderr))
        return done.stdout if code == 0 else done.stderr

    def ask(self, *args):
        return json.loads(self.ctl(*args, "--json"))

    def escalate(self, ticket, chain):
        self.d.created(ticket, severity="P1")
        self.ctl("escalate", ticket, "look at this", "--chain", chain)

    def notices(self, *args):
        return self.ask("outbox", *args)["notices"]

    def tried(self, ticket):
        """The pending notice of that ticket, once it was tried."""
        return wait_until("an attempt", lambda: [
            n for n in self.notices()
            if n["ticket"] == ticket and n["last"]])[0]

    def dead(self, ticket):
        return wait_until("a dead notice", lambda: [
            n for n in self.notices("--dead") if n["ticket"] == ticket])[0]


class Waiting(Case):
    def test_it_is_listed_with_what_they_said(self):
        self.assertEqual(self.ctl("outbox"), "nothing waits\n")
        self.escalate("t:1", "bad")
        n = self.tried("t:1")
        self.assertEqual((n["channel"], n["who"], n["reason"], n["state"]),
                         ("bad", "dana", "chain", "pending"))
        self.assertEqual(n["last"]["code"], 503)
        self.assertEqual(n["last"]["result"], "again")
        self.assertIn("service unavailable", n["last"]["detail"])
        self.assertGreaterEqual(n["attempts"], 1)
        text = self.ctl("outbox")
        self.assertRegex(
            text, r"(?m)^ *%d +t:1 +chain +bad to dana +\d+ .*again 503 "
            r"service unavailable" % n["id"])
        self.assertRegex(text, r"(?m)^DESTINATION +ENDPOINT +READY")
        self.assertRegex(text, r"(?m)^bad +127\.0\.0\.1:\d+ +")
        one = self.ctl("outbox", str(n["id"]))
        self.assertRegex(one, r"(?m)^state +pending")
        self.assertRegex(one, r"(?m)^ *1 +2026-01-05 08:\S+ +\d+ ms +again "
                         r"+503 +service unavailable")

    def test_it_is_taken_back(self):
        self.escalate("t:1", "bad")
        n = self.tried("t:1")
        text = self.ctl("outbox", "drop", str(n["id"]))
        self.assertEqual(
            text, "notice %d of t:1, by bad to dana, is not sent\n" % n["id"])
        self.assertEqual(self.notices(), [])
        self.assertIn("dropped", self.ctl("timeline", "t:1"))
        one = self.ask("outbox", str(n["id"]))["notice"]
        self.assertEqual(one["state"], "withdrawn")
        # A second time there is nothing to take back.
        self.assertIn("this one is withdrawn",
                      self.ctl("outbox", "drop", str(n["id"]), code=1))

    def test_one_that_is_refused_stops_no_other(self):
        self.escalate("t:1", "bad")
        n = self.tried("t:1")
        self.assertIn("there is no 77", self.ctl(
            "outbox", "drop", "77", str(n["id"]), code=1))
        self.assertEqual(self.notices(), [])

    def test_a_whole_channel_is_taken_back(self):
        for i in range(5):
            self.escalate("t:%d" % i, "bad")
        wait_until("five", lambda: len(self.notices()) == 5)
        self.assertEqual(len(self.notices("--channel", "good")), 0)
        self.assertEqual(len(self.notices("--person", "dana")), 5)
        self.assertEqual(self.ctl("outbox", "drop", "--channel", "good"),
                         "there are none\n")
        text = self.ctl("outbox", "drop", "--channel", "bad")
        self.assertEqual(text.count("is not sent"), 5)
        self.assertEqual(self.notices(), [])

    def test_pages(self):
        for i in range(5):
            self.escalate("t:%d" % i, "bad")
        wait_until("five", lambda: len(self.notices()) == 5)
        ids = [n["id"] for n in self.notices()]
        self.assertEqual(ids, sorted(ids))
        self.assertEqual([n["step"] for n in self.notices()], [1] * 5)
        page = self.d.get("/v1/outbox?limit=2").json
        self.assertEqual([n["id"] for n in page["notices"]], ids[:2])
        self.assertEqual(page["next"], ids[1])
        page = self.d.get("/v1/outbox?limit=9&after=%d" % ids[1]).json
        self.assertEqual([n["id"] for n in page["notices"]], ids[2:])
        self.assertIsNone(page["next"])


class Dead(Case):
    def test_it_has_its_reason_and_goes_again(self):
        self.bad.behave = Answer(status=400)
        self.escalate("t:1", "bad")
        n = self.dead("t:1")
        self.assertEqual(n["last"]["result"], "never")
        self.assertEqual(n["last"]["code"], 400)
        self.assertEqual(self.ctl("outbox").splitlines()[-1], "nothing waits")
        self.assertRegex(self.ctl("outbox", "--dead"),
                         r"(?m)^ *%d +t:1 .*never 400 bad request" % n["id"])
        # It is not waiting: nothing to take back.
        self.assertIn("this one is dead",
                      self.ctl("outbox", "drop", str(n["id"]), code=1))
        self.bad.behave = Answer()
        self.bad.clear()
        self.assertEqual(
            self.ctl("outbox", "retry", str(n["id"]), "--by", "eli"),
            "notice %d of t:1, by bad to dana, goes again\n" % n["id"])
        self.bad.wait(lambda r: r.taken)
        done = wait_until("it to be done", lambda: [
            x for x in [self.ask("outbox", str(n["id"]))]
            if x["notice"]["state"] == "done"])[0]
        self.assertEqual([a["result"] for a in done["attempts"]],
                         ["never", "ok"])
        self.assertIn("eli", self.ctl("timeline", "t:1"))
        self.assertIn("this one is sent",
                      self.ctl("outbox", "retry", str(n["id"]), code=1))

    def test_all_of_them_go_again(self):
        self.bad.behave = Answer(status=400)
        for i in range(3):
            self.escalate("t:%d" % i, "bad")
            self.dead("t:%d" % i)
        self.bad.behave = Answer()
        text = self.ctl("outbox", "retry", "--dead")
        self.assertEqual(text.count("goes again"), 3, text)
        self.bad.wait(lambda r: r.taken, count=3)
        wait_until("none", lambda: not self.notices("--dead"))

    def test_what_is_down_is_told(self):
        self.bad.behave = Answer(status=404)    # everything will be refused
        self.escalate("t:1", "bad")
        self.dead("t:1")
        self.escalate("t:2", "bad")
        queue = wait_until("a queue", lambda: [
            q for q in [self.ask("outbox")["queue"]] if q["ready"]])[0]
        self.assertEqual(queue["destinations"][0]["channel"], "bad")
        self.assertEqual(queue["destinations"][0]["state"], "open")
        self.assertGreater(queue["destinations"][0]["resumes_in_s"], 0)
        untried = [n for n in self.notices() if n["ticket"] == "t:2"][0]
        self.assertIsNone(untried["last"])
        self.assertEqual(untried["attempts"], 0)
        self.assertEqual([e["name"] for e in queue["endpoints"]],
                         ["channel bad"])
        self.assertIn("channel bad is down: only a probe goes there",
                      self.ctl("outbox"))
        status = self.ctl("status")
        self.assertRegex(status, r"(?m)^down +channel bad; only a probe")
        self.assertRegex(status, r"(?m)^in line +1 ready")
        rows = self.d.get("/metrics").body.decode()
        self.assertIn('slawatch_endpoint_down{endpoint="channel bad"} 1\n',
                      rows)
        self.assertIn('slawatch_destination_ready{channel="bad",who="",'
                      'kind="notices"} 1\n', rows)
        self.assertRegex(rows, r'slawatch_destination_delay_seconds\{channel='
                         r'"bad",who="",kind="notices"\} [0-9]+\.[0-9]{3}\n')
        # The others are not held up.
        self.escalate("t:3", "good")
        self.good.wait(lambda r: r.taken)


class Refused(Case):
    def test_of_the_program(self):
        for args, words in (
                (("outbox", "retyr", "1"), 'did you mean "retry"'),
                (("outbox", "retry"), "takes numbers, or --dead"),
                (("outbox", "drop"), "takes numbers, or --channel"),
                (("outbox", "drop", "x1"), '"x1" is no notice\'s number'),
                (("outbox", "drop", "--dead"), "drop takes those that wait"),
                (("outbox", "retry", "1", "--dead"), "takes numbers, or"),
                (("outbox", "1", "2"), "one notice at a time"),
                (("outbox", "--all", "-n", "3"), "exclude each other")):
            self.assertIn(words, self.ctl(*args, code=2), args)

    def test_of_the_daemon(self):
        self.assertIn("notice: there is no 77",
                      self.ctl("outbox", "77", code=1))
        self.assertIn("notice: there is no 77",
                      self.ctl("outbox", "retry", "77", code=1))
        for path, status, words in (
                ("/v1/outbox/abc", 404, "no notice's number"),
                ("/v1/outbox/0", 404, "no notice's number"),
                ("/v1/outbox?state=x", 400, "state: unknown"),
                ("/v1/outbox?limit=0", 400, "limit: not a number"),
                ("/v1/outbox?who=a&whom=b", 400, "whom")):
            reply = self.d.get(path)
            self.assertEqual(reply.status, status, path)
            self.assertIn(words, reply.error)
        reply = self.d.post("/v1/outbox/77/drop", {})
        self.assertEqual(reply.status, 400)
        self.assertIn("by: needed", reply.error)


if __name__ == "__main__":
    unittest.main()
