#!/usr/bin/python3
"""ctl_events.py - are events imported, sent and replayed as they happened?

slawatchctl's event, replay and import, against a small daemon made here whose
clock the test sets.

Environment: SLAWATCHCTL is the program; TMPDIR is where sockets may be made.

SPDX-License-Identifier: MIT
"""
import datetime
import json
import os
import sys
import time

sys.dont_write_bytecode = True  # the sources may be read-only
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
from ctl_case import NOW, STATUS, UTC, Case, event, lines, main, results
from harness import Hurried, at_a_pace, wait_until


class Events(Case):
    def test_forms(self):
        """One object over several lines, an array, and NDJSON."""
        one = json.dumps(event(1, NOW), indent=2)
        many = [event(n, NOW) for n in range(3)]
        for text, count in ((one, 1), (json.dumps(many, indent=1), 3),
                            (lines(many) + "\n\n", 3)):
            self.daemon.asked.clear()
            out = self.ctl("event", stdin=text).stdout
            self.assertEqual(out, "sent %d: %d accepted, 0 duplicates, "
                             "0 refused\n" % (count, count))
            sent = [json.loads(line)
                    for line in self.asked()[2].splitlines()]
            self.assertEqual(len(sent), count)
        name = self.write("e.json", lines(many))
        self.ctl("event", name)
        self.ctl("event", "-", stdin=lines(many))

    def test_refused(self):
        def verdict(item):
            if item.get("id") == "e-1":
                return "duplicate", 200, None
            if item.get("id") == "e-2":
                return "refused", 422, "severity: unknown \"P9\""
            return "accepted", 200, None
        self.daemon.said["/v1/events"] = lambda body: results(body, verdict)
        many = [event(n, NOW) for n in range(4)]
        done = self.ctl("event", stdin=lines(many), code=3)
        self.assertIn("item 3, id e-2, ticket zendesk:1: refused (422): "
                      "severity: unknown \"P9\"", done.stderr)
        self.assertEqual(done.stdout, "sent 4: 2 accepted, 1 duplicates, "
                         "1 refused\n")
        self.ctl("event", stdin=json.dumps(many[2]), code=3)

    def test_batches(self):
        many = [event(n, NOW) for n in range(1201)]
        done = self.ctl("event", "--json", stdin=lines(many))
        self.assertEqual([len(body.splitlines())
                          for _, _, body in self.daemon.asked],
                         [500, 500, 201])
        self.assertEqual([json.loads(row)["accepted"]
                          for row in done.stdout.splitlines()],
                         [500, 500, 201])

    def test_failures(self):
        self.ctl("event", self.path("none"), code=1)
        self.assertIn("no events", self.ctl("event", code=1).stderr)
        self.ctl("event", stdin="[{]", code=1)
        self.daemon.said["/v1/events"] = (
            503, {"error": "no space left"}, {"Retry-After": "5"})
        done = self.ctl("event", stdin=lines([event(1, NOW)]), code=4)
        self.assertIn("no space left", done.stderr)
        self.assertIn("does no harm", done.stderr)


