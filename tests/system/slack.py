"""slack.py - the daemon's Slack messages, and Slack's answers to them.

A sink stands for hooks.slack.com: it takes only what the validator of Block
Kit's documented limits (tests/lib/block_kit.py) lets pass, and answers in
Slack's words.

SPDX-License-Identifier: MIT
"""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

import block_kit  # noqa: E402
from harness import (Answer, Daemon, Hurried, Scratch, Sink,  # noqa: E402
                     at_a_pace, config, wait_until)

SEEN = []       # every payload of every test, for the count at the end
HOOK = "/services/T000/B000/wrong-secret"
SPARE = "/spare"

ONE_STEP = "\n      - { notify: primary, via: [slack, hook] }"
SLACK_ALONE = "\n      - { notify: primary, via: [slack] }"

# What people, and people who mean harm, write into tickets.
HOSTILE = (
    "<!channel> everybody look",
    "<!here|quiet> & <@U01OMAR> </a>",
    "<https://evil.example/?a=1&b=2|your bank>",
    "*bold* _it_ ~no~ `code` ```block``` > quote",
    "&lt;!everyone&gt; &amp;amp; &",
    "Zeile eins\nline two\r\nline three\ttab",
    "\u202egnp.exe\u202c \u2066isolated\u2069 bell\u0007 esc\u001b[2J",
    "ünïcödé 日本語 🙈🙉🙊 \U0001f1e9\U0001f1ea",
    "🙈" * 400,
    "é" * 3500,
    "&" * 3100,
    "<" * 900 + "|" * 900 + ">" * 900,
    "\u0301" * 200 + "zalgo",
    "   ",
    '{"blocks": []} \\u0000 \\',
    "%s%n%x $(reboot) ${HOME} '; DROP TABLE ticket; --",
)


class Case(unittest.TestCase):

    def setUp(self):
        self.scratch = Scratch()
        self.answers = []       # of the hook, then "ok"
        self.sink = Sink(self.behave)
        self.other = Sink()     # what is down there is not down here
        self.d = None

    def tearDown(self):
        if self.d and self.d.running():
            self.d.kill()
        self.sink.__exit__()
        self.other.__exit__()
        self.scratch.__exit__()

    def behave(self, record):
        if record.path != HOOK:
            return Answer()
        SEEN.append(record.body)
        why = block_kit.check(record.body)
        if why is not None:
            record.why = why
            return Answer(status=400, body=b"invalid_payload")
        return self.answers.pop(0) if self.answers else Answer()

    def start(self, chain=ONE_STEP, target="1s", warn="[ ]", **how):
        text = config(self.sink, chain=chain, warn=warn,
                      targets="P1: { first_reply: %s }" % target,
                      channels="  slack: { type: slack-webhook, url: \"%s\" }"
                      "\n" % self.sink.url(HOOK))
        text = text.replace('"%s"' % self.sink.url(),
                            '"%s"' % self.other.url(SPARE))
        self.d = Daemon(self.scratch, text, **how).start()
        return self.d

    def slack(self, match=None):
        return self.sink.all(lambda r: r.path == HOOK and
                             (match is None or match(r)))

    def spare(self, ticket=None):
        return self.other.all(
            lambda r: r.path == SPARE and r.json["reason"] == "chain" and
            (ticket is None or r.json["ticket"] == ticket))

    def wait_slack(self, count=1):
        return wait_until("%d posts" % count, lambda: len(self.slack()) >=
                          count and self.slack())

    def notices(self, ticket):
        return {n["channel"]: n["state"]
                for n in self.d.ticket(ticket)["notices"]}


