"""slack_app.py - the Slack app: threads, edits, people, and Slack's refusals.

The daemon posts to tests/lib/fake_slack.py, which takes nothing that Slack's
documentation does not allow; each test ends by asking whether a limit was
exceeded or a request was malformed.

SPDX-License-Identifier: MIT
"""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

import fake_slack  # noqa: E402
from fake_slack import BOT, ROOM, FakeSlack  # noqa: E402
from harness import (Daemon, Scratch, Sink, config,  # noqa: E402
                     wait_until)

HOSTILE = (
    "<!channel> look & <@U01OMAR> </a>",
    "<https://evil.example/?a=1&b=2|your bank>",
    "\u202egnp.exe\u202c bell\u0007 esc\u001b[2J",
    "🙈" * 400,
    "&" * 900,
    "line one\nline two\ttab",
    '{"blocks": []} \\u0000',
)

ONE_STEP = "\n      - { notify: primary, via: [%s] }"
WITH_SPARE = "\n      - { notify: primary, via: [%s, hook] }"
CALM = "1h"


class Case(unittest.TestCase):

    def setUp(self):
        self.scratch = Scratch()
        os.chmod(self.scratch.file("slack.token", fake_slack.TOKEN + "\n"),
                 0o600)
        os.chmod(self.scratch.file("slack.secret", fake_slack.SECRET + "\n"),
                 0o600)
        self.slack = FakeSlack()
        self.sink = Sink()
        self.d = None
        self.complaints = 0     # so many are expected

    def tearDown(self):
        if self.d and self.d.running():
            self.d.kill()
        slack = self.slack
        slack.__exit__()
        self.sink.__exit__()
        self.scratch.__exit__()
        self.assertEqual(slack.violations, [])
        if not self.complaints:
            self.assertEqual(slack.complaints, [])

    def start(self, chain, target="1s", warn="[ ]", people=None, more="",
              signed=True, matrix="owner: mara, fallback: hook",
              daemon="", **how):
        secret = ", signing_secret: { file: slack.secret }" if signed else ""
        text = config(self.sink, chain=chain, warn=warn, matrix=matrix,
                      targets="P1: { first_reply: %s }" % target,
                      channels=self.slack.channel(more=secret), daemon=daemon)
        for old, new in (people or {}).items():
            self.assertIn(old, text)
            text = text.replace(old, new)
        self.d = Daemon(self.scratch, text + more, **how).start()
        return self.d

    def posts(self, count=1, **how):
        return wait_until("%d posts" % count, lambda: len(
            self.slack.posts(**how)) >= count and self.slack.posts(**how))

    def replies(self, root, count=1):
        return wait_until("%d replies" % count, lambda: len(
            self.slack.thread(root)) >= count and self.slack.thread(root))

    def shows(self, root, *texts):
        """Waits until the post is edited so."""
        return wait_until("an edit with %s in %s" % (texts, root.text),
                          lambda: all(t in root.all_text for t in texts))

    def notices(self, ticket):
        return {n["channel"]: n["state"]
                for n in self.d.ticket(ticket)["notices"]}

    def wait_notice(self, ticket, channel, state="done"):
        wait_until("%s of %s by %s" % (state, ticket, channel), lambda:
                   self.notices(ticket).get(channel) == state)

    def spare(self, ticket):
        return self.sink.all(lambda r: r.json["ticket"] == ticket and
                             r.json["reason"] == "chain")


