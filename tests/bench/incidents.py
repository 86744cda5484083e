#!/usr/bin/env python3
"""incidents.py - a year of real incidents through the running daemon.

    SLAWATCH_DATA=DIRECTORY tests/bench/incidents.py [SECONDS]

Imports DIRECTORY/servicenow-incidents.csv.gz with etc/servicenow-map.yaml,
replays it into a daemon on a virtual clock so that the whole lasts SECONDS (180
unless said), and counts what etc/incidents.yaml makes of it: in the database,
and at a sink that checks every signature.

Lateness is told in real milliseconds: virtual lateness over the rate.  At a
rate of 170,000 the daemon's millisecond is three virtual minutes.

SPDX-License-Identifier: MIT
"""
import asyncio
import collections
import contextlib
import csv
import gzip
import hashlib
import hmac
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, "..", "..")
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

from harness import (Daemon, Failed, Scratch, SLAWATCHCTL,  # noqa: E402
                     instant, rfc3339, wait_until)

SECRET = "counts the incidents"
MARGIN = 6 * 3600       # virtual seconds between the clock's start and event 1
AFTERWARDS = 14 * 86400  # ... and after the last, for what is still due


class CountingSink(threading.Thread):
    """An HTTP server as plain as can be; keeps when each request was whole."""

    def __init__(self):
        super().__init__(daemon=True)
        self.arrivals = []      # (monotonic seconds, head, body)
        self.port = None
        self.ready = threading.Event()
        self.start()
        self.ready.wait()

    def run(self):
        asyncio.run(self.serve())

    async def serve(self):
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: Connection(self.arrivals), "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await server.serve_forever()


class Connection(asyncio.Protocol):
    LENGTH = re.compile(rb"content-length: *(\d+)", re.I)
    ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    def __init__(self, arrivals):
        self.arrivals = arrivals
        self.data = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.data += data
        while True:
            head, gap, rest = self.data.partition(b"\r\n\r\n")
            length = self.LENGTH.search(head)
            need = int(length.group(1)) if length else 0
            if not gap or len(rest) < need:
                return
            self.arrivals.append((time.monotonic(), head, rest[:need]))
            self.data = rest[need:]
            self.transport.write(self.ANSWER)


def signed(head, body):
    fields = dict(line.split(": ", 1) for line in
                  head.decode("latin-1").split("\r\n")[1:])
    fields = {name.lower(): value for name, value in fields.items()}
    text = fields.get("x-slawatch-timestamp", "").encode() + b"." + body
    want = hmac.new(SECRET.encode(), text, hashlib.sha256).hexdigest()
    return fields.get("x-slawatch-signature") == "v1=" + want


def import_events(scratch, data):
    table = scratch.file("incidents.csv")
    events = scratch.file("events.ndjson")
    archive = os.path.join(data, "servicenow-incidents.csv.gz")
    with gzip.open(archive) as packed, open(table, "wb") as plain:
        shutil.copyfileobj(packed, plain)
    said = subprocess.run(
        [SLAWATCHCTL, "import", "--map",
         os.path.join(TOP, "etc", "servicenow-map.yaml"), "-o", events, table],
        check=True, stderr=subprocess.PIPE, text=True).stderr
    print("import:", said.strip())
    return table, events


def own_sla(table):
    """Of each incident: did they keep it, by the last row?  And for the rows
    that say they did not, when the first of them was written."""
    kept = {}
    with open(table, newline="") as f:
        for row in csv.DictReader(f):
            kept["servicenow:" + row["number"]] = row["made_sla"] == "true"
    return kept


def examine(events):
    """When the first and the last is, how many, and who is named in them."""
    with open(events) as f:
        parsed = [json.loads(line) for line in f]
    agents = {e.get("assignee") or e.get("fields", {}).get("assignee")
              for e in parsed} - {None}
    return (instant(parsed[0]["at"]), instant(parsed[-1]["at"]), len(parsed),
            sorted(agents))


def with_people(text, agents):
    people = "".join("\n  %s: {}" % name for name in agents)
    return text.replace("\npeople:", "\npeople:" + people, 1)


def to_the_log(text, agents):
    """With a log in place of the sink: nothing is on its way for long."""
    text, n = re.subn(r"sink:\n    type: webhook\n    url: .*\n    secret: .*\n",
                      "sink: { type: log }\n", text)
    if n != 1:
        raise Failed("etc/incidents.yaml names %d sinks" % n)
    return with_people(text, agents)


