"""pagerduty.py - one alert a ticket: triggered, acknowledged, resolved.

Events stands for PagerDuty's Events API v2: it takes only what the API's
documentation lets pass, keeps the alerts by their dedup key, and answers in
PagerDuty's words.

SPDX-License-Identifier: MIT
"""
import json
import os
import re
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

from harness import (Answer, Daemon, Scratch, Sink, config,  # noqa: E402
                     wait_until)

KEY = "0123456789abcdef0123456789abcdef"
STEP = "\n      - { notify: primary, via: [pager, hook] }"
TOP = {"routing_key", "event_action", "dedup_key", "payload", "client",
       "client_url", "links", "images"}
PAYLOAD = {"summary", "source", "severity", "timestamp", "component", "group",
           "class", "custom_details"}


def wrong(event, size):
    """What the documentation says against it, or None."""
    if size > 512 * 1024:
        return "over 512 KB"
    if not isinstance(event, dict) or set(event) - TOP:
        return "unknown members"
    if event.get("event_action") not in ("trigger", "acknowledge", "resolve"):
        return "'event_action' is not one of its words"
    if not 0 < len(event.get("dedup_key", "")) <= 255:
        return "'dedup_key' is missing or longer than 255"
    if event["event_action"] != "trigger":
        return "more than it needs" if "payload" in event else None
    payload = event.get("payload", {})
    if set(payload) - PAYLOAD:
        return "unknown members of 'payload'"
    if not 0 < len(payload.get("summary", "")) <= 1024:
        return "'payload.summary' is missing or longer than 1024"
    if not payload.get("source"):
        return "'payload.source' is missing or blank"
    if payload.get("severity") not in ("critical", "error", "warning", "info"):
        return "'payload.severity' is not one of its words"
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z",
                        payload.get("timestamp", "")):
        return "'payload.timestamp' is none"
    for link in event.get("links", []):
        if not link.get("href", "").startswith("http"):
            return "'href' is no link"
    return None


class Events:
    """PagerDuty, as far as an alert goes."""

    def __init__(self):
        self.alerts = {}    # dedup key: state
        self.story = []     # (dedup key, action), as they came
        self.events = []
        self.answers = []   # to be given first
        self.lock = threading.Lock()

    def refuse(self, why):
        return Answer(status=400, body=json.dumps({
            "status": "invalid event", "message": "Event object is invalid",
            "errors": [why]}).encode())

    def __call__(self, record):
        if record.path != "/v2/enqueue":
            return Answer()
        with self.lock:
            if self.answers:
                return self.answers.pop(0)
            key = (record.json or {}).get("routing_key", "")
            if len(key) != 32:
                return self.refuse("Length of 'routing_key' is incorrect "
                                   "(should be 32 characters)")
            if key != KEY:
                return self.refuse("Invalid routing key")
            why = wrong(record.json, len(record.body))
            if why is not None:
                return self.refuse(why)
            return self.take(record.json)

    def take(self, event):
        key, action = event["dedup_key"], event["event_action"]
        state = self.alerts.get(key, "resolved")
        self.story.append((key, action))
        self.events.append(event)
        if action == "trigger" and state == "resolved":
            self.alerts[key] = "triggered"
        elif action == "acknowledge" and state == "triggered":
            self.alerts[key] = "acknowledged"
        elif action == "resolve" and state != "resolved":
            self.alerts[key] = "resolved"
        return Answer(status=202, body=json.dumps({
            "status": "success", "message": "Event processed",
            "dedup_key": key}).encode())


