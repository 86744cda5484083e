"""daemon.py - the real daemon through its own doors: HTTP, signals, the disk.

What it refuses and how, what it answers, who may ask, what a reload and a stop
do, how notices leave.  Run with SLAWATCHD naming the binary.

SPDX-License-Identifier: MIT
"""
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

from harness import (Answer, Daemon, Hurried, PATIENCE,  # noqa: E402
                     Scratch, SLAWATCHD, Sink, at_a_pace, config, instant,
                     rfc3339, wait_until)


class Case(unittest.TestCase):
    """A folder and a sink for each test."""

    def setUp(self):
        self.scratch = Scratch()
        self.sink = Sink()
        self.daemons = []

    def tearDown(self):
        for d in self.daemons:
            if d.running():
                d.kill()
        self.sink.__exit__()
        self.scratch.__exit__()

    def daemon(self, text=None, start=True, **how):
        d = Daemon(self.scratch, text or config(self.sink), **how)
        self.daemons.append(d)
        if start:
            d.start()
        return d


class Shared(unittest.TestCase):
    """One daemon for a whole class of harmless questions."""

    @classmethod
    def setUpClass(cls):
        cls.scratch = Scratch()
        cls.sink = Sink()
        cls.d = Daemon(cls.scratch, config(cls.sink)).start()

    @classmethod
    def tearDownClass(cls):
        status = cls.d.stop()
        assert status == 0, cls.d.log()
        cls.sink.__exit__()
        cls.scratch.__exit__()

    def refused(self, reply, status, *words):
        """That status, and an error that names these."""
        self.assertEqual(reply.status, status, reply)
        for word in words:
            self.assertIn(word, reply.error)


# --- what comes in ------------------------------------------------------------


