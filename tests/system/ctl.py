#!/usr/bin/python3
"""ctl.py - does slawatchctl ask what it should, and tell what it was told?

Every subcommand of the real program that shows, acts or operates runs against a
small daemon made here: the requests it sends, what it prints, its exit status.

Environment: SLAWATCHCTL is the program; TMPDIR is where sockets may be made.

SPDX-License-Identifier: MIT
"""
import fcntl
import json
import os
import pty
import re
import socket
import struct
import subprocess
import sys
import termios

sys.dont_write_bytecode = True  # the sources may be read-only
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
from ctl_case import (CTL, NOW, PATIENCE, STATUS, Case, Daemon, event, lines,
                      main, results)


TICKET = {
    "key": "zendesk:4711", "subject": "Cannot log in", "severity": "P2",
    "status": "open", "category": "technical", "channel": "email",
    "customer": {"id": "acme", "name": "Acme Corp", "tier": "enterprise",
                 "value": 50000, "renewal": "2026-03-01"},
    "team": "frontline", "assignee": None, "tags": ["login", "sso"],
    "url": "https://desk.example.com/4711",
    "created": "2026-01-05T08:00:00Z", "updated": "2026-01-05T08:30:00Z",
    "policy": "enterprise",
    "matrix": {"revision": "0123456789abcdef", "in_force": False},
    "next_due": "2026-01-05T09:12:00Z",
    "clocks": [
        {"clock": "resolution", "cycle": 1, "state": "running",
         "started": "2026-01-05T08:00:00Z", "due": "2026-01-05T16:00:00Z",
         "elapsed_s": 3600, "target_s": 28800, "breached_at": None,
         "ended_at": None, "calendar": None, "policy": "enterprise",
         "warned": []},
        {"clock": "first_reply", "cycle": 1, "state": "running",
         "started": "2026-01-05T08:00:00Z", "due": "2026-01-05T09:12:00Z",
         "elapsed_s": 3600, "target_s": 4320, "breached_at": None,
         "ended_at": None, "calendar": "office", "policy": "enterprise",
         "warned": ["50%", "80%"]}],
    "chains": [
        {"chain": "standard", "run": 1, "state": "walking", "cause": "warning",
         "clock": "first_reply", "step": 2, "steps": 5, "round": 0,
         "started": "2026-01-05T08:57:36Z", "next": "2026-01-05T09:02:36Z",
         "acked_by": None, "acked_at": None}],
    "notices": [
        {"id": 7, "reason": "chain", "state": "done", "clock": "first_reply",
         "chain": "standard", "step": 1, "role": "primary", "who": "dana",
         "channel": "mail", "at": "2026-01-05T08:57:36Z",
         "free_at": "2026-01-05T08:57:36Z", "attempts": 0, "repeat": False}],
}

LATE = dict(TICKET, key="zendesk:9", subject="\u7d27\u6025 \x1b[31mred\nline",
            customer={"id": "z1", "name": None}, status="pending",
            clocks=[dict(TICKET["clocks"][1], state="breached",
                         due="2026-01-05T07:30:00Z")],
            chains=[])


