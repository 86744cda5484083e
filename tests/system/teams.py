"""teams.py - cards to a Teams workflow, and what Teams answers.

A sink stands for the workflow: it takes only what adaptive_card.py lets pass.
Where node and the npm package adaptivecards are (NODE_PATH names its
folder), Microsoft's own reader of cards is asked too.

SPDX-License-Identifier: MIT
"""
import json
import os
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

import adaptive_card  # noqa: E402
from harness import (Answer, Daemon, Scratch, Sink, config,  # noqa: E402
                     wait_until)

SEEN = []       # every message of every test, for the reference at the end
HOOK = "/workflows/1/triggers/manual/paths/invoke?api-version=1&sig=s3cret"
STEP = "\n      - { notify: primary, via: [teams, hook] }"
ALONE = "\n      - { notify: primary, via: [teams] }"
OLD = ("Webhook message delivery failed with error: Microsoft Teams endpoint "
       "returned HTTP error %d with ContextId tcid=0,server=x")
FOLDERS = [os.path.join(os.environ.get("SLAWATCH_SRCDIR", "."),
                        "node_modules")]
FOLDERS += os.environ.get("NODE_PATH", "").split(":")

# Parses each line's card; what it complains of is an event or a failed
# property.
REFERENCE = """
const AC = require(process.argv[1]);
const lines = require('fs').readFileSync(0, 'utf8').split('\\n');
let bad = 0;
for (const line of lines) {
  if (line === '') continue;
  const card = JSON.parse(line).attachments[0].content;
  delete card.msteams;
  const context = new AC.SerializationContext();
  const read = new AC.AdaptiveCard();
  read.parse(card, context);
  for (let i = 0; i < context.eventCount; i++, bad++)
    console.log(context.getEventAt(i).message);
  for (const v of read.validateProperties().validationEvents) {
    console.log(v.message);
    bad++;
  }
}
process.exit(bad ? 1 : 0);
"""


def reference():
    """The path of the reader without its wrapping for browsers, or None."""
    if not shutil.which("node"):
        return None
    for folder in FOLDERS:
        path = folder and os.path.join(folder, "adaptivecards", "dist",
                                       "adaptivecards.js")
        if path and os.path.exists(path):
            return path
    return None


def error(code):
    return json.dumps({"error": {"code": code, "message": "..."}}).encode()


class Case(unittest.TestCase):

    def setUp(self):
        self.scratch = Scratch()
        self.answers = []       # of the workflow, then 202
        self.sink = Sink(self.behave)
        self.d = None

    def tearDown(self):
        if self.d and self.d.running():
            self.d.kill()
        self.sink.__exit__()
        self.scratch.__exit__()

    def behave(self, record):
        if record.path != HOOK:
            return Answer()
        SEEN.append(record.body)
        record.why = adaptive_card.check(record.body)
        if record.why is not None:
            return Answer(status=400, body=error("InvalidRequestContent"))
        return self.answers.pop(0) if self.answers else Answer(status=202,
                                                               body=b"")

    def start(self, chain=STEP, more="", **how):
        text = config(self.sink, chain=chain, warn="[ ]",
                      targets="P1: { first_reply: 1s }",
                      channels='  teams: { type: teams, url: "%s"%s }\n' %
                      (self.sink.url(HOOK), more))
        self.d = Daemon(self.scratch, text, **how).start()
        return self.d

    def cards(self, count=1):
        def enough():
            found = self.sink.all(lambda r: r.path == HOOK)
            return found if len(found) >= count else None
        found = wait_until("%d cards" % count, enough)
        for record in found:
            self.assertIsNone(record.why, record.body.decode())
        return found

    def spare(self):
        return self.sink.all(lambda r: r.path == "/hook" and
                             r.json["reason"] == "chain")

    def state(self, ticket="t:1"):
        """Of the first step's notices: channel and state."""
        return {n["channel"]: n["state"]
                for n in self.d.ticket(ticket)["notices"]}


