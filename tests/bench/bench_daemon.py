#!/usr/bin/env python3
"""bench_daemon.py - what the real daemon does in a second, and what it costs.

Throughput over HTTP against SQLite alone, latency of 10,000 deadlines of one
second, restart with a million open tickets, wake-ups when nothing happens.
SLAWATCHD names the daemon, SLAWATCH_BUILDDIR the build that holds
tests/bench/load, sink, bare and fill.  Arguments name parts to run: throughput,
deadlines, idle, restart.

SPDX-License-Identifier: MIT
"""
import os
import re
import sqlite3
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

from harness import (Daemon, Failed, Scratch, rfc3339,  # noqa: E402
                     wait_until)

PROGRAMS = os.path.join(os.environ.get("SLAWATCH_BUILDDIR", "."), "tests",
                        "bench")
CONNECTIONS = 64
ROUNDS = 4
SINGLES = 15000         # events of a round, one a request
BATCHES = 200           # requests of a round, 100 events each
DEADLINES = 10000
TICKETS = int(os.environ.get("SLAWATCH_BENCH_TICKETS", "1000000"))
IDLE_SECONDS = 5

MATRIX = """
matrix: { owner: mara, fallback: log }
severities: { P1: {}, P2: {}, P3: {} }
channels:
  hook: { type: webhook, url: "http://127.0.0.1:%d/", secret: { file: hook.secret } }
  log: { type: log }
people:
  dana: { name: Dana Ruiz }
  mara: { name: Mara Stein }
roles: { primary: dana }
chains:
  standard:
    steps:
      - { notify: primary, via: [hook] }
policies:
  - name: everyone
    warn: [ 80%% ]
    on_warning: standard
    on_breach: standard
    targets:
      P1: { acknowledge: 12h, first_reply: 24h, resolution: 72h }
      P2: { acknowledge: 12h, first_reply: 24h, resolution: 72h }
      P3: { first_reply: 10h }
"""


def say(name, value, unit, peer=None, ratio=None, aim=None):
    more = []
    if peer is not None:
        more.append("peer %s %s" % (peer, unit))
    if ratio is not None:
        more.append("ratio %.2f" % ratio)
    if aim is not None:
        more.append("aim %s" % aim)
    print("bench: %s %s %s%s" % (
        name, value, unit, " (%s)" % ", ".join(more) if more else ""),
        flush=True)


def program(name, *args):
    run = subprocess.run([os.path.join(PROGRAMS, name), *map(str, args)],
                         stdout=subprocess.PIPE, text=True, timeout=180)
    if run.returncode != 0:
        raise Failed("%s ended with %d" % (name, run.returncode))
    return run.stdout


def figures(text):
    """"events 100 seconds 0.5" as a dict."""
    words = text.split()
    return dict(zip(words[::2], words[1::2]))


def metric(daemon, name):
    text = daemon.get("/metrics").body.decode()
    return float(re.search(r"^%s (\S+)$" % name, text, re.M).group(1))


def daemon_for(scratch, name, port=9):
    return Daemon(scratch, MATRIX % port, name=name,
                  args=["--log-level", "warning"])


# --- throughput ---------------------------------------------------------------


def throughput(scratch, name, requests, batch):
    """The best of some rounds of each: what else the machine does meanwhile
    is not what is asked."""
    rounds, waits = [], None
    daemon = daemon_for(scratch, "d-" + name)
    with daemon:
        daemon.start()
        before = metric(daemon, "slawatch_batches_total")
        for i in range(ROUNDS):
            got = figures(program("load", daemon.socket, CONNECTIONS,
                                  requests, batch, "%s-%d" % (name, i), 30))
            rounds.append(int(got["requests"]) * batch /
                          float(got["seconds"]))
            if rounds[-1] == max(rounds):
                waits = got
        commits = metric(daemon, "slawatch_batches_total") - before
        events = metric(daemon, "slawatch_events_accepted_total")
        daemon.stop()
    mean = max(1, round(events / commits))
    peers = []
    for i in range(ROUNDS):
        bare = figures(program("bare", "copy", daemon.database,
                               scratch.file("%s-%d.db" % (name, i)), mean))
        peers.append(int(bare["events"]) / float(bare["seconds"]))
    say("http_events_" + name, "%.0f" % max(rounds), "events/s",
        "%.0f" % max(peers), max(rounds) / max(peers), "0.6")
    say("http_batch_" + name, "%.0f" % (events / commits), "events/commit")
    say("http_rows_" + name, "%.1f" % (
        int(bare["rows"]) / int(bare["events"])), "rows/event")
    say("http_wait_%s_p50" % name, waits["p50_ms"], "ms")
    say("http_wait_%s_p99" % name, waits["p99_ms"], "ms")


def bench_throughput():
    for name, requests, batch in (("single", SINGLES, 1),
                                  ("ndjson_100", BATCHES, 100)):
        with Scratch() as scratch:
            throughput(scratch, name, requests, batch)


# --- deadlines ----------------------------------------------------------------


