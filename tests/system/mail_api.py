"""mail_api.py - notices by the HTTP APIs of four mail providers.

Each against its strict fake (tests/lib/fake_mail_apis.py): what arrives, what
the daemon makes of refusals, and that SES's signature holds for an independent
verifier.

SPDX-License-Identifier: MIT
"""
import base64
import json
import os
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

import fake_mail_apis as apis  # noqa: E402
from harness import (  # noqa: E402
    PATIENCE, SLAWATCHCTL, Daemon, Scratch, Sink, config, wait_until)

SUBJECT = "Anmeldung schlägt fehl – 日本語 🙈 & mehr als eine Zeile davon"
COUNT = {}      # mails by provider, for the end


class Provider:
    """What every provider must do; a child names its fake."""

    fake = None
    keeps_id = True     # our Message-ID
    bad_sender = None
    bounced, good = "unreachable", "reachable"
    may_not_ask = None

    def setUp(self):
        self.scratch = Scratch()
        self.sink = Sink()
        self.api = self.fake()
        self.d = None

    def tearDown(self):
        name = type(self.api).__name__
        COUNT[name] = COUNT.get(name, 0) + len(self.api.mails)
        if self.d and self.d.running():
            self.d.kill()
        self.api.close()
        self.sink.__exit__()
        self.scratch.__exit__()

    def start(self, token=apis.TOKEN, channel=None, via="[mail, hook]"):
        os.chmod(self.scratch.file("mail.token", token + "\n"), 0o600)
        text = config(self.sink, warn="[ ]",
                      chain="\n      - { notify: primary, via: %s }" % via,
                      targets="P1: { first_reply: 1s }",
                      channels="  mail: %s\n" %
                      (channel or self.api.channel()))
        self.d = Daemon(self.scratch, text).start()
        return self.d

    def wait_mails(self, count=1):
        return wait_until("%d mails" % count, lambda: self.api.mails if
                          len(self.api.mails) >= count else None)

    def notices(self, ticket):
        return {n["channel"]: n["state"]
                for n in self.d.ticket(ticket)["notices"]}

    def assert_sound(self, m):
        self.assertEqual(m.defects, [])
        self.assertEqual([p.get_content_type() for p in m.iter_parts()],
                         ["text/plain", "text/html"])
        self.assertEqual(m["From"].addresses[0].display_name, "SLA-Wächter")
        self.assertEqual(m["From"].addresses[0].addr_spec, apis.FROM)
        self.assertEqual(m["To"].addresses[0].addr_spec, "dana@example.com")
        self.assertEqual(m["To"].addresses[0].display_name, "Dana Ruiz")
        self.assertEqual(m["Auto-Submitted"], "auto-generated")
        self.assertTrue(m["References"].startswith("<ticket."))
        self.assertEqual(m["In-Reply-To"], m["References"])

    def test_a_thread(self):
        d = self.start()
        d.created("zendesk:4711", subject=SUBJECT, customer={
            "id": "acme", "name": "Größe & Söhne <b>"})
        self.wait_mails()
        d.send(d.event("zendesk:4711", "status", status="solved", by="dana"))
        first, last = self.wait_mails(2)
        for m in (first, last):
            self.assert_sound(m)
            self.assertEqual(m["Subject"], "[P1] zendesk:4711 " + SUBJECT)
            for kind, name in (("plain", "Größe & Söhne <b>"),
                               ("html", "Größe &amp; Söhne &lt;b&gt;")):
                self.assertIn(name, m.get_body((kind,)).get_content())
        self.assertEqual(first["References"], last["References"])
        self.assertNotEqual(first["Message-ID"], last["Message-ID"])
        self.assertEqual(first["Importance"], "high")
        self.assertIsNone(last["Importance"])
        wait_until("success", lambda: all(
            n["state"] == "done" for n in d.ticket("zendesk:4711")["notices"]))
        self.assertEqual(self.api.violations, [])
        self.assertEqual(self.refs(), [self.ref % 1, self.ref % 2])

    def refs(self):
        """What the provider calls the messages, as it was kept."""
        db = sqlite3.connect("file:%s?mode=ro" % self.d.database, uri=True)
        try:
            return [ref for (ref,) in db.execute(
                "SELECT ref FROM outbox ORDER BY id")]
        finally:
            db.close()

    def test_a_preview(self):
        """Words, whatever the provider wants them encoded in."""
        d = self.start()
        d.created("z:1", subject=SUBJECT)
        text = subprocess.run(
            [SLAWATCHCTL, "-s", d.socket, "preview", "z:1", "--channel",
             "mail", "--person", "dana"], check=True, timeout=PATIENCE,
            capture_output=True, encoding="utf-8").stdout
        self.assertIn("\nSubject: [P1] z:1 %s\n\n" % SUBJECT, text)
        self.assertIn("\n" + SUBJECT + "\nz:1  P1 Critical, new\n", text)
        self.assertNotIn(apis.TOKEN, text)

    def ways(self):
        """What a look at everybody says, by person."""
        found = self.d.post("/v1/people/check", {}).json
        return {p["person"]: p["ways"][0]["result"] for p in found["people"]}

    def test_who_bounced(self):
        """The provider knows who can be reached, and is asked."""
        self.start(via="[mail]")
        self.api.suppressed.add("dana@example.com")
        self.assertEqual(self.ways(), {
            "dana": self.bounced, "eli": self.good, "mara": self.good,
            "omar": self.good})
        self.assertEqual(self.api.violations, [])
        self.assertEqual(self.api.mails, [])
        if not self.may_not_ask:
            return
        self.api.suppressed.clear()
        for _ in range(4):      # people
            self.api.fail(*self.may_not_ask)
        self.assertEqual(set(self.ways().values()), {"unknown"})

    def goes_by_hook(self, ticket, code):
        record = self.sink.wait(lambda r: r.json["reason"] == "chain" and
                                r.json["ticket"] == ticket)[0]
        self.assertEqual(record.json["person"], "dana")
        wait_until("an end", lambda: self.notices(ticket) == {
            "mail": "dead", "hook": "done"})
        self.assertRegex(self.d.log(), "change=notice_dead .*code=%d" % code)
        self.assertEqual(self.api.mails, [])

    def test_a_bad_key(self):
        d = self.start(token="another")
        d.created("k:1")
        self.goes_by_hook("k:1", self.bad_key)
        self.assertNotIn("another", d.log())

    def test_a_sender_who_may_not(self):
        d = self.start(channel=self.api.channel().replace(
            apis.FROM, "other@example.com"))
        if self.bad_sender:     # a fake that does not look at it
            self.api.fail(*self.bad_sender)
        d.created("s:1")
        self.goes_by_hook("s:1", self.bad_sender_code)
        self.assertRegex(d.log(), "change=notice_dead .*detail=\"[^\"]*"
                         "(`from`|domain)")

    def test_a_bad_recipient(self):
        d = self.start()
        self.api.fail(*self.bad_recipient)
        d.created("r:1")
        self.goes_by_hook("r:1", self.bad_recipient[0])
        self.assertEqual(len(self.api.requests), 1)

    def test_later_is_tried_again(self):
        d = self.start(via="[mail]")
        self.api.fail(503, "<html>busy</html>")
        self.api.fail(429, "", {"Retry-After": "2"})
        d.created("l:1")
        self.wait_mails()
        self.assertEqual([r.status for r in self.api.requests[:2]],
                         [503, 429])
        times = [r.at for r in self.api.requests]
        self.assertGreater(times[1] - times[0], 0.45)
        self.assertGreater(times[2] - times[1], 1.9)
        wait_until("success", lambda: self.notices("l:1") == {"mail": "done"})
        self.assertEqual(len(self.api.mails), 1)
        self.assertEqual(self.api.violations, [])

    def test_the_same_message_again(self):
        """An answer that got lost: the reader sees one message."""
        d = self.start(via="[mail]")
        self.api.fail(500, "taken, but who knows")
        d.created("m:1")
        m = self.wait_mails()[0]
        if self.keeps_id:
            self.assertRegex(m["Message-ID"],
                             r"^<notice\.[0-9a-f-]+@example\.com>$")
        first, second = self.api.requests[:2]
        self.assertEqual(self.identity(first), self.identity(second))

    @staticmethod
    def identity(request):
        """The message's id as it went over the wire."""
        at = request.body.index(b"<notice.")
        return request.body[at:request.body.index(b">", at)]


