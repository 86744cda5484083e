"""kill.py - SIGKILL at random moments: nothing lost, half done or sent twice.

Feeders send tickets and what follows; the sink delays, drops connections and
answers 429 and 500; the daemon is killed again and again.  What must hold:

- An event that was answered is in the journal, then and for ever; the events
  of one request are there together or not at all.
- Of a ticket that nobody answers the last step of the chain and its end reach
  the sink; one answered in time is not late, whatever was down meanwhile.
- No notice is left over, and each that counts as sent was taken by the sink.
- A notice whose success was recorded before a kill never comes again.  What
  the sink took before a kill and gets again bears the same key and the repeat
  mark, and only notices that were free to go before a kill bear that.
- Every signature holds.

SLAWATCH_KILLS says how often (200), SLAWATCH_SEED repeats the same chances.

SPDX-License-Identifier: MIT
"""
import contextlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

from harness import (  # noqa: E402
    SLAWATCHCTL, Answer, Daemon, Failed, Scratch, Sink, config, instant,
    rfc3339, wait_until)

KILLS = int(os.environ.get("SLAWATCH_KILLS", "200"))
SEED = int(os.environ.get("SLAWATCH_SEED") or random.randrange(1 << 32))
FEEDERS = 4
PAUSE = 0.03            # seconds between a feeder's requests
TICKETS_A_KILL = 6      # notices as many as can go out; the rest are notes
FAILURES_MAX = 3        # of the sink with one notice: waiting doubles
INTEGRITY_EVERY = 20    # kills
SETTLE = 600            # seconds, at the end
TARGETS = {"P1": 1.0, "P2": 2.0, "P3": 3.0}
FATES = ("ignored", "in_time", "late", "acked", "solved")
CHAIN = """
      - { notify: primary, via: [hook] }
      - { after: 1s, notify: backup, via: [hook] }
      - { after: 1s, notify: lead, via: [hook] }"""


def matrix(sink):
    text = config(sink, chain=CHAIN, warn="[ 50% ]", targets=", ".join(
        "%s: { first_reply: %ds }" % t for t in TARGETS.items()))
    return text.replace("  standard:\n", "  standard:\n    repeat_after: 1s\n")


def need(ok, what, *more):
    if not ok:
        raise Failed(" ".join([what] + [repr(m) for m in more]))


# --- the sink's moods ---------------------------------------------------------


class Moods:
    """Trouble, but never more often than FAILURES_MAX for one notice."""

    def __init__(self, rng):
        self.rng = rng
        self.lock = threading.Lock()
        self.failures = {}
        self.counts = {}
        self.calm = False

    def pick(self, key):
        chance = self.rng.random()
        if self.calm or self.failures.get(key, 0) >= FAILURES_MAX:
            return "taken"
        for name, share in (("dropped", 0.06), ("taken, but dropped", 0.06),
                            ("500", 0.08), ("429", 0.01), ("slow", 0.15)):
            if chance < share:
                return name
            chance -= share
        return "taken"

    def __call__(self, record):
        with self.lock:
            mood = self.pick(record.key)
            delay = self.rng.uniform(0.01, 0.3)
            self.counts[mood] = self.counts.get(mood, 0) + 1
            if mood not in ("taken", "slow"):
                self.failures[record.key] = \
                    self.failures.get(record.key, 0) + 1
        return {"dropped": Answer(drop=True),
                "taken, but dropped": Answer(drop_after=True),
                "500": Answer(status=500, body=b"oh"),
                "429": Answer(status=429, headers={"Retry-After": "1"}),
                "slow": Answer(delay=delay)}.get(mood, Answer())


# --- the load -----------------------------------------------------------------


class Request:
    """Some events that go together, sent until they are answered."""

    def __init__(self, events):
        self.events = events
        self.ids = [e["id"] for e in events]
        self.sent = False
        self.refused_503 = False   # the last attempt: nothing may be there
        self.acked = False


class Ticket:
    def __init__(self, key, severity, created, fate, rng):
        self.key = key
        self.created = created
        self.target = TARGETS[severity]
        self.fate = fate
        share = {"in_time": rng.uniform(0.1, 0.9), "late": 1.3,
                 "acked": 1.5, "solved": rng.uniform(0.2, 3)}.get(fate)
        self.follow = share and created + share * self.target


