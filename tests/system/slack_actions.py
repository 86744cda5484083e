"""slack_actions.py - what comes from Slack: buttons, /sla, and what only
pretends to come from there.

Signed as Slack does it, by hand; slack_bolt.py has Slack's own SDK do it.
Payloads as other people print them are used where they are: in the folder that
SLAWATCH_DATA names.

SPDX-License-Identifier: MIT
"""
import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
import unittest
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

import block_kit  # noqa: E402
import fake_slack  # noqa: E402
from fake_slack import ROOM, FakeSlack  # noqa: E402
from harness import (PATIENCE, SLAWATCHCTL, Daemon, Scratch,  # noqa: E402
                     free_port, wait_until)

OTHER = "another app's secret"
FORM = "application/x-www-form-urlencoded"

MATRIX = """
matrix: { owner: mara, fallback: journal }
severities: { P1: { title: Critical }, P2: {} }
calendars: { office: { zone: Asia/Tokyo, week: { mon-fri: "09:00-18:00" } } }
channels:
%s  journal: { type: log }
people:
  dana: { name: Dana Ruiz, slack: U01DANA, email: dana@example.com }
  eli:  { name: Eli Park, email: eli@example.com, hours: office }
  mara: { name: Mara Stein, slack: U01MARA, email: mara@example.com }
  omar: { name: "Omar <Haddad> & Co", slack: U01OMAR }
teams:
  frontline: { members: [dana, eli], lead: mara }
  backline: { members: [omar], lead: omar }
oncall:
  weekly: { members: [ dana, omar ], start: "2026-01-05T09:00", shift: 7d }
roles: { primary: { oncall: weekly }, lead: mara, second: frontline }
chains:
  standard:
    steps:
      - { notify: primary, via: [journal] }
      - { after: 20m, notify: lead, via: [journal] }
policies:
  - name: everyone
    on_breach: standard
    targets: { P1: { first_reply: 1s }, P2: { first_reply: 1h } }
%s"""


def payload_file(name):
    """A payload of the shared data, or None."""
    folder = os.environ.get("SLAWATCH_DATA", "")
    path = os.path.join(folder, "payloads", name)
    if not folder or not os.path.exists(path):
        return None
    with open(path) as f:
        return json.load(f)