class Tickets(Case):
    def test_table(self):
        self.daemon.said["/v1/tickets?limit=50"] = (
            200, {"tickets": [LATE, TICKET], "next": None})
        out = self.ctl("tickets").stdout.splitlines()
        self.assertEqual(out[0].split(), ["TICKET", "SEV", "STATUS",
                                          "CUSTOMER", "SUBJECT", "CLOCK",
                                          "DUE", "STATE", "CHAIN"])
        self.assertEqual(
            [cell.strip() for cell in out[1].split("  ") if cell.strip()],
            ["zendesk:9", "P2", "pending", "z1",
             "\u7d27\u6025 \ufffd[31mred line", "first_reply",
             "1h 30m ago", "breached", "-"])
        self.assertIn("Acme Corp  Cannot log in", out[2])
        self.assertIn("first_reply  in 12m      running 80%  standard 2/5",
                      out[2])
        self.assertEqual(self.daemon.paths(),
                         ["/v1/status", "/v1/tickets?limit=50"])

    def test_filters(self):
        self.ctl("tickets", "log", "in&out", "--status", "all", "--severity",
                 "P1", "--team=x y", "--assignee", "dana", "--customer",
                 "acme", "--breached", "--order", "updated", "-n", "7",
                 "--json", code=1)
        self.assertEqual(
            self.asked()[:2],
            ("GET", "/v1/tickets?status=all&severity=P1&team=x%20y"
             "&assignee=dana&customer=acme&order=updated&breached=true"
             "&q=log%20in%26out&limit=7"))

    def test_pages(self):
        first = "/v1/tickets?limit=1000"
        self.daemon.said[first] = (200, {"tickets": [LATE], "next": "a b"})
        self.daemon.said[first + "&after=a%20b"] = (
            200, {"tickets": [TICKET], "next": None})
        out = self.ctl("tickets", "--all").stdout
        self.assertIn("zendesk:9 ", out)
        self.assertIn("zendesk:4711", out)
        raw = self.ctl("tickets", "--all", "--json").stdout.splitlines()
        self.assertEqual([json.loads(line)["tickets"][0]["key"]
                          for line in raw], ["zendesk:9", "zendesk:4711"])

    def test_more_is_said(self):
        self.daemon.said["/v1/tickets?limit=1"] = (
            200, {"tickets": [LATE], "next": "k"})
        done = self.ctl("tickets", "--limit", "1")
        self.assertIn("--all", done.stderr)

    def test_none(self):
        self.daemon.said["/v1/tickets?limit=50"] = (
            200, {"tickets": [], "next": None})
        self.assertEqual(self.ctl("tickets").stdout, "no tickets\n")

    def test_wrong_words(self):
        for args, near in ((["--status", "opne"], '"open"'),
                           (["--order", "deu"], '"due"'),
                           (["--limit", "0"], "1 to 1000"),
                           (["--limit", "9", "--all"], "exclude")):
            self.assertIn(near, self.ctl("tickets", *args, code=2).stderr)
        self.assertEqual(self.daemon.asked, [])

    def test_terminal(self):
        """Narrow: cut to its width; coloured, unless NO_COLOR."""
        self.daemon.said["/v1/tickets?limit=50"] = (
            200, {"tickets": [dict(LATE, subject="\u7d27" * 60)],
                  "next": None})
        colour = self.on_terminal(100)
        self.assertIn("\x1b[31m", colour)
        plain = self.on_terminal(100, NO_COLOR="1")
        self.assertNotIn("\x1b", plain)
        row = plain.splitlines()[1]
        self.assertIn("\u2026", row)
        width = sum(2 if c == "\u7d27" else 1 for c in row)
        self.assertIn(width, (95, 96))  # the last column is not padded
        self.assertNotIn("\x1b", self.on_terminal(100, TERM="dumb"))
        wide = self.on_terminal(100, NO_COLOR="1", COLUMNS="300")
        self.assertIn("\u7d27" * 60, wide)

    def on_terminal(self, columns, **env):
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ,
                    struct.pack("HHHH", 24, columns, 0, 0))
        with subprocess.Popen([CTL, "tickets"], stdout=theirs,
                              stdin=theirs,
                              env=self.environment(**env)) as child:
            os.close(theirs)
            out = b""
            while True:
                try:
                    piece = os.read(ours, 65536)
                except OSError:
                    break
                if not piece:
                    break
                out += piece
            os.close(ours)
            self.assertEqual(child.wait(timeout=PATIENCE), 0)
        return out.decode("utf-8").replace("\r\n", "\n")