class Feeder(threading.Thread):
    """Sends in order, each request until it is answered, then the next."""

    def __init__(self, number, daemon, seed):
        super().__init__(daemon=True)
        self.number = number
        self.d = daemon
        self.rng = random.Random(seed)
        self.requests = []
        self.tickets = []
        self.waiting = []       # tickets with something to follow
        self.events = 0
        self.unanswered = 0     # attempts
        self.duplicates = 0
        self.tickets_max = 0    # goes up with the kills
        self.no_more = False    # tickets; what follows is still sent
        self.asking = threading.Lock()  # held until an answer is noted down
        self.error = None

    def event(self, ticket, kind, at, **members):
        self.events += 1
        return {"id": "f%d-%d" % (self.number, self.events), "ticket": ticket,
                "at": rfc3339(at), "type": kind, **members}

    def create(self):
        """One to four tickets in one request."""
        events = []
        for _ in range(self.rng.choice((1, 1, 2, 4))):
            severity = self.rng.choice(list(TARGETS))
            # Instants are exact to the millisecond.
            created = int(time.time() * 1000) / 1000
            t = Ticket("f%d:%d" % (self.number, len(self.tickets)), severity,
                       created, self.rng.choice(FATES), self.rng)
            self.tickets.append(t)
            if t.follow:
                self.waiting.append(t)
            events.append(self.event(t.key, "created", created, fields={
                "subject": "Ticket " + t.key, "severity": severity,
                "status": "new", "text": "x" * self.rng.randrange(2000)}))
        return events

    def follow_up(self, t):
        if t.fate in ("in_time", "late"):
            return self.event(t.key, "comment", t.follow, author="agent",
                              public=True, by="dana", text="Here you are")
        if t.fate == "acked":
            return self.event(t.key, "acknowledged", t.follow, by="dana")
        return self.event(t.key, "status", t.follow, status="solved",
                          by="dana")

    def next_events(self):
        now = time.time()
        due = [t for t in self.waiting if t.follow <= now]
        if due:
            self.waiting = [t for t in self.waiting if t.follow > now]
            return [self.follow_up(t) for t in due]
        if self.no_more:
            return []
        if len(self.tickets) < self.tickets_max or not self.tickets:
            return self.create()
        return [self.event(self.rng.choice(self.tickets).key, "note", now,
                           by="eli", text="y" * self.rng.randrange(1, 500))
                for _ in range(3)]

    def attempt(self, request):
        """True when it was answered as accepted."""
        request.sent = True
        request.refused_503 = False
        try:
            reply = self.d.post("/v1/events", request.events)
        except OSError:
            self.unanswered += 1
            return False
        except Exception:       # half an answer
            self.unanswered += 1
            return False
        if reply.status == 503:
            request.refused_503 = True
            self.unanswered += 1
            return False
        need(reply.status == 200, "not accepted:", reply, request.events)
        self.duplicates += reply.json["duplicates"]
        return True

    def send(self, events):
        request = Request(events)
        self.requests.append(request)
        while True:
            with self.asking:
                try:
                    request.acked = self.attempt(request)
                except BaseException as e:      # told by the main thread
                    self.error = e
                    raise
            if request.acked:
                return
            time.sleep(0.01)

    def run(self):
        try:
            while not (self.no_more and not self.waiting):
                events = self.next_events()
                if events:
                    self.send(events)
                time.sleep(PAUSE)
        except BaseException as e:
            self.error = e


# --- what is on disk ----------------------------------------------------------


class Snapshot:
    """The database as a kill left it: a copy, for looking changes files."""

    def __init__(self, scratch, database, integrity=False):
        folder = scratch.file("snapshot")
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        for suffix in ("", "-wal"):
            if os.path.exists(database + suffix):
                shutil.copy(database + suffix,
                            os.path.join(folder, "db" + suffix))
        self.db = sqlite3.connect(os.path.join(folder, "db"))
        if integrity:
            found = self.ask("PRAGMA integrity_check")
            need(found == [("ok",)], "the database is damaged:", found)

    def ask(self, query, *values):
        return self.db.execute(query, values).fetchall()

    def close(self):
        self.db.close()


