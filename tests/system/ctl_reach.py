#!/usr/bin/python3
"""ctl_reach.py - does it arrive? Tests, looks, and what the owner is told.

The real daemon and the real slawatchctl against the fake Slack and a mail
server that refuses addresses: a marked test reports what came back; a look
finds whom Slack has deactivated, who is not in the room, whose mail is refused
for good; the matrix's owner is told of each once, and of an endpoint that is
down by another way.

Environment: SLAWATCHD and SLAWATCHCTL are the programs.

SPDX-License-Identifier: MIT
"""
import json
import os
import re
import socketserver
import subprocess
import sys
import threading
import unittest

sys.dont_write_bytecode = True  # the sources may be read-only
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
from fake_slack import TOKEN, FakeSlack  # noqa: E402
from harness import (Daemon, SLAWATCHCTL, Scratch, Sink,  # noqa: E402
                     wait_until)

MATRIX = """
matrix: { owner: mara, fallback: hook }
severities: { P1: {}, P2: {} }
channels:
  hook: { type: webhook, url: "%s", secret: { file: hook.secret } }
  mail: { type: smtp, url: "smtp://127.0.0.1:%d", from: sla@example.com,
          starttls: false }
%speople:
  dana: { name: Dana Ruiz, slack: U01DANA, email: dana@example.com,
          channels: [ dm, mail ] }
  eli: { name: Eli Park, email: eli@example.com }
  mara: { name: Mara Stein, email: mara@example.com, channels: %s }
  omar: { name: Omar Haddad }
teams: { frontline: { members: [ dana, eli ], channel: support } }
chains:
  c: { steps: [ { notify: dana, via: [ dm, mail ] },
                { after: 1h, notify: eli, via: [ mention ] } ] }
  post: { steps: [ { notify: eli, via: mail } ] }
policies:
  - { name: post, when: { tags: post }, on_breach: post,
      targets: { P1: { first_reply: 1s } } }
  - { name: everyone, on_breach: c, targets: { P1: { first_reply: 1s } } }
"""


class Mailbox:
    """A mail server that takes what it is not told to refuse."""

    def __init__(self):
        box = self
        self.refused = {}       # address: reply
        self.mails = []         # (address, text)
        self.lock = threading.Lock()

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                to = ""
                self.wfile.write(b"220 mail.example.com ESMTP\r\n")
                while True:
                    line = self.rfile.readline().decode("utf-8", "replace")
                    word = line[:4].upper()
                    if not line or word == "QUIT":
                        break
                    if word == "EHLO":
                        reply = "250-mail.example.com\r\n250 8BITMIME"
                    elif word == "RCPT":
                        to = line.split("<")[1].split(">")[0]
                        reply = box.refused.get(to, "250 2.1.5 ok")
                    elif word == "DATA":
                        self.wfile.write(b"354 go on\r\n")
                        text = []
                        while line not in ("", ".\r\n"):
                            line = self.rfile.readline().decode(
                                "utf-8", "replace")
                            text.append(line)
                        with box.lock:
                            box.mails.append((to, "".join(text)))
                        reply = "250 2.0.0 queued"
                    else:
                        reply = "250 ok"
                    self.wfile.write(reply.encode() + b"\r\n")

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,),
                         daemon=True).start()

    @property
    def port(self):
        return self.server.server_address[1]

    def to(self, address):
        with self.lock:
            return [text for who, text in self.mails if who == address]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Case(unittest.TestCase):
    owner = "[ hook ]"
    clock = None

    def setUp(self):
        self.scratch = Scratch()
        self.addCleanup(self.scratch.__exit__)
        self.sink = Sink()
        self.addCleanup(self.sink.__exit__)
        self.slack = FakeSlack()
        self.addCleanup(self.slack.__exit__)
        self.mail = Mailbox()
        self.addCleanup(self.mail.close)
        self.scratch.file("slack.token", TOKEN + "\n")
        os.chmod(self.scratch.file("slack.token"), 0o600)
        text = MATRIX % (self.sink.url(), self.mail.port,
                         self.slack.channel(), self.owner)
        self.d = Daemon(self.scratch, text, clock=self.clock).start()
        self.addCleanup(lambda: self.d.running() and self.d.kill())

    def ctl(self, *args, code=0):
        done = subprocess.run(
            [SLAWATCHCTL, "-s", self.d.socket, *args], text=True,
            capture_output=True, timeout=120, check=False, encoding="utf-8",
            env={**os.environ, "TZ": "UTC", "USER": "mara", "LC_ALL": "C"})
        self.assertEqual(done.returncode, code,
                         "%s\n%s%s\n%s" % (args, done.stdout, done.stderr,
                                           self.d.log()))
        return done.stdout + done.stderr

    def ask(self, *args, code=0):
        return json.loads(self.ctl(*args, "--json", code=code))

    def look(self, code=0):
        """{(person, channel): (result, why)}; "" is the room itself."""
        found = self.ask("people", "check", code=code)
        ways = {(p["person"], w["channel"]): (w["result"], w["why"])
                for p in found["people"] for w in p["ways"]}
        ways.update({("", w["channel"]): (w["result"], w["why"])
                     for w in found["rooms"]})
        return ways

    def remarks(self, word):
        """What the owner was told by the hook."""
        return [r for r in self.sink.all(
            lambda r: r.json.get("reason") == "matrix") if word in str(r.json)]

    def verify(self):
        self.ctl("verify", self.d.database)


