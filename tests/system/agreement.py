#!/usr/bin/python3
"""agreement.py - do the simulation and the daemon say the same?

The same events through `slawatchctl simulate` and through the real daemon on a
clock that is stepped (`--clock START@step`, `slawatchctl replay`): what was sent
must be the same, notice by notice, with its ticket, reason, clock, chain, step,
person, channel and instant.  Each event has an instant of its own: of several
at one instant a simulation sends what each leads to before it looks at the
next, a daemon that gets them in one request decides them all before it sends.

A made-up stretch of a help desk's life with all
that a matrix can do; and, where SLAWATCH_DATA names the directory, a sample of
the real incidents (SLAWATCH_SAMPLE: how many of them; "all" takes minutes).

Environment: SLAWATCHD, SLAWATCHCTL; SLAWATCH_SEED repeats a run.

SPDX-License-Identifier: MIT
"""
import collections
import json
import os
import random
import sqlite3
import subprocess
import sys

sys.dont_write_bytecode = True  # the sources may be read-only
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
sys.path.insert(0, os.path.join(HERE, "..", "bench"))

from harness import (Daemon, Failed, Scratch, SLAWATCHCTL,  # noqa: E402
                     instant, rfc3339)
import incidents  # noqa: E402

SEED = int(os.environ.get("SLAWATCH_SEED") or
           random.SystemRandom().getrandbits(31))
SAMPLE = os.environ.get("SLAWATCH_SAMPLE", "60")

MATRIX = """
matrix: { owner: mara, fallback: ops }
calendars:
  always: { open: always }
  office: { zone: Europe/Berlin, week: { mon-fri: "09:00-17:00" } }
severities: { P1: { calendar: always }, P2: {}, P3: {} }
channels: { room: { type: log }, ops: { type: log }, mail: { type: log } }
people:
  mara: { channels: mail }
  dana: { hours: office, channels: [ room, mail ] }
  eli: { channels: mail }
  omar: { channels: { P1: ops, P2: mail } }
teams:
  front: { members: [ dana, eli ], assign: least-loaded, unclaimed_after: 45m, fallback: mara }
oncall:
  duty: { members: [ dana, eli ], start: "2026-01-05T08:00", shift: 1d, zone: Europe/Berlin }
roles: { primary: duty, lead: mara, manager: omar }
chains:
  standard:
    ack_timeout: 40m
    repeat: 1
    steps:
      - { notify: room, via: [ room ] }
      - { after: 10m, notify: primary, remind: { every: 5m, times: 2 } }
      - { after: 20m, notify: [ lead, one of front ] }
      - { after: 30m, notify: manager, hours: office }
  loud: { rank: 2, steps: [ { notify: [ primary, lead ], until: replied }, { after: 15m, notify: manager } ] }
policies:
  - name: all
    calendar: office
    warn: [ 50%, 80%, 10m ]
    on_warning: standard
    on_breach: standard
    targets:
      P1: { acknowledge: 15m, first_reply: 1h, update: 2h, resolution: 4h }
      P2: { first_reply: 4h, next_reply: 3h, pausable_update: 5h, resolution: 16h }
      P3: { first_reply: 8h, resolution: 40h }
rules:
  - { name: down, when: { text: [ "outage" ] }, then: { raise_to: P1, start: loud } }
  - { name: often, when: { customer_tickets: ">= 3 in 7d" }, then: { tags: often, notify: lead } }
  - { name: old, when: { in_status_for: 2d }, then: { notify: mara } }
daemon: { max_past: 4000d }
"""