class Case(unittest.TestCase):

    def setUp(self):
        self.scratch = Scratch()
        for name, text in (("slack.token", fake_slack.TOKEN),
                           ("slack.secret", fake_slack.SECRET),
                           ("other.secret", OTHER)):
            os.chmod(self.scratch.file(name, text + "\n"), 0o600)
        self.slack = FakeSlack()
        self.d = None
        self.number = 0

    def tearDown(self):
        if self.d and self.d.running():
            self.assertEqual(self.d.stop(), 0, self.d.log())
        self.slack.__exit__()
        self.scratch.__exit__()

    def start(self, more="", via="journal", channels="", **how):
        line = self.slack.channel(
            more=", signing_secret: { file: slack.secret }")
        # Slack's time is the real one, whatever the daemon's is.
        how.setdefault("clock", "now@20")
        text = (MATRIX % (line + channels, more)).replace("via: [journal]",
                                               "via: [%s]" % via)
        self.d = Daemon(self.scratch, text, **how)
        self.before = int(time.time())
        self.d.start()
        self.started = int(time.time())
        return self.d

    def stamp(self, off=0):
        """Never of the second in which the daemon started."""
        return max(int(time.time()), self.started + 1) + off

    def send(self, path, body, headers=None, **sign):
        if isinstance(body, dict):
            body = urllib.parse.urlencode(body)
        if isinstance(body, str):
            body = body.encode()
        sign.setdefault("at", self.stamp())
        signed = self.slack.signed(body, **sign)
        signed.update(headers or {})
        return self.d.post(path, body, headers={
            k: v for k, v in signed.items() if v is not None})

    def command(self, text, user="U01DANA", **fields):
        self.number += 1
        return self.send("/slack/commands", {
            "token": "verification", "team_id": "T0TEAM",
            "team_domain": "example", "channel_id": ROOM,
            "channel_name": "support", "user_id": user,
            "user_name": user.lower(), "command": "/sla", "text": text,
            "response_url": self.slack.response_url("c%d" % self.number),
            "trigger_id": "1.2.c%d" % self.number, **fields})

    def says(self, text, *wanted, user="U01DANA"):
        """The answer of a command; every part of `wanted` stands in it."""
        reply = self.command(text, user)
        self.assertEqual(reply.status, 200, reply)
        if not reply.body:
            path = "c%d" % self.number
            answer = self.answers(path)[0]
        else:
            answer = reply.json
        self.assertEqual(answer["response_type"], "ephemeral")
        self.assertIsNone(block_kit.check_response(answer))
        self.last = answer
        for part in wanted:
            self.assertIn(part, answer["text"])
        return answer["text"]

    def payload(self, action, ticket, user="U01DANA", option=None,
                channel=ROOM, **more):
        self.number += 1
        name = "a%d" % self.number
        act = {"type": "button", "action_id": action,
               "block_id": "t:" + ticket, "action_ts": "1.0"}
        if option is not None:
            act.update(type="static_select", selected_option={
                "text": {"type": "plain_text", "text": "x"},
                "value": option})
        return {"type": "block_actions", "trigger_id": "1.2." + name,
                "team": {"id": "T0TEAM", "domain": "example"},
                "user": {"id": user, "username": user.lower(),
                         "name": user.lower(), "team_id": "T0TEAM"},
                "api_app_id": "A0APP", "token": "verification",
                "container": {"type": "message", "message_ts": "1.1",
                              "channel_id": channel},
                "channel": {"id": channel, "name": "support"},
                "response_url": self.slack.response_url(name),
                "actions": [act], **more}

    def press(self, *args, **how):
        """The reply, and where answers of it come to."""
        payload = self.payload(*args, **how)
        reply = self.send("/slack/actions", {"payload": json.dumps(payload)})
        return reply, payload["response_url"].rsplit("/", 1)[1]

    def answers(self, name, count=1):
        return wait_until("an answer at " + name, lambda: [
            a for n, a in list(self.slack.responses) if n == name])

    def refused(self, name, *wanted):
        answer = self.answers(name)[0]
        self.assertEqual(answer["response_type"], "ephemeral")
        self.assertIs(answer["replace_original"], False)
        for part in wanted:
            self.assertIn(part, answer["text"])

    def breach(self, key, **fields):
        """A ticket whose chain walks."""
        self.d.created(key, **fields)
        wait_until("the chain of " + key, lambda: [
            c for c in self.d.ticket(key)["chains"]
            if c["state"] == "walking"])

    def chain(self, key):
        return self.d.ticket(key)["chains"][0]

    def wait_chain(self, key, state):
        wait_until("%s is %s" % (key, state),
                   lambda: self.chain(key)["state"] == state)
        return self.chain(key)


