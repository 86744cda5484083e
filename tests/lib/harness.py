"""harness.py - the real daemon in a folder of its own, and a sink that records.

    with Scratch() as scratch, Sink() as sink:
        daemon = Daemon(scratch, config(sink), clock="now@3600")
        daemon.start()
        daemon.created("t:1", severity="P1")
        sink.wait(lambda r: r.json["reason"] == "breach")
        daemon.stop()

Nothing sleeps for a guess: waiting is polling with a deadline, and a deadline
that passes raises with the daemon's log.  SLAWATCHD names the daemon's binary.

SPDX-License-Identifier: MIT
"""
import hashlib
import hmac
import http.client
import http.server
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from datetime import datetime, timedelta, timezone

SLAWATCHD = os.environ.get("SLAWATCHD", "slawatchd")
SLAWATCHCTL = os.environ.get("SLAWATCHCTL", "slawatchctl")
# A slow machine under a sanitizer takes ten times as long as a good one: only
# what will never happen is to end here.
PATIENCE = float(os.environ.get("SLAWATCH_PATIENCE", "180"))


class Failed(AssertionError):
    """Something that was to happen did not."""


class Hurried(Failed):
    """The daemon itself tells that it could not keep up with its clock."""


def at_a_pace(play, paces=(3600, 600, 60)):
    """play(pace), a story with a clock that fast.  Where the machine is too
    slow for it the play raises Hurried, on the daemon's own account, and the
    next pace is tried; with the last one that is a failure."""
    for pace in paces[:-1]:
        try:
            return play(pace)
        except Hurried as e:
            print("too fast for this machine:", pace, e)
    return play(paces[-1])


def wait_until(what, condition, timeout=None):
    """Polls until condition() gives something true, and returns that."""
    deadline = time.monotonic() + (timeout or PATIENCE)
    pause = 0.002
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failed("waited in vain for " + what)
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)


def free_port():
    """A port that nobody has, and that no outgoing connection is given."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as f:
        first, last = (int(word) for word in f.read().split())
    if first <= 2000:
        first = last    # all of them are given: then any
    while True:
        port = random.randrange(max(1024, first - 20000), first)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def rfc3339(when):
    """A datetime, or seconds since the epoch."""
    if not isinstance(when, datetime):
        when = datetime.fromtimestamp(when, timezone.utc)
    text = when.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return text[:-3] + "Z"


def instant(text):
    """Seconds since the epoch of an RFC 3339 instant."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class Scratch:
    """A folder that is gone afterwards; short, for a socket's path in it."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="slaw-")

    def file(self, name, text=None):
        path = os.path.join(self.path, name)
        if text is not None:
            mode = "wb" if isinstance(text, bytes) else "w"
            with open(path, mode) as f:
                f.write(text)
        return path

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


# --- the sink -----------------------------------------------------------------


class Answer:
    """What the sink does with a request."""

    def __init__(self, status=200, headers=None, body=b"ok", delay=0.0,
                 gate=None, drop=False, drop_after=False):
        self.status = status
        self.headers = headers or {}
        self.body = body
        self.delay = delay            # seconds before anything is answered
        self.gate = gate              # an Event to wait for, likewise
        self.drop = drop              # close without an answer
        self.drop_after = drop_after  # the same, and say it was taken


class Record:
    """A request that came."""

    def __init__(self, path, headers, body):
        self.at = time.monotonic()
        self.path = path
        self.headers = headers
        self.body = body
        self.answer = None
        try:
            self.json = json.loads(body)
        except ValueError:
            self.json = None

    @property
    def key(self):
        return self.headers.get("Idempotency-Key")

    @property
    def taken(self):
        """Was it answered as accepted?"""
        return (self.answer is not None and not self.answer.drop and
                not self.answer.drop_after and
                200 <= self.answer.status < 300)

    def signed_by(self, secret):
        """Does the signature hold?"""
        stamp = self.headers.get("X-Slawatch-Timestamp", "")
        text = stamp.encode() + b"." + self.body
        want = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
        return self.headers.get("X-Slawatch-Signature") == "v1=" + want


class Sink:
    """An HTTP server that records what comes and answers as it is told.

    behave: an Answer, or a function of the Record that gives one; called on a
    thread of the server's."""

    def __init__(self, behave=None):
        self.behave = behave or Answer()
        self.records = []
        self.lock = threading.Lock()
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                sink._serve(self)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever,
                                       args=(0.05,), daemon=True)
        self.thread.start()

    def _serve(self, handler):
        length = int(handler.headers.get("Content-Length", 0))
        record = Record(handler.path, handler.headers,
                        handler.rfile.read(length))
        behave = self.behave
        answer = behave(record) if callable(behave) else behave
        record.answer = answer
        with self.lock:
            self.records.append(record)
        if answer.delay:
            time.sleep(answer.delay)
        if answer.gate:
            answer.gate.wait()
        if answer.drop or answer.drop_after:
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        handler.send_response(answer.status)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(answer.body)))
        handler.end_headers()
        handler.wfile.write(answer.body)

    @property
    def port(self):
        return self.server.server_address[1]

    def url(self, path="/hook"):
        return "http://127.0.0.1:%d%s" % (self.port, path)

    def all(self, match=None):
        with self.lock:
            records = list(self.records)
        return [r for r in records if match is None or match(r)]

    def wait(self, match=None, count=1, timeout=None):
        """Waits for so many that match; gives all that do."""
        def enough():
            found = self.all(match)
            return found if len(found) >= count else None
        return wait_until("%d notices" % count, enough, timeout)

    def clear(self):
        with self.lock:
            self.records.clear()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