def made_up(rng, tickets=25):
    """Some days of a desk, told at whole minutes: ties with deadlines are
    common."""
    start = instant("2026-01-05T06:00:00Z")
    events = []
    for n in range(tickets):
        key, at = "desk:%d" % n, start + 60 * rng.randrange(4 * 24 * 60)

        def tell(kind, **more):
            events.append(dict(more, ticket=key, type=kind, at=at))
        tell("created", fields={
            "severity": rng.choice(["P1", "P2", "P3"]), "team": "front",
            "customer": {"id": "c%d" % rng.randrange(4)},
            "subject": rng.choice(["login", "an outage", "invoice"])})
        for _ in range(rng.randrange(9)):
            at += 60 * rng.choice([0, 1, 5, 10, 15, 30, 60, 120, 240, 1440])
            kind = rng.choice(["ack", "reply", "customer", "status", "status",
                               "claim", "severity", "snooze", "solve"])
            if kind == "ack":
                tell("acknowledged", by=rng.choice(["dana", "eli"]))
            elif kind == "claim":
                tell("claimed", by="eli")
            elif kind == "snooze":
                tell("snoozed", by="dana", until=rfc3339(at + 1800))
            elif kind == "reply":
                tell("comment", author="agent", public=True, by="eli")
            elif kind == "customer":
                tell("comment", author="customer", public=True,
                     text=rng.choice(["thanks", "total outage"]))
            elif kind == "severity":
                tell("updated", fields={"severity": rng.choice(["P1", "P2"])})
            else:
                tell("status", status="solved" if kind == "solve" else
                     rng.choice(["open", "pending", "on_hold"]))
    events.sort(key=lambda e: e["at"])
    for number, e in enumerate(events):
        e.update(id="e-%d" % number, at=rfc3339(e["at"]))
    apart(events)
    for e in rng.sample(events, len(events) // 10):
        if e["type"] not in ("created", "snoozed"):
            # Told late, mostly; never at the instant of another.
            e["at"] = rfc3339(
                instant(e["at"]) - 60 * rng.randrange(1, 90) - 0.5)
    return events


def apart(events):
    """A second later where another one was at that instant."""
    latest = 0
    for e in events:
        latest = max(latest + 1, instant(e["at"]))
        e["at"] = rfc3339(latest)
    return events


def simulated(scratch, matrix, events, until):
    run = subprocess.run(
        [SLAWATCHCTL, "simulate", "-c", matrix, "--json", "--until", until,
         events], stdout=subprocess.PIPE, text=True, check=False)
    if run.returncode not in (0, 3):
        raise Failed("simulate: exit status %d" % run.returncode)
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    # What was sent at the end itself the daemon may not have come to.
    return ([r for r in rows if r["kind"] == "notice"],
            sum(r["kind"] == "refused" for r in rows))


SENT = """
SELECT t.key, o.reason, o.chain, o.step, o.who, o.channel, j.recorded
  FROM journal AS j JOIN outbox AS o ON o.id = j.notice_id
  JOIN ticket AS t ON t.id = o.ticket_id
 WHERE j.kind = 'notice_sent' AND t.key <> 'slawatch:matrix'"""


def from_daemon(database):
    db = sqlite3.connect("file:%s?mode=ro" % database, uri=True)
    try:
        return collections.Counter(
            (key, reason, chain, step + 1 if step >= 0 else None, who or channel,
             channel, at)
            for key, reason, chain, step, who, channel, at in db.execute(SENT))
    finally:
        db.close()


def from_rows(rows):
    return collections.Counter(
        (r["ticket"], r["reason"], r["chain"] or "", r["step"], r["to"],
         r["via"], round(instant(r["at"]) * 1000)) for r in rows)


def compare(what, told, sent):
    lines = ["%s: the simulation says, the daemon does not: %s" % (what, key)
             for key in sorted(told - sent, key=str)[:10]]
    lines += ["%s: the daemon says, the simulation does not: %s" % (what, key)
              for key in sorted(sent - told, key=str)[:10]]
    if lines:
        raise Failed("\n".join(lines))
    if not told:
        raise Failed("%s: nothing was sent at all" % what)
    print("%s: %d notices, the same" % (what, sum(told.values())))


def run(scratch, what, text, events, first, last):
    matrix = scratch.file("%s.yaml" % what, text)
    until = rfc3339(last + 30 * 86400)
    rows, refused = simulated(scratch, matrix, events, until)
    with Daemon(scratch, text, clock="%s@step" % rfc3339(first - 3600),
                args=["--log-level", "warning"], name=what) as daemon:
        daemon.start()
        done = subprocess.run(
            [SLAWATCHCTL, "-s", daemon.socket, "replay", "--json", events],
            stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode not in (0, 3):
            raise Failed("replay: exit status %d" % done.returncode)
        if json.loads(done.stdout)["refused"] != refused:
            raise Failed("%s: the daemon refused %s events, the simulation %d"
                         % (what, json.loads(done.stdout)["refused"], refused))
        subprocess.run([SLAWATCHCTL, "-s", daemon.socket, "clock", until],
                       check=True, stdout=subprocess.DEVNULL)
        daemon.stop()
        verify = subprocess.run([SLAWATCHCTL, "verify", daemon.database],
                                capture_output=True, text=True, check=False)
        if verify.returncode != 0:
            raise Failed("verify: " + verify.stdout + verify.stderr)
        compare(what, from_rows(rows), from_daemon(daemon.database))


def play_made_up(scratch):
    print("seed", SEED)
    for turn in range(3):
        events = made_up(random.Random(SEED + turn))
        path = scratch.file("made-up-%d.jsonl" % turn,
                            "".join(json.dumps(e) + "\n" for e in events))
        run(scratch, "made-up-%d" % turn, MATRIX, path,
            min(instant(e["at"]) for e in events),
            max(instant(e["at"]) for e in events))


def sample(scratch, data):
    """Some of the incidents, whole; the same ones every time."""
    _, events = incidents.import_events(scratch, data)
    with open(events, encoding="utf-8") as f:
        parsed = [json.loads(line) for line in f]
    keys = sorted({e["ticket"] for e in parsed})
    if SAMPLE != "all":
        keys = random.Random(1).sample(keys, int(SAMPLE))
    chosen = set(keys)
    parsed = apart([e for e in parsed if e["ticket"] in chosen])
    path = scratch.file("sample.jsonl",
                        "".join(json.dumps(e) + "\n" for e in parsed))
    return path


def play_incidents(scratch, data):
    events = sample(scratch, data)
    first, last, count, agents = incidents.examine(events)
    with open(os.path.join(incidents.TOP, "etc", "incidents.yaml"),
              encoding="utf-8") as f:
        text = f.read()
    text = incidents.to_the_log(text, agents)
    print("incidents: %d events" % count)
    run(scratch, "incidents", text, events, first, last)


def main():
    data = os.environ.get("SLAWATCH_DATA", "")
    with Scratch() as scratch:
        play_made_up(scratch)
        if os.path.exists(os.path.join(data, "servicenow-incidents.csv.gz")):
            play_incidents(scratch, data)
        else:
            print("SLAWATCH_DATA names no incidents: only made-up ones")
    return 0


if __name__ == "__main__":
    sys.exit(main())