class OneTicket(Case):
    def test_show(self):
        self.daemon.said["/v1/tickets/zendesk:4711"] = (200, TICKET)
        out = self.ctl("show", "zendesk:4711").stdout
        for text in ("subject    Cannot log in",
                     "customer   Acme Corp (acme), tier enterprise, value "
                     "50000, renewal 2026-03-01",
                     "matrix     0123456789abcdef, not the one in force",
                     "tags       login, sso",
                     "created    2026-01-05 09:00:00 CET (1h ago)",
                     "next due   2026-01-05 10:12:00 CET (in 12m)"):
            self.assertIn(text + "\n", out)
        clock = [row for row in out.splitlines()
                 if row.startswith("first_reply")][0]
        self.assertIn("running 80%  2026-01-05 10:12:00 (in 12m)", clock)
        self.assertIn("1h  1h 12m  office", clock)
        self.assertIn("standard 2/5  walking  warning", out)
        self.assertIn("chain   first_reply  dana  mail", out)
        self.assertNotIn("assignee", out)

    def test_show_json(self):
        raw = json.dumps(TICKET)
        self.daemon.said["/v1/tickets/zendesk:4711"] = (200, raw)
        self.assertEqual(self.ctl("show", "zendesk:4711", "--json").stdout,
                         raw + "\n")

    def test_odd_key(self):
        self.ctl("show", "a:b/c?d e", code=5)
        self.assertEqual(self.daemon.paths()[-1],
                         "/v1/tickets/a:b%2Fc%3Fd%20e")

    def test_no_such_ticket(self):
        for args in (["show", "x:1"], ["timeline", "x:1"], ["ack", "x:1"],
                     ["claim", "x:1"], ["note", "x:1", "t"],
                     ["snooze", "x:1", "--for", "1h"]):
            done = self.ctl(*args, code=5)
            self.assertIn('no ticket "x:1"', done.stderr)

    def test_timeline(self):
        rows = [
            {"id": 1, "at": "2026-01-05T08:00:00Z", "kind": "event",
             "event": "e-1", "type": "created",
             "body": {"id": "e-1", "ticket": "zendesk:4711", "type":
                      "created", "at": "2026-01-05T08:00:00Z",
                      "fields": {"severity": "P2", "value": 5}}},
            {"id": 2, "at": "2026-01-05T08:00:00Z", "kind": "clock_started",
             "clock": "first_reply", "cycle": 1,
             "due": "2026-01-05T09:12:00Z"},
            {"id": 3, "at": "2026-01-05T08:57:36Z", "kind": "chain_step",
             "chain": "standard", "run": 1, "step": 2, "late_s": 75},
            {"id": 4, "at": "2026-01-05T08:57:36Z", "kind": "notice_queued",
             "reason": "chain", "notice": 7, "who": "dana",
             "channel": "mail", "detail": "first"},
            {"id": 5, "at": "2026-01-05T08:58:00Z", "kind": "event",
             "type": "note", "body": {"by": "eli", "type": "note",
                                      "text": "called"}}]
        path = "/v1/tickets/zendesk:4711/timeline?limit=1000&after=0"
        self.daemon.said[path] = (200, {"timeline": rows, "next": None})
        out = self.ctl("timeline", "zendesk:4711").stdout.splitlines()
        self.assertEqual(
            [row.split("  ", 1)[1].split(maxsplit=1) for row in out[1:]],
            [["created", "severity=P2 value=5"],
             ["clock_started",
              "first_reply #1 due 2026-01-05 10:12:00"],
             ["chain_step", "standard run 1 step 2 late by 1m 15s"],
             ["notice_queued", "chain to dana via mail notice 7 first"],
             ["note", "by=eli called"]])
        self.assertTrue(out[1].startswith("2026-01-05 09:00:00  "))

    def test_timeline_pages(self):
        base = "/v1/tickets/x:1/timeline?limit=1000&after="
        page = [{"id": n, "at": NOW, "kind": "clock_met", "clock": "c"}
                for n in range(1, 1001)]
        self.daemon.said[base + "0"] = (200, {"timeline": page, "next": 1000})
        self.daemon.said[base + "1000"] = (
            200, {"timeline": [dict(page[0], id=1001)], "next": None})
        out = self.ctl("timeline", "x:1").stdout.splitlines()
        self.assertEqual(len(out), 1002)

    def test_acts(self):
        done = dict(TICKET, assignee="mara",
                    chains=[dict(TICKET["chains"][0], state="acked")])
        for args, path, body, words in (
                (["ack", "x:1"], "ack", {"by": "mara"}, "acknowledged"),
                (["ack", "--by", "eli", "x:1", "--text", "on it"], "ack",
                 {"by": "eli", "text": "on it"}, "acknowledged"),
                (["claim", "x:1"], "claim", {"by": "mara"}, "claimed"),
                (["snooze", "x:1", "--for", "30m"], "snooze",
                 {"by": "mara", "for": "30m"}, "snoozed"),
                (["snooze", "x:1", "--until", "2026-01-05T10:00:00Z"],
                 "snooze", {"by": "mara", "until": "2026-01-05T10:00:00Z"},
                 "snoozed"),
                (["note", "x:1", "they", "called"], "note",
                 {"by": "mara", "text": "they called"}, "noted")):
            self.daemon.asked.clear()
            self.daemon.said["/v1/tickets/x:1/" + path] = (
                200, {"ticket": done})
            out = self.ctl(*args).stdout
            method, _, sent = self.asked()
            self.assertEqual((method, json.loads(sent)), ("POST", body))
            self.assertEqual(out, "zendesk:4711 %s; open, owned by mara, "
                             "chain standard 2/5 acked\n" % words)
            raw = self.ctl(*args, "--json").stdout
            self.assertEqual(json.loads(raw), {"ticket": done})

    def test_refused(self):
        self.daemon.said["/v1/tickets/x:1/ack"] = (
            409, {"error": "ticket: it is solved"})
        self.assertIn("refused (409): ticket: it is solved",
                      self.ctl("ack", "x:1", code=1).stderr)

    def test_snooze_end(self):
        for args in ([], ["--for", "1h", "--until", NOW], ["--for", "soon"],
                     ["--for", "0"], ["--until", "tomorrow"]):
            self.ctl("snooze", "x:1", *args, code=2)
        self.assertEqual(self.daemon.asked, [])


