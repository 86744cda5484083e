"""outage.py - hours without Slack, on a virtual clock.

While it is away whoever has another way is reached by it at once; what has
none waits.  When it is back the threads show what is true then, and nothing is
said that has become moot.

SPDX-License-Identifier: MIT
"""
import os
import re
import socketserver
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

import fake_slack  # noqa: E402
from fake_slack import FakeSlack  # noqa: E402
from harness import (Daemon, Failed, Scratch, Sink,  # noqa: E402
                     config, wait_until)

HOURS = 6
RATE = 1800     # virtual seconds a real one; breakers wait in real ones

# P1 has another way, P2 the room alone.
MATRIX = """
matrix: { owner: mara, fallback: hook, give_up_after: 14d }
severities: { P1: { title: Critical }, P2: {} }
channels:
  hook: { type: webhook, url: "%s" }
  mail: { type: smtp, url: "smtp://127.0.0.1:%d", from: sla@example.com,
          starttls: false }
%speople:
  dana: { name: Dana Ruiz, slack: U01DANA, email: dana@example.com }
  mara: { name: Mara Stein, slack: U01MARA, email: mara@example.com }
chains:
  both:
    steps:
      - { notify: dana, via: [support, mail] }
      - { after: 20d, notify: mara, via: [hook] }
  room:
    steps:
      - { notify: support }
      - { after: 20d, notify: mara, via: [hook] }
policies:
  - name: critical
    when: { severity: P1 }
    warn: [ ]
    on_breach: both
    targets: { P1: { first_reply: 10m } }
  - name: others
    warn: [ ]
    on_breach: room
    targets: { P2: { first_reply: 10m } }
"""


