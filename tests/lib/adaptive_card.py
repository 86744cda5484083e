#!/usr/bin/python3
# adaptive_card.py - would Teams take this message?  Reads JSON, says why not.
#
# Stricter than Teams where Teams is silent: unknown members, control
# characters and Markdown in what is not ours are refused.  Sources: schema 1.4
# of adaptivecards.io; Microsoft Teams, "Create incoming webhooks" (28 KB),
# "Format cards in Teams" (mentions), "Text features" (DATE and TIME).
#
#	adaptive_card.py [--lines] < message.json
#					exit 0, or 1 with the reason on stdout
#
# SPDX-License-Identifier: MIT
import json
import re
import sys

MESSAGE_BYTES = 28 * 1024


class Refused(Exception):
    pass


def need(ok, where, why):
    if not ok:
        raise Refused(f"{where}: {why}")


def members(obj, where, required, optional=()):
    need(isinstance(obj, dict), where, "must be an object")
    for name in required:
        need(name in obj, where, f"{name} is missing")
    for name in obj:
        need(name in required or name in optional, where,
             f"unknown member {name}")


def one_of(obj, name, where, words):
    need(name not in obj or obj[name] in words, where,
         f"{name} is {obj.get(name)!r}")


def text(value, where, least=0):
    need(isinstance(value, str), where, "must be a string")
    need(len(value) >= least, where, "may not be empty")
    for c in value:
        need(not (ord(c) < 0x20 or 0x7f <= ord(c) < 0xa0), where,
             f"control character {ord(c):#x}")
        need(ord(c) not in (*range(0x202a, 0x202f), *range(0x2066, 0x206a)),
             where, f"writing direction override {ord(c):#x}")


def link(value, where):
    text(value, where, 1)
    need(re.fullmatch(r"https?://[!-~]+", value), where, "no http URL")


SPACINGS = ("default", "none", "small", "medium", "large", "extraLarge",
            "padding", "Default", "None", "Small", "Medium", "Large")
SIZES = ("Default", "Small", "Medium", "Large", "ExtraLarge")
WEIGHTS = ("Default", "Lighter", "Bolder")
STYLES = ("default", "emphasis", "good", "attention", "warning", "accent")
ELEMENT = ("type", "spacing", "separator", "isVisible", "id", "height")
DATES = re.compile(r"\{\{(?:DATE\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
                   r"(?:,(?:SHORT|LONG|COMPACT))?\)"
                   r"|TIME\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\))\}\}")
AT = re.compile(r"<at>[^<>]+</at>")


