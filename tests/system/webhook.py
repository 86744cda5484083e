"""webhook.py - requests in the user's own form, and words of one's own.

SPDX-License-Identifier: MIT
"""
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

from harness import (SLAWATCHCTL, Daemon, Scratch, Sink,  # noqa: E402
                     config, wait_until)

OWN = """  own:
    type: webhook
    url: "%s"
    secret: { file: hook.secret }
    body: |
      {
        "text": "{{headline}}: {{subject}}",
      {{#value}}
        "value": {{value}},
      {{/value}}
      {{^assignee}}
        "owner": null,
      {{/assignee}}
        "literal": "{{{{x}}",
        "ticket": "{{ticket}}"
      }
    text:
      title: "channel {{ticket}}"
      body: "channel body"
"""
# No JSON, but only for a ticket with a value and without a category: all
# fields or none, as they are checked beforehand, do not show it.
BROKEN = "{{#value}}{{^category}}oops{{/category}}{{/value}}\n      }\n    text"
CHAIN = """
      - { notify: primary, via: [own] }"""
WORDS = """
    text: { title: "{{severity}} of {{customer}}" }"""


class Case(unittest.TestCase):

    def setUp(self):
        self.scratch = Scratch()
        self.sink = Sink()
        self.d = None

    def tearDown(self):
        if self.d and self.d.running():
            self.d.kill()
        self.sink.__exit__()
        self.scratch.__exit__()

    def config(self, chain=CHAIN, channels=None):
        channels = channels or OWN % self.sink.url("/own")
        return config(self.sink, chain=chain, warn="[ ]", channels=channels,
                      targets="P1: { first_reply: 1s }")

    def broken(self):
        return (OWN % self.sink.url("/own")).replace("      }\n    text",
                                                     "      " + BROKEN)

    def start(self, **how):
        self.d = Daemon(self.scratch, self.config(**how)).start()
        return self.d

    def own(self, ticket):
        return self.sink.wait(lambda r: r.path == "/own" and (
            r.json or {}).get("ticket") == ticket)[0]


class Requests(Case):

    def test_in_the_users_form_and_signed(self):
        d = self.start()
        d.created("t:1", subject='"quoted" \\ \u202e{{tier}}\nline',
                  customer={"id": "a", "value": 50000})
        record = self.own("t:1")
        self.assertTrue(record.signed_by(d.secret))
        self.assertEqual(record.headers["Content-Type"], "application/json")
        self.assertTrue(record.key)
        self.assertTrue(record.json["text"].endswith(
            ': "quoted" \\ \u202e{{tier}}\nline'), record.json)
        self.assertEqual(record.json, {
            "text": record.json["text"], "value": 50000, "owner": None,
            "literal": "{{x}}", "ticket": "t:1"})
        d.created("t:2", assignee="eli")
        self.assertEqual(sorted(self.own("t:2").json),
                         ["literal", "text", "ticket"])

    def test_no_json_becomes_ours(self):
        """What breaks the user's form does not stop the notice."""
        d = self.start(channels=self.broken())
        d.created("t:1", customer={"id": "a", "value": 50000})
        record = self.own("t:1")
        self.assertTrue(record.signed_by(d.secret))
        self.assertEqual(record.json["value"], 50000)
        self.assertEqual(record.json["idempotency_key"], record.key)
        self.assertFalse(record.json["test"])
        self.assertEqual(record.json["title"], "channel t:1")
        self.assertEqual(record.json["body"], "channel body")

    def test_words_of_the_chain_beat_the_channels(self):
        d = self.start(chain=CHAIN + WORDS, channels=self.broken())
        d.created("t:1", customer={"id": "a", "name": "Acme", "value": 7})
        record = self.own("t:1")
        self.assertEqual(record.json["title"], "P1 of Acme")
        self.assertEqual(record.json["body"], "channel body")
        d.send(d.event("t:1", "comment", author="agent", public=True,
                       by="dana", text="We are on it"))
        record = self.sink.wait(lambda r: r.json["reason"] == "resolved")[0]
        self.assertIsNone(record.json["title"])


    def test_a_marked_test(self):
        d = self.start()
        for to in ("hook", "own"):
            reply = d.post("/v1/test-notice", {"to": to, "by": "omar"})
            self.assertEqual((reply.status, reply.json["ok"]), (200, True))
        hook, own = self.sink.wait(count=2)
        self.assertTrue(hook.json["test"])
        self.assertIn("text", own.json)


class Check(Case):

    def check(self, channels):
        os.chmod(self.scratch.file("hook.secret", "s" * 16 + "\n"), 0o600)
        path = self.scratch.file("m.yaml", self.config(channels=channels))
        done = subprocess.run([SLAWATCHCTL, "check", path], text=True,
                              capture_output=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    def test_templates_are_checked_beforehand(self):
        whole = OWN % self.sink.url("/own")
        code, said = self.check(whole)
        self.assertEqual(code, 0, said)
        for old, new, words in (
                ("{{headline}}", "{{headlin}}", 'did you mean "headline"?'),
                ("{{/value}}", "", "does not end"),
                ('"literal"', "literal", "no JSON"),
                ('"owner": null,', '"owner": null', "no JSON"),
                ("channel {{ticket}}", "channel {{tiket}}",
                 'did you mean "ticket"?')):
            self.assertIn(old, whole)
            code, said = self.check(whole.replace(old, new))
            self.assertNotEqual(code, 0, new)
            self.assertIn(words, said)


if __name__ == "__main__":
    unittest.main()