class Cards(Case):

    def test_says_what_a_reader_needs(self):
        d = self.start()
        d.created("t:1", url="https://desk.example/1?a=1&b=2",
                  tried="reset the password", next_step="check SSO logs",
                  customer={"id": "acme", "name": "Acme & <Sons>",
                            "tier": "enterprise", "value": 50000})
        record = self.cards()[0]
        self.assertEqual(record.headers["Content-Type"],
                         "application/json; charset=utf-8")
        self.assertEqual(record.headers.get("X-Slawatch-Signature"), None)
        text = record.body.decode()
        for words in ("t:1", "Cannot log in", "Acme & <Sons>", "enterprise",
                      "50000", "first reply", "For <at>Dana Ruiz</at>",
                      "reset the password", "check SSO logs",
                      "https://desk.example/1?a=1&b=2"):
            self.assertIn(words, text)
        wait_until("its state", lambda: self.state() == {"teams": "done"})
        self.assertNotIn("s3cret", d.log())

    def test_a_marked_test(self):
        d = self.start()
        reply = d.post("/v1/test-notice", {"to": "teams", "by": "omar"})
        self.assertEqual((reply.status, reply.json["ok"]), (200, True), reply)
        record = self.cards()[0]
        self.assertTrue(record.json["summary"].startswith("TEST "),
                        record.json["summary"])
        self.assertIn('"style":"emphasis"', record.body.decode())
        self.answers = [Answer(body=(OLD % 403).encode())]
        reply = d.post("/v1/test-notice", {"to": "teams", "by": "omar"})
        self.assertFalse(reply.json["ok"])
        result = reply.json["results"][0]
        self.assertEqual((result["meaning"], result["word"]),
                         ("alarm", "HTTP error 403"))

    def test_hostile_words(self):
        d = self.start()
        for i, words in enumerate((
                "<at>everyone</at> **bold** [bank](https://evil.example)",
                "{{DATE(2026-01-05T09:00:00Z,SHORT)}} \\u0000 \u202egnp.exe",
                "\U0001f648" * 240, "\u00e9" * 480, '"' * 900, "\\" * 900,
                "Zeile eins\nline two\r\n\ttab \x07 \x1b[2J")):
            d.created("t:%d" % i, subject=words, tried=words * 8,
                      customer={"id": "c%d" % i, "name": words[:200]})
        wait_until("all of them", lambda: all(
            any("t:%d" % i in r.body.decode() for r in self.cards(1))
            for i in range(7)))
        self.cards()

    def test_a_digest_names_every_ticket(self):
        d = self.start(chain=ALONE,
                       more=", budget: { every: 1s, burst: 1, reserve: 0 }")
        count = 120
        now = d.now()
        d.send(*(d.event("t:%d#" % i, "created", at=now, fields={
            "subject": "Down", "severity": "P1", "status": "new",
            "category": "c%d" % i, "customer": {"id": "c%d" % i}})
            for i in range(count)))

        def named():
            text = "\n".join(r.body.decode() for r in self.cards())
            return all("t:%d#" % i in text for i in range(count))
        wait_until("every ticket", named)
        sums = [r.json["summary"] for r in self.cards(2)]
        self.assertTrue(any(" notices" in s for s in sums), sums)
        self.assertLess(len(sums), 30)
        self.assertTrue(all(r.taken for r in self.cards()))


class Answers(Case):

    def test_refused_within_a_200(self):
        """A connector that says 200 and means 429 has not delivered."""
        d = self.start(chain=ALONE)
        self.answers = [Answer(body=(OLD % 429).encode()),
                        Answer(body=(OLD % 503).encode()), Answer(body=b"1")]
        d.created("t:1")
        self.cards(3)
        wait_until("its end", lambda: self.state() == {"teams": "done"})
        self.assertEqual(len(self.cards(3)), 3)

    def test_a_workflow_that_is_off(self):
        d = self.start()
        self.answers = [Answer(status=400,
                               body=error("WorkflowTriggerIsNotEnabled"))]
        d.created("t:1")
        wait_until("the next channel", self.spare)
        self.assertEqual(len(self.cards()), 1)
        d.wait_log("the workflow is switched off")

    def test_a_channel_that_is_gone(self):
        d = self.start()
        self.answers = [Answer(body=(OLD % 404).encode())]
        d.created("t:1")
        wait_until("the next channel", self.spare)
        d.wait_log("the Teams channel is gone")


class Zz(unittest.TestCase):

    def test_the_reference_reads_them(self):
        self.assertGreater(len(SEEN), 10)
        path = reference()
        if path is None:
            print("no node or no adaptivecards: our own reader alone")
            return
        # The package is made for browsers: as a CommonJS file node reads it.
        with Scratch() as scratch:
            with open(path, "rb") as f:
                copy = scratch.file("adaptivecards.cjs", f.read())
            done = subprocess.run(
                ["node", "-e", REFERENCE, copy], input=b"\n".join(SEEN),
                capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0,
                         (done.stdout + done.stderr)[-4000:].decode())
        print(len(SEEN), "cards read by adaptivecards")


if __name__ == "__main__":
    unittest.main()