class Threads(Case):

    def test_one_thread_per_ticket(self):
        """Root, replies, edits: as somebody acknowledges and solves."""
        d = self.start(chain="\n      - { notify: primary, via: [support] }"
                       "\n      - { after: 1s, notify: lead, via: [mention] }",
                       warn="[ 1s ]", target="2s")
        d.created("desk:1", subject="Cannot <log> in", url="https://"
                  "desk.example/1?a=1&b=2", tried="reset",
                  customer={"id": "acme", "name": "Acme & Sons",
                            "tier": "gold", "value": 50000})
        root = self.posts()[0]
        self.shows(root, "Breached: first reply", "Acme &amp; Sons", "P1",
                   "desk:1", "Cannot &lt;log&gt; in")
        self.assertEqual(root.colour, "#c62828")
        for action in ("ack", "claim", "snooze", "escalate", "open_ticket"):
            block, _ = root.element(action)
            self.assertEqual(block["block_id"], "t:desk:1")
        reply = wait_until("the lead's mention", lambda: [
            m for m in self.slack.thread(root) if "<@U01MARA>" in m.text])[0]
        self.assertNotIn("reply_broadcast", reply.now)
        d.send(d.event("desk:1", "acknowledged", by="dana"))
        self.shows(root, "Acknowledged by Dana Ruiz")
        self.assertEqual(root.colour, "#1565c0")
        self.assertIsNone(root.element("ack"))
        wait_until("the update", lambda: [
            m for m in self.slack.thread(root)
            if "Acknowledged by Dana Ruiz" in m.text])
        d.send(d.event("desk:1", "status", status="solved", by="dana"))
        self.shows(root, "Solved")
        self.assertEqual(root.colour, "#9e9e9e")
        self.assertIsNone(root.element("claim"))
        self.assertEqual(len(self.slack.posts()), 1)

    def test_snooze_is_shown(self):
        d = self.start(chain=ONE_STEP % "support")
        d.created("desk:1")
        root = self.posts()[0]
        d.send(d.event("desk:1", "snoozed", by="eli", until="2027-01-01T"
                       "09:00:00Z"))
        self.shows(root, "Snoozed by Eli Park", "<!date^1798794000^")

    def test_a_lost_post_begins_another(self):
        d = self.start(chain=ONE_STEP % "support")
        d.created("desk:1")
        root = self.posts()[0]
        self.wait_notice("desk:1", "support")
        self.slack.delete(root)
        d.send(d.event("desk:1", "acknowledged", by="dana"))
        again = self.posts()[0]
        self.assertNotEqual(again.ts, root.ts)
        self.shows(again, "Acknowledged by Dana Ruiz")
        d.send(d.event("desk:1", "status", status="solved", by="dana"))
        self.shows(again, "Solved")
        self.assertEqual(len(self.slack.posts()), 1)

    def test_edits_outlive_an_outage_and_a_restart(self):
        d = self.start(chain=ONE_STEP % "support")
        d.created("desk:1")
        root = self.posts()[0]
        self.wait_notice("desk:1", "support")
        self.slack.fail("internal_error", method="chat.update")
        d.send(d.event("desk:1", "acknowledged", by="dana"))
        wait_until("an edit that fails",
                   lambda: self.slack.called("chat.update"))
        # Nothing else is left to be done: the disk alone knows of it.
        self.replies(root)
        wait_until("an empty outbox", lambda: d.get(
            "/v1/outbox").json["notices"] == [])
        d.stop()
        self.slack.mend()
        d.start()
        self.shows(root, "Acknowledged by Dana Ruiz")

    def test_what_changed_on_the_way_is_shown(self):
        """Acknowledged while the first post is under way."""
        d = self.start(chain=ONE_STEP % "support")
        self.slack.slow = "chat.postMessage"
        d.created("desk:1")
        root = self.posts()[0]
        d.send(d.event("desk:1", "acknowledged", by="dana"))
        self.slack.mend()
        self.shows(root, "Acknowledged by Dana Ruiz")

    def test_room_hears_of_a_reply_that_pings_nobody(self):
        d = self.start(chain="\n      - { notify: support, via: [support] }"
                       "\n      - { after: 1s, notify: support, "
                       "via: [support] }")
        d.created("desk:1")
        root = self.posts()[0]
        reply = self.replies(root)[0]
        self.assertIs(reply.now["reply_broadcast"], True)