class Operate(Case):
    def test_status(self):
        out = self.ctl("status").stdout
        for text in ("version    0.1.0", "health     ok",
                     "now        2026-01-05 10:00:00",
                     "tickets    12 open, 3 breached",
                     "chains     2 walking, 1 acked, 0 exhausted",
                     "next due   2026-01-05 10:12:00 CET (in 12m)",
                     "blind      4s at the last restart, 4s in all",
                     "database   slawatch.db, 40 kB"):
            self.assertIn(text + "\n", out)
        self.assertNotIn("virtual", out)
        self.assertNotIn("presence", out)  # an older daemon

    def test_status_presence(self):
        feed = {"schedule": "night", "good_at": "2026-01-05T08:00:00Z",
                "failing_since": None, "why": "", "next": None}
        self.daemon.said["/v1/status"] = (200, dict(
            STATUS,
            health={"ok": True, "reasons": [], "worries": ["a gap ahead"]},
            presence={"people": 4, "away": 1, "schedules": 2, "gaps": 0,
                      "feeds": [feed, dict(
                          feed, schedule="day", good_at=None, why="404",
                          failing_since="2026-01-05T08:30:00Z")]}))
        out = self.ctl("status").stdout
        for text in ("health     ok", "worries    a gap ahead",
                     "presence   4 people, 1 away, 2 schedules, 0 gaps",
                     "feed       night, copy of 2026-01-05 09:00:00 CET "
                     "(1h ago)",
                     "feed       day, no copy yet; failing since 30m ago: "
                     "404"):
            self.assertIn(text + "\n", out)

    def test_status_red(self):
        self.daemon.said["/v1/status"] = (
            200, dict(STATUS, clock={"virtual": True, "rate": 3600.0},
                      health={"ok": False, "reasons": ["a", "b"]}))
        out = self.ctl("status").stdout
        self.assertIn("health     a; b\n", out)
        self.assertIn("clock      virtual, 3600 times as fast\n", out)

    def test_status_json(self):
        self.assertEqual(json.loads(self.ctl("status", "--json").stdout),
                         STATUS)

    def test_health(self):
        self.daemon.said["/healthz"] = (200, {"ok": True, "reasons": []})
        self.daemon.said["/readyz"] = (200, {"ready": True})
        self.assertEqual(self.ctl("health").stdout, "ready\n")
        self.assertEqual(self.ctl("health", "--json").stdout,
                         '{"ready": true}\n')
        self.daemon.said["/healthz"] = (503, {"ok": False,
                                              "reasons": ["a", "b"]})
        self.assertEqual(self.ctl("health").stdout,
                         "ready, but not well: a; b\n")
        self.daemon.said["/readyz"] = (503, {"ready": False})
        self.assertEqual(self.ctl("health", code=4).stdout, "not ready\n")

    def test_metrics(self):
        text = "# HELP a b\n# TYPE a counter\na 1\n"
        self.daemon.said["/metrics"] = (200, text)
        self.assertEqual(self.ctl("metrics").stdout, text)

    def test_reload(self):
        self.daemon.said["/v1/reload"] = (
            200, {"messages": "m.yaml:1:1: warning: old", "revision": "00ff"})
        done = self.ctl("reload")
        self.assertEqual(done.stdout, "reloaded, revision 00ff\n")
        self.assertIn("m.yaml:1:1: warning: old", done.stderr)
        method, path, body = self.asked()
        self.assertEqual((method, path), ("POST", "/v1/reload"))
        self.assertEqual(json.loads(body), {
            "by": "mara", "why": None, "force": False})
        why = "m.yaml:3:1: error: no\n  x\n  ^\n" + "m.yaml:9:1: no\n" * 90
        self.daemon.said["/v1/reload"] = (422, {"error": why})
        said = self.ctl("reload", code=1).stderr
        self.assertIn(why, said)
        self.assertIn("nothing was changed", said)


