"""slack_sdk.py - do we, and our fake Slack, agree with Slack's own SDK?

@slack/web-api is pointed at the fake: it must understand every answer of it,
also 429 with Retry-After and the errors.  Then the daemon's own calls are made
again by the SDK with the same arguments: the fake must have read the same from
both, though one sends JSON and the other a form.

SPDX-License-Identifier: MIT
"""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

import fake_slack  # noqa: E402
from fake_slack import ROOM, FakeSlack  # noqa: E402
from harness import (Daemon, Scratch, config,  # noqa: E402
                     wait_until)
from node import Node, need  # noqa: E402


class Case(unittest.TestCase):

    def setUp(self):
        self.slack = FakeSlack()
        self.sdk = Node("slack_sdk.js", self.slack.url + "/",
                        fake_slack.TOKEN)

    def tearDown(self):
        self.sdk.__exit__()
        self.slack.__exit__()

    def ask(self, method, **args):
        return self.sdk.ask({"method": method, "args": args})

    def good(self, method, **args):
        reply = self.ask(method, **args)
        self.assertTrue(reply["ok"], reply)
        return reply["answer"]


class TheFake(Case):
    """Is it a Slack to the SDK?"""

    def test_methods(self):
        self.good("auth.test")
        user = self.good("users.lookupByEmail", email="dana@example.com")
        self.assertEqual(user["user"]["id"], "U01DANA")
        self.assertFalse(self.good("users.info",
                                   user="U01DANA")["user"]["deleted"])
        dm = self.good("conversations.open", users="U01DANA")["channel"]["id"]
        self.good("chat.postMessage", channel=dm, text="hello")
        members = self.good("conversations.members", channel=ROOM, limit=2)
        self.assertEqual(len(members["members"]), 2)
        more = self.good("conversations.members", channel=ROOM, limit=1000,
                         cursor=members["response_metadata"]["next_cursor"])
        self.assertNotIn(members["members"][0], more["members"])
        self.assertTrue(self.good("conversations.info",
                                  channel=ROOM)["channel"]["is_member"])
        root = self.good("chat.postMessage", channel=ROOM, text="root")
        self.good("chat.postMessage", channel=ROOM, text="reply",
                  thread_ts=root["ts"], reply_broadcast=True)
        self.good("chat.update", channel=ROOM, ts=root["ts"], text="edited")
        self.assertEqual(self.slack.posts()[0].text, "edited")
        self.assertEqual(self.slack.complaints, [])

    def test_errors(self):
        for method, args, word in (
                ("chat.postMessage", {"channel": "C0NONE", "text": "x"},
                 "channel_not_found"),
                ("chat.postMessage", {"channel": ROOM, "text": "a < b"},
                 "invalid_blocks"),
                ("chat.update", {"channel": ROOM, "ts": "1.000000",
                                 "text": "x"}, "message_not_found"),
                ("users.lookupByEmail", {"email": "no@example.com"},
                 "users_not_found"),
                ("conversations.open", {"users": "U0NONE"},
                 "user_not_found")):
            reply = self.ask(method, **args)
            self.assertFalse(reply["ok"])
            self.assertEqual(reply["error"], word)
            self.assertEqual(reply["code"], "slack_webapi_platform_error")

    def test_rate_limits(self):
        """It waits as long as it is told, and goes on."""
        self.slack.fail("ratelimited", status=429, retry_after=1, times=1)
        reply = self.ask("chat.postMessage", channel=ROOM, text="x")
        self.assertTrue(reply["ok"], reply)
        self.assertEqual(reply["waited"], 1)
        first, second = self.slack.called("chat.postMessage")
        self.assertGreater(second.at - first.at, 0.95)

    def test_wrong_token(self):
        self.slack.token = "another"
        self.assertEqual(self.ask("auth.test")["error"], "invalid_auth")


class OurRequests(Case):
    """Would the SDK say the same with the same arguments?"""

    def setUp(self):
        super().setUp()
        self.scratch = Scratch()
        for name, text in (("slack.token", fake_slack.TOKEN),
                           ("slack.secret", fake_slack.SECRET)):
            os.chmod(self.scratch.file(name, text + "\n"), 0o600)

    def tearDown(self):
        super().tearDown()
        self.scratch.__exit__()

    def daemon_calls(self):
        """A thread, an edit, a direct message to somebody by email."""
        text = config(
            None, matrix="owner: mara, fallback: log",
            chain="\n      - { notify: primary, via: [mention] }"
            "\n      - { after: 1s, notify: backup, via: [dm] }",
            targets="P1: { first_reply: 1s }", warn="[ ]",
            channels=self.slack.channel(
                more=", signing_secret: { file: slack.secret }"))
        text = text.replace("slack: U01ELI, ", "")
        with Daemon(self.scratch, text) as d:
            d.start()
            d.created("desk:1", subject="Ünïcödé & <x> 🙈",
                      url="https://desk.example/1?a=1&b=2")
            wait_until("a direct message",
                       lambda: self.slack.dms("U01ELI"))
            root = self.slack.posts()[0]
            d.send(d.event("desk:1", "acknowledged", by="dana"))
            wait_until("an edit", lambda: len(root.shown) > 1)
        return [c for c in self.slack.calls if c.ok]

    def test_the_same_arguments(self):
        calls = self.daemon_calls()
        methods = {c.method for c in calls}
        self.assertEqual(methods, {
            "chat.postMessage", "chat.update", "conversations.open",
            "users.lookupByEmail"})
        self.slack.per_second = 1000
        self.slack.buckets.clear()
        for call in calls:
            before = len(self.slack.calls)
            reply = self.sdk.ask({"method": call.method, "args": call.args})
            self.assertTrue(reply["ok"], reply)
            theirs = self.slack.calls[before]
            self.assertEqual(theirs.args, call.args, call.method)
            self.assertEqual(theirs.headers["Authorization"],
                             call.headers["Authorization"])
            kind = call.headers["Content-Type"]
            if call.method.startswith("users."):
                self.assertEqual(kind, theirs.headers["Content-Type"])
            else:
                self.assertEqual(kind, "application/json; charset=utf-8")
                self.assertEqual(json.loads(call.body)["channel"]
                                 if "channel" in call.args else None,
                                 call.args.get("channel"))


if __name__ == "__main__":
    need("@slack/web-api")
    unittest.main(verbosity=2)