def send_deadlines(daemon, due):
    """P3's only warning, at 80% of 10 h: DEADLINES of them from `due` on, all
    within one second."""
    lead = 8 * 3600
    for first in range(0, DEADLINES, 1000):
        daemon.send(*[daemon.event(
            "bench:%d" % i, "created", at=due - lead + i / DEADLINES,
            fields={"subject": "Cannot log in", "severity": "P3",
                    "status": "new"})
            for i in range(first, first + 1000)])


def lateness(daemon, arrivals):
    db = sqlite3.connect("file:%s?mode=ro" % daemon.database, uri=True)
    due = dict(db.execute("SELECT id, at FROM outbox"))
    db.close()
    return sorted((int(us) - 1000 * due.pop(int(notice))) / 1e3
                  for us, notice in (line.split() for line in arrivals))


def bench_deadlines():
    sink = subprocess.Popen([os.path.join(PROGRAMS, "sink"), str(DEADLINES)],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            text=True)
    port = int(sink.stdout.readline())
    with Scratch() as scratch, daemon_for(scratch, "d", port) as daemon:
        daemon.start()
        due = int(time.time()) + 8
        send_deadlines(daemon, due)
        if time.time() > due - 1:
            raise Failed("the tickets were not in before the first was due")
        wait_until("all notices", lambda: metric(
            daemon, "slawatch_notices_sent_total") >= DEADLINES, timeout=60)
        ticks = metric(daemon, "slawatch_ticks_total")
        daemon.stop()
        sink.stdin.close()
        late = lateness(daemon, sink.stdout.read().split("\n")[:-1])
        sink.wait()
    say("deadlines_of_one_second", len(late), "notices", aim=DEADLINES)
    say("deadlines_decided", "%.0f" % ticks, "ticks")
    for name, value in (("p50", late[len(late) // 2]),
                        ("p99", late[len(late) * 99 // 100]),
                        ("max", late[-1])):
        say("due_to_socket_" + name, "%.1f" % value, "ms", aim="1000")
    if len(late) != DEADLINES or late[0] < 0:
        raise Failed("a notice is missing, or came before its time")


# --- idle ---------------------------------------------------------------------


def wakeups(pid):
    total = 0
    for task in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/status" % (pid, task)) as f:
            total += int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)",
                                   f.read(), re.M).group(1))
    return total


def bench_idle():
    with Scratch() as scratch, daemon_for(scratch, "d") as daemon:
        daemon.start()
        daemon.created("bench:1", severity="P1")
        time.sleep(4)  # the store tidies up, connections close
        before = wakeups(daemon.process.pid)
        time.sleep(IDLE_SECONDS)
        count = wakeups(daemon.process.pid) - before
    say("idle_wakeups", "%.1f" % (count / IDLE_SECONDS), "per second", aim=0)


# --- restart ------------------------------------------------------------------


def memory_mb(pid, which="VmRSS"):
    with open("/proc/%d/status" % pid) as f:
        return int(re.search(r"^%s:\s*(\d+)" % which, f.read(),
                             re.M).group(1)) / 1024


def ready_after(daemon):
    """Seconds from exec to readiness, asked every millisecond."""
    began = time.monotonic()
    daemon.start(wait=False)
    while True:
        try:
            if daemon.get("/readyz").status == 200:
                return time.monotonic() - began
        except OSError:
            pass
        if daemon.process.poll() is not None:
            raise Failed("ended:\n" + daemon.log())
        if time.monotonic() - began > 60:
            raise Failed("not ready within a minute")
        time.sleep(0.001)


def bench_restart():
    with Scratch() as scratch:
        daemon = daemon_for(scratch, "d")
        began = time.monotonic()
        program("fill", daemon.config, daemon.database, TICKETS)
        say("fill", "%.0f" % (TICKETS / (time.monotonic() - began)),
            "tickets/s")
        ours, theirs, rss = [], [], 0
        for _ in range(ROUNDS):
            bare = figures(program("bare", "scan", daemon.database))
            theirs.append(float(bare["seconds"]))
            with daemon:
                ours.append(ready_after(daemon))
                rss = max(rss, memory_mb(daemon.process.pid))
                watched = metric(daemon, "slawatch_tickets_watched")
                heap = metric(daemon, "slawatch_watch_bytes")
                daemon.stop()
        if watched != TICKETS or int(bare["deadlines"]) != TICKETS:
            raise Failed("%.0f tickets are watched" % watched)
    say("restart_to_ready", "%.0f" % (min(ours) * 1e3), "ms",
        "%.0f" % (min(theirs) * 1e3), min(ours) / min(theirs), "1.5 at most")
    say("rss_at_ready", "%.0f" % rss, "MB", aim="100 at most")
    say("watch_bytes", "%.1f" % (heap / TICKETS), "bytes/ticket", aim="40")


PARTS = {"throughput": bench_throughput, "deadlines": bench_deadlines,
         "idle": bench_idle, "restart": bench_restart}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
