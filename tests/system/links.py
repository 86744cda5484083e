"""links.py - the link of a mail: looked at it changes nothing, confirmed it
acknowledges, and nobody can make one.

The tokens are made here by an implementation of their own, from the key in the
database; one comes in a real mail (by Postmark's API, which a sink plays).

SPDX-License-Identifier: MIT
"""
import base64
import hashlib
import hmac
import html.parser
import os
import re
import sqlite3
import sys
import unittest
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

from harness import (Answer, Daemon, Scratch, Sink,  # noqa: E402
                     free_port, wait_until)

FORM = "application/x-www-form-urlencoded"
HOSTILE = "<script>alert(1)</script> \"'&<img src=x> \u202eevil\n</title>"

MATRIX = """
daemon: { listen: "127.0.0.1:%d", public_url: "https://sla.example.com/x",
          link_expires: 2h }
matrix: { owner: mara, fallback: journal }
severities: { P1: { title: Critical }, P2: {} }
channels:
  journal: { type: log }
  mail: { type: postmark, url: "%s", token: { file: mail.token },
          from: sla@example.com }
people:
  dana: { name: "Dana <Ruiz>", email: dana@example.com }
  mara: { email: mara@example.com }
  "eli.p@rk": { email: eli@example.com }
roles: { primary: dana, second: "eli.p@rk" }
chains:
  standard: { steps: [ { notify: [ primary, second ], via: mail },
                       { after: 1d, notify: mara, via: mail } ] }
policies:
  - name: everyone
    on_breach: standard
    targets: { P1: { first_reply: 1s }, P2: { first_reply: 1h } }
"""