class Tests(Case):
    def test_a_person_by_each_of_their_channels(self):
        out = self.ask("test-notice", "dana")
        self.assertTrue(out["ok"])
        self.assertEqual(out["to"], "dana")
        self.assertEqual([r["channel"] for r in out["results"]].sort(),
                         ["mail", "support.dm", "support.mention"].sort())
        self.assertEqual({r["meaning"] for r in out["results"]}, {"ok"})
        dm, = self.slack.dms("U01DANA")
        self.assertIn("TEST", dm.all_text)
        self.assertIn("mara", dm.all_text.lower())
        mail, = self.mail.to("dana@example.com")
        self.assertIn("TEST", mail)
        self.assertEqual(self.slack.complaints, [])

    def test_by_one_channel(self):
        out = self.ctl("test-notice", "dana@example.com", "--channel", "mail")
        self.assertRegex(out, r"^CHANNEL +RESULT +CODE +TOOK +THEY SAID\n"
                              r"mail +sent +250 ")
        self.assertEqual(len(self.mail.to("dana@example.com")), 1)
        self.assertEqual(self.slack.calls, [])
        self.ask("test-notice", "dana", "--channel", "dm")
        self.assertEqual(len(self.slack.dms("U01DANA")), 1)

    def test_a_room(self):
        out = self.ask("test-notice", "support")
        self.assertEqual([r["channel"] for r in out["results"]], ["support"])
        post, = self.slack.posts()
        self.assertIn("TEST", post.all_text)
        self.ask("test-notice", "hook")
        self.assertEqual(len(self.sink.all()), 1)
        self.verify()

    def test_what_is_refused_is_said(self):
        self.slack.fail("invalid_auth")
        self.mail.refused["dana@example.com"] = "550 5.1.1 no such user"
        out = self.ask("test-notice", "dana", code=1)
        self.assertFalse(out["ok"])
        by = {r["channel"]: r for r in out["results"]}
        self.assertEqual(by["support.dm"]["word"], "invalid_auth")
        self.assertEqual(by["support.dm"]["meaning"], "alarm")
        self.assertEqual(by["mail"]["code"], 550)
        self.assertEqual(by["mail"]["meaning"], "next channel")
        text = self.ctl("test-notice", "dana", "--channel", "dm", code=1)
        self.assertRegex(text, r"support\.dm +alarm .*invalid_auth")
        self.assertNotIn("invalid_auth: invalid_auth", text)
        self.assertRegex(self.d.log(), 'msg="a test was refused" to=dana '
                                       'channel=support.dm by=mara')

    def test_what_cannot_be_tested(self):
        for args, why in [
                (("dna",), 'to: .*"dna"; did you mean "dana"'),
                (("supprt",), 'did you mean "support"'),
                (("support.dm",), "to: support.dm reaches people"),
                (("support", "--channel", "mail"), "channel: support is one"),
                (("dana", "--channel", "maill"), 'did you mean "mail"'),
                (("omar",), "to: omar has no channel"),
                (("omar", "--channel", "mail"), "channel: mail cannot carry"),
        ]:
            self.assertRegex(self.ctl("test-notice", *args, code=1), why)
        reply = self.d.post("/v1/test-notice", {"to": "dana"})
        self.assertEqual(reply.status, 400)
        self.assertIn("by", reply.error)
        self.assertEqual(self.slack.calls, [])


