#!/usr/bin/env python3
"""bench_escalation.py - what would etc/support.yaml make of a year of incidents?

    SLAWATCH_DATA=DIRECTORY tests/bench/bench_escalation.py [MATRIX]

Imports DIRECTORY/servicenow-incidents.csv.gz with etc/servicenow-map.yaml and
walks it through `slawatchctl simulate`.  The log knows neither customers' tiers
nor that matrix's teams and people, so these are laid over it, by hashes of what
it does know and so the same in each run:

    dates       3654 days later (522 weeks), into the matrix's own time
    team        by the hash of the assignment group: of 20 groups 11 are the
                front line, 5 specialists, 2 engineering, 1 billing, 1 security
    assignee    by the hash of team and agent: a member of that team
    tier        by the hash of the caller: 2 of 10 enterprise, 1 trial, 7
                standard; enterprise customers are worth 50000
    category    by the hash of the category: one that the rules know, for 6 of
                10

The log knows no acknowledgements.  So there are two runs: "deaf", where nobody
ever acknowledges, and "touched", where whoever changes a ticket that has an
owner has acknowledged it by that, in the owner's name.

What is printed are figures of a matrix over a log, not of a machine: nothing is
timed.  Without the data it says so and is done.

SPDX-License-Identifier: MIT
"""
import collections
import datetime
import hashlib
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, "..", "..")
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

from harness import Scratch, SLAWATCHCTL, instant  # noqa: E402
from incidents import import_events  # noqa: E402

LATER = datetime.timedelta(days=3654)
TEAMS = (["frontline"] * 11 + ["specialists"] * 5 + ["engineering"] * 2 +
         ["billing", "security"])
MEMBERS = {"frontline": ["dana", "eli", "finn", "gia"],
           "specialists": ["hana", "ivan"],
           "engineering": ["jo", "kai", "lena"],
           "billing": ["pia"], "security": ["quin", "jo"]}
TIERS = ["enterprise"] * 2 + ["trial"] + ["standard"] * 7
CATEGORIES = ["question", "login", "integration", "data", "billing", "outage"]


def pick(choices, *words):
    digest = hashlib.sha256("\0".join(words).encode()).digest()
    return choices[int.from_bytes(digest[:4], "big") % len(choices)]


def later(at):
    return (datetime.datetime.fromisoformat(at.replace("Z", "+00:00")) +
            LATER).isoformat().replace("+00:00", "Z")


def overlay(event, teams):
    """The event in the matrix's world; teams: of each ticket, so far."""
    key = event["ticket"]
    event["at"] = later(event["at"])
    for holder in (event, event.get("fields", {})):
        if holder.get("team"):
            holder["team"] = teams[key] = pick(TEAMS, holder["team"])
        if holder.get("assignee"):
            team = teams.get(key, "frontline")
            holder["assignee"] = pick(MEMBERS[team], team, holder["assignee"])
    if "by" in event:
        del event["by"]
    fields = event.get("fields", {})
    customer = fields.get("customer")
    if customer and customer.get("id"):
        customer["tier"] = pick(TIERS, customer["id"])
        if customer["tier"] == "enterprise":
            customer["value"] = 50000
    if fields.get("category"):
        number = int(hashlib.sha256(
            fields["category"].encode()).hexdigest()[:4], 16)
        if number % 10 < 6:
            fields["category"] = pick(CATEGORIES, fields["category"])
    fields.pop("impact", None)      # a number there, a word here
    return event


def acknowledgement(event, owners):
    """Of a change to a ticket that has an owner, else None."""
    key = event["ticket"]
    for holder in (event, event.get("fields", {})):
        if holder.get("assignee"):
            owners[key] = holder["assignee"]
    if event["type"] == "created" or key not in owners:
        return None
    return {"id": event["id"] + "-ack", "ticket": key, "at": event["at"],
            "type": "acknowledged", "by": owners[key]}


def write_overlay(scratch, events, touched):
    name = scratch.file("overlay.ndjson")
    teams, owners = {}, {}
    with open(events, encoding="utf-8") as given, \
            open(name, "w", encoding="utf-8") as out:
        for line in given:
            event = overlay(json.loads(line), teams)
            out.write(json.dumps(event) + "\n")
            ack = acknowledgement(event, owners)
            if touched and ack:
                out.write(json.dumps(ack) + "\n")
    return name