class Refused(Case):
    """Nothing of these may change anything."""

    def setUp(self):
        super().setUp()
        self.start()
        self.breach("desk:1")
        self.body = urllib.parse.urlencode(
            {"payload": json.dumps(self.payload("ack", "desk:1"))}).encode()

    def tearDown(self):
        self.assertEqual(self.chain("desk:1")["state"], "walking")
        super().tearDown()

    def try_all(self, status, error, body=None, headers=None, **sign):
        for path in ("/slack/actions", "/slack/commands"):
            before = self.d.metric("slawatch_slack_refused_total")
            reply = self.send(path, body or self.body, headers, **sign)
            self.assertEqual(reply.status, status, reply)
            self.assertIn(error, reply.error)
            self.assertNotIn(fake_slack.SECRET, self.d.log())
            if status == 401:
                self.assertEqual(
                    self.d.metric("slawatch_slack_refused_total"), before + 1)

    def test_without_a_signature(self):
        for name in ("X-Slack-Signature", "X-Slack-Request-Timestamp"):
            self.try_all(401, "are needed", headers={name: None})
            self.try_all(401, "are needed", headers={name: ""})
        self.d.wait_log("not from Slack")

    def test_with_another_secret(self):
        self.try_all(401, "fits no signing_secret", secret=OTHER)
        self.try_all(401, "fits no signing_secret", secret="")
        self.try_all(401, "are needed",
                     headers={"X-Slack-Signature": "v0=" + 63 * "0"})
        self.try_all(401, "fits no signing_secret",
                     headers={"X-Slack-Signature": "v0=" + 64 * "0"})

    def test_tampered_body(self):
        at = self.stamp()
        signed = self.slack.signed(self.body, at=at)
        for change in (self.body.replace(b"ack", b"claim"),
                       self.body + b"&a=b", self.body[:-1], b"",
                       self.body.replace(b"U01DANA", b"U01MARA")):
            reply = self.d.post("/slack/actions", change, headers=signed)
            self.assertEqual(reply.status, 401, reply)
            self.assertIn("fits no signing_secret", reply.error)
        signed["X-Slack-Request-Timestamp"] = str(at + 1)
        reply = self.d.post("/slack/actions", self.body, headers=signed)
        self.assertEqual(reply.status, 401, reply)

    def test_stale_or_ahead(self):
        for off in (-301, -86400, 310, 86400):
            self.try_all(401, "signed too long ago", at=time.time() + off)

    def test_signed_before_the_start(self):
        self.try_all(401, "before this daemon started", at=self.before)

    def test_wrong_content_types(self):
        for kind in ("text/plain", "multipart/form-data; boundary=x",
                     "application/xml", "application/x-ndjson", "nonsense"):
            self.try_all(415, "is not taken", headers={"Content-Type": kind})
        reply = self.send("/slack/actions", self.body,
                          {"Content-Type": "application/json"})
        self.assertEqual(reply.status, 400, reply)

    def test_wrong_methods(self):
        for path in ("/slack/actions", "/slack/commands"):
            reply = self.d.get(path)
            self.assertEqual(reply.status, 405)
            self.assertEqual(reply.headers["Allow"], "POST")

    def test_too_large(self):
        self.try_all(413, "larger than", body=b"payload=" + b"x" * 600000)

    def test_malformed_but_signed(self):
        for body in ("payload=", "payload=%7B", "nothing=here", "payload=[]",
                     "payload=%7B%7D", "payload=%00", "a=1&a=2",
                     {"payload": json.dumps({"type": "block_actions"})},
                     {"payload": '{"type":"view_submission"}'}):
            reply = self.send("/slack/actions", body)
            self.assertEqual(reply.status, 400, (body, reply))
        for body in ("", "text=help", "command=sla&user_id=U1",
                     "command=/sla&user_id=../../x", "command=/sla"):
            reply = self.send("/slack/commands", body)
            self.assertEqual(reply.status, 400, (body, reply))

    def test_payloads_that_we_do_not_take(self):
        for name in ("slack_message_shortcut.json", "slack_view_closed.json",
                     "slack_view_submission.json",
                     "slack_event_app_mention.json",
                     "slack_event_reaction_added.json"):
            case = payload_file(name)
            if case is None:
                self.skipTest("no SLAWATCH_DATA")
            case["body"].pop("response_url", None)
            body = json.dumps(case["body"])
            if case["content_type"] == FORM:
                body = {"payload": body}
            reply = self.send("/slack/actions", body,
                              {"Content-Type": case["content_type"]})
            self.assertEqual(reply.status, 400, name)
        case = payload_file("slack_block_actions.json")["body"]
        case["response_url"] = self.slack.response_url("shared")
        reply = self.send("/slack/actions", {"payload": json.dumps(case)})
        self.assertEqual(reply.status, 200, reply)
        self.refused("shared", "is not known here")


