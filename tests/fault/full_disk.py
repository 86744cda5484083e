"""full_disk.py - the disk is full, for a while.

A small tmpfs in a mount namespace of this test's own holds the database and a
ballast.  While there is no room, clients hear 503, nothing that was answered
is lost and health says why; when there is room again, the same daemon goes on
by itself and sends what came due meanwhile, once.

Needs a mount namespace (root, or user namespaces); says so and skips (77) where
there is none.

SPDX-License-Identifier: MIT
"""
import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

from harness import (  # noqa: E402
    Answer, Daemon, Failed, Scratch, Sink, config, wait_until)

SKIP = 77
INSIDE = "SLAWATCH_OWN_MOUNTS"
DISK_BYTES = 4 << 20
TEXT = "x" * 30000      # of an event: the disk fills soon
ROUNDS = 3


def namespace():
    """How to run in a mount namespace of one's own, or None."""
    ways = (["unshare", "-m"], ["unshare", "-rm"])
    if shutil.which("unshare") is None:
        return None
    for way in ways:
        with Scratch() as scratch:
            done = subprocess.run(
                way + ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs",
                       scratch.path], capture_output=True)
        if done.returncode == 0:
            return way
    return None


def need(ok, what, *more):
    if not ok:
        raise Failed(" ".join([what] + [repr(m) for m in more]))


class Disk:
    def __init__(self, scratch):
        self.path = scratch.file("disk")
        self.ballast = os.path.join(self.path, "ballast")
        os.mkdir(self.path)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%d" % DISK_BYTES,
                        "tmpfs", self.path], check=True)

    def fill(self):
        with open(self.ballast, "wb", buffering=0) as f:
            for size in (65536, 4096, 1):
                try:
                    while f.write(b"\0" * size) == size:
                        continue
                except OSError as e:
                    need(e.errno == errno.ENOSPC, "not full:", e)
        need(os.statvfs(self.path).f_bavail == 0, "there is still room")

    def empty(self):
        os.unlink(self.ballast)

    def unmount(self):
        subprocess.run(["umount", "-l", self.path], check=True)


class Story:
    """A daemon on the disk, and what it answered."""

    def __init__(self, scratch, sink, disk):
        self.sink = sink
        self.disk = disk
        self.d = Daemon(scratch, config(
            sink, targets="P1: { first_reply: 2s }, P2: { first_reply: 1h }",
            chain="\n      - { notify: primary, via: [hook] }", warn="[ ]"))
        self.d.database = os.path.join(disk.path, "d.db")
        self.accepted = []
        self.refused = []       # and not sent again
        self.refusals = 0

    def post(self, event):
        reply = self.d.post("/v1/events", event)
        need(reply.status in (200, 503), "neither yes nor no:", reply)
        (self.accepted if reply.status == 200 else self.refused).append(event)
        if reply.status == 503:
            self.refusals += 1
            need(reply.headers["Retry-After"], "503 and no Retry-After")
            need(reply.error, "503 and no reason")
        return reply.status

    def note(self):
        return self.d.event("t:0", "note", at=time.time(), by="eli", text=TEXT)

    def there(self):
        """The ids of all events, from a copy of the database."""
        with Scratch() as copy:
            for suffix in ("", "-wal"):
                if os.path.exists(self.d.database + suffix):
                    shutil.copy(self.d.database + suffix, copy.path)
            db = sqlite3.connect(os.path.join(copy.path, "d.db"))
            ids = {r[0] for r in db.execute(
                "SELECT event_id FROM journal WHERE event_id IS NOT NULL")}
            found = db.execute("PRAGMA integrity_check").fetchall()
            db.close()
        need(found == [("ok",)], "damaged:", found)
        return ids

    def compare(self):
        there = self.there()
        lost = [e["id"] for e in self.accepted if e["id"] not in there]
        half = [e["id"] for e in self.refused if e["id"] in there]
        need(not lost, "acknowledged and lost:", lost)
        need(not half, "refused and yet there:", half)


