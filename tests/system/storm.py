"""storm.py - thousands of tickets breach at once: who hears what, and when?

The fake Slack (tests/lib/fake_slack.py) keeps the limits that Slack documents
and notes every call that came too soon.

SPDX-License-Identifier: MIT
"""
import os
import re
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

import fake_slack  # noqa: E402
from fake_slack import FakeSlack  # noqa: E402
from harness import (Answer, Daemon, Scratch, Sink, config,  # noqa: E402
                     rfc3339, wait_until)

ROOM_ONLY = "\n      - { notify: support }"


def metric(daemon, name):
    text = daemon.get("/metrics").body.decode()
    return float(re.search(r"^%s (\S+)$" % name, text, re.M).group(1))


def keys_of(first, count):
    # Of one length, so that none is a part of another.
    return ["s:%05d" % i for i in range(first, first + count)]


class Case(unittest.TestCase):

    def setUp(self):
        self.scratch = Scratch()
        self.sink = Sink()
        self.slack = None
        self.d = None

    def tearDown(self):
        if self.d and self.d.running():
            self.d.kill()
        if self.slack:
            self.slack.__exit__()
        self.sink.__exit__()
        self.scratch.__exit__()

    def start(self, chain=ROOM_ONLY, target="1s", per_second=20.0, burst=3,
              budget=None, name="d", channels="", more="", **how):
        """A room that takes so many a second, and a budget that keeps it."""
        if not self.slack:
            self.slack = FakeSlack(per_second=per_second, burst=burst)
        self.scratch.file("slack.token", fake_slack.TOKEN + "\n")
        os.chmod(self.scratch.file("slack.token"), 0o600)
        budget = budget or "{ every: %dms, burst: %d, reserve: 1 }" % (
            1000 / per_second, burst)
        text = config(self.sink, chain=chain, warn="[ ]",
                      targets="P1: { first_reply: %s }" % target,
                      channels=self.slack.channel(
                          more=", budget: %s" % budget) + channels, **how)
        self.d = Daemon(self.scratch, text + more, name=name).start()
        return self.d

    def flood(self, keys, category=None, customer=None, at=None):
        """One created event each, at one instant."""
        at = self.d.now() if at is None else at
        fields = {"subject": "Cannot log in", "severity": "P1",
                  "status": "new"}
        if category:
            fields["category"] = category
        if customer:
            fields["customer"] = {"id": customer, "name": customer.title()}
        for first in range(0, len(keys), 1000):
            self.d.send(*[self.d.event(key, "created", at=at, fields=fields)
                          for key in keys[first:first + 1000]])

    def wait_sent(self, count):
        return wait_until("%d notices sent" % count, lambda: metric(
            self.d, "slawatch_notices_sent_total") >= count)

    def unnamed(self, keys, messages=None):
        text = "\n".join(m.all_text for m in (
            self.slack.messages if messages is None else messages))
        return [key for key in keys if key not in text]

    def sent_messages(self):
        return [c for c in self.slack.called("chat.postMessage") if c.ok]

    def assert_limits_kept(self, shares=0):
        self.assertEqual(self.slack.violations, [])
        self.assertEqual(self.slack.complaints, [])
        refused = [c for c in self.slack.calls if c.status == 429]
        if not shares:
            self.assertEqual(refused, [])