class Events(Shared):

    def event(self, ticket="ev:1", kind="comment", **members):
        return self.d.event(ticket, kind, **members)

    def create(self, ticket, **fields):
        return self.d.created(ticket, **fields)

    def test_one(self):
        reply = self.create("one:1")
        self.assertEqual(reply.json["accepted"], 1)
        result = reply.json["results"][0]
        self.assertEqual(result["ticket"], "one:1")
        self.assertEqual(result["result"], "accepted")
        self.assertEqual(result["code"], 200)
        self.assertEqual(self.d.ticket("one:1")["subject"], "Cannot log in")

    def test_duplicate(self):
        event = self.event("dup:1", "created", fields={"severity": "P3"})
        self.assertEqual(self.d.send(event).json["accepted"], 1)
        reply = self.d.send(event)
        self.assertEqual(reply.json["duplicates"], 1)
        self.assertEqual(reply.json["results"][0]["result"], "duplicate")
        # Twice in one request, too.
        event = self.event("dup:2", "created", fields={"severity": "P3"})
        reply = self.d.post("/v1/events", [event, event])
        self.assertEqual(reply.status, 200)
        self.assertEqual(reply.json["accepted"], 1)
        self.assertEqual(reply.json["duplicates"], 1)

    def test_array_goes_on_behind_a_refusal(self):
        good = self.event("arr:1", "created", fields={"severity": "P3"})
        bad = self.event("arr:2", "created", fields={"severty": "P3"})
        late = self.event("arr:1", "note", by="dana", text="hello")
        reply = self.d.post("/v1/events", [good, bad, late])
        self.assertEqual(reply.status, 207, reply)
        self.assertEqual(reply.json["accepted"], 2)
        self.assertEqual(reply.json["refused"], 1)
        results = reply.json["results"]
        self.assertEqual([r["index"] for r in results], [0, 1, 2])
        self.assertIn("severty", results[1]["error"])
        self.assertIn("severity", results[1]["error"])
        self.assertEqual(self.d.get("/v1/tickets/arr:2").status, 404)

    def test_all_of_an_array_refused(self):
        reply = self.d.post("/v1/events", [{"id": "x"}, {"id": "y"}])
        self.assertEqual(reply.status, 422, reply)
        self.assertEqual(reply.json["refused"], 2)

    def test_ndjson(self):
        lines = [json.dumps(self.event("nd:%d" % i, "created",
                                       fields={"severity": "P3"}))
                 for i in range(3)]
        body = "\n".join([lines[0], "", "{oops", lines[1], lines[2], ""])
        reply = self.d.post("/v1/events", body, headers={
            "Content-Type": "application/x-ndjson; charset=utf-8"})
        self.assertEqual(reply.status, 207, reply)
        self.assertEqual(reply.json["accepted"], 3)
        self.assertEqual(reply.json["results"][1]["code"], 400)

    def test_invalid_utf8(self):
        body = b'{"id": "u1", "ticket": "u:1", "at": "2026-01-05T09:00:00Z",' \
               b' "type": "created", "fields": {"subject": "\xff"}}'
        self.refused(self.d.post("/v1/events", body), 400, "UTF-8")

    def test_duplicate_key(self):
        body = '{"id": "k1", "id": "k2"}'
        self.refused(self.d.post("/v1/events", body), 400, "duplicate", "id")

    def test_not_json(self):
        for body in ("nonsense", '{"a": 01}', "[1, 2", '{"a": 1e999}',
                     '"text"', "\ufeff{}", '{"a": "\\u0000"}'):
            reply = self.d.post("/v1/events", body)
            self.assertEqual(reply.status, 400, (body, reply))
            self.assertTrue(reply.error)

    def test_nothing(self):
        self.refused(self.d.post("/v1/events", ""), 400, "body")
        self.refused(self.d.post("/v1/events", "[]"), 400, "body")

    def test_members(self):
        for change, word in (({"at": "yesterday"}, "at"),
                             ({"type": "creatd"}, "created"),
                             ({"ticket": "no colon"}, "ticket"),
                             ({"id": ""}, "id"),
                             ({"titcket": "x:1"}, "ticket"),
                             ({"type": "tick"}, "type")):
            event = self.event("mem:1", "created", fields={})
            event.update(change)
            self.refused(self.d.post("/v1/events", event), 400, word)

    def test_future_and_past(self):
        event = self.event("far:1", "created", at=time.time() + 3600,
                           fields={"severity": "P3"})
        self.refused(self.d.post("/v1/events", event), 422, "at", "future")
        event = self.event("far:1", "created", at=time.time() - 500 * 86400,
                           fields={"severity": "P3"})
        self.refused(self.d.post("/v1/events", event), 422, "at", "past")
        self.assertEqual(self.d.get("/v1/tickets/far:1").status, 404)
        # Slightly ahead: other clocks are never quite ours.
        event = self.event("far:2", "created", at=time.time() + 20,
                           fields={"severity": "P3"})
        self.d.send(event)

    def test_unknown_ticket(self):
        event = self.event("none:1", "note", by="dana", text="x")
        self.refused(self.d.post("/v1/events", event), 404, "ticket")

    def test_unknown_severity(self):
        event = self.event("sev:1", "created", fields={"severity": "P9"})
        self.refused(self.d.post("/v1/events", event), 422, "severity", "P9")
        self.assertEqual(self.d.get("/v1/tickets/sev:1").status, 404)

    def test_created_twice(self):
        self.create("twice:1", severity="P3")
        event = self.event("twice:1", "created", fields={"severity": "P3"})
        self.refused(self.d.post("/v1/events", event), 409)

    def test_oversized_event(self):
        event = self.event("big:1", "created",
                           fields={"subject": "x" * 70000})
        self.refused(self.d.post("/v1/events", event), 400)

    def test_oversized_body(self):
        reply = self.d.post("/v1/events", b" " * (8 * 1024 * 1024 + 1))
        self.assertEqual(reply.status, 413)

    def test_too_many(self):
        reply = self.d.post("/v1/events", "[" + ",".join(["{}"] * 10001) + "]")
        self.refused(reply, 413, "10000")

    def test_content_type(self):
        reply = self.d.post("/v1/events", "{}", headers={
            "Content-Type": "application/x-www-form-urlencoded"})
        self.refused(reply, 415, "Content-Type", "application/json")

    def test_no_policy(self):
        before = self.d.metric("slawatch_tickets_without_policy_total")
        self.create("nopolicy:1", severity="P1")
        self.assertEqual(
            self.d.metric("slawatch_tickets_without_policy_total"), before)