class Mails:
    """A mail server that takes everything."""

    def __init__(self):
        self.texts = []
        mails = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, line):
                self.wfile.write(line + b"\r\n")

            def handle(self):
                self.say(b"220 sink ESMTP")
                for line in self.rfile:
                    word = line[:4].upper()
                    if word == b"DATA":
                        self.say(b"354 go on")
                        self.take()
                        self.say(b"250 2.0.0 taken")
                    elif word == b"QUIT":
                        self.say(b"221 bye")
                        return
                    elif word == b"EHLO":
                        self.say(b"250-sink\r\n250 8BITMIME")
                    else:
                        self.say(b"250 ok")

            def take(self):
                body = []
                for line in self.rfile:
                    if line == b".\r\n":
                        break
                    body.append(line)
                mails.texts.append((time.monotonic(), b"".join(body).decode()))

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,),
                         daemon=True).start()

    @property
    def port(self):
        return self.server.server_address[1]

    def about(self, key):
        return [text for _, text in self.texts if key in text]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Outage(unittest.TestCase):

    def setUp(self):
        self.scratch = Scratch()
        self.sink = Sink()
        self.mails = Mails()
        self.slack = FakeSlack()
        self.scratch.file("slack.token", fake_slack.TOKEN + "\n")
        os.chmod(self.scratch.file("slack.token"), 0o600)
        self.d = None

    def tearDown(self):
        if self.d and self.d.running():
            self.d.kill()
        self.slack.__exit__()
        self.mails.close()
        self.sink.__exit__()
        self.scratch.__exit__()

    def start(self, clock="2026-01-05T09:00:00Z@%d" % RATE):
        text = MATRIX % (self.sink.url(), self.mails.port,
                         self.slack.channel())
        self.d = Daemon(self.scratch, text, clock=clock).start()
        return self.d

    def notices(self, key):
        return {(n["channel"], n["state"])
                for n in self.d.ticket(key)["notices"]}

    def root(self, key):
        found = self.slack.posts(match=lambda m: key in m.all_text)
        return found[0] if found else None

    def wait_root(self, key, timeout=None):
        return wait_until("a thread of " + key, lambda: self.root(key),
                          timeout)

    def test_six_hours(self):
        d = self.start()
        # Before: a thread each.
        d.created("before:acked", severity="P1")
        d.created("before:solved", severity="P2")
        acked = self.wait_root("before:acked")
        solved = self.wait_root("before:solved")
        colour = acked.colour
        self.assertEqual(self.mails.texts, [])

        # Away.
        self.slack.outage = "503"
        away = d.now()
        for i in range(3):
            d.created("mailed:%d" % i, severity="P1")
        d.created("late:1", severity="P2")
        d.created("moot:1", severity="P2")
        for i in range(3):
            wait_until("mail instead", lambda: self.mails.about(
                "mailed:%d" % i))
        d.wait_log(r"endpoint=127\.0\.0\.1:%d .*msg=\"is down\"" %
                   self.slack.port)
        # From now on at once: no attempt is made with it.
        d.created("next:1", severity="P1")
        wait_until("mail at once", lambda: self.mails.about("next:1"))
        self.assertNotIn("next:1", str([
            c.args or c.body for c in self.slack.calls]))
        self.assertNotIn(("support", "pending"), self.notices("next:1"))
        # What happens meanwhile.
        d.send(d.event("before:acked", "acknowledged", by="dana"))
        d.send(d.event("before:solved", "status", status="solved",
                       by="dana"))
        wait_until("the breach", lambda: self.notices("moot:1") ==
                   {("support", "pending")})
        d.send(d.event("moot:1", "status", status="solved", by="dana"))
        wait_until("six hours", lambda: d.now() - away >= HOURS * 3600)
        self.assertEqual(d.get("/healthz").status, 200)

        # Back.
        before = len(self.slack.calls)
        self.slack.mend()
        d.wait_log(r"endpoint=127\.0\.0\.1:%d .*msg=\"answers again\"" %
                   self.slack.port)
        late = self.wait_root("late:1")
        wait_until("the truth", lambda: len(acked.shown) > 1 and
                   len(solved.shown) > 1)
        self.assertIn("Acknowledged by Dana Ruiz", acked.all_text)
        self.assertNotEqual(acked.colour, colour)
        wait_until("an empty queue", lambda: self.queue() == 0)
        self.assertIn("late", late.all_text)
        self.assertIn("notice_withdrawn", [
            row["kind"] for row in d.timeline("moot:1")])
        self.assertIsNone(self.root("moot:1"))
        for i in range(3):
            self.assertEqual(len(self.mails.about("mailed:%d" % i)), 1)
        self.assertEqual(self.slack.violations, [])
        said = [c for c in self.slack.calls[before:] if c.ok and
                "mailed" in str(c.args)]
        self.assertEqual(said, [])
        self.assertEqual(d.stop(), 0)

    def queue(self):
        text = self.d.get("/metrics").body.decode()
        return float(re.search(r"^slawatch_notices_pending (\S+)$", text,
                               re.M).group(1))

    def test_a_revoked_token(self):
        """Everything by it is refused: the spare at once, one room's alone,
        and it is said."""
        d = self.start(clock="2026-01-05T09:00:00Z@600")
        self.slack.fail("token_revoked")
        for i in range(3):
            d.created("mailed:%d" % i, severity="P1")
        for i in range(3):
            wait_until("mail instead", lambda: self.mails.about(
                "mailed:%d" % i))
        d.wait_log('endpoint="channel support" channel=support '
                   'msg="is down" error=')
        self.assertLessEqual(len(self.slack.called("chat.postMessage")), 3)
        self.assertEqual(d.stop(), 0)

    def test_a_person_who_left(self):
        """An address that was learned is asked for anew after a refusal."""
        text = (MATRIX % (self.sink.url(), self.mails.port,
                          self.slack.channel())).replace(
            "via: [support, mail]", "via: [dm, mail]")
        self.d = d = Daemon(self.scratch, text,
                            clock="2026-01-05T09:00:00Z@600").start()
        d.created("dm:1", severity="P1")
        wait_until("a direct message", lambda: self.slack.dms("U01DANA"))
        d.created("dm:2", severity="P1")
        wait_until("another", lambda: len(self.slack.dms("U01DANA")) > 1)
        opened = len(self.slack.called("conversations.open"))
        self.assertEqual(opened, 1)
        self.slack.fail("user_disabled", times=1, method="chat.postMessage")
        d.created("dm:3", severity="P1")
        wait_until("mail instead", lambda: self.mails.about("dm:3"))
        d.created("dm:4", severity="P1")
        wait_until("a third", lambda: len(self.slack.dms("U01DANA")) > 2)
        self.assertEqual(len(self.slack.called("conversations.open")), 2)

    def test_a_thread_that_was_deleted(self):
        """The next reply begins another."""
        text = (MATRIX % (self.sink.url(), self.mails.port,
                          self.slack.channel())).replace(
            "      - { notify: support }",
            "      - { notify: support, remind: { every: 10m, times: 2 } }")
        self.d = d = Daemon(self.scratch, text,
                            clock="2026-01-05T09:00:00Z@600").start()
        d.created("t:1", severity="P2")
        first = self.wait_root("t:1")
        self.slack.delete(first)
        second = self.wait_root("t:1")
        self.assertNotEqual(first.ts, second.ts)
        wait_until("a reply", lambda: self.slack.thread(second))

    def test_an_edit_of_a_post_that_was_deleted(self):
        """It is forgotten, not tried for ever."""
        d = self.start(clock="2026-01-05T09:00:00Z@600")
        d.created("t:1", severity="P2")
        self.slack.delete(self.wait_root("t:1"))
        d.send(d.event("t:1", "status", status="solved", by="dana"))
        d.wait_log('msg="could not be edited" error=')
        second = self.wait_root("t:1")
        self.assertIn("olved", second.all_text)
        self.assertLessEqual(len(self.slack.called("chat.update")), 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