class Card:
    def __init__(self):
        self.mentions = []

    def open_url(self, obj, where, titled):
        members(obj, where, ("type", "url") + (("title",) if titled else ()),
                ("title", "iconUrl", "style"))
        need(obj["type"] == "Action.OpenUrl", where, "unknown action")
        if titled:
            text(obj["title"], f"{where}.title", 1)
        link(obj["url"], f"{where}.url")

    def run(self, obj, where):
        members(obj, where, ("type", "text"),
                ("weight", "size", "isSubtle", "color", "italic",
                 "selectAction", "fontType", "highlight", "strikethrough",
                 "underline"))
        need(obj["type"] == "TextRun", where, "unknown inline")
        text(obj["text"], f"{where}.text")
        one_of(obj, "weight", where, WEIGHTS)
        one_of(obj, "size", where, SIZES)
        if "selectAction" in obj:
            self.open_url(obj["selectAction"], f"{where}.selectAction", False)

    def rich(self, obj, where):
        members(obj, where, ("type", "inlines"),
                ELEMENT + ("horizontalAlignment",))
        need(isinstance(obj["inlines"], list) and obj["inlines"], where,
             "no inlines")
        for i, run in enumerate(obj["inlines"]):
            self.run(run, f"{where}.inlines[{i}]")
        need(any(run["text"] for run in obj["inlines"]), where, "empty")

    def block(self, obj, where):
        """Ours alone: without the mentions and dates nothing in it may mean
        anything to Markdown."""
        members(obj, where, ("type", "text"),
                ELEMENT + ("wrap", "size", "isSubtle", "weight", "color",
                           "maxLines", "horizontalAlignment", "fontType"))
        text(obj["text"], f"{where}.text", 1)
        one_of(obj, "size", where, SIZES)
        one_of(obj, "weight", where, WEIGHTS)
        self.mentions += AT.findall(obj["text"])
        rest = DATES.sub("", AT.sub("", obj["text"]))
        need(not re.search(r"[<>*_\[\]`{}]", rest), where,
             f"Markdown, or a date that is none: {rest}")

    def box(self, obj, where):
        members(obj, where, ("type", "items"),
                ELEMENT + ("style", "bleed", "selectAction", "minHeight",
                           "verticalContentAlignment"))
        one_of(obj, "style", where, STYLES)
        self.elements(obj["items"], f"{where}.items")

    def elements(self, items, where):
        need(isinstance(items, list) and items, where, "empty")
        kinds = {"TextBlock": self.block, "RichTextBlock": self.rich,
                 "Container": self.box}
        for i, item in enumerate(items):
            at = f"{where}[{i}]"
            need(isinstance(item, dict), at, "must be an object")
            need(item.get("type") in kinds, at,
                 f"unknown type {item.get('type')}")
            one_of(item, "spacing", at, SPACINGS)
            kinds[item["type"]](item, at)

    def entity(self, obj, where):
        members(obj, where, ("type", "text", "mentioned"))
        need(obj["type"] == "mention", where, "no mention")
        members(obj["mentioned"], where, ("id", "name"))
        text(obj["mentioned"]["id"], f"{where}.id", 1)
        text(obj["mentioned"]["name"], f"{where}.name", 1)
        need(obj["text"] == f"<at>{obj['mentioned']['name']}</at>", where,
             "text and name differ")
        return obj["text"]

    def card(self, obj):
        members(obj, "card", ("type", "version", "body"),
                ("$schema", "actions", "fallbackText", "speak", "lang",
                 "msteams", "minHeight"))
        need(obj["type"] == "AdaptiveCard", "card", "unknown type")
        need(obj["version"] in ("1.0", "1.1", "1.2", "1.3", "1.4"), "card",
             "a version that phones do not know")
        text(obj.get("fallbackText", "-"), "card.fallbackText", 1)
        self.elements(obj["body"], "card.body")
        actions = obj.get("actions", [])
        need(isinstance(actions, list) and len(actions) <= 6, "card.actions",
             "more than Teams shows")
        for i, action in enumerate(actions):
            self.open_url(action, f"card.actions[{i}]", True)
        teams = obj.get("msteams", {})
        members(teams, "msteams", (), ("width", "entities"))
        one_of(teams, "width", "msteams", ("Full",))
        given = [self.entity(e, f"msteams.entities[{i}]")
                 for i, e in enumerate(teams.get("entities", []))]
        need(sorted(given) == sorted(set(self.mentions)), "msteams",
             f"mentions {self.mentions}, entities {given}")


def message(obj):
    members(obj, "message", ("type", "attachments"), ("summary",))
    need(obj["type"] == "message", "message", "unknown type")
    text(obj.get("summary", "-"), "summary", 1)
    need(isinstance(obj["attachments"], list) and
         len(obj["attachments"]) == 1, "attachments", "not just one")
    part = obj["attachments"][0]
    members(part, "attachment", ("contentType", "content"), ("contentUrl",))
    need(part["contentType"] == "application/vnd.microsoft.card.adaptive",
         "attachment", "unknown contentType")
    need(part.get("contentUrl") is None, "attachment", "contentUrl")
    Card().card(part["content"])


def once(pairs):
    obj = dict(pairs)
    need(len(obj) == len(pairs), "JSON", "the same name twice")
    return obj


def check(raw):
    """None, or why not."""
    try:
        need(len(raw) <= MESSAGE_BYTES, "message", f"{len(raw)} bytes")
        message(json.loads(raw.decode("utf-8"), object_pairs_hook=once))
    except (Refused, ValueError, TypeError) as why:
        return str(why)
    return None


def main():
    raw = sys.stdin.buffer.read()
    parts = raw.splitlines() if "--lines" in sys.argv[1:] else [raw]
    if not parts:
        print("no message at all")
        return 1
    failed = 0
    for number, part in enumerate(parts, 1):
        why = check(part)
        if why is not None:
            print(f"message {number}: {why}")
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