def round_of(story, number):
    """Full, and free again; with a ticket that breaches meanwhile."""
    d, sink, key = story.d, story.sink, "due:%d" % number
    event = d.event(key, "created", fields={"severity": "P1"})
    need(story.post(event) == 200, "there was room", number)
    story.disk.fill()
    # What SQLite has room for in its files is used up first.
    wait_until("a refusal", lambda: story.post(story.note()) == 503)
    reply = d.get("/healthz")
    need(reply.status == 503, "health is green on a full disk")
    need("full" in " ".join(reply.json["reasons"]), "health does not say "
         "why:", reply.json)
    need(d.get("/readyz").status == 200, "not ready any more")
    # Past the target of 2 s; the daemon still answers, and says no.
    due = time.time() + 2.5
    while time.time() < due:
        need(story.post(story.note()) == 503, "accepted on a full disk")
    need(d.get("/v1/tickets/" + key).status == 200, "cannot be read")
    need(not sink.all(lambda r: r.json["ticket"] == key), "sent, but could "
         "not be recorded: a crash would hide it")
    story.compare()
    story.disk.empty()
    wait_until("events to be taken again",
               lambda: story.post(story.note()) == 200)
    sink.wait(lambda r: r.json["ticket"] == key and
              r.json["reason"] == "chain")
    wait_until("green health", lambda: d.get("/healthz").status == 200)
    need(story.post(d.event(key, "status", status="solved")) == 200, "solved")
    # Refused ones may be sent again, and are new.
    again, story.refused = story.refused[-1], []
    reply = d.send(again)
    need(reply.json["accepted"] == 1, "not taken again:", reply)
    story.accepted.append(again)
    need(d.running(), "ended")


def full_while_sending(story):
    """What was sent, but could not be recorded, is not sent a second time."""
    d, sink = story.d, story.sink
    gate = threading.Event()
    sink.behave = Answer(gate=gate)
    sink.clear()
    need(story.post(d.event("mid:1", "created", fields={
        "severity": "P1"})) == 200, "there was room")
    sink.wait(lambda r: r.json["ticket"] == "mid:1")
    story.disk.fill()
    wait_until("a refusal", lambda: story.post(story.note()) == 503)
    gate.set()
    # The answer is in, its record finds no room.
    wait_until("the attempt's end", lambda: story.post(story.note()) == 503 and
               d.metric("slawatch_notices_in_flight") == 0)
    need(story.post(story.note()) == 503, "there is room")
    need(all(n["state"] == "pending" for n in d.ticket("mid:1")["notices"]),
         "recorded on a full disk")
    story.disk.empty()
    wait_until("the record of the success", lambda: any(
        n["state"] == "done" for n in d.ticket("mid:1")["notices"]))
    need(len(sink.all(lambda r: r.json["ticket"] == "mid:1" and
                      r.json["reason"] == "chain")) == 1, "sent twice")


def start_on_a_full_disk(story):
    """It says what is wrong, or works; afterwards it starts as ever."""
    d = story.d
    need(d.stop() == 0, "did not stop:", d.log()[-2000:])
    story.disk.fill()
    d.start(wait=False)
    status = d.wait_exit()
    need(status == 1, "another status:", status)
    need("full" in d.log(), "does not say why:", d.log()[-2000:])
    story.disk.empty()
    d.start()
    story.compare()


def play():
    with Scratch() as scratch, Sink() as sink:
        disk = Disk(scratch)
        story = Story(scratch, sink, disk)
        try:
            with story.d:
                story.d.start()
                story.post(story.d.event("t:0", "created",
                                         fields={"severity": "P2"}))
                for number in range(ROUNDS):
                    round_of(story, number)
                full_while_sending(story)
                start_on_a_full_disk(story)
                need(story.d.stop() == 0, "did not stop")
            story.compare()
            for r in sink.all():
                need(r.signed_by(story.d.secret), "a bad signature")
                need(not r.json["repeat"], "marked as a repeat:", r.json)
            print("%d rounds, %d events accepted, %d refused" %
                  (ROUNDS, len(story.accepted), story.refusals))
            need(story.accepted and story.refusals, "nothing was tested")
        finally:
            disk.unmount()


def main():
    if os.environ.get(INSIDE):
        play()
        return 0
    way = namespace()
    if way is None:
        print("full_disk: no mount namespace with a tmpfs to be had here; "
              "as root there is")
        return SKIP
    return subprocess.run(way + [sys.executable, "-B"] + sys.argv,
                          env={**os.environ, INSIDE: "1"}).returncode


if __name__ == "__main__":
    sys.exit(main())