class Checks(Case):
    """Slack's own checks of an address."""

    def test_ssl_check(self):
        self.start()
        case = payload_file("slack_ssl_check.json")
        bodies = [b"ssl_check=1&token=random"]
        if case:
            bodies.append(case["raw_body"].encode())
        for body in bodies:
            for path in ("/slack/actions", "/slack/commands"):
                reply = self.d.post(path, body,
                                    headers={"Content-Type": FORM})
                self.assertEqual((reply.status, reply.body), (200, b""))
        reply = self.d.get("/slack/actions?ssl_check=1")
        self.assertNotEqual(reply.status, 200)

    def test_url_verification(self):
        self.start()
        case = payload_file("slack_url_verification.json")
        body = case["raw_body"] if case else json.dumps(
            {"type": "url_verification", "challenge": "a\u00fc\"b"})
        for off, path in enumerate(("/slack/actions", "/slack/commands")):
            reply = self.send(path, body.encode(),
                              {"Content-Type": "application/json"},
                              at=self.stamp(off))
            self.assertEqual(reply.status, 200, reply)
            self.assertEqual(reply.json,
                             {"challenge": json.loads(body)["challenge"]})
            reply = self.send(path, body.encode(), {
                "Content-Type": "application/json",
                "X-Slack-Signature": None})
            self.assertEqual(reply.status, 401)

    def test_replay(self):
        self.start()
        self.breach("desk:1")
        payload = self.payload("snooze", "desk:1", option="1h")
        body = urllib.parse.urlencode(
            {"payload": json.dumps(payload)}).encode()
        signed = self.slack.signed(body, at=self.stamp())
        first = self.d.post("/slack/actions", body, headers=signed)
        self.assertEqual((first.status, first.body), (200, b""))
        self.wait_chain("desk:1", "snoozed")
        for _ in range(3):
            reply = self.d.post("/slack/actions", body, headers=signed)
            self.assertEqual(reply.status, 401)
            self.assertIn("taken before", reply.error)
        # Over another address and after a restart it is no better.
        reply = self.d.post("/slack/commands", body, headers=signed)
        self.assertEqual(reply.status, 401)
        self.d.stop()
        while time.time() <= int(signed["X-Slack-Request-Timestamp"]):
            time.sleep(0.05)
        self.d.start()
        reply = self.d.post("/slack/actions", body, headers=signed)
        self.assertEqual(reply.status, 401)
        self.assertIn("before this daemon started", reply.error)