class Storm(Case):

    def test_many_at_once(self):
        """Every ticket is named, the first one at once and alone, nothing too
        soon, in far fewer messages than tickets."""
        d = self.start()
        keys = keys_of(0, 400)
        self.flood(keys)
        self.wait_sent(400)
        self.assertEqual(self.unnamed(keys), [])
        self.assert_limits_kept()
        calls = self.sent_messages()
        self.assertLess(len(calls), 100)
        first = self.slack.messages[0]
        self.assertEqual(len([k for k in keys if k in first.all_text]), 1)
        bundled = [row for row in d.timeline(keys[399])
                   if row["kind"] == "notice_sent"]
        self.assertRegex(bundled[0]["detail"], "^in a digest of [0-9]+$")
        self.assertGreater(metric(d, "slawatch_bundles_sent_total"), 0)

    def test_a_fifth_answers_429(self):
        """What was told to wait waits, and goes again; the rest is in time."""
        self.slack = FakeSlack(per_second=20.0, burst=3, seed=7)
        self.slack.share_429 = 0.2
        self.start()
        keys = keys_of(0, 300)
        self.flood(keys)
        self.wait_sent(300)
        self.assertEqual(self.unnamed(keys), [])
        self.assert_limits_kept(shares=True)

    def test_another_destination_does_not_wait(self):
        """The storm is one room's: whoever is told elsewhere is told now."""
        self.start(chain=ROOM_ONLY + """
      - { after: 1s, notify: primary, via: [hook] }""", per_second=1.0,
                   budget="{ every: 1h, burst: 2, reserve: 1 }")
        keys = keys_of(0, 50)
        self.flood(keys)
        self.sink.wait(lambda r: r.json["reason"] == "chain", count=50)
        self.assertEqual({r.json["ticket"] for r in self.sink.all()},
                         set(keys))
        self.assertLessEqual(len(self.slack.messages), 2)

    def test_what_is_over_is_not_said(self):
        """While it waits for its turn a ticket is answered: no word of it."""
        d = self.start(per_second=1.0,
                       budget="{ every: 1s, burst: 1, reserve: 0 }",
                       burst=1)
        keys = keys_of(0, 30)
        self.flood(keys)
        wait_until("the first", lambda: self.slack.messages)
        moot = [k for k in keys[15:] if self.unnamed([k])]
        d.send(*[d.event(k, "acknowledged", by="dana") for k in moot])
        wait_until("the rest", lambda: not self.unnamed(
            [k for k in keys if k not in moot]))
        self.assertEqual(self.unnamed(moot), moot)

    def test_a_restart_in_the_midst(self):
        d = self.start(per_second=10.0)
        keys = keys_of(0, 300)
        self.flood(keys)
        wait_until("some", lambda: len(self.sent_messages()) >= 2)
        self.assertEqual(d.stop(), 0)
        d.start()
        wait_until("all", lambda: not self.unnamed(keys))
        self.assert_limits_kept()


    def test_a_crash_in_the_midst(self):
        """A bundle was taken, and the daemon never learned of it: nothing is
        lost, and what is said again is marked."""
        taken, killed = threading.Event(), threading.Event()
        self.slack = FakeSlack(per_second=10.0, burst=3)

        def add(room, args, really=self.slack._add):
            message = really(room, args)
            if len(set(re.findall("s:[0-9]{5}", str(args)))) > 1 and \
                    not taken.is_set():
                taken.set()
                killed.wait()
            return message

        self.slack._add = add
        d = self.start(per_second=10.0)
        keys = keys_of(0, 300)
        self.flood(keys)
        taken.wait()
        d.kill()
        bundle = self.slack.messages[-1]
        killed.set()
        d.start()
        self.wait_sent(299)     # by the second daemon: all but the first
        self.assertEqual(self.unnamed(keys), [])
        again = self.slack.messages[self.slack.messages.index(bundle) + 1:]
        said = [k for k in keys if k in bundle.all_text]
        self.assertEqual(self.unnamed(said, again), [])
        for m in again:
            self.assertIn("repeat", m.all_text)