class Case(unittest.TestCase):

    def setUp(self):
        self.scratch = Scratch()
        self.pager = Events()
        self.sink = Sink(self.pager)
        self.d = None

    def tearDown(self):
        if self.d and self.d.running():
            self.d.kill()
        self.sink.__exit__()
        self.scratch.__exit__()

    def start(self, chain=STEP, key=KEY, **how):
        os.chmod(self.scratch.file("pager.key", key + "\n"), 0o600)
        text = config(self.sink, chain=chain, warn="[ ]",
                      targets="P1: { first_reply: 1s }, P2: { first_reply: "
                      "1s }",
                      channels='  pager: { type: pagerduty, url: "%s", '
                      "routing_key: { file: pager.key } }\n" %
                      self.sink.url("/"))
        self.d = Daemon(self.scratch, text, **how).start()
        return self.d

    def wait_alert(self, ticket, state):
        return wait_until("%s %s" % (ticket, state), lambda: self.pager.
                          alerts.get("slawatch:" + ticket) == state)

    def spare(self):
        return self.sink.all(lambda r: r.path == "/hook" and
                             r.json["reason"] == "chain")


class Alerts(Case):

    def test_from_trigger_to_resolve(self):
        d = self.start()
        d.created("zendesk:1", url="https://desk.example/1",
                  customer={"id": "acme", "name": "Acme", "value": 50000})
        self.wait_alert("zendesk:1", "triggered")
        event = self.pager.events[0]
        self.assertEqual(event["payload"]["source"], "zendesk")
        self.assertEqual(event["payload"]["severity"], "critical")
        self.assertEqual(event["payload"]["group"], "Acme")
        self.assertIn("Cannot log in", event["payload"]["summary"])
        self.assertEqual(event["links"][0]["href"], "https://desk.example/1")
        reply = d.post("/v1/tickets/zendesk:1/ack", {"by": "dana"})
        self.assertEqual(reply.status, 200, reply)
        self.wait_alert("zendesk:1", "acknowledged")
        d.send(d.event("zendesk:1", "comment", author="agent", public=True,
                       by="dana", text="We are on it"))
        self.wait_alert("zendesk:1", "resolved")
        self.assertEqual(self.sink.all(lambda r: r.path != "/v2/enqueue"),
                         [])
        self.assertNotIn(KEY, d.log())

    def test_one_alert_a_ticket(self):
        d = self.start()
        for i in range(5):
            d.created("t:%d" % i, severity="P2",
                      customer={"id": "c%d" % i})
        wait_until("all five", lambda: len(self.pager.alerts) == 5)
        self.assertEqual({e["payload"]["severity"]
                          for e in self.pager.events}, {"error"})
        self.assertEqual(sorted(self.pager.story),
                         [("slawatch:t:%d" % i, "trigger") for i in range(5)])

    def test_a_marked_test(self):
        d = self.start()
        reply = d.post("/v1/test-notice", {"to": "pager", "by": "omar"})
        self.assertEqual((reply.status, reply.json["ok"]), (200, True), reply)
        self.assertEqual(self.pager.alerts, {"slawatch-test:pager":
                                             "triggered"})
        payload = self.pager.events[0]["payload"]
        self.assertTrue(payload["summary"].startswith("TEST "), payload)
        self.assertEqual(payload["severity"], "info")

    def test_hostile_words(self):
        d = self.start()
        d.created("t:1", subject="\U0001f648" * 240 + '"\\\u202e\u0007',
                  tried="\n" * 4000 + "x" * 9000,
                  customer={"id": "a", "name": "\u00e9" * 480})
        self.wait_alert("t:1", "triggered")


class Answers(Case):

    def test_a_wrong_key_takes_the_next_channel(self):
        for key in ("short", "f" * 32):
            with self.subTest(key):
                d = self.start(key=key)
                d.created("t:1")
                wait_until("the next channel", self.spare)
                d.wait_log("PagerDuty does not know the routing_key")
                self.assertEqual(self.pager.alerts, {})
                self.tearDown()
                self.setUp()

    def test_too_many_and_their_trouble(self):
        d = self.start()
        self.pager.answers = [Answer(status=429), Answer(status=500)]
        d.created("t:1")
        self.wait_alert("t:1", "triggered")
        self.assertEqual(self.spare(), [])


if __name__ == "__main__":
    unittest.main()