# --- configurations -----------------------------------------------------------

PEOPLE = """
people:
  dana: { name: Dana Ruiz, slack: U01DANA, email: dana@example.com }
  eli:  { name: Eli Park, slack: U01ELI, email: eli@example.com }
  mara: { name: Mara Stein, slack: U01MARA, email: mara@example.com }
  omar: { name: Omar Haddad, slack: U01OMAR, email: omar@example.com }
roles: { primary: dana, backup: eli, lead: mara, manager: omar }
"""


def config(sink, secret="not a secret", chain=None, targets=None, daemon="",
           channels="", matrix="owner: mara, fallback: hook", warn="[ 80% ]",
           policy=""):
    """A small matrix: P1 to P3, around the clock, four steps by webhook."""
    chain = chain or """
      - { notify: primary, via: [hook] }
      - { after: 10m, notify: backup, via: [hook] }
      - { after: 10m, notify: lead, via: [hook] }
      - { after: 10m, notify: manager, via: [hook] }"""
    targets = targets or "P1: { first_reply: 10m }, P2: { first_reply: 1h }"
    return """
matrix: { %s }
severities: { P1: { title: Critical }, P2: {}, P3: {} }
channels:
  hook: { type: webhook, url: "%s", secret: { file: hook.secret } }
  log: { type: log }
%s%schains:
  standard:
    steps:%s
policies:
  - name: everyone
    warn: %s
    on_breach: standard
    targets: { %s }
%s%s""" % (matrix, sink.url() if sink else "http://127.0.0.1:9/",
           channels, PEOPLE, chain, warn, targets, policy,
           "daemon:\n%s" % daemon if daemon else "")


# --- the daemon ---------------------------------------------------------------


class Reply:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json.get("error", "")

    def __repr__(self):
        return "%d %s" % (self.status, self.body.decode("utf-8", "replace"))


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.unix_path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.unix_path)