class People(Case):

    def test_direct_messages(self):
        """One conversation, asked for once, also after a restart."""
        d = self.start(chain=ONE_STEP % "dm")
        d.created("desk:1", url="https://desk.example/1")
        wait_until("a message", lambda: self.slack.dms("U01DANA"))
        message = self.slack.dms("U01DANA")[0]
        self.assertNotIn("<@", message.all_text)
        self.assertIsNotNone(message.element("ack"))
        self.wait_notice("desk:1", "support.dm")
        d.stop()
        d.start()
        d.created("desk:2")
        wait_until("another", lambda: len(self.slack.dms("U01DANA")) >= 2)
        self.assertEqual(len(self.slack.called("conversations.open")), 1)
        self.assertEqual(self.slack.posts(), [])

    def test_email_becomes_an_id(self):
        d = self.start(chain=ONE_STEP % "mention",
                       people={"slack: U01DANA, ": ""})
        d.created("desk:1")
        self.assertIn("<@U01DANA>", self.posts()[0].text)
        self.wait_notice("desk:1", "support.mention")
        d.created("desk:2")
        self.assertIn("<@U01DANA>", self.posts(2)[1].text)
        self.assertEqual(len(self.slack.called("users.lookupByEmail")), 1)

    def test_nobody_has_that_email(self):
        self.complaints = 0
        d = self.start(chain=WITH_SPARE % "dm", people={
            "slack: U01DANA, email: dana@example.com":
            "email: gone@example.com"})
        d.created("desk:1")
        wait_until("the spare", lambda: self.spare("desk:1"))
        self.wait_notice("desk:1", "support.dm", "dead")
        self.assertRegex(d.log(), "users_not_found")

    def test_user_group(self):
        d = self.start(chain=ONE_STEP % "mention", people={
            "slack: U01DANA": "slack: S01TEAM"})
        d.created("desk:1")
        self.assertIn("<!subteam^S01TEAM>", self.posts()[0].text)

    def test_deactivated(self):
        self.slack.users["U01DANA"]["deleted"] = True
        d = self.start(chain=WITH_SPARE % "dm")
        d.created("desk:1")
        record = wait_until("the spare", lambda: self.spare("desk:1"))[0]
        self.assertEqual(record.json["person"], "dana")
        self.wait_notice("desk:1", "support.dm", "dead")


class Checks(Case):

    def check(self):
        self.start(chain="\n      - { notify: primary, via: [dm] }"
                   "\n      - { notify: backup, via: [mention] }"
                   "\n      - { notify: support, via: [support] }")
        reply = self.d.post("/v1/people/check", {})
        self.assertEqual(reply.status, 200, reply)
        return reply.body.decode()

    def test_all_is_well(self):
        text = self.check()
        self.assertIn("dana", text)
        for method in ("users.info", "conversations.members",
                       "conversations.info"):
            self.assertTrue(self.slack.called(method), method)
        self.assertEqual(self.slack.messages, [])
        self.assertNotIn("user_disabled", text)
        self.assertNotIn("invite", text)

    def test_deactivated(self):
        self.slack.users["U01DANA"]["deleted"] = True
        self.assertIn("deactivated", self.check())

    def test_not_in_the_room(self):
        self.slack.rooms[ROOM]["members"].discard("U01ELI")
        self.assertIn("invite them", self.check())

    def test_in_a_large_room(self):
        """On the second page."""
        self.slack.rooms[ROOM]["members"].update(
            "U00%04d" % i for i in range(1500))
        self.assertNotIn("invite them", self.check())
        self.assertGreaterEqual(
            len(self.slack.called("conversations.members")), 2)

    def test_archived(self):
        self.slack.rooms[ROOM]["archived"] = True
        self.assertIn("is_archived", self.check())


class Refusals(Case):

    def refused(self, word, room=ROOM):
        self.slack.fail(word, method="chat.postMessage", room=room)
        d = self.start(chain=WITH_SPARE % "support")
        d.created("desk:1")
        wait_until("the spare", lambda: self.spare("desk:1"))
        self.wait_notice("desk:1", "support", "dead")
        self.assertIn(word, d.log())
        self.assertNotIn(fake_slack.TOKEN, d.log())
        self.assertEqual(len(self.slack.called("chat.postMessage")), 1)

    def test_invalid_auth(self):
        self.refused("invalid_auth")

    def test_channel_not_found(self):
        self.refused("channel_not_found")

    def test_msg_too_long(self):
        self.refused("msg_too_long")

    def test_missing_scope(self):
        self.slack.scopes.discard("chat:write")
        self.refused("missing_scope")

    def test_archived(self):
        self.slack.rooms[ROOM]["archived"] = True
        self.refused("is_archived")

    def test_not_in_channel(self):
        self.slack.rooms[ROOM]["members"].discard(BOT)
        self.refused("not_in_channel")

    def test_transient(self):
        """Tried again by the same way, as it says."""
        self.slack.fail("internal_error", times=1)
        self.slack.fail("ratelimited", status=429, retry_after=1, times=1)
        d = self.start(chain=WITH_SPARE % "support")
        d.created("desk:1")
        self.posts()
        self.wait_notice("desk:1", "support")
        first, second, third = self.slack.called("chat.postMessage")
        self.assertGreaterEqual(third.at - second.at, 0.98)
        self.assertEqual(self.spare("desk:1"), [])

    def test_a_proxy_is_not_slack(self):
        self.slack.fail("<html>login</html>", method=None, times=1)
        d = self.start(chain=ONE_STEP % "support")
        d.created("desk:1")
        self.posts()
        self.wait_notice("desk:1", "support")
        self.assertEqual(len(self.slack.posts()), 1)