class Oracle:
    """What each kill allows and forbids afterwards."""

    def __init__(self):
        self.kills = []         # per kill: (started, killed) of the victim
        self.last_start = float("inf")
        self.done_at = {}       # notice -> first kill that found it done
        self.free_at = {}       # notice -> kills that found it free to go

    def kill(self, snap, started, killed, requests):
        number = len(self.kills)
        self.kills.append((started, killed))
        alive = round(instant(snap.ask(
            "SELECT value FROM meta WHERE name = 'alive'")[0][0]) * 1000)
        need(alive <= killed * 1000 + 1, "alive is ahead:", alive, killed)
        for notice, state, free_at in snap.ask(
                "SELECT id, state, free_at FROM outbox"):
            if state == "done":
                self.done_at.setdefault(notice, number)
            elif state == "pending" and free_at <= alive:
                self.free_at.setdefault(notice, set()).add(number)
        self.events(snap, requests)

    def events(self, snap, requests):
        there = {row[0] for row in snap.ask(
            "SELECT event_id FROM journal WHERE event_id IS NOT NULL")}
        for request in requests:
            gone = [i for i in request.ids if i not in there]
            found = len(request.ids) - len(gone)
            if request.acked:
                need(not gone, "acknowledged and lost:", request.ids, gone)
            else:
                # One that is refused looks like that, too: which was it?
                need(not gone or not found, "half applied:", request.ids,
                     "without", [e for e in request.events
                                 if e["id"] in gone])
            need(not request.refused_503 or request.acked or found == 0,
                 "answered 503 and yet there:", request.ids)
        lone = snap.ask(
            "SELECT key FROM ticket WHERE id NOT IN (SELECT ticket_id FROM"
            " journal WHERE event_type = 'created')")
        need(not lone, "tickets without their event:", lone)
        lone = snap.ask(
            "SELECT event_id FROM journal WHERE event_type = 'created' AND"
            " event_id NOT LIKE 'slawatch:%' AND"
            " ticket_id NOT IN (SELECT ticket_id FROM clock)")
        need(not lone, "created, and no clock:", lone)

    def life_of(self, record):
        """In which life of the daemon was this request made?"""
        sent_at = record.sent_at
        life = 0
        for number, (started, _) in enumerate(self.kills):
            if started <= sent_at:
                life = number
        return life + 1 if self.last_start <= sent_at else life


# --- killing ------------------------------------------------------------------


class Run:
    def __init__(self, scratch, sink):
        self.rng = random.Random(SEED)
        self.scratch = scratch
        self.sink = sink
        self.d = Daemon(scratch, matrix(sink))
        self.oracle = Oracle()
        self.feeders = [Feeder(i, self.d, self.rng.random())
                        for i in range(FEEDERS)]
        self.early = 0          # kills before the daemon was ready

    def requests(self):
        return [r for f in self.feeders for r in list(f.requests)]

    def watch_feeders(self):
        for f in self.feeders:
            if f.error:
                raise Failed("a feeder: %r" % f.error) from f.error

    def one_kill(self, number):
        for f in self.feeders:
            f.tickets_max = TICKETS_A_KILL * (number + 1) // FEEDERS
        started = int(time.time() * 1000) / 1000
        early = self.rng.random() < 0.15
        self.d.start(wait=not early)
        # The moment of death is the only thing here that chance decides.
        time.sleep(self.rng.uniform(0, 0.05 if early else 0.45))
        need(self.d.process.poll() is None, "ended by itself:",
             self.d.log()[-2000:])
        self.d.kill()
        killed = time.time()
        self.early += early
        if not os.path.exists(self.d.database) or number == 0 and early:
            return self.one_kill(number)
        snap = Snapshot(self.scratch, self.d.database,
                        number % INTEGRITY_EVERY == 0)
        with contextlib.ExitStack() as still:
            # What was answered is noted down, and nothing is up to answer
            # more, so that no request changes meanwhile.
            for f in self.feeders:
                still.enter_context(f.asking)
            self.watch_feeders()
            self.oracle.kill(snap, started, killed, self.requests())
        snap.close()

    def finish(self):
        """The last life goes on until everything is told."""
        self.oracle.last_start = int(time.time() * 1000) / 1000
        self.d.start()
        for f in self.feeders:
            f.no_more = True
        self.sink.behave.calm = True
        for f in self.feeders:
            f.join(SETTLE)
            need(not f.is_alive(), "a feeder does not come to its end")
        self.watch_feeders()
        wait_until("everything to settle", self.settled, SETTLE)
        need(self.d.stop() == 0, "did not stop well:", self.d.log()[-2000:])

    def settled(self):
        status = self.d.get("/v1/status").json
        return (status["outbox"]["pending"] == 0 and
                status["chains"]["walking"] == 0 and
                status["heap"]["next_due"] is None)