class Replay(Case):
    START = datetime.datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

    def fast(self, rate):
        """A daemon whose clock starts when it is first asked what it shows,
        and runs so fast; it notes how early each event came and how far the
        events of one request lie apart, in its own seconds."""
        began = []
        self.early = []
        self.apart = []
        self.sent = []
        self.came = []          # real seconds, of each request

        def now():
            began.append(time.monotonic())
            passed = (began[-1] - began[0]) * rate
            return self.START + datetime.timedelta(seconds=passed)

        def take(body):
            clock = now()
            self.came.append(time.monotonic())
            items = [json.loads(line) for line in body.splitlines()]
            ats = [datetime.datetime.fromisoformat(
                item["at"].replace("Z", "+00:00")) for item in items]
            self.early += [(at - clock).total_seconds() for at in ats]
            self.apart.append((max(ats) - min(ats)).total_seconds())
            self.sent += items
            return results(body)

        self.now = now
        self.daemon.said["/v1/events"] = take
        self.daemon.said["/v1/status"] = lambda _: (200, dict(
            STATUS, now=now().isoformat(timespec="milliseconds").replace(
                "+00:00", "Z"), clock={"virtual": True, "rate": rate}))

    def at(self, seconds):
        moment = self.START + datetime.timedelta(seconds=seconds)
        return moment.isoformat().replace("+00:00", "Z")

    def summary(self, *args, code=0, **more):
        return json.loads(self.ctl("replay", *args, "--json", code=code,
                                   **more).stdout)

    def test_pace(self):
        """Never early, in order, and each by itself."""
        at_a_pace(self.pace, (600, 60, 10))

    def pace(self, rate):
        self.fast(rate)
        count = 40 if rate > 100 else 10
        events = [event(n, self.at(30 * n)) for n in range(count)]
        name = self.write("e.ndjson", lines(events))
        got = self.summary(name)
        self.assertEqual([e["id"] for e in self.sent],
                         ["e-%d" % n for n in range(count)])
        self.assertLessEqual(max(self.early), 0)
        self.assertEqual((got["sent"], got["accepted"]), (count, count))
        self.account(got)
        if got["requests"] < count:
            raise Hurried("%d requests" % got["requests"])

    def account(self, got):
        """Its own covers what was seen here, however slow the machine: what
        went in one request waited for it no longer than that lag."""
        seen_ms = (self.came[-1] - self.came[0]) * 1000
        self.assertEqual(got["requests"], len(self.came))
        self.assertGreaterEqual(got["elapsed_ms"] + 1, seen_ms)
        self.assertGreaterEqual(got["lag_virtual_ms"],
                                max(self.apart) * 1000)
        self.assertLessEqual(got["lag_virtual_ms"], -min(self.early) * 1000)

    def test_lag(self):
        """The daemon takes its time over the first request: what came due
        meanwhile goes together, and the summary says how late."""
        at_a_pace(self.lag, (600, 60))

    def lag(self, rate):
        self.fast(rate)
        take = self.daemon.said["/v1/events"]
        late = self.START + datetime.timedelta(seconds=300)

        def slowly(body):
            answer = take(body)
            if len(self.came) == 1:
                wait_until("a later time", lambda: self.now() >= late)
            return answer

        self.daemon.said["/v1/events"] = slowly
        got = self.summary("-", stdin=lines(
            [event(n, self.at(30 * n)) for n in range(10)]))
        self.account(got)
        if max(self.apart) < 60:
            raise Hurried("the daemon's clock was read late")
        self.assertGreaterEqual(got["lag_virtual_ms"], 60000)

    def test_from_now(self):
        """A year old, moved to now: instants inside move along."""
        self.fast(600)
        old = "2025-01-05T09:00:%02dZ"
        events = [event(0, old % 0), event(1, old % 30)]
        events.append({"id": "e-2", "ticket": "zendesk:1", "at": old % 40,
                       "type": "snoozed", "by": "eli", "until": old % 50})
        events.append({"id": "e-3", "ticket": "zendesk:1", "at": old % 41,
                       "type": "due", "clock": "resolution", "due": None})
        self.summary("-", "--from", "now", stdin=lines(events))
        moment = [datetime.datetime.fromisoformat(
            e["at"].replace("Z", "+00:00")) for e in self.sent]
        self.assertGreaterEqual(moment[0], self.START)
        self.assertEqual([(m - moment[0]).total_seconds() for m in moment],
                         [0, 30, 40, 41])
        until = datetime.datetime.fromisoformat(
            self.sent[2]["until"].replace("Z", "+00:00"))
        self.assertEqual((until - moment[0]).total_seconds(), 50)
        self.assertIsNone(self.sent[3]["due"])
        self.assertEqual(self.sent[0]["fields"], {"subject": "s"})

    def test_past_goes_at_once(self):
        """Without --from nothing moves, and numbers stay as written."""
        self.fast(1)
        past = [event(n, self.at(-60 * (n + 1)), fields={
            "customer": {"value": 12345678901234567}}) for n in range(5)]
        text = lines(past)
        got = self.summary("-", "--batch", "2", stdin=text)
        self.assertEqual(got["requests"], 3)
        self.assertEqual("".join(body for m, _, body in self.daemon.asked
                                 if m == "POST"), text)
        self.assertEqual(got["lag_virtual_ms"], 0)  # not its doing

    def test_busy_daemon(self):
        """503, then no answer at all: the same batch again."""
        self.fast(1)
        take = self.daemon.said["/v1/events"]
        left = [(503, {"error": "queue full"}, {"Retry-After": "1"}), None]
        self.daemon.said["/v1/events"] = (
            lambda body: left.pop(0) if left else take(body))
        began = time.monotonic()
        done = self.ctl("replay", "-", stdin=lines([event(1, self.at(0))]))
        self.assertGreaterEqual(time.monotonic() - began, 1.0)
        self.assertIn("queue full", done.stderr)
        self.assertIn("sent 1: 1 accepted", done.stdout)
        bodies = [body for m, _, body in self.daemon.asked if m == "POST"]
        self.assertEqual((len(bodies), len(set(bodies))), (3, 1))

    def test_refused(self):
        """A line nobody can read goes, too, and is answered."""
        self.fast(1)
        self.daemon.said["/v1/events"] = lambda body: results(
            body, lambda item: ("accepted", 200, None) if item else
            ("refused", 400, "no JSON"))
        text = "\n" + lines([event(1, self.at(0))]) + "{oops\n"
        done = self.ctl("replay", "-", stdin=text, code=3)
        self.assertIn("line 3: refused (400): no JSON", done.stderr)
        self.assertIn("1 accepted, 0 duplicates, 1 refused", done.stdout)

    def test_usage(self):
        self.ctl("replay", "-", "--from", "yesterday", code=2)
        self.ctl("replay", "-", "--batch", "0", code=2)
        self.assertIn("jq", self.ctl("replay", "-", stdin="[{}]",
                                     code=1).stderr)
        self.ctl("replay", self.path("none"), code=1)