class Tally:
    """What the rows of one simulation come to."""

    def __init__(self):
        self.reasons = collections.Counter()
        self.chains = collections.Counter()     # tickets a chain
        self.depth = collections.Counter()      # deepest step a ticket
        self.people = collections.Counter()     # notices a (person, day)
        self.days = set()
        self.tickets = {}                       # created, by key
        self.escalated = {}                     # first chain's notice, by key
        self.kinds = collections.Counter()
        self.refused = collections.Counter()
        self._chains = set()
        self._depth = {}

    def take(self, row):
        self.kinds[row["kind"]] += 1
        if row["kind"] == "refused":
            self.refused[row["why"]] += 1
        if row["kind"] == "notice":
            self.notice(row)

    def notice(self, row):
        self.reasons[row["reason"]] += 1
        day = row["at"][:10]
        self.days.add(day)
        if row["to"]:
            self.people[row["to"], day] += 1
        if row["reason"] != "chain" or row["chain"] == "nudge":
            return
        key = row["ticket"]
        if (key, row["chain"]) not in self._chains:
            self._chains.add((key, row["chain"]))
            self.chains[row["chain"]] += 1
        self.escalated.setdefault(key, instant(row["at"]))
        self._depth[key] = max(self._depth.get(key, 0), row["step"] or 0)

    def finish(self):
        for step in self._depth.values():
            self.depth[step] += 1


def span(seconds):
    return str(datetime.timedelta(seconds=round(seconds)))


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def report(tally, name):
    tally.finish()
    waits = [at - tally.tickets[key] for key, at in tally.escalated.items()]
    total = len(tally.tickets)
    print("bench: escalation_%s_tickets %d, escalated %d (rate %.1f %%)" % (
        name, total, len(waits), 100 * len(waits) / total))
    if waits:
        print("bench: escalation_%s_time_to median %s, 90 %% within %s" % (
            name, span(statistics.median(waits)), span(quantile(waits, 0.9))))
    print("bench: escalation_%s_chains %s" % (name, ", ".join(
        "%s %d" % pair for pair in tally.chains.most_common())))
    print("bench: escalation_%s_deepest_step %s" % (name, ", ".join(
        "%s: %d" % pair for pair in sorted(tally.depth.items()))))
    print("bench: escalation_%s_notices %d (%s)" % (
        name, sum(tally.reasons.values()), ", ".join(
            "%s %d" % pair for pair in tally.reasons.most_common())))
    of = collections.defaultdict(list)
    for (person, _), n in tally.people.items():
        of[person].append(n)
    for person, counts in sorted(of.items()):
        print("bench: escalation_%s_load %-16s %6d, %5.2f a day, 95 %% of "
              "days <= %d, most %d" % (name, person, sum(counts),
                                       sum(counts) / len(tally.days),
                                       quantile(counts, 0.95), max(counts)))
    others = {k: n for k, n in tally.kinds.items()
              if k not in ("clock", "notice", "final")}
    print("bench: escalation_%s_other_rows %s" % (
        name, dict(sorted(others.items()))))
    for why, n in tally.refused.most_common(5):
        print("bench: escalation_%s_refused %d %s" % (name, n, why))


def run(scratch, matrix, imported, name):
    events = write_overlay(scratch, imported, name == "touched")
    tally = Tally()
    with open(events, encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            if event["type"] == "created":
                tally.tickets[event["ticket"]] = instant(event["at"])
    simulation = subprocess.Popen(
        [SLAWATCHCTL, "simulate", "-c", matrix, "--json", events],
        stdout=subprocess.PIPE, text=True)
    for line in simulation.stdout:
        tally.take(json.loads(line))
    if simulation.wait() != 0:
        raise SystemExit("bench: the simulation ended with status %d" %
                         simulation.returncode)
    report(tally, name)


def main():
    data = os.environ.get("SLAWATCH_DATA", "")
    if not os.path.exists(os.path.join(data, "servicenow-incidents.csv.gz")):
        print("bench: escalation skipped: SLAWATCH_DATA names no directory "
              "with servicenow-incidents.csv.gz")
        return 0
    matrix = sys.argv[1] if len(sys.argv) > 1 else os.path.join(
        TOP, "etc", "support.yaml")
    with Scratch() as scratch:
        _, events = import_events(scratch, data)
        run(scratch, matrix, events, "deaf")
        run(scratch, matrix, events, "touched")
    return 0


if __name__ == "__main__":
    sys.exit(main())
