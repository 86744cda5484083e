#!/usr/bin/python3
"""safe_change.py - does README's way to change the matrix work, step by step?

Takes the commands of "How a support lead changes the matrix safely" from README
as they stand there and runs them in their order against a real daemon with a
past, as somebody would who reads it: what is edited in between, and what each
of them must say, stands here.  A command that README shows and nobody expects
here fails the test, and the other way round.

Environment: SLAWATCHD and SLAWATCHCTL are the programs.

SPDX-License-Identifier: MIT
"""
import os
import re
import subprocess
import sys
import threading

sys.dont_write_bytecode = True  # the sources may be read-only
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, "..", "..")
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
from harness import (Daemon, Failed, SLAWATCHCTL, Scratch,  # noqa: E402
                     instant, rfc3339)

TITLE = "## How a support lead changes the matrix safely\n"
START = instant("2026-01-05T09:00:00Z")
MATRIX = """
matrix: { owner: mara, fallback: log, revised: 2026-01-01 }
severities: { P1: {}, P2: {} }
channels: { log: { type: log } }
people: { mara: {}, dana: {}, eli: {} }
roles: { primary: dana, backup: eli, lead: mara }
chains:
  standard:
    repeat: 0
    steps:
      - { notify: primary, via: [ log ] }
      - { after: 10m, notify: backup, via: [ log ] }
      - { after: 10m, notify: lead, via: [ log ] }
policies:
  - name: everyone
    warn: [ 50%% ]
    on_breach: standard
    targets: { P1: { first_reply: 1h }, P2: { first_reply: 8h } }
daemon: { database: "%s" }
"""
SCENARIO = """
scenario: A P1 that nobody answers reaches the lead
matrix: ../new.yaml
steps:
  - at: 2026-01-05T09:00:00Z
    event: { type: created, ticket: "z:1", fields: { severity: P1 } }
  - until: quiet
    expect:
      - { notice: chain, to: mara, within: 2h }
"""


def commands():
    """The indented lines of the section, each whole, without its remark."""
    with open(os.path.join(TOP, "README"), encoding="utf-8") as f:
        text = f.read()
    section = text.partition(TITLE)[2].partition("\n## ")[0]
    if not section:
        raise Failed("README has no section of that name")
    joined = re.sub(r"\\\n\s*", "", section)
    return [line.strip().partition("   #")[0].strip()
            for line in joined.splitlines() if line.startswith("    ")]


class Story:
    """The desk: a folder, a daemon, and the matrix as it is edited."""

    def __init__(self, scratch):
        self.folder = scratch.path
        self.daemon = Daemon(scratch, MATRIX % scratch.file("d.db"),
                             clock=rfc3339(START) + "@step")
        os.mkdir(scratch.file("scenarios"))
        with open(scratch.file("scenarios/lead.yaml"), "w",
                  encoding="utf-8") as f:
            f.write(SCENARIO)

    def run(self, command):
        command = command.replace("/etc/slawatch/slawatchd.yaml",
                                  self.daemon.config)
        return subprocess.run(
            ["sh", "-c", command], cwd=self.folder, capture_output=True,
            text=True, check=False, timeout=60,
            env={**os.environ, "SLAWATCH_SOCKET": self.daemon.socket,
                 "USER": "mara",
                 "PATH": os.path.dirname(os.path.abspath(SLAWATCHCTL)) + ":" +
                         os.environ["PATH"]})

    def step(self, to):
        self.daemon.post("/v1/clock", {"to": rfc3339(to)})

    def past(self):
        """A morning: one was answered in time, one was not, one is open."""
        self.daemon.created("desk:1", "P1")
        self.step(START + 1200)
        self.daemon.send(self.daemon.event(
            "desk:1", "comment", author="agent", public=True))
        self.daemon.created("desk:4711", "P1")
        self.step(START + 3 * 3600)
        self.daemon.created("desk:2", "P1")
        self.step(START + 3 * 3600 + 1500)

    def read(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8") as f:
            return f.read()

    def edit(self):
        """P1 are to be answered within 20 minutes: desk:2 is late at once."""
        text = self.read("new.yaml").replace("P1: { first_reply: 1h }",
                                             "P1: { first_reply: 20m }")
        with open(os.path.join(self.folder, "new.yaml"), "w",
                  encoding="utf-8") as f:
            f.write(text)

    def drill(self, command):
        """It follows what happens: time goes on, and dana answers."""
        shell = threading.Thread(target=lambda: said.append(self.run(command)))
        said, answered = [], False
        shell.start()
        while shell.is_alive():
            self.step(self.daemon.now() + 5)
            key = re.search(r"ticket=(drill:\S+)", self.daemon.log())
            if key and not answered:
                reply = self.daemon.post("/v1/tickets/%s/ack" % key.group(1),
                                         {"by": "dana"})
                answered = reply.status == 200
            shell.join(0.05)
        return said[0]


# What README shows, and what must come of it: words of its output.
EXPECTED = [
    ("cp /etc/slawatch/slawatchd.yaml new.yaml", []),
    ("slawatchctl check new.yaml", []),
    ("slawatchctl matrix diff new.yaml", ["first_reply", "1h", "20m"]),
    ("slawatchctl test -c new.yaml scenarios", ["reaches the lead"]),
    ("slawatchctl test --record desk:4711 > scenarios/outage.yaml", []),
    ("slawatchctl simulate -c new.yaml", ["desk:2", "dana"]),
    ("slawatchctl reload --plan new.yaml", ["desk:2", "dana"]),
    ("cp new.yaml /etc/slawatch/slawatchd.yaml", []),
    ("slawatchctl reload --why", ["reloaded"]),
    ("slawatchctl forecast --hours 8", ["desk:2", "eli"]),
    ("slawatchctl drill standard --speed 10", ["dana"]),
    ("slawatchctl matrix log", ["mara", "P1 replies within 10 minutes"]),
]


def play(story, command, start, words):
    if not command.startswith(start):
        raise Failed("README shows \"%s\", here \"%s\" is next" % (command,
                                                                 start))
    said = (story.drill if " drill " in command else story.run)(command)
    text = said.stdout + said.stderr
    if said.returncode != 0:
        raise Failed("%s: exit status %d\n%s" % (command, said.returncode,
                                                 text))
    for word in words:
        if word not in text:
            raise Failed("%s: does not say \"%s\":\n%s" % (command, word,
                                                            text))
    print("%s\n%s" % (command, text))


def main():
    shown = commands()
    if len(shown) != len(EXPECTED):
        raise Failed("README shows %d commands, %d are expected here" % (
            len(shown), len(EXPECTED)))
    with Scratch() as scratch:
        story = Story(scratch)
        with story.daemon.start():
            story.past()
            for command, (start, words) in zip(shown, EXPECTED):
                play(story, command, start, words)
                if command.endswith(" new.yaml") and command[:2] == "cp":
                    story.edit()
        for name, word in (("report.html", "<svg"),
                           ("scenarios/outage.yaml", "desk:4711")):
            if word not in story.read(name):
                raise Failed("%s holds no %s" % (name, word))
    print("%d commands of README" % len(shown))
    return 0


if __name__ == "__main__":
    sys.exit(main())