class Addresses(Case):

    def test_more_people_than_may_be_asked_about(self):
        """conversations.open is limited for the whole workspace, and others
        may have used some of it."""
        people = 43
        self.slack = FakeSlack(per_second=20.0)
        bucket = fake_slack.Bucket(50 / 60, 50)
        bucket.left = 40
        self.slack.buckets[("conversations.open", None)] = bucket
        who = ["p%02d" % i for i in range(people)]
        for name in who:
            user = "U0" + name.upper()
            self.slack.users[user] = {
                "id": user, "email": None, "deleted": False,
                "is_bot": False, "real_name": name}
        self.scratch.file("slack.token", fake_slack.TOKEN + "\n")
        os.chmod(self.scratch.file("slack.token"), 0o600)
        text = config(self.sink, warn="[ ]", channels=self.slack.channel(),
                      targets="P1: { first_reply: 1s }",
                      chain="\n      - { notify: crowd, via: [dm] }")
        text = text.replace("roles:", "".join(
            "  %s: { slack: U0%s }\n" % (name, name.upper())
            for name in who) + "teams: { crowd: { members: [ %s ] } }\n"
            "roles:" % ", ".join(who))
        self.d = Daemon(self.scratch, text).start()
        self.d.created("all:1")
        self.wait_sent(people)
        self.assertTrue(all(self.slack.dms("U0" + name.upper())
                            for name in who))
        self.assert_limits_kept()


class Bundles(Case):

    def refuse_bundles(self):
        """From here on; those that were."""
        refused = []

        def judge(call, args, ask=self.slack._malformed):
            keys = set(re.findall("s:[0-9]{5}", str(args)))
            if len(keys) > 1:
                refused.append(keys)
                self.slack._error(call, "invalid_blocks")
                return True
            return ask(call, args)

        self.slack._malformed = judge
        return refused

    def test_one_that_cannot_be_read_goes_one_by_one(self):
        """A bundle that is refused as malformed loses nobody's notice."""
        self.one_by_one()

    def test_nor_an_incident(self):
        self.one_by_one(4, """
incidents:
  - { same: category, count: 2, within: 10m, every: 1s }
""")

    def one_by_one(self, count=12, more=""):
        d = self.start(more=more)
        refused = self.refuse_bundles()
        keys = keys_of(0, count)
        self.flood(keys, category="login")
        self.wait_sent(count)
        self.assertEqual(self.unnamed(keys), [])
        self.assertTrue(refused)
        self.assertEqual(metric(d, "slawatch_notices_dead_total"), 0)
        self.assertEqual(len(self.slack.messages), count)

    def test_several_of_one_ticket_are_one_line(self):
        chain = ("\n      - { notify: support }"
                 "\n      - { after: 1s, notify: support }")
        self.start(chain=chain, per_second=1.0, burst=1,
                   budget="{ every: 2s, burst: 1, reserve: 0 }")
        keys = keys_of(0, 5)
        self.flood(keys)
        self.wait_sent(10)
        for m in self.slack.messages:
            text = m.now.get("text", "") + str(m.blocks)
            for key in keys:
                block = [b for b in m.blocks if b.get("block_id") == "t:" +
                         key]
                self.assertLessEqual(len(block), 1, text)


class Incidents(Case):

    def incident(self, same, **what):
        d = self.start(per_second=20.0, more="""
incidents:
  - { same: %s, count: 5, within: 10m, every: 1s }
""" % same)
        keys = keys_of(0, 40)
        self.flood(keys, **what)
        self.wait_sent(40)
        self.assertEqual(self.unnamed(keys), [])
        self.assert_limits_kept()
        return d, keys

    def test_same_category(self):
        d, keys = self.incident("category", category="login")
        found = [row["detail"] for key in keys for row in d.timeline(key)
                 if row["kind"] == "notice_sent"]
        self.assertTrue([f for f in found
                         if re.match("in an incident of [0-9]+$", f)], found)
        self.assertTrue([m for m in self.slack.messages
                         if "login" in m.all_text])

    def test_same_customer(self):
        d, keys = self.incident("customer", customer="acme")
        self.assertTrue([m for m in self.slack.messages
                         if "Acme" in m.all_text])
        self.assertLess(len(self.sent_messages()), 30)


if __name__ == "__main__":
    unittest.main(verbosity=2)