class Page(html.parser.HTMLParser):
    """What a browser would see."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.open = []
        self.text = ""
        self.feed(text)
        self.close()
        if self.open:
            raise AssertionError("left open: %s" % self.open)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open.pop() != tag:
            raise AssertionError("crossed: %s" % tag)

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style = data
        else:
            self.text += data

    def all(self, tag):
        return [a for t, a in self.tags if t == tag]


class Case(unittest.TestCase):

    def setUp(self):
        self.scratch = Scratch()
        os.chmod(self.scratch.file("mail.token", "x\n"), 0o600)
        self.sink = Sink(lambda r: Answer(
            headers={"Content-Type": "application/json"},
            body=b'{"ErrorCode":0,"Message":"OK","MessageID":"m-1"}'))
        self.port = free_port()
        self.d = Daemon(self.scratch, MATRIX % (
            self.port, self.sink.url("").rstrip("/")),
            clock="now@60").start()

    def tearDown(self):
        if self.d.running():
            self.assertEqual(self.d.stop(), 0, self.d.log())
        self.sink.__exit__()
        self.scratch.__exit__()

    def breach(self, key, **fields):
        self.d.created(key, **fields)
        wait_until("the chain", lambda: self.chains(key))

    def chains(self, key):
        return [c["state"] for c in self.d.ticket(key)["chains"]]

    def row(self, sql, *values):
        db = sqlite3.connect("file:%s?mode=ro" % self.d.database, uri=True)
        try:
            return db.execute(sql, values).fetchone()[0]
        finally:
            db.close()

    def key(self):
        return self.row("SELECT value FROM meta WHERE name = 'link_key'")

    def token(self, ticket, person="dana", lasts=3600, key=None, word="ack "):
        """By the description in src/daemon/link.c, and nothing of it."""
        number = self.row("SELECT id FROM ticket WHERE key = ?", ticket)
        text = ("%d.%d.%s" % (number, int((self.d.now() + lasts) * 1000),
                              person)).encode()
        mac = hmac.new((key or self.key()).encode(), word.encode() + text,
                       hashlib.sha256).digest()
        return base64.urlsafe_b64encode(mac + text).decode().rstrip("=")

    def ask(self, token, method="GET", body=None, kind=FORM):
        """Over TCP without any token of the API, as from outside."""
        headers = {"Content-Type": kind} if kind else {}
        return self.d.request(method, "/m/ack/" + token, port=self.port,
                              body=body, headers=headers)

    def page(self, reply, status):
        self.assertEqual(reply.status, status, reply)
        self.assertEqual(reply.headers["Content-Type"],
                         "text/html; charset=utf-8")
        page = Page(reply.body.decode())
        # Nothing runs, nothing is loaded, nobody frames it or keeps it.
        for tag in ("script", "img", "link", "iframe", "object", "base"):
            self.assertEqual(page.all(tag), [], tag)
        for _, attributes in page.tags:
            self.assertFalse([a for a in attributes if a.startswith("on") or
                              a == "style"], attributes)
        policy = reply.headers["Content-Security-Policy"]
        digest = base64.b64encode(
            hashlib.sha256(page.style.encode()).digest()).decode()
        self.assertEqual(policy, "default-src 'none'; style-src 'sha256-%s'; "
                         "form-action 'self'; base-uri 'none'; "
                         "frame-ancestors 'none'" % digest)
        self.assertEqual(reply.headers["Cache-Control"], "no-store")
        self.assertEqual(reply.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(reply.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(reply.headers["X-Robots-Tag"], "noindex")
        self.assertIn("width=device-width", str(page.all("meta")))
        self.assertEqual(page.all("html"), [{"lang": "en"}])
        return page


class Links(Case):

    def test_a_look_changes_nothing(self):
        self.breach("desk:1", subject="Cannot log in")
        wait_until("the mails", lambda: {"done"} == {
            n["state"] for n in self.d.ticket("desk:1")["notices"]})
        before = self.d.timeline("desk:1")
        token = self.token("desk:1")
        for method in ("GET", "HEAD", "GET"):
            reply = self.ask(token, method, kind=None)
            self.assertEqual(reply.status, 200)
        page = self.page(reply, 200)
        for text in ("Acknowledge?", "Cannot log in", "desk:1", "Critical",
                     "Dana <Ruiz>", "Breached", "first reply"):
            self.assertIn(text, page.text)
        self.assertEqual(page.all("form"), [{"method": "post"}])
        self.assertEqual(len(page.all("button")), 1)
        self.assertEqual(self.d.timeline("desk:1"), before)
        self.assertEqual(self.chains("desk:1"), ["walking"])

    def test_confirmed_it_acknowledges(self):
        self.breach("desk:1")
        token = self.token("desk:1")
        page = self.page(self.ask(token, "POST", ""), 200)
        self.assertIn("Acknowledged", page.text)
        self.assertEqual(page.all("button"), [])
        self.assertEqual(self.chains("desk:1"), ["acked"])
        self.assertEqual(
            self.d.ticket("desk:1")["chains"][0]["acked_by"], "dana")
        # Pressed once more it does no harm.
        self.page(self.ask(token, "POST", ""), 200)
        self.assertEqual(self.chains("desk:1"), ["acked"])
        # And a look shows how it stands now.
        self.assertIn("Acknowledged by Dana <Ruiz>",
                      self.page(self.ask(token), 200).text)
        self.assertEqual(self.d.metric("slawatch_link_requests_total"), 3)
        self.assertEqual(self.d.metric("slawatch_link_refused_total"), 0)

    def test_a_name_with_dots(self):
        self.breach("desk:1")
        self.page(self.ask(self.token("desk:1", "eli.p@rk"), "POST", ""), 200)
        self.assertEqual(
            self.d.ticket("desk:1")["chains"][0]["acked_by"], "eli.p@rk")

    def test_what_is_over_is_over(self):
        d = self.d
        self.breach("desk:1")
        token = self.token("desk:1")
        d.send(d.event("desk:1", "status", status="solved"))
        for method in ("GET", "POST"):
            page = self.page(self.ask(token, method, None if method == "GET"
                                      else ""), 200)
            self.assertIn("It is over", page.text)
            self.assertEqual(page.all("button"), [])
        d.send(d.event("desk:1", "deleted"))
        self.page(self.ask(token), 410)

    def test_expired(self):
        self.breach("desk:1")
        token = self.token("desk:1", lasts=-1)
        for method, body in (("GET", None), ("POST", "")):
            page = self.page(self.ask(token, method, body), 410)
            self.assertIn("expired", page.text)
            self.assertNotIn("desk:1", page.text)
        self.assertEqual(self.chains("desk:1"), ["walking"])

    def test_forged(self):
        self.breach("desk:1")
        good = self.token("desk:1")
        number = self.row("SELECT id FROM ticket WHERE key = 'desk:1'")
        text = base64.urlsafe_b64encode(
            b"%d.9999999999999.dana" % number).decode().rstrip("=")
        tokens = [
            self.token("desk:1", key=64 * "0"), self.token("desk:1", key="x"),
            self.token("desk:1", word="claim "), self.token(
                "desk:1", word=""), good[:-1], good[:-4], good + "A",
            good + "=", good.swapcase(), "A" + good[1:], text, "x", ".",
            "a/b", "%00", "A" * 2000, good.replace(good[50], "!", 1)]
        for token in tokens:
            if token == good:
                continue
            for method, body in (("GET", None), ("POST", "")):
                reply = self.ask(urllib.parse.quote(token, safe="/%"),
                                 method, body)
                if "%00" in token:
                    self.assertEqual(reply.status, 400)
                    continue
                page = self.page(reply, 404)
                self.assertNotIn("desk:1", page.text)
        self.assertEqual(self.ask("").status, 404)
        self.assertEqual(self.chains("desk:1"), ["walking"])
        self.assertGreater(self.d.metric("slawatch_link_refused_total"), 20)
        self.assertNotIn(self.key(), self.d.log())
        self.assertNotIn(good, self.d.log())

    def test_whose_it_no_longer_is(self):
        self.breach("desk:1")
        page = self.page(self.ask(self.token("desk:1", "nobody"), "POST", ""),
                         410)
        self.assertIn("not in the escalation matrix", page.text)
        self.assertEqual(self.chains("desk:1"), ["walking"])

    def test_methods_types_and_sizes(self):
        self.breach("desk:1")
        token = self.token("desk:1")
        for method in ("PUT", "DELETE", "OPTIONS", "PATCH"):
            reply = self.ask(token, method)
            self.assertEqual(reply.status, 405, reply)
            self.assertEqual(reply.headers["Allow"], "GET, HEAD, POST")
        for kind in ("application/json", "text/plain",
                     "multipart/form-data; boundary=x"):
            self.assertEqual(self.ask(token, "POST", "{}", kind).status, 415)
        self.assertEqual(self.ask(token, "POST", "a=" + 5000 * "x").status,
                         413)
        self.assertEqual(self.chains("desk:1"), ["walking"])
        reply = self.d.get("/m/ack/%s?next=x" % token, port=self.port)
        self.assertEqual(reply.status, 400)

    def test_hostile_tickets(self):
        self.breach("desk:1", subject=HOSTILE, url="https://desk.example/?a=1"
                    "&b=\"><script>", customer={"id": "c", "name": HOSTILE})
        page = self.page(self.ask(self.token("desk:1")), 200)
        self.assertIn("<script>alert(1)</script>", page.text)
        self.assertNotIn("\u202e", page.text)
        self.assertEqual(page.all("a"), [])     # that is no URL to link to
        self.breach("desk:2", url="https://desk.example/?a=1&b=2")
        page = self.page(self.ask(self.token("desk:2")), 200)
        self.assertEqual(page.all("a"), [{
            "rel": "noreferrer", "href": "https://desk.example/?a=1&b=2"}])

    def test_the_key_stays(self):
        key = self.key()
        self.assertRegex(key, "^[0-9a-f]{64}$")
        self.breach("desk:1")
        token = self.token("desk:1")
        self.d.stop()
        self.d.start()
        self.assertEqual(self.key(), key)
        self.page(self.ask(token), 200)

    def test_the_link_of_a_mail(self):
        self.breach("desk:1")
        mail = self.sink.wait(lambda r: r.json["To"].find("dana@") >= 0)[0]
        found = set(re.findall(
            r"https://sla\.example\.com/x/m/ack/([A-Za-z0-9_-]+)",
            mail.json["TextBody"]))
        self.assertEqual(len(found), 1, mail.json["TextBody"])
        token = found.pop()
        self.assertIn("/m/ack/" + token, mail.json["HtmlBody"])
        self.page(self.ask(token), 200)
        self.page(self.ask(token, "POST", ""), 200)
        self.assertEqual(
            self.d.ticket("desk:1")["chains"][0]["acked_by"], "dana")
        # As long as link_expires says.
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))[32:]
        expires = int(text.split(b".")[1]) / 1000
        self.assertAlmostEqual(expires - self.d.now(), 7200, delta=1800)


if __name__ == "__main__":
    unittest.main(verbosity=2)