def too_wide(text):
    """The lines of a help text that a terminal would break."""
    return [line for line in text.splitlines() if len(line) > 80]


class Offline(Case):
    MATRIX = """
severities:
  P1: { title: Critical }
policies:
  - name: all
    targets: { P1: { first_reply: 15m } }
"""

    def test_check(self):
        good = self.write("good.yaml", self.MATRIX)
        self.assertIn("good.yaml: ok", self.ctl("check", good).stdout)
        bad = self.write("bad.yaml",
                         self.MATRIX.replace("first_reply", "first_repyl"))
        said = self.ctl("check", bad, code=1).stderr
        self.assertIn("bad.yaml:6:", said)
        self.assertIn("first_reply", said)
        self.ctl("check", self.path("none"), code=1)

    def test_version_and_help(self):
        self.assertRegex(self.ctl("version").stdout, r"^slawatchctl \d+\.")
        self.assertEqual(self.ctl("--version").stdout,
                         self.ctl("version").stdout)
        whole = self.ctl("help").stdout
        self.assertEqual(self.ctl("--help").stdout, whole)
        self.assertIn("timeline", whole)
        one = self.ctl("help", "snooze").stdout
        self.assertEqual(self.ctl("snooze", "--help").stdout, one)
        self.assertIn("--until INSTANT", one)
        self.assertIn('"show"', self.ctl("help", "shwo", code=2).stderr)
        # It is as wide as a terminal, and stands in columns.
        self.assertEqual(too_wide(whole), [])
        for line in re.findall(r"^  [a-z].*", whole, re.M):
            self.assertRegex(line, r"^.{33} \S")
        lines = re.findall(r"^ +(?:-\w, )?--.*",
                           self.ctl("help", "simulate").stdout, re.M)
        column = lines[0].index("talk to the daemon")
        self.assertEqual({line[column - 1] for line in lines}, {" "})
        self.assertNotIn(" ", {line[column] for line in lines})
        # Options of the same name: no subcommand takes both.
        for name in re.findall(r"^  ([a-z][a-z-]*) ", whole, re.M):
            one = self.ctl("help", name).stdout
            self.assertEqual(too_wide(one), [], name)
            options = re.findall(r"^ +(?:-\w, )?--([a-z-]+)", one, re.M)
            self.assertGreaterEqual(len(options), 4, name)
            self.assertEqual(len(options), len(set(options)), name)
        # What is longer goes on below its own beginning.
        self.assertRegex(self.ctl("help", "tickets").stdout,
                         r"--status STATUS +new, open, .*,\n {29}\w.* or all\n")

    def test_usage(self):
        for args, text in (
                ([], "slawatchctl help"),
                (["tikets"], 'did you mean "tickets"?'),
                (["frobnicate"], "slawatchctl help"),
                (["tickets", "--jsno"], 'did you mean "--json"?'),
                (["status", "--breached"], 'unknown option "--breached"'),
                (["tickets", "-x"], 'unknown option "-x"'),
                (["show"], "show needs TICKET"),
                (["show", "a:1", "b:2"], '"b:2"'),
                (["ack", "a:1", "--by"], '"--by" needs NAME'),
                (["show", "a:1", "--json=yes"], "takes no value")):
            self.assertIn(text, self.ctl(*args, code=2).stderr)
        self.assertEqual(self.daemon.asked, [])