class Payloads(Case):

    def assert_valid(self):
        records = self.slack()
        for r in records:
            self.assertIsNone(block_kit.check(r.body), r.body.decode())
            self.assertEqual(r.headers["Content-Type"],
                             "application/json; charset=utf-8")
        return records

    def test_says_what_a_reader_needs(self):
        d = self.start(target="1s")
        d.created("zendesk:4711", subject="Cannot log in", url="https://"
                  "desk.example/4711", tried="reset the password",
                  next_step="check SSO logs",
                  customer={"id": "acme", "name": "Acme & Sons",
                            "tier": "enterprise", "value": 50000})
        self.wait_slack()
        record = self.assert_valid()[0]
        for text in ("zendesk:4711", "Cannot log in", "Acme &amp; Sons",
                     "Critical", "enterprise", "50000",
                     "https://desk.example/4711", "reset the password",
                     "check SSO logs", "<@U01DANA>"):
            self.assertIn(text, json.dumps(record.json, ensure_ascii=False))
        self.assertIn("zendesk:4711", record.json["text"])

    def test_hostile_tickets(self):
        """Each text in each place where one can be."""
        d = self.start(chain=SLACK_ALONE)
        sent = []
        for i, text in enumerate(HOSTILE):
            key = "bad:%d" % i
            short = text[:200]
            subject = text.encode()[:990].decode(errors="ignore")
            fields = {"subject": subject, "severity": "P1", "status": "new",
                      "customer": {"id": "c", "name": short, "tier": "gold"},
                      "tried": text, "next_step": text, "text": text}
            reply = d.post("/v1/events", d.event(key, "created",
                                                 fields=fields))
            self.assertIn(reply.status, (200, 400, 422), reply)
            if reply.status == 200:
                sent.append(key)
        self.assertGreater(len(sent), len(HOSTILE) // 2)
        for key in sent:
            wait_until("success of " + key, lambda k=key:
                       self.notices(k).get("slack") == "done")
        records = self.assert_valid()
        whole = [r.body.decode() for r in records]
        for body in whole:
            for live in ("<!channel", "<!here", "<!everyone", "<@U01OMAR",
                         "<https://evil"):
                self.assertNotIn(live, body)
        for key in sent:
            self.assertTrue(any(key in b for b in whole), key)

    def test_a_url_that_is_none(self):
        d = self.start()
        reply = d.post("/v1/events", d.event("u:1", "created", fields={
            "severity": "P1", "subject": "x",
            "url": "javascript:alert(1)|<!channel>"}))
        if reply.status == 200:
            self.wait_slack()
            for r in self.assert_valid():
                self.assertNotIn("<javascript", r.body.decode())
        else:
            self.assertIn("url", reply.error)

    def test_every_reason(self):
        """Warning, chain, reminder, end of the chain, all-clear."""
        at_a_pace(self.every_reason, (600, 60))

    def every_reason(self, rate):
        key = "all:%d" % rate
        text = config(self.sink, warn="[ 50% ]",
                      targets="P1: { first_reply: 10m }", chain="""
      - { notify: primary, via: [slack], remind: { every: 10m, times: 1 } }
      - { after: 20m, notify: lead, via: [slack] }""",
                      matrix="owner: mara, fallback: slack",
                      channels="  slack: { type: slack-webhook, url: \"%s\" }"
                      "\n" % self.sink.url(HOOK))
        if self.d:
            self.d.kill()
        self.d = d = Daemon(self.scratch, text, name="d%d" % rate,
                            clock="2026-01-05T09:00:00Z@%d" % rate).start()
        d.created(key, subject="Übersicht & mehr")

        def told():
            return {row["reason"] for row in d.timeline(key)
                    if row["kind"] == "notice_sent"}
        # Solving withdraws what has not gone yet.
        wait_until("the end", lambda: "exhausted" in told())
        d.need_unhurried(key)
        if not told() >= {"warning", "chain", "reminder"}:
            raise Hurried("overtaken: only %s" % told())
        d.send(d.event(key, "status", status="solved", by="dana"))
        wait_until("every reason", lambda: told() >= {
            "warning", "chain", "reminder", "exhausted", "resolved"})
        self.assertGreaterEqual(len(self.assert_valid()), 5)


class Answers(Case):

    def test_retry_after_is_kept(self):
        self.answers = [Answer(status=429, headers={"Retry-After": "2"},
                               body=b"rate_limited")]
        d = self.start(chain=SLACK_ALONE)
        d.created("r:1")
        first = self.wait_slack()[0]
        d.wait_log("channel=slack msg=\"asked to wait\" for=2s")
        d.created("r:2")       # the channel waits, not that notice alone
        records = self.wait_slack(3)
        for r in records[1:]:
            self.assertGreater(r.at - first.at, 1.95)
        wait_until("success", lambda: self.notices("r:1")["slack"] == "done")
        self.assertEqual(len(self.slack(lambda r: "r:1" in r.body.decode())),
                         2)

    def refused(self, status, word, whole=False):
        """whole: everything by this webhook is refused, so that the next
        notice does not even try."""
        self.answers = [Answer(status=status, body=word)]
        d = self.start()
        d.created("n:1")
        record = wait_until("the spare channel", lambda: self.spare("n:1"))[0]
        self.assertEqual(record.json["person"], "dana")
        self.assertEqual(len(self.slack()), 1)
        # Nothing comes later, either: another notice passes by.
        d.created("n:2")
        if whole:
            wait_until("the spare channel", lambda: self.spare("n:2"))
            self.assertEqual(len(self.slack()), 1)
        else:
            wait_until("success", lambda: self.notices("n:2").get(
                "slack") == "done")
        self.assertEqual(len(self.slack(
            lambda r: "n:1" in r.body.decode())), 1)
        self.assertEqual(self.notices("n:1"),
                         {"slack": "dead", "hook": "done"})
        self.assertRegex(d.log(), "change=notice_dead .*" + word.decode())
        self.assertNotIn("wrong-secret", d.log())

    def test_invalid_payload(self):
        self.refused(400, b"invalid_payload")

    def test_no_service(self):
        self.refused(404, b"no_service", whole=True)

    def test_no_service_with_success(self):
        self.refused(200, b"no_service", whole=True)

    def test_channel_is_archived(self):
        self.refused(410, b"channel_is_archived")

    def test_ok_is_needed(self):
        """A proxy's page with status 200 is no delivery."""
        self.answers = [Answer(body=b"<html>Please log in, ok?</html>"),
                        Answer(body=b""), Answer(body=b"ok")]
        d = self.start(chain=SLACK_ALONE)
        d.created("k:1")
        self.wait_slack(3)
        wait_until("success", lambda: self.notices("k:1")["slack"] == "done")
        self.assertEqual(len(self.slack()), 3)
        self.assertEqual(d.ticket("k:1")["notices"][0]["attempts"], 2)

    def test_an_outage_goes_to_the_spare(self):
        """After three failures in a row, with another way at hand."""
        self.answers = [Answer(status=503), Answer(status=500),
                        Answer(status=502), Answer(status=500)]
        d = self.start()
        d.created("o:1")
        wait_until("the spare channel", lambda: self.spare("o:1"))
        wait_until("an end", lambda: self.notices("o:1") == {
            "slack": "dead", "hook": "done"})
        self.assertEqual(len(self.slack()), 3)

    def test_an_outage_without_a_spare(self):
        self.answers = [Answer(status=503), Answer(drop=True),
                        Answer(status=500), Answer(drop_after=True)]
        d = self.start(chain=SLACK_ALONE)
        d.created("o:1")
        self.wait_slack(5)
        wait_until("success", lambda: self.notices("o:1")["slack"] == "done")


if __name__ == "__main__":
    program = unittest.main(verbosity=2, exit=False)
    print("%d payloads were validated" % len(SEEN))
    sys.exit(not program.result.wasSuccessful() or not SEEN)