# --- what must hold at the end ------------------------------------------------


def check_requests(sink, daemon):
    """Signatures, and one key for one notice."""
    keys = {}
    records = sink.all()
    for r in records:
        need(r.signed_by(daemon.secret), "a bad signature:", r.body)
        need(r.json["idempotency_key"] == r.key, "another key:", r.body)
        r.notice = r.json["notice"]
        need(keys.setdefault(r.notice, r.key) == r.key, "two keys:", r.notice)
        # The daemon's milliseconds are whole.
        r.sent_at = instant(r.json["sent_at"])
    need(len(set(keys.values())) == len(keys), "one key for two notices")
    return records


def check_repeats(oracle, records):
    """How many came again, marked."""
    taken_in = {}               # notice -> life in which it was taken
    repeats = 0
    for r in sorted(records, key=lambda r: r.sent_at):
        life = oracle.life_of(r)
        done = oracle.done_at.get(r.notice)
        need(done is None or life <= done, "sent again after its success was "
             "recorded:", r.notice, life, done)
        before = taken_in.get(r.notice)
        need(before is None or before < life, "taken twice in one life:",
             r.notice)
        if before is not None:
            need(r.json["repeat"], "again, and not marked:", r.notice)
            repeats += 1
        if r.json["repeat"]:
            need(any(k < life for k in oracle.free_at.get(r.notice, ())),
                 "marked, and was never free to go:", r.notice)
        if r.taken:
            taken_in[r.notice] = life
    return repeats


def check_outbox(snap, records):
    taken = {r.notice for r in records if r.taken}
    states = {}
    for notice, state, reason in snap.ask(
            "SELECT id, state, reason FROM outbox"):
        states[state] = states.get(state, 0) + 1
        if state == "done":
            need(notice in taken, "counts as sent, and was not:", notice)
        # A warning that the breach overtook is of no use, and journalled so.
        need(state in ("done", "withdrawn") or
             (state, reason) == ("dead", "warning"), "a notice was left:",
             notice, state, reason)
    known = {row[0] for row in snap.ask("SELECT id FROM outbox")}
    need(taken <= known, "sent, and unknown:", taken - known)
    return states


def check_tickets(run, snap, records):
    """What was due, reckoned from what was sent to the daemon alone."""
    heard = {}
    for r in records:
        if r.taken:
            heard.setdefault(r.json["ticket"], set()).add(
                (r.json["reason"], r.json["person"]))
    clocks = {key: (state, due, breached) for key, state, due, breached in
              snap.ask("SELECT key, state, started + target_ms, breached_at"
                       " FROM clock JOIN ticket ON ticket.id = ticket_id"
                       " WHERE kind = 'first_reply'")}
    counts = {}
    for t in (t for f in run.feeders for t in f.tickets):
        state, due, _ = clocks[t.key]
        told = heard.get(t.key, set())
        need(abs(due - (t.created + t.target) * 1000) < 1.5, "another due:",
             t.key, due)
        if t.fate == "ignored":
            need(state == "breached", "nobody answered:", t.key, state)
            need(("chain", "mara") in told, "the lead was not told:", t.key)
            need(any(w == "exhausted" for w, _ in told),
                 "its end was not told:", t.key, told)
        elif t.fate == "in_time":
            need(state == "met", "was answered in time:", t.key, state)
        elif t.fate == "late":
            need(state == "met_late", "was answered late:", t.key, state)
        counts[t.fate] = counts.get(t.fate, 0) + 1
    return counts


