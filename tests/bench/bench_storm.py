#!/usr/bin/env python3
"""bench_storm.py - 10,000 tickets breach within a second, and Slack takes one
message a second.

Once with every answer good, once with a fifth of them 429.  What is measured:
when the first notice left, when the last ticket was named, in how many
messages, and what the daemon needed for it.  What must hold: every ticket is
named, no message comes sooner than the fake Slack (as strict as the real one)
allows, none comes before its Retry-After is over.

SLAWATCHD names the daemon.  SLAWATCH_BENCH_STORM: how many tickets.

SPDX-License-Identifier: MIT
"""
import os
import re
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

import fake_slack  # noqa: E402
from fake_slack import FakeSlack  # noqa: E402
from harness import Daemon, Failed, Scratch, wait_until  # noqa: E402

TICKETS = int(os.environ.get("SLAWATCH_BENCH_STORM", "10000"))
PATIENCE = 900

MATRIX = """
matrix: { owner: mara, fallback: log }
severities: { P1: {} }
channels:
  log: { type: log }
%speople:
  mara: { name: Mara Stein }
chains:
  room:
    steps:
      - { notify: support }
policies:
  - name: everyone
    warn: [ ]
    on_breach: room
    targets: { P1: { first_reply: 1h } }
"""


def say(name, value, unit, aim=None):
    print("bench: %s %s %s%s" % (
        name, value, unit, " (aim %s)" % aim if aim is not None else ""),
        flush=True)


def metric(daemon, name):
    text = daemon.get("/metrics").body.decode()
    return float(re.search(r"^%s (\S+)$" % name, text, re.M).group(1))


def key_of(i):
    return "s:%05d" % i


def send(daemon, due):
    """Breaches spread over the second before `due`."""
    for first in range(0, TICKETS, 1000):
        daemon.send(*[daemon.event(
            key_of(i), "created", at=due - 3600 - 1 + i / TICKETS,
            fields={"subject": "Cannot log in", "severity": "P1",
                    "status": "new"})
            for i in range(first, min(first + 1000, TICKETS))])


def cpu_seconds(pid):
    with open("/proc/%d/stat" % pid) as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid):
    with open("/proc/%d/status" % pid) as f:
        return int(re.search(r"^VmHWM:\s*(\d+)", f.read(),
                             re.M).group(1)) / 1024


def named(slack):
    """When each ticket was first named, seconds of time.monotonic()."""
    when = {}
    for m in list(slack.messages):
        for key in set(re.findall(r"s:[0-9]{5}", m.all_text)):
            when.setdefault(key, m.at)
    return when


def judge(slack, share, when):
    if slack.violations or slack.complaints:
        raise Failed("limits were not kept: %s" % (
            slack.violations + slack.complaints)[:3])
    if not share and [c for c in slack.calls if c.status == 429]:
        raise Failed("the budget was exceeded")
    missing = [key_of(i) for i in range(TICKETS) if key_of(i) not in when]
    if missing:
        raise Failed("%d tickets were not named: %s" % (
            len(missing), missing[:5]))


def storm(label, share):
    with Scratch() as scratch, FakeSlack() as slack:
        slack.share_429 = share
        scratch.file("slack.token", fake_slack.TOKEN + "\n")
        os.chmod(scratch.file("slack.token"), 0o600)
        daemon = Daemon(scratch, MATRIX % slack.channel(),
                        args=["--log-level", "error"])
        with daemon:
            daemon.start()
            lead = 4 + TICKETS / 2000
            due = time.time() + lead
            begin = time.monotonic() + lead - 1
            send(daemon, due)
            if time.monotonic() > begin:
                raise Failed("the tickets were not in before the first due")
            used = cpu_seconds(daemon.process.pid)
            wait_until("an empty queue", lambda: metric(
                daemon, "slawatch_notices_sent_total") >= TICKETS,
                timeout=PATIENCE)
            used = cpu_seconds(daemon.process.pid) - used
            peak = memory_mb(daemon.process.pid)
            daemon.stop()
        when = named(slack)
        judge(slack, share, when)
        posts = [c for c in slack.called("chat.postMessage") if c.ok]
        refused = [c for c in slack.calls if c.status == 429]
        say("storm_%s_tickets" % label, TICKETS, "tickets")
        say("storm_%s_first" % label, "%.0f" % (
            1e3 * (slack.calls[0].at - begin)), "ms after its due", 1000)
        say("storm_%s_empty" % label, "%.1f" % (
            max(when.values()) - begin), "s until every ticket was named")
        say("storm_%s_messages" % label, len(posts), "messages")
        say("storm_%s_refused" % label, len(refused), "answers 429")
        say("storm_%s_cpu" % label, "%.1f" % used, "s")
        say("storm_%s_rss" % label, "%.0f" % peak, "MB")


if __name__ == "__main__":
    storm("calm", 0.0)
    storm("429", 0.2)