class Daemon:
    """One slawatchd, its files in the scratch folder; may be started again."""

    def __init__(self, scratch, text, clock=None, args=(), name="d",
                 secret="not a secret", env=None, wrapper=()):
        self.scratch = scratch
        self.name = name
        self.config = scratch.file(name + ".yaml", text)
        self.socket = scratch.file(name + ".sock")
        self.database = scratch.file(name + ".db")
        self.log_path = scratch.file(name + ".log")
        self.secret = secret
        os.chmod(scratch.file("hook.secret", secret + "\n"), 0o600)
        self.clock = clock
        self.args = list(args)
        self.env = env or {}
        self.wrapper = list(wrapper)
        self.process = None
        self.next_id = 0

    # life

    def start(self, wait=True, timeout=None):
        command = self.wrapper + [
            SLAWATCHD, "-c", self.config, "--database", self.database,
            "--socket", self.socket, "--log-format", "text"]
        if self.clock:
            command += ["--clock", self.clock]
        # A socket that a killed daemon left behind answers nobody.
        with open(self.log_path, "ab") as log:
            self.log_from = log.tell()
            self.process = subprocess.Popen(
                command + self.args, stderr=log, stdout=log,
                env={**os.environ, **self.env})
        if wait:
            self.wait_ready(timeout)
        return self

    def wait_ready(self, timeout=None):
        def ready():
            if self.process.poll() is not None:
                raise Failed("ended with %d:\n%s" %
                             (self.process.returncode, self.log()))
            try:
                return self.get("/readyz").status == 200
            except OSError:
                return False
        wait_until("readiness", ready, timeout)

    def wait_exit(self, timeout=None):
        """Waits until it ends by itself; its exit status."""
        try:
            return self.process.wait(timeout or PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failed("did not end:\n" + self.log()) from None

    def stop(self, timeout=None):
        """SIGTERM; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait_exit(timeout)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def running(self):
        return self.process is not None and self.process.poll() is None

    def reload(self, text=None):
        if text is not None:
            self.scratch.file(self.name + ".yaml", text)
        self.process.send_signal(signal.SIGHUP)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.running():
            self.kill()

    # its log

    def log(self, all_starts=False):
        with open(self.log_path, "rb") as f:
            f.seek(0 if all_starts else self.log_from)
            return f.read().decode("utf-8", "replace")

    def wait_log(self, pattern, timeout=None):
        """Waits for a line; gives the match."""
        try:
            return wait_until("a log line " + pattern, lambda: re.search(
                pattern, self.log(), re.M), timeout)
        except Failed as e:
            raise Failed("%s\n%s" % (e, self.log())) from None

    # requests

    def connection(self, timeout=None):
        return UnixConnection(self.socket, timeout or PATIENCE)

    def request(self, method, path, body=None, headers=None, port=None,
                timeout=None):
        """port: over TCP; else over the Unix socket."""
        if port is None:
            conn = self.connection(timeout)
        else:
            conn = http.client.HTTPConnection("127.0.0.1", port,
                                              timeout=timeout or PATIENCE)
        if isinstance(body, str):
            body = body.encode()
        elif body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        headers = dict(headers or {})
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        try:
            conn.request(method, path, body=body, headers=headers)
            response = conn.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            conn.close()

    def get(self, path, **how):
        return self.request("GET", path, **how)

    def post(self, path, body=None, **how):
        return self.request("POST", path, body, **how)

    def now(self):
        """The daemon's clock, seconds since the epoch."""
        return instant(self.get("/v1/status").json["now"])

    # events

    def event(self, ticket, kind, at=None, **members):
        """An event as a dict, with an id of its own and the daemon's now."""
        self.next_id += 1
        event = {"id": "%s-%d" % (self.name, self.next_id), "ticket": ticket,
                 "at": rfc3339(self.now() if at is None else at),
                 "type": kind}
        event.update(members)
        return event

    def send(self, *events):
        """Sends; anything but acceptance of all raises."""
        body = list(events) if len(events) != 1 else events[0]
        reply = self.post("/v1/events", body)
        if reply.status != 200:
            raise Failed(repr(reply))
        return reply

    def created(self, ticket, severity="P1", at=None, **fields):
        fields = {"subject": "Cannot log in", "severity": severity,
                  "status": "new", **fields}
        return self.send(self.event(ticket, "created", at=at, fields=fields))

    def ticket(self, key):
        reply = self.get("/v1/tickets/" + key)
        if reply.status != 200:
            raise Failed(repr(reply))
        return reply.json

    def timeline(self, key):
        return self.get("/v1/tickets/%s/timeline?limit=1000" %
                        key).json["timeline"]

    def steps(self, key):
        """The timeline's rows of a chain's steps that were taken."""
        return [row for row in self.timeline(key)
                if row["kind"] == "chain_step"]

    def need_unhurried(self, key):
        """Raises Hurried if a warning or a step of the ticket's was overtaken
        by the next, as after a long pause, or a step came before it was on
        record that the former one's notice was sent."""
        sent = 0
        for row in self.timeline(key):
            if row["kind"] == "notice_sent" and row["reason"] == "chain":
                sent += 1
            if row["kind"].endswith("_skipped") or (
                    row["kind"] == "chain_step" and sent < row["step"] - 1):
                raise Hurried(json.dumps(row))

    def clock_of(self, key, kind):
        """The latest cycle of a clock."""
        clocks = [c for c in self.ticket(key)["clocks"] if c["clock"] == kind]
        return max(clocks, key=lambda c: c["cycle"])

    def metric(self, name):
        text = self.get("/metrics").body.decode()
        found = re.search("^%s ([0-9.]+)$" % re.escape(name), text, re.M)
        if not found:
            raise Failed("no metric " + name)
        return float(found.group(1))


def minutes(n):
    return timedelta(minutes=n)