class Looks(Case):
    def test_everybody_is_there(self):
        found = self.look()
        self.assertEqual(found[("dana", "support.dm")], ("reachable", ""))
        self.assertEqual(found[("dana", "support.mention")][0], "reachable")
        self.assertEqual(found[("eli", "support.mention")][0], "reachable")
        self.assertEqual(found[("dana", "mail")], ("unasked", ""))
        self.assertEqual(found[("", "support")][0], "reachable")
        self.assertNotIn("omar", {p for p, _ in found})
        self.assertRegex(self.ctl("people", "check"),
                         r"4 people, nobody is known to be barred\n$")
        self.assertEqual(self.slack.complaints, [])
        self.assertEqual(self.slack.messages, [], "a look says nothing")

    def test_who_is_gone_and_who_is_not_in_the_room(self):
        self.slack.users["U01DANA"]["deleted"] = True
        self.slack.rooms["C0SUPPORT"]["members"].discard("U01ELI")
        found = self.look(code=1)
        self.assertEqual(found[("dana", "support.dm")][0], "unreachable")
        self.assertEqual(found[("eli", "support.mention")][0], "unreachable")
        self.assertEqual(found[("mara", "support.mention")][0], "reachable")
        told, = wait_until("the owner is told of dana",
                           lambda: self.remarks("Dana Ruiz can no longer"))
        self.assertIn("support.dm (U01DANA)", str(told.json))
        self.assertIn("Other ways are left", str(told.json))
        wait_until("and of eli", lambda: self.remarks("Eli Park"))
        # Once, however often somebody looks; and over a restart.
        self.look(code=1)
        self.assertEqual(self.d.stop(), 0)
        self.d.start()
        self.look(code=1)
        self.assertEqual(len(self.remarks("Dana Ruiz")), 1)
        # Mended, and broken again: that is news.
        self.slack.users["U01DANA"]["deleted"] = False
        self.look(code=1)
        self.slack.users["U01DANA"]["deleted"] = True
        self.look(code=1)
        wait_until("it is news", lambda: len(self.remarks("Dana Ruiz")) == 2)
        self.assertEqual(len(self.remarks("Eli Park")), 1)
        self.verify()

    def test_a_server_that_does_not_answer_says_nothing_of_people(self):
        self.slack.outage = "503"
        found = self.look()
        self.assertEqual(found[("dana", "support.dm")][0], "unknown")
        self.slack.mend()
        self.slack.fail("invalid_auth")
        found = self.look(code=1)  # no room can be reached
        self.assertEqual(found[("dana", "support.dm")][0], "unknown")
        self.assertEqual(self.remarks("can no longer"), [])

    def test_mail_that_was_refused_for_good(self):
        # What is wrong with the message says nothing of eli.
        self.mail.refused["eli@example.com"] = "554 5.3.4 too big"
        self.d.created("t:1", tags=["post"])
        self.d.wait_log("change=notice_dead .*channel=mail")
        self.assertEqual(self.look()[("eli", "mail")], ("unasked", ""))
        self.mail.refused["eli@example.com"] = "550 5.1.1 no such user"
        self.d.created("t:2", tags=["post"])
        wait_until("the owner is told",
                   lambda: self.remarks("Eli Park can no longer"))
        self.assertIn("mail (eli@example.com)",
                      str(self.remarks("Eli Park can no longer")[0].json))
        found = self.look(code=1)
        self.assertEqual(found[("eli", "mail")][0], "unreachable")
        self.assertIn("people can no longer be reached", self.d.get(
            "/healthz").json["worries"][0])
        self.assertEqual(self.d.metric("slawatch_people_barred"), 1)
        self.assertEqual(self.d.stop(), 0)
        self.d.start()
        found = self.look(code=1)
        self.assertEqual(found[("eli", "mail")][0], "unreachable")
        self.assertEqual(len(self.remarks("Eli Park can no longer")), 1)
        # What goes through mends it: a test, or a notice.
        del self.mail.refused["eli@example.com"]
        self.ctl("test-notice", "eli", "--channel", "mail")
        self.assertEqual(self.look()[("eli", "mail")], ("unasked", ""))
        self.mail.refused["eli@example.com"] = "550 5.1.1 no such user"
        self.d.created("t:3", tags=["post"])
        wait_until("that is news", lambda: len(
            self.remarks("Eli Park can no longer")) == 2)
        del self.mail.refused["eli@example.com"]
        self.d.created("t:4", tags=["post"])
        wait_until("mended", lambda: self.d.metric(
            "slawatch_people_barred") == 0)
        self.assertEqual(self.look()[("eli", "mail")], ("unasked", ""))
        self.verify()