class Many(Case):

    def test_a_crowd_is_a_digest(self):
        """Sixty at once: the first alone, the others together; each named,
        the first twenty of a digest with a button."""
        d = self.start(chain=ONE_STEP % "support")
        keys = ["desk:%d" % i for i in range(60)]
        at = d.now()
        d.send(*[d.event(k, "created", at=at, fields={
            "subject": "S%s & <x>" % k, "severity": "P1",
            "status": "new", "url": "https://desk.example/" + k})
            for k in keys])
        wait_until("all of them", lambda: all(
            self.notices(k).get("support") == "done" for k in keys))
        posts = self.slack.posts()
        self.assertLess(len(posts), 12)
        for key in keys:
            self.assertTrue(any(
                '"%s' % key in json.dumps(m.now) or
                "%s>" % key in m.all_text or "%s " % key in m.all_text
                for m in posts), key)
        digest = max(posts, key=lambda m: len(m.blocks))
        buttons = [b for b in digest.blocks
                   if b.get("accessory", {}).get("action_id") == "ack"]
        self.assertEqual(len(buttons), 20)

    def test_hostile_tickets(self):
        d = self.start(chain="\n      - { notify: [primary, lead], "
                       "via: [support] }\n      - { after: 1s, "
                       "notify: lead, via: [dm] }")
        sent = []
        for i, text in enumerate(HOSTILE):
            key = "bad:%d" % i
            fields = {"subject": text.encode()[:990].decode(errors="ignore"),
                      "severity": "P1", "status": "new", "tried": text,
                      "next_step": text,
                      "customer": {"id": "c", "name": text[:200]}}
            reply = d.post("/v1/events", d.event(key, "created",
                                                 fields=fields))
            if reply.status == 200:
                sent.append(key)
        self.assertGreater(len(sent), 4)
        wait_until("all of them", lambda: all(
            self.notices(k).get("support") == "done" and
            self.notices(k).get("support.dm") == "done" for k in sent))
        for m in self.slack.messages:
            for live in ("<!channel", "<@U01OMAR", "<https://evil"):
                self.assertNotIn(live, m.all_text)

    def test_incident(self):
        """Of one category, many in a short time: told as one."""
        d = self.start(chain=ONE_STEP % "support", more="incidents:\n  - "
                       "{ same: category, count: 5, within: 10m, every: 1s }"
                       "\n")
        keys = ["desk:%d" % i for i in range(30)]
        at = d.now()
        d.send(*[d.event(k, "created", at=at, fields={
            "subject": k, "severity": "P1", "status": "new",
            "category": "login <sso>"}) for k in keys])
        wait_until("all of them", lambda: all(
            self.notices(k).get("support") == "done" for k in keys))
        told = [m for m in self.slack.posts() if "one trouble" in m.text]
        self.assertTrue(told)
        self.assertIn("category login &lt;sso&gt;", told[0].all_text)
        for key in keys:
            self.assertTrue(self.slack.named(key), key)

    def test_no_buttons_without_a_secret(self):
        d = self.start(chain=ONE_STEP % "support", signed=False)
        d.created("desk:1", url="https://desk.example/1")
        root = self.posts()[0]
        self.assertIsNone(root.element("ack"))
        self.assertIsNotNone(root.element("open_ticket"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