class Postmark(Provider, unittest.TestCase):
    fake = apis.FakePostmark
    ref = "postmark-%d"
    bad_key = 401
    bad_sender_code = 422
    bad_recipient = (422, {"ErrorCode": 406, "Message": "inactive"})

    def test_an_inactive_recipient(self):
        d = self.start()
        self.api.suppressed.add("dana@example.com")
        d.created("i:1")
        self.goes_by_hook("i:1", 422)
        self.assertEqual(self.api.violations, [])


class SendGrid(Provider, unittest.TestCase):
    fake = apis.FakeSendGrid
    ref = "sendgrid-%d"
    may_not_ask = (403, {"errors": [{"message": "access forbidden",
                                     "field": None, "help": None}]})
    bad_key = 401
    bad_sender_code = 403
    bad_recipient = (400, {"errors": [
        {"message": "Does not contain a valid address.",
         "field": "personalizations.0.to.0.email", "help": None}]})


class Mailgun(Provider, unittest.TestCase):
    fake = apis.FakeMailgun
    ref = "<mailgun-%d@" + apis.DOMAIN + ">"
    may_not_ask = (401, "Forbidden")
    bad_key = 401
    bad_sender_code = 403
    bad_sender = (403, {"message": "Domain mg.example.com is not allowed to "
                        "send: unverified"})
    bad_recipient = (400, {"message": "'to' parameter is not a valid "
                           "address. please check documentation"})


class Ses(Provider, unittest.TestCase):
    fake = apis.FakeSes
    ref = "ses-%d"
    bounced = good = "unasked"
    keeps_id = False    # the real one makes its own
    bad_key = 403
    bad_sender_code = 400
    bad_recipient = (400, {"message": "invalid"},
                     {"x-amzn-ErrorType": "BadRequestException"})

    @staticmethod
    def identity(request):
        """The same, inside of what is encoded."""
        what = json.loads(request.body)
        raw = base64.b64decode(what["Content"]["Raw"]["Data"])
        at = raw.index(b"<notice.")
        return raw[at:raw.index(b">", at)]

    def test_the_verifier(self):
        """Ours holds for AWS's own vectors, and sees any change."""
        self.assertEqual(apis.verify_vectors(), 3)

    def test_a_type_in_the_header_alone(self):
        d = self.start()
        self.api.fail(400, {"message": "x"},
                      {"x-amzn-ErrorType": "SendingPausedException:"})
        d.created("p:1")
        self.goes_by_hook("p:1", 400)
        self.assertIn("sending is paused there", d.log())


if __name__ == "__main__":
    done = unittest.main(verbosity=2, exit=False)
    print(", ".join("%s %d mails" % one for one in sorted(COUNT.items())))
    sys.exit(not done.result.wasSuccessful() or not any(COUNT.values()))