class Paths(Shared):

    def test_unknown_path(self):
        self.refused(self.d.get("/v1/nothing"), 404, "/v1/nothing")
        self.refused(self.d.get("/"), 404)

    def test_wrong_method(self):
        reply = self.d.get("/v1/events")
        self.refused(reply, 405)
        self.assertEqual(reply.headers["Allow"], "POST")
        self.assertEqual(self.d.get("/v1/tickets/a:1/ack").status, 405)
        self.assertEqual(self.d.post("/v1/status", {}).status, 405)
        self.assertEqual(self.d.request("DELETE", "/v1/tickets/a:1").status,
                         405)

    def test_unknown_parameter(self):
        self.refused(self.d.get("/v1/tickets?severty=P1"), 400, "severty",
                     "severity")
        self.refused(self.d.get("/v1/status?x=1"), 400, "x")

    def test_bad_parameter(self):
        for query, word in (("limit=0", "limit"), ("limit=1001", "limit"),
                            ("limit=x", "limit"), ("limit=-1", "limit"),
                            ("limit=99999999999999999999", "limit"),
                            ("limit=", "limit"),
                            ("status=opn", "status"), ("order=x", "order"),
                            ("breached=yes", "breached")):
            self.refused(self.d.get("/v1/tickets?" + query), 400, word)

    def test_no_ticket(self):
        self.refused(self.d.get("/v1/tickets/no:1"), 404, "no:1")
        self.refused(self.d.get("/v1/tickets/no:1/timeline"), 404, "no:1")
        self.refused(self.d.post("/v1/tickets/no:1/ack", {"by": "dana"}), 404)

    def test_key_with_a_slash(self):
        self.d.created("github:o/r/12", severity="P3")
        self.assertEqual(self.d.ticket("github:o%2Fr%2F12")["key"],
                         "github:o/r/12")

    def test_health(self):
        reply = self.d.get("/healthz")
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(reply.json, {"ok": True, "reasons": [],
                                       "worries": []})
        self.assertEqual(self.d.get("/readyz").json, {"ready": True})

    def test_status(self):
        status = self.d.get("/v1/status").json
        for path in ("version", "now", "started", "ready", "clock.virtual",
                     "clock.rate", "matrix.file", "matrix.revision",
                     "matrix.loaded", "tickets.open", "tickets.breached",
                     "chains.walking", "chains.acked", "chains.exhausted",
                     "outbox.pending", "outbox.dead", "outbox.oldest_pending",
                     "heap.entries", "heap.next_due", "queue.waiting",
                     "queue.max", "presence.people", "presence.away",
                     "presence.schedules", "presence.gaps", "presence.feeds",
                     "blind.last_ms", "blind.total_ms",
                     "health.ok", "health.reasons", "database.path",
                     "database.bytes"):
            value = status
            for name in path.split("."):
                self.assertIn(name, value, path)
                value = value[name]
        self.assertTrue(status["ready"])
        self.assertFalse(status["clock"]["virtual"])
        self.assertGreater(status["database"]["bytes"], 0)

    def test_metrics(self):
        reply = self.d.get("/metrics")
        self.assertEqual(reply.status, 200)
        self.assertTrue(reply.headers["Content-Type"].startswith(
            "text/plain; version=0.0.4"))
        promtool = shutil.which("promtool")
        if promtool is None:
            self.skipTest("promtool is not here")
        done = subprocess.run([promtool, "check", "metrics"],
                              input=reply.body, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertEqual(done.stderr, b"")


class Lists(Shared):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        events = []
        for i in range(25):
            events.append(cls.d.event(
                "list:%02d" % i, "created",
                fields={"subject": "Ticket number %d" % i,
                        "severity": "P%d" % (1 + i % 3),
                        "status": "open",
                        "team": "red" if i % 2 else "blue",
                        "assignee": "dana" if i % 5 == 0 else None,
                        "customer": {"id": "c%d" % (i % 4)}}))
        events.append(cls.d.event("list:00", "status", status="solved"))
        reply = cls.d.send(*events)
        assert reply.json["accepted"] == 26, reply

    def keys(self, query):
        reply = self.d.get("/v1/tickets?" + query)
        self.assertEqual(reply.status, 200, reply)
        return [t["key"] for t in reply.json["tickets"]]

    def test_filters(self):
        every = ["list:%02d" % i for i in range(25)]
        self.assertEqual(self.keys("order=key&limit=1000"), every[1:])
        self.assertEqual(self.keys("order=key&status=all"), every)
        self.assertEqual(self.keys("status=solved"), ["list:00"])
        self.assertEqual(self.keys("order=key&severity=P2"),
                         [k for i, k in enumerate(every) if i % 3 == 1])
        self.assertEqual(self.keys("order=key&team=red"),
                         [k for i, k in enumerate(every) if i % 2 == 1])
        self.assertEqual(self.keys("order=key&assignee=dana"),
                         ["list:05", "list:10", "list:15", "list:20"])
        self.assertEqual(self.keys("order=key&customer=c3&severity=P1"),
                         ["list:03", "list:15"])
        self.assertEqual(self.keys("q=number+17"), ["list:17"])
        self.assertEqual(self.keys("q=list:2&order=key"),
                         ["list:2%d" % i for i in range(5)])
        self.assertEqual(self.keys("breached=true"), [])
        self.assertEqual(self.keys("severity=nonsense"), [])

    def test_pages(self):
        for order in ("key", "due", "updated"):
            seen, after, pages = [], "", 0
            while True:
                reply = self.d.get("/v1/tickets?limit=7&order=%s%s" %
                                   (order, after)).json
                seen += [t["key"] for t in reply["tickets"]]
                pages += 1
                if reply["next"] is None:
                    break
                after = "&after=" + reply["next"]
            self.assertEqual(sorted(seen), self.keys("order=key"), order)
            self.assertEqual(pages, 4)

    def test_what_is_no_page_is_refused(self):
        for order, after in (("due", "list:01"), ("due", "k.0.1"),
                             ("key", "d.1.1"), ("updated", "u.1.99999")):
            reply = self.d.get("/v1/tickets?order=%s&after=%s" %
                               (order, after))
            self.assertEqual(reply.status, 400, reply)
            self.assertTrue(reply.error.startswith("after: "), reply)

    def test_timeline_pages(self):
        self.d.created("story:1", severity="P3")
        for i in range(9):
            self.d.send(self.d.event("story:1", "note", by="dana",
                                     text="note %d" % i))
        every = self.d.timeline("story:1")
        self.assertGreaterEqual(len(every), 10)
        seen, after = [], 0
        while after is not None:
            page = self.d.get("/v1/tickets/story:1/timeline?limit=3&after=%d"
                              % after).json
            self.assertLessEqual(len(page["timeline"]), 3)
            seen += page["timeline"]
            after = page["next"]
        self.assertEqual(seen, every)
        self.assertEqual(every[0]["kind"], "event")
        self.assertEqual(every[0]["type"], "created")
        self.assertEqual(every[0]["body"]["ticket"], "story:1")


class Acts(Shared):

    def test_ack_claim_note(self):
        self.d.created("act:1", severity="P1")
        reply = self.d.post("/v1/tickets/act:1/note",
                            {"by": "dana", "text": "looking"})
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(reply.json["ticket"]["key"], "act:1")
        reply = self.d.post("/v1/tickets/act:1/claim", {"by": "eli"})
        self.assertEqual(reply.json["ticket"]["assignee"], "eli")
        reply = self.d.post("/v1/tickets/act:1/ack",
                            {"by": "eli", "text": "on it", "id": "own-id"})
        self.assertEqual(reply.status, 200, reply)
        again = self.d.post("/v1/tickets/act:1/ack",
                            {"by": "eli", "text": "on it", "id": "own-id"})
        self.assertEqual(again.status, 200, again)
        rows = [r for r in self.d.timeline("act:1") if r["kind"] == "event"]
        self.assertEqual([r["type"] for r in rows],
                         ["created", "note", "claimed", "acknowledged"])
        self.assertEqual(rows[1]["body"]["text"], "looking")
        self.assertEqual(rows[3]["event"], "own-id")

    def test_members(self):
        self.d.created("act:2", severity="P3")
        path = "/v1/tickets/act:2/"
        for verb, body, word in (
                ("ack", {}, "by"), ("ack", {"by": ""}, "by"),
                ("ack", {"by": 7}, "by"), ("ack", {"bye": "x"}, "by"),
                ("ack", {"by": "dana", "for": "1h"}, "for"),
                ("ack", [], "object"), ("ack", "{", "body"),
                ("note", {"by": "dana"}, "text"),
                ("snooze", {"by": "dana"}, "until"),
                ("snooze", {"by": "dana", "for": "soon"}, "for"),
                ("snooze", {"by": "dana", "for": "0"}, "for"),
                ("snooze", {"by": "dana", "until": "soon"}, "until"),
                ("snooze", {"by": "dana", "for": "1h",
                            "until": "2030-01-01T00:00:00Z"}, "until")):
            self.refused(self.d.post(path + verb, body), 400, word)
        reply = self.d.post(path + "ack", '{"by": "a", "by": "b"}')
        self.refused(reply, 400, "duplicate")


# --- who may ask --------------------------------------------------------------


class Tokens(Case):

    def test_scopes(self):
        for name in ("desk", "ops", "page"):
            path = self.scratch.file(name + ".token", name + "-token\n")
            os.chmod(path, 0o600)
        d = self.daemon(config(self.sink, daemon="""
  tokens:
    desk: { secret: { file: desk.token }, scopes: [ ingest ] }
    ops: { secret: { file: ops.token }, scopes: [ operate, read ] }
    page: { secret: { file: page.token }, scopes: [ read ] }
"""), args=["--listen", "127.0.0.1:0"])
        port = int(d.wait_log(r"msg=ready .*port=(\d+)")[1])

        def ask(method, path, token=None, body=None):
            headers = {}
            if token:
                headers["Authorization"] = "Bearer %s" % token
            return d.request(method, path, body, headers=headers, port=port)

        reply = ask("GET", "/v1/tickets")
        self.assertEqual(reply.status, 401, reply)
        self.assertIn("Bearer", reply.headers["WWW-Authenticate"])
        self.assertEqual(ask("GET", "/v1/tickets", "wrong").status, 401)
        self.assertEqual(ask("GET", "/v1/tickets", "page-token").status, 200)
        self.assertEqual(ask("GET", "/v1/tickets", "desk-token").status, 403)
        self.assertEqual(ask("GET", "/metrics", "page-token").status, 200)
        event = d.event("tok:1", "created", fields={"severity": "P3"})
        reply = ask("POST", "/v1/events", "page-token", event)
        self.assertEqual(reply.status, 403)
        self.assertIn("ingest", reply.error)
        self.assertEqual(
            ask("POST", "/v1/events", "desk-token", event).status, 200)
        by = {"by": "dana"}
        self.assertEqual(ask("POST", "/v1/tickets/tok:1/ack", "page-token",
                             by).status, 403)
        self.assertEqual(ask("POST", "/v1/tickets/tok:1/ack", "ops-token",
                             by).status, 200)
        self.assertEqual(ask("GET", "/healthz").status, 200)
        self.assertEqual(ask("GET", "/readyz").status, 200)
        self.assertGreaterEqual(
            d.metric("slawatch_http_requests_denied_total"), 4)
        # No token is ever in the log.
        self.assertNotIn("-token", d.log())


# --- life ---------------------------------------------------------------------


def run(*args):
    return subprocess.run([SLAWATCHD, *args], capture_output=True, text=True,
                          timeout=PATIENCE)


def values(dump):
    """A dump without its comments, which name the file's revision."""
    return [line for line in dump.splitlines() if not line.startswith("#")]


class CommandLine(Case):

    def test_usage(self):
        self.assertEqual(run("--nonsense").returncode, 2)
        self.assertEqual(run("stray").returncode, 2)
        self.assertEqual(run("--clock", "soon").returncode, 2)
        self.assertEqual(run("--log-level", "loud").returncode, 2)
        done = run("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("--dump-config", done.stdout)
        lines = [line for line in done.stdout.splitlines()
                 if "(/" not in line]  # where it was installed
        self.assertLessEqual(max(map(len, lines)), 80)
        self.assertEqual(run("--version").returncode, 0)

    def test_check_and_dump(self):
        good = self.scratch.file("good.yaml", config(self.sink))
        done = run("-c", good, "--check")
        self.assertEqual(done.returncode, 0, done.stderr)
        dump = run("-c", good, "--dump-config")
        self.assertEqual(dump.returncode, 0)
        again = self.scratch.file("again.yaml", dump.stdout)
        twice = run("-c", again, "--dump-config")
        self.assertEqual(values(twice.stdout), values(dump.stdout))
        self.assertNotIn("not a secret", dump.stdout)
        bad = self.scratch.file("bad.yaml", config(self.sink).replace(
            "notify: backup", "notify: bakcup"))
        done = run("-c", bad, "--check")
        self.assertEqual(done.returncode, 78)
        self.assertRegex(done.stderr, r"bad\.yaml:\d+:\d+: .*bakcup")
        self.assertIn("backup", done.stderr)

    def test_refuses_a_bad_configuration(self):
        d = self.daemon(start=False)
        with open(d.config, "a") as f:
            f.write("nonsense: 1\n")
        d.start(wait=False)
        self.assertEqual(d.wait_exit(), 78)
        self.assertRegex(d.log(), r"d\.yaml:\d+:\d+: .*nonsense")
        missing = run("-c", self.scratch.file("missing.yaml"))
        self.assertEqual(missing.returncode, 78)


class Database(Case):

    def refused(self, d, *words):
        d.start(wait=False)
        self.assertEqual(d.wait_exit(), 1)
        for word in words:
            self.assertIn(word, d.log())

    def test_a_second_daemon(self):
        first = self.daemon()
        second = self.daemon(start=False, name="d2")
        second.database = first.database
        self.refused(second, "another slawatchd")
        first.created("t:1", severity="P3")

    def test_a_second_daemon_on_the_socket(self):
        first = self.daemon()
        second = self.daemon(start=False, name="d2")
        second.socket = first.socket
        self.refused(second, "cannot listen")
        self.assertEqual(first.get("/readyz").status, 200)

    def test_foreign(self):
        d = self.daemon(start=False)
        self.scratch.file("d.db", "this is no database, " * 100)
        self.refused(d, "d.db")
        with open(d.database) as f:
            self.assertTrue(f.read().startswith("this is no database"))

    def test_damaged(self):
        d = self.daemon()
        for i in range(200):
            d.created("dam:%d" % i, severity="P3", text="x" * 500)
        self.assertEqual(d.stop(), 0)
        with open(d.database, "r+b") as f:
            f.seek(0, 2)
            size = f.tell()
            for page in range(3, size // 4096, 2):
                f.seek(page * 4096)
                f.write(b"\xa5" * 512)
        self.refused(d, "damaged", "restore")

    def test_newer(self):
        d = self.daemon()
        self.assertEqual(d.stop(), 0)
        import sqlite3
        db = sqlite3.connect(d.database)
        db.execute("PRAGMA user_version = 999")
        db.commit()
        db.close()
        self.refused(d, "newer")


class Reload(Case):

    def test_good_and_bad(self):
        d = self.daemon()
        before = d.get("/v1/status").json["matrix"]["revision"]
        d.reload(config(self.sink).replace("notify: backup",
                                           "notify: bakcup"))
        d.wait_log("reload refused")
        self.assertRegex(d.log(), r"d\.yaml:\d+:\d+: .*bakcup")
        status = d.get("/v1/status").json
        self.assertEqual(status["matrix"]["revision"], before)
        self.assertFalse(status["health"]["ok"])
        self.assertIn("reload", status["health"]["reasons"][0])
        self.assertEqual(d.get("/healthz").status, 503)
        reply = d.post("/v1/reload")
        self.assertEqual(reply.status, 422)
        self.assertIn("bakcup", reply.error)
        d.scratch.file("d.yaml", config(self.sink,
                                        targets="P1: { first_reply: 20m }"))
        reply = d.post("/v1/reload")
        self.assertEqual(reply.status, 200, reply)
        after = d.get("/v1/status").json
        self.assertNotEqual(after["matrix"]["revision"], before)
        self.assertEqual(reply.json["revision"], after["matrix"]["revision"])
        self.assertTrue(after["health"]["ok"])

    def test_targets_apply_to_open_tickets(self):
        d = self.daemon()
        at = time.time()
        for i in range(5):
            d.created("r:%d" % i, severity="P1", at=at)
        self.assertEqual(instant(d.clock_of("r:1", "first_reply")["due"]),
                         instant(rfc3339(at + 600)))
        d.reload(config(self.sink, targets="P1: { first_reply: 25m }"))
        for i in range(5):
            wait_until("the new target", lambda i=i: instant(
                d.clock_of("r:%d" % i, "first_reply")["due"]) ==
                instant(rfc3339(at + 1500)))
        # A restart with yet another file tells them, too.
        self.assertEqual(d.stop(), 0)
        d.scratch.file("d.yaml", config(
            self.sink, targets="P1: { first_reply: 30m }"))
        d.start()
        wait_until("the third target", lambda: instant(
            d.clock_of("r:1", "first_reply")["due"]) ==
            instant(rfc3339(at + 1800)))


class Stop(Case):

    def test_in_good_order(self):
        d = self.daemon()
        d.created("t:1", severity="P3")
        self.assertEqual(d.stop(), 0)
        self.assertIn("stopped", d.log())
        self.assertNotIn("cut_off", d.log())
        self.assertFalse(os.path.exists(d.socket))
        d.start()
        self.assertEqual(d.ticket("t:1")["key"], "t:1")
        self.assertNotIn("good order", d.log())

    def test_in_spite_of_a_silent_sink(self):
        """It is never answered: it cuts off, and by its own clock in time,
        for else its status would not be 0."""
        self.sink.behave = Answer(gate=threading.Event())
        d = self.daemon(clock="now@600")
        d.created("t:1", severity="P1")
        wait_until("an attempt", lambda: self.sink.all())
        self.assertEqual(d.stop(), 0)
        d.wait_log("stopped .*cut_off=attempts")
        # What was cut off may have arrived: it is marked next time.
        self.sink.behave = Answer()
        self.sink.clear()
        d.start()
        d.wait_log("possible_repeats=[1-9]")

    def test_sigint(self):
        d = self.daemon()
        d.process.send_signal(2)
        self.assertEqual(d.wait_exit(), 0)


class Manager(Case):
    """What the service manager is told."""

    def setUp(self):
        super().setUp()
        if run("--log-format", "journal", "--version").returncode != 0:
            self.skipTest("built without libsystemd")
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(self.scratch.file("notify"))
        self.notify.settimeout(PATIENCE)

    def tearDown(self):
        if hasattr(self, "notify"):
            self.notify.close()
        super().tearDown()

    def told(self, what):
        """Waits until it is told that; what came before."""
        before = []
        while True:
            message = self.notify.recv(4096).decode()
            if message.startswith(what):
                return before
            before.append(message)

    def test_is_told(self):
        d = self.daemon(start=False, env={
            "NOTIFY_SOCKET": self.scratch.file("notify"),
            "WATCHDOG_USEC": "200000"})
        d.start(wait=False)
        self.told("READY=1")
        self.assertEqual(d.get("/readyz").status, 200)
        self.told("WATCHDOG=1")
        self.told("WATCHDOG=1")
        d.reload()
        self.told("RELOADING=1")
        self.told("READY=1")
        self.assertEqual(d.stop(), 0)
        self.told("STOPPING=1")


# --- notices ------------------------------------------------------------------

START = "2026-01-05T09:00:00Z"


def person(name):
    return lambda r: r.json["person"] == name


def reason(*names):
    return lambda r: r.json["reason"] in names


class Walk(Case):

    def walked(self, ticket):
        """Who was told of a ticket by a step, in order."""
        records = self.sink.all(lambda r: r.json["ticket"] == ticket and
                                r.json["reason"] == "chain")
        return [r.json["person"]
                for r in sorted(records, key=lambda r: r.json["sent_at"])]

    def about(self, ticket, *reasons):
        return lambda r: (r.json["ticket"] == ticket and
                          r.json["reason"] in reasons)

    def at_rate(self, rate):
        """A daemon of its own, and a ticket's key."""
        d = self.daemon(name="d%d" % rate, clock="%s@%d" % (START, rate))
        return d, "t:%d" % rate

    def crash(self, d, to):
        """When all that it sent is on record: SIGKILL, and on at that time.
        Its clock then runs no faster than ours: nothing more comes due."""
        wait_until("the record of what was sent", lambda: all(
            n["state"] != "pending" for n in d.ticket("t:1")["notices"]))
        d.kill()
        d.clock = rfc3339(to) + "@1"
        d.start()

    def test_the_whole_chain(self):
        at_a_pace(self.the_whole_chain)

    def the_whole_chain(self, rate):
        d, key = self.at_rate(rate)
        d.created(key, customer={"id": "acme", "name": "Acme Corp"})
        self.sink.wait(self.about(key, "exhausted"))
        d.need_unhurried(key)
        self.assertEqual(self.walked(key), ["dana", "eli", "mara", "omar"])
        records = self.sink.all(lambda r: r.json["ticket"] == key)
        for r in records:
            self.assertTrue(r.signed_by(d.secret), r.headers)
            self.assertFalse(r.signed_by("another"))
            self.assertEqual(r.json["customer"], "Acme Corp")
            self.assertFalse(r.json["repeat"])
        keys = [r.key for r in records]
        self.assertEqual(len(set(keys)), len(keys))
        # Who was told before is named to whoever is told next.
        last = [r for r in records if r.json["person"] == "omar"][0]
        told = json.dumps(last.json["told"])
        for name in ("Dana", "Eli", "Mara"):
            self.assertIn(name, told)
        wait_until("red health",
                   lambda: d.get("/healthz").status == 503)
        self.assertIn("nobody", d.get("/healthz").json["reasons"][0])
        # Solved: everybody who was alerted is told, and health is green.
        d.send(d.event(key, "status", status="solved"))
        self.sink.wait(self.about(key, "resolved"), count=4)
        wait_until("green health",
                   lambda: d.get("/healthz").status == 200)
        self.assertEqual(d.metric("slawatch_chain_steps_total"), 4)
        self.assertEqual(d.metric("slawatch_chains_exhausted_total"), 1)
        self.assertEqual(d.metric("slawatch_clock_breaches_total"), 1)
        for line in ("change=clock_breached clock=first_reply",
                     "change=chain_step .*step=4", "change=chain_exhausted",
                     "event=created"):
            self.assertRegex(d.log(), "(?m)^2026-01-0.T.* ticket=" + key +
                             " severity=P1 .*" + line)
        self.assertEqual(d.stop(), 0)

    def test_an_ack_stops_it(self):
        at_a_pace(self.an_ack_stops_it)

    def an_ack_stops_it(self, rate):
        d, key = self.at_rate(rate)
        other = key + ":other"
        d.created(key)
        d.created(other)
        self.sink.wait(self.about(key, "chain"))
        reply = d.post("/v1/tickets/%s/ack" % key, {"by": "dana"})
        self.assertEqual(reply.status, 200, reply)
        steps = d.steps(key)
        d.need_unhurried(key)
        if len(steps) == 4:
            raise Hurried("the ack came too late")
        self.assertEqual(["acked"], [c["state"] for c in
                                     reply.json["ticket"]["chains"]])
        # The other one's chain measures the time that passes.
        self.sink.wait(self.about(other, "exhausted"))
        self.assertEqual(d.steps(key), steps)
        self.assertIn("dana", self.walked(key))
        self.assertLessEqual(len(self.walked(key)), len(steps))
        self.assertNotIn("omar", self.walked(key))
        d.kill()

    def test_a_restart_in_the_middle(self):
        d = self.daemon(clock=START + "@1")
        breach = instant(START) + 1
        d.created("t:1", at=breach - 600)
        self.sink.wait(self.about("t:1", "chain"))
        self.crash(d, breach + 10 * 60 - 1)
        self.sink.wait(person("eli"))
        # Twelve minutes later on its clock: mara's step has passed by.
        at = instant(self.sink.all(person("eli"))[0].json["sent_at"])
        self.crash(d, at + 12 * 60)
        mara = self.sink.wait(person("mara"))[0]
        self.assertTrue(mara.json["late"], mara.json)
        self.assertRegex(d.log(), "was blind.* for=1[0-9]m")
        self.assertGreater(d.get("/v1/status").json["blind"]["last_ms"],
                           10 * 60 * 1000)
        self.assertEqual(d.metric("slawatch_blind_last_seconds"),
                         d.metric("slawatch_blind_seconds_total"))
        self.crash(d, breach + 30 * 60)
        self.sink.wait(person("omar"))
        self.crash(d, breach + 40 * 60)
        self.sink.wait(reason("exhausted"))
        self.assertEqual(self.walked("t:1"), ["dana", "eli", "mara", "omar"])

    def test_what_was_missed_is_told_once(self):
        d = self.daemon(clock=START + "@1")
        d.created("t:1")
        self.assertEqual(d.stop(), 0)
        d.clock = "2026-01-05T09:25:00Z@1"
        d.start()
        # The breach and two steps were missed: the latest is told.
        eli = self.sink.wait(reason("chain"))[0]
        self.assertTrue(eli.json["late"])
        for minute, name in ((31, "mara"), (41, "omar")):
            self.crash(d, instant(START) + minute * 60)
            self.sink.wait(person(name))
        self.crash(d, instant(START) + 51 * 60)
        self.sink.wait(reason("exhausted"))
        self.assertEqual(self.walked("t:1"), ["eli", "mara", "omar"])

    def test_the_log_channel(self):
        d = self.daemon(config(self.sink, chain="""
      - { notify: primary, via: [log] }
      - { after: 10m, notify: backup, via: [hook] }"""),
            clock=START + "@1", args=["--log-level", "warning"])
        d.created("t:1", subject="Forged\nline \u001b[2J",
                  at=instant(START) - 599)
        line = d.wait_log("^.* notice ticket=t:1 .*to=\"Dana Ruiz\".*$")[0]
        self.assertIn("reason=chain", line)
        self.assertIn("Forged", line)
        self.assertNotIn("\x1b", d.log(all_starts=True))
        self.crash(d, instant(START) + 11 * 60)
        self.sink.wait(person("eli"))
        self.assertEqual(self.walked("t:1"), ["eli"])


class Delivery(Case):

    FAST = """
      - { notify: primary, via: [hook] }
      - { after: 1h, notify: backup, via: [hook] }"""

    def one(self, **how):
        """A daemon in real time with one notice that is due at once."""
        d = self.daemon(config(self.sink, chain=self.FAST,
                               targets="P1: { first_reply: 1s }",
                               warn="[ ]"), **how)
        d.created("t:1")
        return d

    def test_tried_again(self):
        answers = [Answer(drop=True), Answer(status=500), Answer()]
        self.sink.behave = lambda r: answers.pop(0)
        d = self.one()
        records = self.sink.wait(count=3)
        self.assertEqual(len({r.key for r in records}), 1)
        self.assertEqual(len({r.json["notice"] for r in records}), 1)
        # At least half a second, then one, of waiting.
        self.assertGreater(records[1].at - records[0].at, 0.45)
        self.assertGreater(records[2].at - records[1].at, 0.95)
        d.wait_log("change=notice_sent .*attempt=3")
        notice = d.ticket("t:1")["notices"][0]
        self.assertEqual(notice["state"], "done")
        self.assertEqual(notice["attempts"], 2)
        self.assertEqual(d.metric("slawatch_delivery_attempts_total"), 3)
        self.assertEqual(d.metric("slawatch_delivery_retries_total"), 2)

    def test_retry_after_pauses_the_channel(self):
        answers = [Answer(status=429, headers={"Retry-After": "2"})]
        self.sink.behave = lambda r: answers.pop(0) if answers else Answer()
        d = self.one()
        self.sink.wait(count=1)
        d.wait_log("channel=hook msg=\"asked to wait\" for=2s")
        d.created("t:2")
        records = self.sink.wait(lambda r: r.taken, count=2)
        for r in records:
            self.assertGreater(r.at - self.sink.all()[0].at, 1.95)
        self.assertEqual(d.metric("slawatch_channel_pauses_total"), 1)

    def test_refused_for_good(self):
        self.sink.behave = Answer(status=410)
        d = self.one()
        d.wait_log("change=notice_dead")
        wait_until("red health", lambda: d.get("/healthz").status == 503)
        self.assertIn("notice", " ".join(d.get("/healthz").json["reasons"]))
        wait_until("the dead to be counted", lambda: d.get(
            "/v1/status").json["outbox"]["dead"] > 0)

    def test_a_slow_channel_delays_nobody_else(self):
        """None of its requests is ever answered, and it gets no more at once
        than a host is given."""
        slow = Sink(Answer(gate=threading.Event()))
        try:
            d = self.daemon(config(
                self.sink, channels="  slow: { type: webhook, url: \"%s\" }\n"
                % slow.url(), chain="""
      - { notify: [primary, backup], via: [slow] }
      - { after: 1s, notify: lead, via: [hook] }""",
                targets="P1: { first_reply: 1s }"))
            for i in range(20):
                d.created("t:%d" % i)
            self.sink.wait(lambda r: r.json["person"] == "mara" and
                           r.json["reason"] == "chain", count=20)
            asked = len(slow.all())
            given_up = re.findall("change=notice_(?:retry|dead) ", d.log())
            self.assertLessEqual(asked, 8 + len(given_up))
        finally:
            slow.__exit__()

    def test_a_crash_may_repeat_and_says_so(self):
        self.sink.behave = Answer(gate=threading.Event())
        d = self.one()
        first = self.sink.wait(count=1)[0]
        d.kill()
        self.sink.behave = Answer()
        d.start()
        again = self.sink.wait(count=2)[1]
        self.assertEqual(again.key, first.key)
        self.assertFalse(first.json["repeat"])
        self.assertTrue(again.json["repeat"])
        d.wait_log("change=notice_sent")
        # Delivered and recorded: a crash now repeats nothing.
        d.kill()
        d.start()
        d.wait_log("possible_repeats=0")
        self.assertEqual(len(self.sink.all()), 2)

    def test_no_secret_is_shown(self):
        self.sink.behave = Answer(status=500, body=b"not a secret")
        d = self.one(args=["--log-level", "debug"])
        d.wait_log("change=notice_retry")
        self.assertNotIn(d.secret, d.log())
        self.assertNotIn(self.sink.url(), d.log())


if __name__ == "__main__":
    unittest.main(verbosity=2)
