"""node.py - a script of node's that answers questions: one JSON a line.

    need("@slack/bolt")                     # or the test is skipped, and says so
    with Node("slack_bolt.js") as bolt:
        bolt.ask({"do": "verify", ...})     # -> {"ok": true}

SLAWATCH_NODE_MODULES names the folder with the packages; ./bootstrap check
makes one.

SPDX-License-Identifier: MIT
"""
import json
import os
import shutil
import subprocess
import sys

from harness import Failed

HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = os.environ.get("SLAWATCH_NODE_MODULES", "")


def need(*packages):
    """Ends the whole test as skipped where one of them is not there."""
    missing = [p for p in packages
               if not os.path.isdir(os.path.join(MODULES, p))]
    if not shutil.which("node"):
        missing.insert(0, "node")
    if MODULES and not missing:
        return
    print("skipped: there is no %s; ./bootstrap check installs it where npm's "
          "registry can be reached" % ", ".join(missing or packages))
    sys.exit(77)


class Node:
    def __init__(self, script, *arguments):
        self.process = subprocess.Popen(
            ["node", os.path.join(HERE, script), *arguments],
            env={**os.environ, "NODE_PATH": MODULES},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, question):
        self.process.stdin.write(json.dumps(question).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise Failed("node ended with %d" % self.process.wait())
        return json.loads(line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