class Buttons(Case):

    def test_each_button(self):
        d = self.start()
        for i, (action, state, option) in enumerate((
                ("ack", "acked", None), ("claim", "acked", None),
                ("snooze", "snoozed", "2h"))):
            key = "desk:%d" % i
            self.breach(key)
            reply, name = self.press(action, key, option=option)
            self.assertEqual((reply.status, reply.body), (200, b""))
            chain = self.wait_chain(key, state)
            self.assertEqual(chain["acked_by"], "dana")
            # In the ticket's room everybody sees it in the thread.
            self.assertFalse([a for n, a in self.slack.responses
                              if n == name])
        self.assertEqual(d.ticket("desk:1")["assignee"], "dana")
        row = [r for r in d.timeline("desk:0")
               if r.get("type") == "acknowledged"][0]
        self.assertRegex(row["event"], r"^slack:1\.2\.a\d+:desk:0$")

    def test_everybody_sees_it_in_the_thread(self):
        self.start(via="support")
        self.breach("desk:1")
        root = wait_until("the post", self.slack.posts)[0]
        payload = self.slack.click(root, "snooze", "U01MARA", "desk:1", "4h")
        reply = self.send("/slack/actions", {"payload": json.dumps(payload)})
        self.assertEqual((reply.status, reply.body), (200, b""))
        wait_until("the edit", lambda: "Snoozed by Mara Stein" in
                   root.all_text)
        wait_until("the reply", lambda: [
            m for m in self.slack.thread(root)
            if "Snoozed by Mara Stein" in m.all_text])
        self.assertEqual(self.slack.responses, [])
        self.assertEqual(self.slack.complaints, [])

    def test_before_slack_has_answered(self):
        """A click on a post whose sender does not know yet that it is there:
        it is seen in the thread all the same."""
        self.start(via="support")
        self.slack.slow = "chat.postMessage"
        self.breach("desk:1")
        root = wait_until("the post", self.slack.posts)[0]
        for action, option in (("snooze", "4h"), ("claim", None)):
            payload = self.slack.click(root, action, "U01MARA", "desk:1",
                                       option, trigger=action)
            reply = self.send("/slack/actions",
                              {"payload": json.dumps(payload)})
            self.assertEqual((reply.status, reply.body), (200, b""))
            self.wait_chain("desk:1", "snoozed" if option else "acked")
        self.assertEqual(self.slack.thread(root), [])
        self.slack.slow = None
        self.slack.release.set()
        said = wait_until("the reply", lambda: self.slack.thread(root))
        self.assertEqual(len(said), 1)
        self.assertRegex(said[0].all_text, "Snoozed by Mara Stein until .*; "
                         "Claimed by Mara Stein")
        self.d.send(self.d.event("desk:1", "status", status="solved"))
        wait_until("the end", lambda: len(self.slack.thread(root)) == 2)
        self.assertEqual(self.slack.complaints, [])
        self.assertEqual(self.d.stop(), 0, self.d.log())
        done = subprocess.run([SLAWATCHCTL, "verify", self.d.database],
                              capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_escalate(self):
        self.start()
        self.breach("desk:1")
        self.press("escalate", "desk:1")
        wait_until("the next step", lambda: len(self.d.steps("desk:1")) == 2)

    def test_in_a_direct_message_the_person_is_told(self):
        self.start()
        self.breach("desk:1", subject="<!channel> & co")
        _, name = self.press("snooze", "desk:1", option="15m",
                             channel="D0DIRECT")
        answer = self.answers(name)[0]
        self.assertEqual(answer["response_type"], "ephemeral")
        self.assertIn("Snoozed: desk:1", answer["text"])
        self.assertIn("<!date^", answer["text"])

    def test_a_link_button_is_only_a_link(self):
        self.start()
        self.breach("desk:1")
        reply, name = self.press("open_ticket", "desk:1")
        self.assertEqual(reply.status, 200)
        self.assertEqual(self.chain("desk:1")["state"], "walking")

    def test_errors_go_to_who_clicked(self):
        self.start()
        self.breach("desk:1")
        _, name = self.press("ack", "desk:404")
        self.refused(name, "desk:404", "not done")
        _, name = self.press("explode", "desk:1")
        self.refused(name, "is not known here")
        for option in ("0s", "31d", "soon", "-1h"):
            _, name = self.press("snooze", "desk:1", option=option)
            self.refused(name, "duration")
        _, name = self.press("ack", "desk:1", user="U09NOBODY")
        self.refused(name, "I do not know you", "U09NOBODY", "Mara Stein")
        self.assertEqual(self.chain("desk:1")["state"], "walking")

    def test_the_same_click_twice_is_one(self):
        d = self.start()
        self.breach("desk:1")
        payload = self.payload("ack", "desk:1")
        for off in (0, 1):
            reply = self.send("/slack/actions", {
                "payload": json.dumps(payload)}, at=self.stamp(off))
            self.assertEqual(reply.status, 200, reply)
        self.wait_chain("desk:1", "acked")
        name = payload["response_url"].rsplit("/", 1)[1]
        self.refused(name, "done already")
        self.assertEqual(len([r for r in d.timeline("desk:1")
                              if r.get("type") == "acknowledged"]), 1)

    def test_a_person_by_their_address(self):
        """eli has no Slack id in the matrix: Slack is asked, once."""
        self.start()
        for key in ("desk:1", "desk:2"):
            self.breach(key)
            self.press("ack", key, user="U01ELI")
            self.assertEqual(self.wait_chain(key, "acked")["acked_by"], "eli")
        self.assertEqual(len(self.slack.called("users.info")), 1)
        self.assertEqual(self.slack.complaints, [])

    def test_slack_cannot_say_who_it_is(self):
        self.start()
        self.breach("desk:1")
        self.slack.scopes.discard("users:read")
        _, name = self.press("ack", "desk:1", user="U01ELI")
        self.refused(name, "I do not know you", "missing_scope")
        self.slack.scopes.add("users:read")
        self.slack.outage = "503"
        _, name = self.press("ack", "desk:1", user="U01ELI")
        # Nor does the answer arrive, but it is in the log.
        self.d.wait_log("nobody of the matrix.*status 503")
        self.assertEqual(self.chain("desk:1")["state"], "walking")

    def test_answers_go_to_slack_only(self):
        self.start()
        other = FakeSlack()
        try:
            for url in (other.response_url("x"), "http://hooks.slack.com/x",
                        "https://hooks.slack.com.evil.example/x",
                        "https://evil.example/.slack.com",
                        "https://a@evil.example:1/x.slack.com",
                        "file:///etc/passwd", "ftp://hooks.slack.com/",
                        "https://evil.example/?.slack.com/",
                        self.slack.url.replace("/api", ".evil.example/"),
                        ""):
                payload = self.payload("ack", "desk:404")
                payload["response_url"] = url
                before = len(re.findall("no response_url", self.d.log()))
                reply = self.send("/slack/actions",
                                  {"payload": json.dumps(payload)})
                self.assertEqual(reply.status, 200, reply)
                wait_until("the refusal of " + url, lambda: len(re.findall(
                    "no response_url", self.d.log())) > before)
            self.assertEqual(other.calls, [])
        finally:
            other.__exit__()


class Commands(Case):

    def test_help_and_typos(self):
        self.start()
        for text in ("", "help", "HELP", "  help  "):
            self.says(text, "/sla mine", "/sla snooze", "/sla away")
        self.says("tciket desk:1", "there is no", "ticket", "/sla help")
        self.says("ack", "which ticket?", "/sla ack ID")
        self.says("mine all", "too much", "/sla mine")
        self.says("snooze desk:1", "until when?")
        self.says("away", "until when?")
        self.says("ack desk:404", "There is no ticket desk:404")
        self.says("ack 404", "There is no ticket 404")
        self.says("team nobody", "there is no team")
        self.says("team frontlin", "frontline")
        self.says("oncall nobody", "unknown role")
        self.says("mine", "I do not know you", user="U09NOBODY")

    def test_lists(self):
        d = self.start()
        self.says("mine", "You own no open ticket")
        self.says("team", "None is open")
        for key, who, team, severity in (
                ("desk:1", "dana", "frontline", "P2"),
                ("desk:2", "dana@example.com", "backline", "P2"),
                ("desk:3", "U01DANA", "frontline", "P2"),
                ("desk:4", "eli", "frontline", "P2"),
                ("desk:5", "omar", "backline", "P2")):
            d.created(key, severity=severity, subject="Case <%s> & co" % key,
                      assignee=who, team=team, url="https://desk.example/" +
                      key.replace(":", "/"))
        text = self.says("mine", "desk:1", "desk:2", "desk:3",
                         "Case &lt;desk:1&gt; &amp; co",
                         "<https://desk.example/desk/1|desk:1>", "first reply")
        self.assertNotIn("desk:4", text)
        text = self.says("team", "desk:1", "desk:3", "desk:4", "Eli Park")
        self.assertNotIn("desk:5", text)
        text = self.says("team backline", "desk:2", "desk:5",
                         "Omar &lt;Haddad&gt; &amp; Co")
        self.assertNotIn("desk:1", text)
        for i in range(25):
            d.created("more:%02d" % i, severity="P2", assignee="mara")
        text = self.says("mine", "and more", user="U01MARA")
        self.assertEqual(len(re.findall("more:", text)), 20)

    def test_ticket(self):
        d = self.start()
        d.created("desk:4711", severity="P2", subject="Cannot log in",
                  customer={"id": "acme", "name": "Acme & Sons"},
                  next_step="look at SSO")
        for name in ("desk:4711", "4711"):
            self.says("ticket " + name, "Cannot log in", "Acme &amp; Sons",
                      "nobody", "first reply", "look at SSO", "<!date^")
        row = self.last["blocks"][1]
        self.assertEqual(row["block_id"], "t:desk:4711")
        self.assertEqual([e["action_id"] for e in row["elements"]],
                         ["ack", "claim", "snooze", "escalate"])
        d.created("shop:4711", severity="P2")
        self.says("ticket 4711", "There are several", "desk:4711",
                  "shop:4711")

    def test_acts(self):
        d = self.start()
        for i, (text, state, done) in enumerate((
                ("ack %s looking into it", "acked", "Acknowledged: "),
                ("claim %s", "acked", "You own"),
                ("snooze %s 2h", "snoozed", "Snoozed: "),
                ("snooze %s for 2h", "snoozed", "Snoozed: "),
                ("snooze %s until tomorrow 09:00", "snoozed", "Snoozed: "))):
            key = "desk:%d" % (100 + i)
            self.breach(key)
            self.says(text % key.split(":")[1], done, key, "Cannot log in")
            self.assertEqual(self.chain(key)["state"], state)
            self.assertEqual(self.chain(key)["acked_by"], "dana")
        row = [r for r in d.timeline("desk:100")
               if r.get("type") == "acknowledged"][0]
        self.assertEqual(row["body"]["text"], "looking into it")
        self.assertEqual(d.ticket("desk:101")["assignee"], "dana")
        self.breach("desk:200")
        self.says("escalate desk:200 now please", "Escalated: desk:200")
        wait_until("the next step", lambda: len(d.steps("desk:200")) == 2)
        self.says("snooze desk:200 until yesterday", "no instant")
        self.says("snooze desk:200 until 2020-01-01", "has passed")
        d.send(d.event("desk:200", "deleted"))
        self.says("ack desk:200", "not done")

    def test_oncall(self):
        d = self.start()
        self.says("oncall", " until <!date^", "*lead*: Mara Stein",
                  "*second*: Dana Ruiz, Eli Park")
        for who in "dana", "omar":      # whoever it is this week
            d.post("/v1/people/%s/away" % who, {
                "for": "2h", "by": "dana", "cover": "eli"})
        text = self.says("oncall primary", "away until",
                         "covered by Eli Park")
        self.assertNotIn("lead", text)

    def test_away_and_back(self):
        d = self.start()

        def away(person="dana"):
            return d.get("/v1/people/" + person).json["away"]

        self.says("back", "You are not away")
        self.says("away 2h", "You are away until <!date^")
        self.assertEqual(away()["by"], "dana")
        self.says("back", "Welcome back")
        self.assertIsNone(away())
        self.says("away until further notice cover @eli",
                  "until further notice", "Eli Park covers")
        self.assertIsNone(away()["until"])
        self.assertEqual(away()["cover"], "eli")
        self.says("back", "Welcome back")
        self.says("away for 3d cover <@U01MARA|mara>", "Mara Stein covers")
        self.says("back", "Welcome back")
        self.says("away until 2020-01-01", "has passed")
        self.says("away until whenever", "is no instant")
        self.says("away 2h cover dana", "you are the one who is away")
        self.says("away 2h cover elli", "eli")
        self.assertIsNone(away())
        # By the clock where they are: 09:00 in Tokyo is midnight here.
        self.says("away until 2030-06-03 09:00", "until", user="U01ELI")
        self.assertEqual(away("eli")["until"], "2030-06-03T00:00:00Z")

    def test_the_shared_payload(self):
        case = payload_file("slack_slash_command.json")
        if case is None:
            self.skipTest("no SLAWATCH_DATA")
        self.start()
        reply = self.send("/slack/commands", case["raw_body"])
        self.assertEqual(reply.status, 200, reply)
        self.assertIn("/hello-world help", reply.json["text"])


class Slowness(Case):
    """Slack waits three seconds; what comes later goes to the response_url."""

    def test_when_slacks_api_hangs(self):
        self.start()
        self.breach("desk:1")
        self.slack.outage = "hang"
        began = time.monotonic()
        reply = self.command("ack desk:1", user="U01ELI")
        self.assertEqual((reply.status, reply.body), (200, b""))
        took = time.monotonic() - began
        self.assertGreater(took, 1.5)
        self.slack.mend()
        self.d.wait_log("nobody of the matrix.*Slack cannot be asked")
        self.refused("c%d" % self.number, "I do not know you")

    def test_when_the_disk_hangs(self):
        """A writer that holds the database for as long as it takes."""
        self.start()
        self.breach("desk:1")
        other = sqlite3.connect(self.d.database, isolation_level=None,
                                timeout=60)
        other.execute("BEGIN IMMEDIATE")
        replies = []
        thread = threading.Thread(target=lambda: replies.append(
            self.command("ack desk:1")))
        thread.start()
        pressed, name = self.press("ack", "desk:1", channel="D0DIRECT",
                                   user="U01MARA")
        self.assertEqual((pressed.status, pressed.body), (200, b""))
        thread.join()
        self.assertEqual((replies[0].status, replies[0].body), (200, b""))
        other.execute("ROLLBACK")
        other.close()
        self.wait_chain("desk:1", "acked")

    def test_a_stop_waits_for_answers(self):
        self.start()
        self.breach("desk:1")
        self.slack.outage = "hang"
        self.press("ack", "desk:1", user="U01ELI")
        wait_until("the question", lambda: self.d.metric(
            "slawatch_slack_requests_total") >= 1)
        self.assertEqual(self.d.stop(), 0, self.d.log())


class Apps(Case):

    def test_two_workspaces(self):
        """Each channel may belong to an app of its own, with a Slack of its
        own that knows its people."""
        other = FakeSlack()
        self.addCleanup(other.__exit__)
        self.start(channels=other.channel(
            "second", "C0SECOND",
            ", signing_secret: { file: other.secret }"))
        self.breach("desk:1")
        payload = self.payload("ack", "desk:1", user="U01ELI")
        payload["response_url"] = other.response_url("second")
        reply = self.send("/slack/actions", {"payload": json.dumps(payload)},
                          secret=OTHER)
        self.assertEqual((reply.status, reply.body), (200, b""))
        self.assertEqual(self.wait_chain("desk:1", "acked")["acked_by"], "eli")
        self.assertEqual(len(other.called("users.info")), 1)
        self.assertEqual(self.slack.calls, [])
        payload = self.payload("ack", "desk:404")
        payload["response_url"] = other.response_url("second")
        self.send("/slack/actions", {"payload": json.dumps(payload)},
                  secret=OTHER)
        wait_until("the refusal there", lambda: other.responses)

    def test_a_new_secret(self):
        d = self.start()
        self.assertEqual(self.send("/slack/commands", {
            "command": "/sla", "user_id": "U01DANA"},
            secret=OTHER).status, 401)
        os.chmod(self.scratch.file("slack.secret", OTHER + "\n"), 0o600)
        self.assertEqual(d.post("/v1/reload", {}).status, 200)
        self.assertEqual(self.send("/slack/commands", {
            "command": "/sla", "user_id": "U01DANA"},
            secret=OTHER).status, 200)
        self.assertEqual(self.send("/slack/commands", {
            "command": "/sla", "user_id": "U01DANA"}).status, 401)


class Http(Case):

    def test_over_tcp_without_a_token(self):
        """Public: the signature stands for the token."""
        port = free_port()
        d = self.start(
            more="daemon: { listen: \"127.0.0.1:%d\", public_url: "
            "\"https://sla.example.com\" }\n" % port)
        body = urllib.parse.urlencode({
            "command": "/sla", "text": "help", "user_id": "U01DANA"}).encode()
        headers = self.slack.signed(body, at=self.stamp())
        reply = d.post("/slack/commands", body, headers=headers, port=port)
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(d.get("/v1/status", port=port).status, 401)


if __name__ == "__main__":
    unittest.main(verbosity=2)