def matrix_for(sink, agents):
    """The example's, with our sink and the people of that company: a ticket
    cannot be assigned to somebody the matrix does not know."""
    with open(os.path.join(TOP, "etc", "incidents.yaml")) as f:
        text = f.read()
    text += "\ndaemon: { max_future: 1d }    # a millisecond of ours is minutes\n"
    text = with_people(text, agents)
    text, n = re.subn(r"url: http://\S+", "url: http://127.0.0.1:%d/notices"
                      % sink.port, text)
    if n != 1:
        raise Failed("etc/incidents.yaml names %d sinks" % n)
    return text


def clock_offset(daemon, rate):
    """Virtual seconds at monotonic 0, from the tightest of some readings."""
    best = None
    for _ in range(50):
        before = time.monotonic()
        now = daemon.now()
        after = time.monotonic()
        if best is None or after - before < best[0]:
            best = (after - before, now - rate * (before + after) / 2)
    return best[1], best[0] / 2


def replay(daemon, events):
    run = subprocess.run(
        [SLAWATCHCTL, "-s", daemon.socket, "replay", "--json", "--batch",
         "1000", events], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(run.stdout)


def settle(daemon, until):
    """Until the clock shows that and nothing is on its way."""
    wait_until("the clock to show the end", lambda: daemon.now() >= until,
               timeout=60)

    def quiet():
        status = daemon.get("/v1/status").json
        return (status["queue"]["waiting"] == 0 and
                status["outbox"]["pending"] == 0)
    try:
        wait_until("an empty outbox", quiet, timeout=60)
    except Failed as e:
        raise Failed("%s: %s" % (e, daemon.get("/v1/status").body)) from None


def metric(daemon, name):
    text = daemon.get("/metrics").body.decode()
    return float(re.search(r"^%s (\S+)$" % name, text, re.M).group(1))


def rows(database, question):
    db = sqlite3.connect("file:%s?mode=ro" % database, uri=True)
    try:
        return db.execute(question).fetchall()
    finally:
        db.close()


def count_journal(database):
    kinds = dict(rows(database,
                      "SELECT kind, count(*) FROM journal GROUP BY kind"))
    tickets = rows(database, "SELECT count(*) FROM ticket")[0][0]
    print("tickets %d, events %d" % (tickets, kinds.get("event", 0)))
    for kind in ("clock_warned", "clock_breached", "clock_met",
                 "clock_met_late", "clock_withdrawn", "chain_started",
                 "chain_step", "chain_exhausted", "notice_queued", "notice_sent",
                 "notice_withdrawn", "notice_dead"):
        print("  %-18s %7d" % (kind, kinds.get(kind, 0)))
    for kind in ("clock_warned", "clock_breached"):
        by = rows(database, "SELECT clock, count(*), count(DISTINCT ticket_id)"
                  " FROM journal WHERE kind = '%s' GROUP BY clock" % kind)
        print("  %s by clock: %s" % (kind, ", ".join(
            "%s %d (%d tickets)" % row for row in by)))


def count_notices(database):
    by = collections.defaultdict(dict)
    for reason, state, n in rows(database, "SELECT reason, state, count(*)"
                                 " FROM outbox GROUP BY reason, state"):
        by[reason][state] = n
    print("notices by reason:")
    for reason in sorted(by):
        print("  %-12s %7d  (%s)" % (
            reason, sum(by[reason].values()),
            ", ".join("%s %d" % pair for pair in sorted(by[reason].items()))))


# A breach that was withdrawn, since the answer was in time and only told late,
# is none.
FIRST_OF = """
SELECT t.key, c.kind, c.cycle,
       min(CASE WHEN j.kind = 'clock_warned' THEN j.id END),
       min(CASE WHEN j.kind = 'clock_breached' AND c.breached_at IS NOT NULL
           THEN j.id END)
  FROM clock AS c
  JOIN ticket AS t ON t.id = c.ticket_id
  JOIN journal AS j ON j.ticket_id = c.ticket_id AND j.clock = c.kind
       AND j.cycle = c.cycle
 GROUP BY t.key, c.kind, c.cycle"""


def compare(database, kept):
    """Their failures against our warnings; journal ids are in order."""
    breached, warned = collections.defaultdict(set), collections.defaultdict(set)
    for key, clock, _, warning, breach in rows(database, FIRST_OF):
        for name in (clock, "any clock"):
            if breach is not None:
                breached[name].add(key)
            if warning is not None and (breach is None or warning < breach):
                warned[name].add(key)
    failed = {key for key, ok in kept.items() if not ok}
    print("made_sla=false: %d incidents" % len(failed))
    for name in ("resolution", "first_reply", "acknowledge", "any clock"):
        late = breached[name] & failed
        print("  %-12s breached %d; warned of before the breach: %d of these"
              " (%d of all made_sla=false)" % (
                  name, len(late), len(late & warned[name]),
                  len(failed & warned[name])))
    met = set(kept) - failed
    print("  made_sla=true: %d incidents, resolution breached %d" % (
        len(met), len(met & breached["resolution"])))


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def arrivals(database, sink, offset, rate, uncertain):
    due = {row[0]: row[1:] for row in rows(
        database, "SELECT id, reason, at, attempts FROM outbox")}
    late = collections.defaultdict(list)
    seen = collections.Counter()
    bad = 0
    for mono, head, body in sink.arrivals:
        message = json.loads(body)
        bad += not signed(head, body)
        seen[message["idempotency_key"]] += 1
        reason, at, _ = due[message["notice"]]
        virtual = offset + rate * mono
        late[reason].append((virtual - at / 1e3) / rate * 1e3)
    print("arrived at the sink: %d, different %d, badly signed %d" % (
        len(sink.arrivals), len(seen), bad))
    print("late at the sink, real ms (+-%.2f):" % (uncertain * 1e3))
    every = [ms for values in late.values() for ms in values]
    for reason, values in [*sorted(late.items()), ("all", every)]:
        print("  %-12s p50 %7.2f  p99 %7.2f  latest %7.2f" % (
            reason, percentile(values, .5), percentile(values, .99),
            max(values)))
    if bad or len(seen) != len(sink.arrivals):
        raise Failed("a notice was signed badly or came twice")


@contextlib.contextmanager
def kept(daemon):
    """Where SLAWATCH_KEEP names a file, the database and log outlive the run."""
    try:
        yield
    finally:
        keep = os.environ.get("SLAWATCH_KEEP")
        if keep:
            if daemon.running():
                daemon.stop()
            shutil.copy(daemon.database, keep)
            shutil.copy(daemon.log_path, keep + ".log")


def main():
    data = os.environ.get("SLAWATCH_DATA", "")
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 180
    if not data:
        print("incidents: SLAWATCH_DATA names no directory; skipped")
        return 77
    with Scratch() as scratch:
        run(scratch, data, seconds)
    return 0


def run(scratch, data, seconds):
    sink = CountingSink()
    table, events = import_events(scratch, data)
    first, last, count, agents = examine(events)
    rate = round((last - first + MARGIN + AFTERWARDS) / seconds)
    os.chmod(scratch.file("incidents", SECRET + "\n"), 0o600)
    daemon = Daemon(scratch, matrix_for(sink, agents),
                    clock="%s@%d" % (rfc3339(first - MARGIN), rate),
                    args=["--log-level", "warning"],
                    env={"CREDENTIALS_DIRECTORY": scratch.path})
    print("replay: %d events of %.1f days at a rate of %d" % (
        count, (last - first) / 86400, rate))
    began = time.monotonic()
    with daemon, kept(daemon):
        daemon.start()
        offset, uncertain = clock_offset(daemon, rate)
        sent = replay(daemon, events)
        print("replay: %d accepted, %d duplicates, %d refused, greatest lag of"
              " the client %d ms real" % (
                  sent["accepted"], sent["duplicates"], sent["refused"],
                  sent["lag_real_ms"]))
        settle(daemon, last + AFTERWARDS)
        latest = metric(daemon, "slawatch_notice_late_max_seconds")
        batches = metric(daemon, "slawatch_batches_total")
        daemon.stop()
    print("took %.0f s, %d commits" % (time.monotonic() - began, batches))
    count_journal(daemon.database)
    count_notices(daemon.database)
    compare(daemon.database, own_sla(table))
    arrivals(daemon.database, sink, offset, rate, uncertain)
    print("latest first attempt by the daemon itself: %.0f s virtual, "
          "%.2f ms real" % (latest, latest / rate * 1e3))


if __name__ == "__main__":
    sys.exit(main())