class Reaching(Case):
    def test_no_daemon(self):
        gone = self.path("gone.sock")
        said = self.ctl("status", "-s", gone, code=4).stderr
        self.assertIn("there is no socket " + gone, said)
        self.assertIn("systemctl start slawatchd", said)
        dead = self.path("dead.sock")
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(dead)
        self.assertIn("nobody answers on " + dead,
                      self.ctl("-s", dead, "health", code=4).stderr)
        self.assertIn("too long",
                      self.ctl("-s", "x" * 200, "status", code=2).stderr)

    def test_address(self):
        """-s before or behind the subcommand beats the environment."""
        for args in (["-s", self.daemon.where, "status"],
                     ["status", "-s", self.daemon.where],
                     ["status", "--socket=" + self.daemon.where]):
            self.ctl(*args, SLAWATCH_SOCKET=self.path("other"))

    def test_url_and_token(self):
        tcp = Daemon()
        self.addCleanup(tcp.close)
        token = self.write("token", "s3cret\n")
        self.ctl("status", "-s", tcp.where + "/", "--token-file", token)
        self.assertEqual(tcp.headers[-1]["Authorization"], "Bearer s3cret")
        self.assertEqual(tcp.paths(), ["/v1/status"])
        self.ctl("status", "-s", tcp.where, SLAWATCH_TOKEN_FILE=token)
        self.assertEqual(tcp.headers[-1]["Authorization"], "Bearer s3cret")
        tcp.said["/v1/events"] = results
        self.ctl("event", "-s", tcp.where, "--token-file", token,
                 stdin=lines([event(1, NOW)]))
        self.assertEqual(tcp.headers[-1]["Authorization"], "Bearer s3cret")
        self.ctl("status", "--token-file", token)  # the socket needs none
        self.assertNotIn("Authorization", self.daemon.headers[-1])
        for text in ("", "a b\n", "a\r\nX: y\n"):
            bad = self.write("bad", text)
            said = self.ctl("status", "-s", tcp.where, "--token-file", bad,
                            code=2).stderr
            self.assertIn("bearer token", said)
        self.ctl("status", "-s", tcp.where, "--token-file",
                 self.path("none"), code=2)

    def test_refusals(self):
        for status, code, text in ((401, 1, "--token-file"),
                                   (403, 1, "may not"), (500, 1, "(500)"),
                                   (503, 4, "cannot take it now")):
            self.daemon.said["/v1/status"] = (status, {"error": "why not"})
            said = self.ctl("status", code=code).stderr
            self.assertIn(text, said)
            self.assertIn("why not", said)
        self.daemon.said["/v1/status"] = (200, "<html>")
        self.assertIn("not slawatchd's", self.ctl("status", code=1).stderr)

    def test_full_disk(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([CTL, "status"], stdout=full, check=False,
                                  stderr=subprocess.PIPE, text=True,
                                  env=self.environment(),
                                  timeout=PATIENCE)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot be written", done.stderr)


if __name__ == "__main__":
    main()
