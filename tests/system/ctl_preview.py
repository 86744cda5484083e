"""ctl_preview.py - slawatchctl preview: what would be sent, and nothing is.

SPDX-License-Identifier: MIT
"""
import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

import adaptive_card  # noqa: E402
from harness import (SLAWATCHCTL, Daemon, Scratch, Sink,  # noqa: E402
                     config, wait_until)

KEY = "0123456789abcdef0123456789abcdef"
CHANNELS = """
  own:
    type: webhook
    url: "http://127.0.0.1:9/"
    body: >-
      {"text": "{{headline}}"{{#value}}, "value": "{{value}}"{{/value}}}
  room:
    type: teams
    url: "http://127.0.0.1:9/workflows/1?sig=sEcReT"
    text: { title: "Look at {{ticket}}", body: "{{customer}} waits" }
  pager:
    type: pagerduty
    url: "http://127.0.0.1:9"
    routing_key: { file: pager.key }
  mail:
    type: smtp
    url: "smtp://127.0.0.1:9"
    from: sla@example.com
    user: sla
    password: { file: hook.secret }
    starttls: false
  chat:
    type: slack
    url: "http://127.0.0.1:9/api"
    token: { file: slack.token }
    channel: C0SUPPORT
    signing_secret: { file: hook.secret }
"""
CHAIN = """
      - { notify: primary, via: [log] }
    text: { title: "{{severity}} wants {{person}}" }"""


