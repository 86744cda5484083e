"""slack_bolt.py - Slack's own framework beside us: the same requests to both.

@slack/bolt is what most apps are written with.  Whatever its receiver takes as
signed we take, and what it refuses we refuse; a click on one of our messages
is for its handlers what it is for us; and what we send to a response_url is
what its respond() sends.

Where the two differ on purpose it is said: Bolt takes replays, what is signed
ahead of time or before a start, and digits that a number may begin with; it
refuses the unsigned ssl_check, which does nothing here.

SPDX-License-Identifier: MIT
"""
import base64
import http.client
import json
import os
import random
import sys
import time
import unittest
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

import fake_slack  # noqa: E402
from fake_slack import ROOM, FakeSlack  # noqa: E402
from harness import Daemon, Scratch, config, wait_until  # noqa: E402
from node import Node, need  # noqa: E402

FORM = "application/x-www-form-urlencoded"
STEP = "\n      - { notify: primary, via: [support] }"
ROUNDS = 300


class Bolt(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.bolt = Node("slack_bolt.js", fake_slack.SECRET)
        cls.bolt_port = cls.bolt.ask({"do": "port"})["port"]

    @classmethod
    def tearDownClass(cls):
        cls.bolt.__exit__()

    def setUp(self):
        self.scratch = Scratch()
        for name, text in (("slack.token", fake_slack.TOKEN),
                           ("slack.secret", fake_slack.SECRET)):
            os.chmod(self.scratch.file(name, text + "\n"), 0o600)
        self.slack = FakeSlack()
        text = config(None, chain=STEP, warn="[ ]",
                      matrix="owner: mara, fallback: log",
                      targets="P1: { first_reply: 1s }",
                      channels=self.slack.channel(
                          more=", signing_secret: { file: slack.secret }"))
        self.d = Daemon(self.scratch, text, clock="now@20")
        self.d.start()
        self.started = int(time.time())
        self.bolt.ask({"do": "seen"})

    def tearDown(self):
        if self.d.running():
            self.d.kill()
        self.slack.__exit__()
        self.scratch.__exit__()

    def stamp(self, off=0):
        return max(int(time.time()), self.started + 1) + off

    def both(self, path, body, headers):
        """The statuses and bodies of Bolt and of us."""
        conn = http.client.HTTPConnection("127.0.0.1", self.bolt_port,
                                          timeout=60)
        try:
            conn.request("POST", path, body=body, headers=headers)
            response = conn.getresponse()
            theirs = response.status, response.read()
        finally:
            conn.close()
        reply = self.d.post(path, body, headers=headers)
        return theirs, (reply.status, reply.body)

    def root(self):
        self.d.created("desk:1", subject="Cannot log in")
        return wait_until("the post", self.slack.posts)[0]

    def test_a_click_on_our_message(self):
        root = self.root()
        for i, (action, option) in enumerate((
                ("snooze", "1h"), ("claim", None), ("open_ticket", None))):
            if root.element(action) is None:
                continue
            payload = self.slack.click(root, action, "U01DANA", "desk:1",
                                       option, trigger="1.2.%d" % i)
            body = urllib.parse.urlencode(
                {"payload": json.dumps(payload)}).encode()
            theirs, ours = self.both("/slack/actions", body,
                                     self.slack.signed(body, at=self.stamp(i)))
            self.assertEqual((theirs[0], ours[0]), (200, 200), (theirs, ours))
            seen = self.bolt.ask({"do": "seen"})["seen"]
            self.assertEqual(len(seen), 1)
            self.assertEqual(seen[0]["action"]["block_id"], "t:desk:1")
            self.assertEqual(seen[0]["action"]["action_id"], action)
            self.assertEqual(seen[0]["user"], "U01DANA")
        wait_until("the claim", lambda: self.d.ticket(
            "desk:1")["assignee"] == "dana")

    def test_a_command(self):
        body = urllib.parse.urlencode({
            "token": "t", "team_id": "T0TEAM", "command": "/sla",
            "text": "help me not <@U01DANA> \u00fc & +", "user_id": "U01DANA",
            "user_name": "dana", "channel_id": ROOM, "trigger_id": "1.2.3",
            "response_url": self.slack.response_url("bolt")}).encode()
        theirs, ours = self.both("/slack/commands", body,
                                 self.slack.signed(body, at=self.stamp()))
        self.assertEqual((theirs[0], ours[0]), (200, 200), (theirs, ours))
        seen = self.bolt.ask({"do": "seen"})["seen"][0]["command"]
        self.assertEqual(seen["text"], "help me not <@U01DANA> \u00fc & +")
        self.assertEqual(seen["user_id"], "U01DANA")
        # Theirs through respond(), ours as we refuse somebody: one shape.
        self.bolt.ask({"do": "respond", "message": {
            "response_type": "ephemeral", "replace_original": False,
            "text": "from Bolt"}})
        payload = {"type": "block_actions", "trigger_id": "9.9.9",
                   "user": {"id": "U01DANA"},
                   "response_url": self.slack.response_url("ours"),
                   "actions": [{"action_id": "ack", "block_id": "t:desk:404",
                                "type": "button"}]}
        body = urllib.parse.urlencode(
            {"payload": json.dumps(payload)}).encode()
        self.d.post("/slack/actions", body,
                    headers=self.slack.signed(body, at=self.stamp()))
        answers = wait_until("both answers", lambda: dict(
            self.slack.responses) if len(self.slack.responses) == 2 else None)
        self.assertEqual(set(answers["ours"]), set(answers["bolt"]))
        for name in ("response_type", "replace_original"):
            self.assertEqual(answers["ours"][name], answers["bolt"][name])
        calls = self.slack.called("response")
        kinds = {c.headers["Content-Type"].split(";")[0] for c in calls}
        self.assertEqual(kinds, {"application/json"})

    def test_url_verification(self):
        body = json.dumps({"type": "url_verification", "token": "t",
                           "challenge": "c\u00fc\"1"}).encode()
        headers = {**self.slack.signed(body, at=self.stamp()),
                   "Content-Type": "application/json"}
        theirs, ours = self.both("/slack/actions", body, headers)
        self.assertEqual(json.loads(theirs[1]), json.loads(ours[1]))
        self.assertEqual((theirs[0], ours[0]), (200, 200))

    def test_what_is_refused(self):
        body = urllib.parse.urlencode({
            "command": "/sla", "text": "help", "user_id": "U01DANA"}).encode()
        good = self.slack.signed(body, at=self.stamp())
        bad = [
            {}, {**good, "X-Slack-Signature": "v0=" + 64 * "0"},
            {**good, "X-Slack-Signature": "v1=" +
             good["X-Slack-Signature"][3:]},
            {**good, "X-Slack-Request-Timestamp": str(self.stamp(7))},
            self.slack.signed(body + b" ", at=self.stamp()),
            self.slack.signed(body, secret="another", at=self.stamp()),
            self.slack.signed(body, at=time.time() - 301)]
        for headers in bad:
            headers["Content-Type"] = FORM
            theirs, ours = self.both("/slack/commands", body, headers)
            self.assertEqual((theirs[0], ours[0]), (401, 401), headers)
        self.assertEqual(self.bolt.ask({"do": "seen"})["seen"], [])
        theirs, ours = self.both("/slack/commands", body, good)
        self.assertEqual((theirs[0], ours[0]), (200, 200))
        # Bolt would take it again.
        theirs, ours = self.both("/slack/commands", body, good)
        self.assertEqual((theirs[0], ours[0]), (200, 401))

    def test_any_signature(self):
        """Random requests, whole or damaged: one verdict."""
        seed = int(os.environ.get("SLAWATCH_SEED", time.time_ns() % 2**32))
        print("slack_bolt: SLAWATCH_SEED=%d" % seed)
        rng = random.Random(seed)
        verdicts = {True: 0, False: 0}
        for i in range(ROUNDS):
            body = urllib.parse.urlencode({
                "command": "/sla", "text": "help %d" % i, "user_id": "U01DANA",
                "x": "".join(rng.choices("aü&=%+ <>\"", k=8))}).encode()
            at = self.stamp(rng.choice((0, 0, 0, 100, 280, -400)))
            headers = self.slack.signed(
                body, at=at, secret=fake_slack.SECRET if rng.random() < 0.9
                else "other")
            headers["X-Slack-Signature"], body = self.damage(
                rng, headers["X-Slack-Signature"], body)
            ours = self.d.post("/slack/commands", body, headers=headers)
            theirs = self.bolt.ask({
                "do": "verify", "secret": fake_slack.SECRET,
                "body": base64.b64encode(body).decode(), "headers": headers})
            self.assertIn(ours.status, (200, 400, 401), ours)
            self.assertEqual(ours.status != 401, theirs["ok"],
                             (headers, body, ours, theirs))
            verdicts[theirs["ok"]] += 1
        self.assertGreater(verdicts[True], ROUNDS / 10)
        self.assertGreater(verdicts[False], ROUNDS / 10)

    @staticmethod
    def damage(rng, signature, body):
        at = rng.randrange(len(signature))
        if rng.random() < 0.2:
            signature = (signature[:at] + rng.choice("0123456789abcdefV=") +
                         signature[at + 1:])
        if rng.random() < 0.2:
            at = rng.randrange(len(body))
            body = body[:at] + bytes([rng.randrange(33, 127)]) + body[at + 1:]
        return signature, body


if __name__ == "__main__":
    need("@slack/bolt")
    unittest.main(verbosity=2)