class ByHand(Case):
    def test_what_was_done_by_hand_can_be_replayed(self):
        self.mail.refused["eli@example.com"] = "550 5.1.1 no such user"
        self.d.created("t:1", tags=["post"])
        dead, = wait_until("one is dead", lambda: self.ask(
            "outbox", "--dead")["notices"])
        del self.mail.refused["eli@example.com"]
        self.ctl("outbox", "retry", str(dead["id"]), "--by", "omar")
        wait_until("it went after all", lambda: self.mail.to(
            "eli@example.com"))
        self.all_went()
        self.mail.refused["eli@example.com"] = "451 4.3.0 later"
        self.d.created("t:2", tags=["post"])
        waits, = wait_until("one waits", lambda: [
            n for n in self.ask("outbox")["notices"] if n["attempts"] > 0])
        self.ctl("outbox", "drop", str(waits["id"]), "--by", "omar")
        self.all_went()
        told = self.ctl("timeline", "t:1") + self.ctl("timeline", "t:2")
        self.assertRegex(told, "notice_revived .*by omar")
        self.assertRegex(told, "notice_dropped .*by omar")
        self.assertRegex(self.ctl("explain", "t:2"), "by omar")
        self.verify()
        self.restart()
        self.verify()

    def all_went(self):
        wait_until("nothing to wait",
                   lambda: self.ask("outbox")["notices"] == [])

    def restart(self):
        self.assertEqual(self.d.stop(), 0)
        self.d.start()


class ByItself(Case):
    clock = "2026-01-05T08:00:00Z@100000"

    def test_it_looks_by_itself(self):
        self.slack.users["U01DANA"]["deleted"] = True
        wait_until("the owner is told", lambda: self.remarks("Dana Ruiz"))
        asked = len(self.slack.called("users.info"))
        wait_until("it looks again",
                   lambda: len(self.slack.called("users.info")) > asked)


class Down(Case):
    owner = "[ dm, mail ]"
    tickets = 0

    def late_until(self, word, times=1):
        """Tickets become late until the log has that word so often."""
        def logged():
            self.tickets += 1
            self.d.created("t:%d" % self.tickets, at=self.d.now() - 60)
            return len(re.findall(word, self.d.log())) >= times
        wait_until(word, logged)

    def test_an_endpoint_is_told_of_once_by_another_way(self):
        self.slack.outage = "503"
        self.late_until('msg="is down"')
        wait_until("the owner has mail", lambda: any(
            "does not answer" in t for t in self.mail.to("mara@example.com")))
        self.slack.mend()
        self.late_until('msg="answers again"')
        self.slack.outage = "503"
        self.late_until('msg="is down"', 2)
        self.look()
        self.assertEqual(len([t for t in self.mail.to("mara@example.com")
                              if "does not answer" in t]), 1)
        self.slack.mend()
        self.verify()

    def test_a_channel_that_is_refused_is_told_of(self):
        def told():
            return [t for t in self.mail.to("mara@example.com") if
                    'channel "support" is refused' in t.replace("=\r\n", "")]
        self.slack.fail("invalid_auth")
        self.late_until("change=notice_dead .*invalid_auth")
        wait_until("the owner has mail", told)
        # Over a restart it is no news.
        self.assertEqual(self.d.stop(), 0)
        self.d.start()
        self.late_until("change=notice_dead .*invalid_auth")
        self.assertIn("nobody is known to be barred; 1 room cannot be reached",
                      self.ctl("people", "check", code=1))
        self.assertEqual(len(told()), 1)


if __name__ == "__main__":
    unittest.main(verbosity=1)