class Import(Case):
    MAP = """
source: desk
ticket: number
at: updated
date_format: "%d/%m/%Y %H:%M"
zone: Europe/Lisbon
unknown: ["?"]
fields:
  status: { column: state, values: { New: new, Done: solved } }
  severity: { column: priority, values: { "1": P1, "2": P2 } }
  subject: { text: "Call {number}" }
  attributes:
    location: place
comments:
  - status: [solved]
    author: agent
"""
    CSV = ("number,state,priority,updated,place\r\n"
           "A1,New,2,5/1/2026 09:00,x\r\n"
           "A1,Done,2,5/1/2026 11:30,x\r\n"
           "B2,New,1,5/1/2026 10:00,?\r\n")

    def test_events(self):
        the_map = self.write("m.yaml", self.MAP)
        name = self.write("e.csv", self.CSV)
        done = self.ctl("import", "--map", the_map, name)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(
            [(e["ticket"], e["type"], e["at"]) for e in events],
            [("desk:A1", "created", "2026-01-05T09:00:00Z"),
             ("desk:B2", "created", "2026-01-05T10:00:00Z"),
             ("desk:A1", "comment", "2026-01-05T11:30:00Z"),
             ("desk:A1", "status", "2026-01-05T11:30:00Z")])
        self.assertEqual(events[0]["fields"]["severity"], "P2")
        self.assertEqual(events[0]["fields"]["subject"], "Call A1")
        self.assertEqual(events[0]["fields"]["attributes"],
                         {"location": "x"})
        self.assertNotIn("attributes", events[1]["fields"])
        self.assertIn("3 rows of 2 tickets", done.stderr)
        out = self.path("o.ndjson")
        self.ctl("import", "-", "-m", the_map, "-o", out, stdin=self.CSV)
        with open(out, encoding="utf-8") as f:
            self.assertEqual(f.read(), done.stdout)
        self.assertEqual(self.daemon.asked, [])

    def test_wrong_map(self):
        bad = (self.MAP.replace("zone: Europe/Lisbon", "zone: Europe/Lisbn")
               .replace("status:", "statsu:", 1)
               .replace("source: desk\n", ""))
        name = self.write("m.yaml", bad)
        said = self.ctl("import", "--map", name, "-", code=1).stderr
        for text in (":5:7: ", "Europe/Lisbon", '"statsu"', '"status"',
                     '"source" is missing'):
            self.assertIn(text, said)
        self.ctl("import", "-", code=2)

    def test_wrong_csv(self):
        the_map = self.write("m.yaml", self.MAP)
        said = self.ctl("import", "--map", the_map, "-", code=1,
                        stdin=self.CSV.replace("priority", "prio")).stderr
        self.assertIn("priority", said)
        said = self.ctl("import", "--map", the_map, "-", code=3,
                        stdin=self.CSV.replace("5/1/2026 10", "tea")).stderr
        self.assertIn("-:4: ", said)


if __name__ == "__main__":
    main()
