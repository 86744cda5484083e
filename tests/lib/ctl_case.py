"""ctl_case.py - slawatchctl against a small daemon made here.

Case runs the real program, named by SLAWATCHCTL; Daemon keeps what it was asked
and answers what the test wants.

SPDX-License-Identifier: MIT
"""
import datetime
import http.server
import json
import os
import socketserver
import subprocess
import sys
import tempfile
import threading
import unittest

CTL = os.environ.get("SLAWATCHCTL")
NOW = "2026-01-05T09:00:00Z"
PATIENCE = 300          # seconds, with what would hang for ever
UTC = datetime.timezone.utc

STATUS = {
    "version": "0.1.0", "now": NOW, "started": "2026-01-05T07:00:00Z",
    "ready": True, "clock": {"virtual": False, "rate": 1.0},
    "matrix": {"file": "matrix.yaml", "revision": "0123456789abcdef",
               "loaded": "2026-01-05T07:00:00Z"},
    "tickets": {"open": 12, "breached": 3},
    "chains": {"walking": 2, "acked": 1, "exhausted": 0},
    "outbox": {"pending": 4, "dead": 0, "oldest_pending": None},
    "heap": {"entries": 12, "next_due": "2026-01-05T09:12:00Z"},
    "queue": {"waiting": 0, "max": 65536},
    "blind": {"last_ms": 4000, "total_ms": 4000},
    "health": {"ok": True, "reasons": []},
    "database": {"path": "slawatch.db", "bytes": 40960},
}


class Handler(http.server.BaseHTTPRequestHandler):
    """Keeps what was asked and answers what the test wants."""
    protocol_version = "HTTP/1.1"

    def address_string(self):
        return "socket"

    def log_message(self, *_):
        pass

    def handle_one(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode("utf-8")
        daemon = self.server.daemon
        daemon.asked.append((self.command, self.path, body))
        daemon.headers.append(dict(self.headers))
        answer = daemon.answer(self.command, self.path, body)
        if answer is None:  # hang up
            self.close_connection = True
            return
        status, value = answer[:2]
        text = value if isinstance(value, str) else json.dumps(value)
        raw = text.encode("utf-8")
        self.send_response(status)
        for name, header in (answer[2] if len(answer) > 2 else {}).items():
            self.send_header(name, header)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_POST = handle_one


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


class TcpServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True


class Daemon:
    """What a test says by path; every event is accepted unless said."""

    def __init__(self, path=None):
        self.asked = []
        self.headers = []
        self.said = {}
        self.now = lambda: NOW
        if path:
            self.server = UnixServer(path, Handler)
            self.where = path
        else:
            self.server = TcpServer(("127.0.0.1", 0), Handler)
            self.where = "http://127.0.0.1:%d" % self.server.server_address[1]
        self.server.daemon = self
        threading.Thread(target=self.server.serve_forever,
                         kwargs={"poll_interval": 0.01}, daemon=True).start()

    def answer(self, method, path, body):
        said = self.said.get((method, path), self.said.get(path))
        if callable(said):
            return said(body)
        if said is not None:
            return said
        if path == "/v1/status":
            return 200, dict(STATUS, now=self.now())
        if path == "/v1/events":
            return results(body)
        return 404, {"error": "path: there is nothing here"}

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def paths(self):
        return [path for _, path, _ in self.asked]


def results(body, verdict=lambda item: ("accepted", 200, None)):
    """The answer to a batch, by a verdict on each item."""
    listed = []
    for index, line in enumerate(body.splitlines()):
        try:
            item = json.loads(line)
        except ValueError:
            item = {}
        what, code, why = verdict(item)
        listed.append({"index": index, "id": item.get("id"),
                       "ticket": item.get("ticket"), "result": what,
                       "code": code, "error": why})
    words = [row["result"] for row in listed]
    refused = words.count("refused")
    status = 200
    if len(listed) == 1:
        status = listed[0]["code"]
    elif refused:
        status = 422 if refused == len(listed) else 207
    return status, {"accepted": words.count("accepted"),
                    "duplicates": words.count("duplicate"),
                    "refused": refused, "results": listed}


def event(number, at, **more):
    return dict({"id": "e-%d" % number, "ticket": "zendesk:1", "at": at,
                 "type": "created", "fields": {"subject": "s"}}, **more)


def lines(events):
    return "".join(json.dumps(e) + "\n" for e in events)


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory(prefix="slactl-")
        self.addCleanup(self.dir.cleanup)
        self.daemon = Daemon(self.path("d.sock"))
        self.addCleanup(self.daemon.close)

    def path(self, name):
        return os.path.join(self.dir.name, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    def environment(self, **more):
        keep = ("PATH", "HOME", "ASAN_OPTIONS", "UBSAN_OPTIONS",
                "LSAN_OPTIONS", "TSAN_OPTIONS", "LD_LIBRARY_PATH")
        env = {k: v for k, v in os.environ.items() if k in keep}
        env.update({"TZ": "Europe/Berlin", "USER": "mara", "LC_ALL": "C",
                    "SLAWATCH_SOCKET": self.daemon.where}, **more)
        return env

    def ctl(self, *args, code=0, stdin="", **env):
        done = subprocess.run([CTL, *args], input=stdin, text=True,
                              capture_output=True, timeout=PATIENCE,
                              check=False, encoding="utf-8",
                              env=self.environment(**env))
        self.assertEqual(done.returncode, code,
                         "%s\n%s%s" % (args, done.stdout, done.stderr))
        return done

    def asked(self):
        """The only request."""
        self.assertEqual(len(self.daemon.asked), 1, self.daemon.asked)
        return self.daemon.asked[0]


def main():
    if not CTL:
        sys.exit("SLAWATCHCTL must name the program")
    unittest.main(verbosity=1)