class Preview(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.scratch = Scratch()
        cls.sink = Sink()
        for name, text in (("pager.key", KEY), ("slack.token", "xoxb-tOkEn")):
            os.chmod(cls.scratch.file(name, text + "\n"), 0o600)
        text = config(cls.sink, chain=CHAIN, channels=CHANNELS.lstrip("\n"),
                      daemon="  public_url: https://sla.example.com\n",
                      matrix="owner: mara, fallback: log")
        cls.d = Daemon(cls.scratch, text,
                       clock="2026-01-05T09:00:00Z@0.001").start()
        cls.d.created("t:1", customer={"id": "acme", "name": "Acme & Sons",
                                       "value": 70000})
        cls.sent = cls.d.ticket("t:1")["notices"]

    @classmethod
    def tearDownClass(cls):
        try:
            # Nothing was sent, journalled or queued by looking.
            assert cls.sink.all() == []
            assert cls.d.ticket("t:1")["notices"] == cls.sent
        finally:
            cls.d.kill()
            cls.sink.__exit__()
            cls.scratch.__exit__()

    def ctl(self, *arguments, code=0):
        done = subprocess.run(
            [SLAWATCHCTL, "-s", self.d.socket, "preview", *arguments],
            capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        for secret in (KEY, "xoxb-tOkEn", "sEcReT", self.d.secret):
            self.assertNotIn(secret, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stderr

    def json(self, *arguments):
        return json.loads(self.ctl(*arguments, "--json"))

    def message(self, *arguments):
        return json.loads(self.json(*arguments)["message"])

    def test_a_ticket_by_teams(self):
        got = self.json("t:1", "--channel", "room")
        self.assertEqual(got["reason"], "warning")
        self.assertEqual(got["title"], {
            "text": "Look at t:1", "characters": 11, "most": 400,
            "cut": False})
        self.assertEqual(got["body"]["text"], "Acme & Sons waits")
        self.assertEqual(got["endpoint"], "127.0.0.1:9")
        self.assertFalse(got["sample"])
        self.assertEqual(got["bytes"], len(got["message"].encode()))
        self.assertIsNone(adaptive_card.check(got["message"].encode()))
        self.assertIn("P1 Look at t:1", got["message"])

    def test_words_of_a_chain_and_a_person(self):
        got = self.json("t:1", "--channel", "mail", "--person", "dana",
                        "--chain", "standard")
        self.assertEqual(got["reason"], "chain")
        self.assertEqual(got["title"]["text"], "P1 wants Dana Ruiz")
        self.assertEqual(got["mail_to"], "dana@example.com")
        self.assertIn("/m/ack/SIGNED-LINK", got["message"])
        # Of the channel, where the chain is not asked for.
        self.assertIsNone(self.json("t:1", "--channel", "mail", "--person",
                                    "dana")["title"])

    def test_the_latest_alert(self):
        self.d.created("t:2")
        reply = self.d.post("/v1/tickets/t:2/escalate", {
            "by": "omar", "chain": "standard", "text": "the board asks"})
        self.assertEqual(reply.status, 200, reply)
        wait_until("the step", lambda: [
            n for n in self.d.ticket("t:2")["notices"]
            if n["state"] == "done"])
        notices = self.d.ticket("t:2")["notices"]
        got = self.message("t:2", "--channel", "hook", "--person", "eli")
        self.assertEqual(got["reason"], "chain")
        self.assertEqual(got["person"], "eli")
        self.assertIn("step 1 of standard", got["why"])
        self.assertEqual(got["title"], "P1 wants Eli Park")
        # As if it were another kind: what the ticket never had.
        got = self.message("t:2", "--channel", "hook", "--reason", "warning")
        self.assertEqual((got["reason"], got["clock"], got["title"]),
                         ("warning", "first reply", None))
        self.assertEqual(self.d.ticket("t:2")["notices"], notices)

    def test_secrets_are_written_over(self):
        got = self.json("--sample", "--channel", "pager")
        self.assertTrue(got["sample"])
        event = json.loads(got["message"])
        self.assertEqual(event["routing_key"], "********")
        self.assertEqual(event["event_action"], "trigger")
        got = self.json("--sample", "--channel", "chat")
        self.assertIn("Authorization: ********", got["headers"])
        self.assertFalse(got["made_up_ids"])
        self.assertEqual(json.loads(got["message"])["channel"], "C0SUPPORT")

    def test_every_reason(self):
        want = {"resolve": ["resolved"]}
        for reason in ("breach", "chain", "ack_timeout", "exhausted",
                       "unreachable", "warning", "reminder", "rule",
                       "assignment", "handoff", "matrix", "update",
                       "resolved"):
            got = self.json("--sample", "--channel", "pager", "--reason",
                            reason)
            self.assertEqual(got["reason"], reason)
            action = json.loads(got["message"])["event_action"]
            self.assertEqual(action == "resolve",
                             reason in want["resolve"], reason)
            got = self.json("--sample", "--channel", "room", "--reason",
                            reason)
            self.assertIsNone(adaptive_card.check(got["message"].encode()))
            # Only what calls somebody has the user's words.
            self.assertEqual(got["title"] is not None, reason in (
                "breach", "chain", "warning", "reminder", "rule"), reason)

    def test_own_request(self):
        self.assertEqual(self.message("t:1", "--channel", "own"), {
            "text": "Due in 10m: first reply", "value": "70000"})
        self.assertEqual(self.message("t:1", "--channel", "hook")["ticket"],
                         "t:1")

    def test_direct_messages_have_made_up_ids(self):
        got = self.json("--sample", "--channel", "chat.dm", "--person",
                        "dana")
        self.assertTrue(got["made_up_ids"])
        self.assertEqual(json.loads(got["message"])["channel"], "D0PREVIEW")

    def test_for_people(self):
        text = self.ctl("t:1", "--channel", "room")
        self.assertIn("channel    room (teams)", text)
        self.assertIn("the matrix's words, 11 characters, 400 are shown", text)
        self.assertIn('    "type": "AdaptiveCard"', text)
        text = self.ctl("t:1", "--channel", "mail", "--person", "dana")
        self.assertIn("mail_to    dana@example.com", text)
        self.assertIn("\n\nSubject: [P1] t:1 Cannot log in\n\n", text)
        self.assertIn("signed when", self.ctl("t:1", "--channel", "hook"))
        self.assertIn("A line of the daemon's log",
                      self.ctl("--sample", "--channel", "log"))

    def test_what_is_refused(self):
        for arguments, code, words in (
                (("t:1",), 2, "--channel NAME"),
                (("--channel", "room"), 2, "--sample"),
                (("t:1", "--sample", "--channel", "room"), 2, "--sample"),
                (("t:9", "--channel", "room"), 5, 'no ticket "t:9"'),
                (("t:1", "--channel", "rom"), 1, 'did you mean "room"?'),
                (("t:1", "--channel", "mail"), 1,
                 "mail reaches one person at a time; say who"),
                (("t:1", "--channel", "mail", "--person", "dan"), 1,
                 'did you mean "dana"?'),
                (("t:1", "--channel", "room", "--chain", "x"), 1,
                 'chain: the matrix has no "x"'),
                (("t:1", "--channel", "room", "--reason", "x"), 1,
                 'reason: unknown "x"; known: breach, ')):
            self.assertIn(words, self.ctl(*arguments, code=code), arguments)

    def test_the_api(self):
        reply = self.d.get("/v1/tickets/t:1/preview?chanel=room")
        self.assertEqual((reply.status, reply.error), (
            400, 'chanel: unknown parameter; did you mean "channel"?'))
        self.assertEqual(self.d.get("/v1/preview?channel=room").status, 200)
        self.assertEqual(self.d.post("/v1/preview?channel=room").status, 405)


if __name__ == "__main__":
    unittest.main()