def check_breaches(snap, records):
    """Each breach became a notice, and that was told or became moot."""
    breaches = snap.ask("SELECT ticket_id, cycle FROM journal"
                        " WHERE kind = 'clock_breached'")
    need(len(set(breaches)) == len(breaches), "a clock breached twice")
    silent = snap.ask(
        "SELECT ticket_id FROM journal AS b WHERE kind = 'clock_breached' AND"
        " NOT EXISTS (SELECT 1 FROM outbox WHERE ticket_id = b.ticket_id AND"
        " reason IN ('chain', 'breach')) AND NOT EXISTS (SELECT 1 FROM"
        " journal WHERE ticket_id = b.ticket_id AND kind IN ('clock_met',"
        " 'clock_met_late', 'clock_withdrawn', 'clock_cancelled'))")
    need(not silent, "breached in silence:", silent)
    return len(breaches)


def check_replay(run):
    """What is in the tables follows from the journal, every decision of it."""
    done = subprocess.run([SLAWATCHCTL, "verify", run.d.database], text=True,
                          capture_output=True, check=False)
    need(done.returncode == 0, "verify:", done.stdout[-4000:] + done.stderr)
    print(done.stdout, end="")


def check(run):
    records = check_requests(run.sink, run.d)
    repeats = check_repeats(run.oracle, records)
    snap = Snapshot(run.scratch, run.d.database, integrity=True)
    requests = run.requests()
    need(all(r.acked for r in requests), "not all was accepted")
    run.oracle.events(snap, requests)
    states = check_outbox(snap, records)
    fates = check_tickets(run, snap, records)
    breaches = check_breaches(snap, records)
    snap.close()
    check_replay(run)
    counted = {
        "kills": len(run.oracle.kills),
        "before it was ready": run.early,
        "events": sum(len(r.ids) for r in requests),
        "attempts without an answer": sum(f.unanswered for f in run.feeders),
        "duplicates": sum(f.duplicates for f in run.feeders),
        "breaches": breaches,
        "requests at the sink": len(records),
        "marked": sum(r.json["repeat"] for r in records),
        "taken before a kill and again": repeats,
        **{"notices " + k: v for k, v in states.items()},
        **{"tickets " + k: v for k, v in fates.items()},
        **{"sink " + k: v for k, v in run.sink.behave.counts.items()},
    }
    for name, count in counted.items():
        print("%8d  %s" % (count, name))
    few = KILLS < 100           # then chance may leave some things out
    for name in ("kills", "events", "breaches", "requests at the sink",
                 "notices done", "tickets ignored"):
        need(counted.get(name), "nothing was tested:", name)
    for name in ("before it was ready", "attempts without an answer",
                 "marked", "sink 500", "sink 429", "sink dropped",
                 "notices withdrawn"):
        need(few or counted.get(name), "nothing was tested:", name)


def main():
    print("SLAWATCH_SEED=%d SLAWATCH_KILLS=%d" % (SEED, KILLS), flush=True)
    need(KILLS > 0, "there is nothing to kill")
    began = time.monotonic()
    with Scratch() as scratch, Sink(Moods(random.Random(SEED + 1))) as sink:
        run = Run(scratch, sink)
        try:
            for f in run.feeders:
                f.start()
            for number in range(KILLS):
                run.one_kill(number)
            print("%8.1f  seconds of killing" % (time.monotonic() - began))
            run.finish()
            check(run)
        except BaseException:
            keep = os.environ.get("SLAWATCH_KEEP")
            if keep:
                shutil.copytree(scratch.path, keep, dirs_exist_ok=True,
                                ignore=shutil.ignore_patterns("*.sock"))
                with open(os.path.join(keep, "sink.jsonl"), "w") as f:
                    for r in sink.all():
                        f.write(json.dumps([r.at, r.taken, r.json]) + "\n")
            raise
        finally:
            if run.d.running():
                run.d.kill()
    print("%8.1f  seconds in all" % (time.monotonic() - began))


if __name__ == "__main__":
    main()
