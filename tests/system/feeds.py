"""feeds.py - on-call calendars by HTTP, and what the matrix's owner is told.

The real daemon on a fast clock, a calendar server that behaves and then does
not, and a sink for the notices.

SPDX-License-Identifier: MIT
"""
import http.server
import os
import ssl
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

from harness import (Daemon, Scratch, Sink, free_port,  # noqa: E402
                     rfc3339, instant, wait_until)

START = "2026-01-05T08:00:00Z"
PACE = 3600     # a quarter of an hour is a quarter of a second
DAY = 86400

MATRIX = """
matrix: { owner: mara, fallback: hook, revised: 2026-01-02, review_every: 60d }
severities: { P1: {} }
channels: { hook: { type: webhook, url: "%s", secret: { file: hook.secret } } }
people:
  dana: { name: Dana Ruiz }
  eli: {}
  mara: {}
oncall:
  night: { calendar: "%s", refresh: 15m%s }
chains:
  # However slow the machine: no step is overtaken by the end of the chain.
  standard: { repeat_after: 1d, steps: [ { notify: night, via: hook } ] }
policies:
  - name: everyone
    on_breach: standard
    targets: { P1: { first_reply: 1s } }
"""


def calendar(*shifts):
    """Each (title, first day, day after the last), as a server sends it."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN"]
    for n, (title, first, last) in enumerate(shifts):
        lines += ["BEGIN:VEVENT", "UID:%d@example.com" % n,
                  "DTSTAMP:20260101T000000Z",
                  "DTSTART:%sT000000Z" % first, "DTEND:%sT000000Z" % last,
                  "SUMMARY:" + title, "END:VEVENT"]
    return "\r\n".join(lines + ["END:VCALENDAR", ""]).encode()


LONG = ("20260101", "20270101")
DANA = calendar(("Dana Ruiz", *LONG))
ELI = calendar(("eli", *LONG))


class Calendars:
    """A server of one file, on a port that it keeps when it is started again.

    status, body: what it answers; it may also break off, or be gone."""

    def __init__(self, body, tls=None):
        self.port = free_port()
        self.status, self.body = 200, body
        self.breaks_off = False
        self.gate = None        # an Event to wait for before the answer
        self.asked = 0
        self.tls = tls
        self.start()

    def start(self):
        calendars = self

        class Handler(http.server.BaseHTTPRequestHandler):

            def do_GET(self):
                calendars.asked += 1
                if calendars.gate:
                    calendars.gate.wait()
                self.send_response(calendars.status)
                extra = 10 if calendars.breaks_off else 0
                self.send_header("Content-Length",
                                 str(len(calendars.body) + extra))
                self.end_headers()
                self.wfile.write(calendars.body)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", self.port), Handler)
        if self.tls:
            self.server.socket = self.tls.wrap_socket(self.server.socket,
                                                      server_side=True)
        threading.Thread(target=self.server.serve_forever, args=(0.05,),
                         daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def says(self, body, status=200, breaks_off=False):
        self.status, self.body, self.breaks_off = status, body, breaks_off

    @property
    def url(self):
        return "%s://127.0.0.1:%d/secret/on-call.ics" % (
            "https" if self.tls else "http", self.port)


class Feeds(unittest.TestCase):

    def setUp(self):
        self.scratch = Scratch()
        self.sink = Sink()
        self.server = Calendars(DANA)
        self.d = None
        self.tickets = 0

    def tearDown(self):
        if self.d and self.d.running():
            self.d.kill()
        self.server.stop()
        self.sink.__exit__()
        self.scratch.__exit__()

    def start(self, more="", url=None):
        text = MATRIX % (self.sink.url(), url or self.server.url, more)
        self.d = Daemon(self.scratch, text, clock="%s@%d" % (START, PACE))
        self.d.start()

    def start_again(self, later=0):
        """As if it had been down for so many seconds."""
        then = self.d.now() + later
        self.assertEqual(self.d.stop(), 0)
        self.d.clock = "%s@%d" % (rfc3339(then), PACE)
        self.d.start()

    def feed(self):
        return self.d.get("/v1/status").json["presence"]["feeds"][0]

    def wait_feed(self, what, condition):
        return wait_until(what, lambda: condition(self.feed()) and
                          self.feed())

    def wait_failing(self, why):
        return self.wait_feed("a feed that fails: " + why, lambda f:
                              f["failing_since"] and why in f["why"])

    def wait_well(self):
        return self.wait_feed("a feed that is well", lambda f:
                              f["good_at"] and not f["failing_since"])

    def called(self):
        """Who is told of a new ticket."""
        self.tickets += 1
        key = "t:%d" % self.tickets
        self.d.created(key)
        record = self.sink.wait(lambda r: r.json["ticket"] == key and
                                r.json["reason"] in ("chain", "exhausted",
                                                     "unreachable"))[0]
        self.d.send(self.d.event(key, "status", status="solved"))
        return record.json["person"]

    def words(self, part=""):
        """What the matrix's owner was told."""
        return [r.json["why"] for r in self.sink.all(
            lambda r: r.json["reason"] == "matrix" and
            part in r.json["why"])]

    def wait_words(self, part, count=1):
        wait_until("word of " + part,
                   lambda: len(self.words(part)) >= count)

    def logged(self, part):
        return self.d.log(all_starts=True).count(part)

    def rounds(self, n=3):
        """The feed was asked so many times more."""
        target = self.server.asked + n
        wait_until("fetches", lambda: self.server.asked >= target)

    # --- the story of one feed ------------------------------------------------

    def test_a_good_copy_outlives_its_server(self):
        self.start()
        self.wait_well()
        self.assertEqual(self.called(), "dana")
        number = self.d.metric("slawatch_duty_changes_total")
        self.rounds()       # the same again is no change
        self.assertEqual(self.d.metric("slawatch_duty_changes_total"), number)

        self.server.says(b"sorry", status=500)
        self.wait_failing("answered 500")
        self.rounds()
        self.assertEqual(self.logged("an on-call feed fails"), 1)
        self.wait_words("answered 500")
        self.assertIn("stays in force", self.words("answered 500")[0])
        health = self.d.get("/healthz")
        self.assertEqual(health.status, 200)
        self.assertIn("answered 500", health.json["worries"][0])
        self.assertEqual(self.d.metric("slawatch_oncall_feeds_failing"), 1)
        self.assertEqual(self.called(), "dana")

        self.server.says(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n")
        self.wait_failing("cannot be read")
        self.assertEqual(self.called(), "dana")

        self.server.stop()
        self.start_again()
        self.wait_failing("connection refused")
        self.assertEqual(self.called(), "dana")
        self.assertGreater(
            self.d.metric("slawatch_oncall_feed_age_seconds"), 900)
        self.assertEqual(len(self.words("on-call feed")), 1)

        self.server.says(ELI)
        self.server.start()
        self.wait_well()
        self.d.wait_log("the on-call feed is well again")
        self.assertEqual(self.called(), "eli")
        self.assertEqual(self.d.get("/healthz").json["worries"], [])
        self.assertEqual(self.d.metric("slawatch_oncall_feeds_failing"), 0)
        self.assertEqual(len(self.words("on-call feed")), 1)
        self.assertNotIn("secret/on-call", self.d.log(all_starts=True))

    def test_what_is_no_copy(self):
        self.start()
        self.wait_well()
        for body, breaks_off, why in (
                (calendar(), False, "empty"),
                (ELI, True, "broke off"),
                (b"BEGIN:VCALENDAR\r\n" + b"X-A:b\r\n" * 400000, False,
                 "larger than 2097152 bytes")):
            self.server.says(body, breaks_off=breaks_off)
            self.wait_failing(why)
            self.assertEqual(self.called(), "dana")
            self.server.says(DANA)
            self.wait_well()

    def test_an_override_calendar_beats_it(self):
        over = Calendars(calendar())
        try:
            self.start(more=', override: "%s"' % over.url)
            self.wait_well()
            self.assertEqual(self.called(), "dana")
            over.says(ELI)
            wait_until("eli", lambda: self.called() == "eli")
            over.says(b"", status=404)
            self.wait_failing("the override calendar: answered 404")
            self.assertEqual(self.called(), "eli")
            over.says(calendar())
            self.wait_well()
            wait_until("dana", lambda: self.called() == "dana")
        finally:
            over.stop()

    def test_a_certificate_that_nobody_vouches_for(self):
        key, cert = self.scratch.file("key.pem"), self.scratch.file("cert.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=127.0.0.1",
             "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key,
             "-out", cert], check=True, capture_output=True)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(cert, key)
        self.server.stop()
        self.server = Calendars(DANA, tls=tls)
        self.start()
        self.wait_failing("TLS certificate not trusted")
        self.wait_words("nobody is on call by it")
        self.assertEqual(self.server.asked, 0)
        # ... until the matrix does.
        self.d.reload(MATRIX % (self.sink.url(), self.server.url,
                                ', ca_file: "%s"' % cert))
        self.wait_well()
        wait_until("dana", lambda: self.called() == "dana")

    def test_a_reload_follows_the_new_url(self):
        self.start()
        self.wait_well()
        other = Calendars(ELI)
        try:
            self.d.reload(MATRIX % (self.sink.url(), other.url, ""))
            wait_until("eli", lambda: self.called() == "eli")
            before = self.server.asked
            wait_until("fetches", lambda: other.asked > 3)
            self.assertEqual(self.server.asked, before)
        finally:
            other.stop()

    def test_a_server_that_hangs_holds_up_nobody(self):
        self.server.gate = threading.Event()
        self.start()
        wait_until("a fetch", lambda: self.server.asked)
        self.assertIsNone(self.feed()["good_at"])
        self.assertEqual(self.d.stop(), 0)
        self.server.gate.set()
        self.server.gate = None
        self.d.start()
        self.wait_well()

    # --- the matrix's owner ---------------------------------------------------

    def test_the_owner_is_told_weekly_until_it_is_mended(self):
        self.start()
        self.wait_well()
        self.server.says(b"", status=403)
        self.wait_words("answered 403")
        self.start_again(later=6 * DAY)
        self.wait_failing("answered 403")
        self.rounds()
        self.assertEqual(self.logged("the matrix needs its owner"), 1)
        self.start_again(later=DAY)
        self.wait_words("answered 403", 2)
        self.server.says(DANA)
        self.wait_well()
        self.server.says(b"", status=403)    # anew, so it is told at once
        self.wait_words("answered 403", 3)

    def test_gaps_and_unknown_names_of_the_next_weeks(self):
        self.server.says(calendar(
            ("dana", "20260101", "20260120"),
            ("Nobody Known", "20260121", "20260123"),
            ("eli", "20260123", "20270101")))
        self.start()
        self.wait_words("nobody is on call")
        self.wait_words("Nobody Known")
        self.assertIn("from Tue 2026-01-20 00:00 to Wed 2026-01-21 00:00 "
                      "(UTC)", self.words("nobody is on call")[0])
        self.start_again()
        self.wait_well()
        self.assertEqual(len(self.words()), 2)
        self.server.says(ELI)
        wait_until("eli", lambda: self.called() == "eli")
        self.assertEqual(len(self.words()), 2)

    def test_the_review_of_the_matrix(self):
        self.start()
        self.wait_well()
        self.assertEqual(self.words(), [])
        self.start_again(later=50 * DAY)
        self.wait_well()
        self.assertEqual(self.words(), [])
        self.start_again(later=instant("2026-03-02T22:00:00Z") - self.d.now())
        self.wait_words("The review of the escalation matrix was due on "
                        "2026-03-03")
        self.assertIn("review", self.d.get("/healthz").json["worries"][0])
        self.assertLess(self.d.now(), instant("2026-03-03T12:00:00Z"))
        timeline = self.d.timeline("slawatch:matrix")
        self.assertIn("The review", str([r.get("body") for r in timeline]))
        self.start_again(later=DAY)
        self.wait_well()
        self.assertEqual(len(self.words("review")), 1)
        self.start_again(later=6 * DAY)
        self.wait_words("The review", 2)
        text = MATRIX % (self.sink.url(), self.server.url, "")
        self.d.reload(text.replace("2026-01-02", "2026-03-10"))
        wait_until("no worries", lambda: not self.d.get(
            "/healthz").json["worries"])


if __name__ == "__main__":
    unittest.main()
