#!/usr/bin/python3
# block_kit.py - would Slack take this message?  Reads JSON, says why not.
#
# Stricter than Slack where Slack is silent: unknown members, control
# characters, unescaped & < > and half entities are refused.  Source: Slack's
# "Reference: blocks", "Reference: composition objects", "Formatting text for
# app surfaces", "Sending messages using incoming webhooks".
#
#	block_kit.py < payload.json	exit 0, or 1 with the reason on stdout
#
# SPDX-License-Identifier: MIT
import json
import re
import sys


class Refused(Exception):
    pass


def need(ok, where, why):
    if not ok:
        raise Refused(f"{where}: {why}")


def size(text):
    """Characters, counted so that no way of counting gives more."""
    return max(len(text), len(text.encode("utf-16-le")) // 2)


def members(obj, where, required, optional=()):
    need(isinstance(obj, dict), where, "must be an object")
    for name in required:
        need(name in obj, where, f"{name} is missing")
    for name in obj:
        need(name in required or name in optional, where,
             f"unknown member {name}")


def string(value, where, most, least=1):
    need(isinstance(value, str), where, "must be a string")
    need(size(value) >= least, where, "may not be empty")
    need(size(value) <= most, where, f"{size(value)} characters, "
         f"more than {most}")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        need(False, where, "half of a surrogate pair")


MARKUP = re.compile(
    r"<(?:@[UW][A-Z0-9]+"
    r"|#C[A-Z0-9]+"
    r"|!(?:here|channel|everyone|subteam\^S[A-Z0-9]+)"
    r"|!date\^\d+\^[^<>|^]*\{[a-z_]+\}[^<>|^]*(?:\^https?://[^<>|]+)?"
    r"\|[^<>|]+"
    r"|(?:https?|mailto):[^<>|\s]+(?:\|[^<>|]+)?)>")
ENTITY = re.compile(r"&(?:amp|lt|gt);")


def formatted(value, where, most):
    """Text in which & < > mean something."""
    string(value, where, most)
    bare = MARKUP.sub("", value)
    need("<" not in bare and ">" not in bare, where,
         "an unescaped < or >, or markup that is not whole")
    need("&" not in ENTITY.sub("", bare), where,
         "an unescaped &, or half an entity")
    for c in value:
        need(c == "\n" or not (ord(c) < 0x20 or 0x7f <= ord(c) < 0xa0),
             where, f"control character {ord(c):#x}")
        need(ord(c) not in (*range(0x202a, 0x202f), *range(0x2066, 0x206a)),
             where, f"writing direction override {ord(c):#x}")


def text_object(obj, where, most, kinds=("plain_text", "mrkdwn")):
    need(isinstance(obj, dict) and obj.get("type") in kinds, where,
         f"type must be one of {', '.join(kinds)}")
    if obj["type"] == "plain_text":
        members(obj, where, ("type", "text"), ("emoji",))
        need(isinstance(obj.get("emoji", True), bool), where, "emoji")
        formatted(obj["text"], where + ".text", most)
        need("\n" not in obj["text"], where, "newline in plain text")
    else:
        members(obj, where, ("type", "text"), ("verbatim",))
        need(isinstance(obj.get("verbatim", True), bool), where, "verbatim")
        formatted(obj["text"], where + ".text", most)


def url(value, where, most=3000):
    string(value, where, most)
    need(re.fullmatch(r"https?://[!-~]+", value) is not None, where,
         "not an http or https URL")


def listed(value, where, most):
    need(isinstance(value, list), where, "must be a list")
    need(1 <= len(value) <= most, where, f"must hold 1 to {most}")


def button(obj, where):
    members(obj, where, ("type", "text"),
            ("action_id", "url", "value", "style", "confirm",
             "accessibility_label"))
    text_object(obj["text"], where + ".text", 75, ("plain_text",))
    if "action_id" in obj:
        string(obj["action_id"], where + ".action_id", 255)
    if "url" in obj:
        url(obj["url"], where + ".url")
    if "value" in obj:
        string(obj["value"], where + ".value", 2000)
    if "style" in obj:
        need(obj["style"] in ("primary", "danger"), where, "style")
    if "accessibility_label" in obj:
        string(obj["accessibility_label"], where + ".accessibility_label", 75)
    need("confirm" not in obj, where, "confirm is not known here")


def image(obj, where):
    members(obj, where, ("type", "image_url", "alt_text"))
    url(obj["image_url"], where + ".image_url")
    string(obj["alt_text"], where + ".alt_text", 2000)


def header(obj, where):
    members(obj, where, ("type", "text"), ("block_id",))
    text_object(obj["text"], where + ".text", 150, ("plain_text",))


def section(obj, where):
    members(obj, where, ("type",),
            ("text", "fields", "accessory", "block_id", "expand"))
    need("text" in obj or "fields" in obj, where, "neither text nor fields")
    if "text" in obj:
        text_object(obj["text"], where + ".text", 3000)
    if "fields" in obj:
        listed(obj["fields"], where + ".fields", 10)
        for i, field in enumerate(obj["fields"]):
            text_object(field, f"{where}.fields[{i}]", 2000)
    if "accessory" in obj:
        element(obj["accessory"], where + ".accessory")


def context(obj, where):
    members(obj, where, ("type", "elements"), ("block_id",))
    listed(obj["elements"], where + ".elements", 10)
    for i, item in enumerate(obj["elements"]):
        at = f"{where}.elements[{i}]"
        if isinstance(item, dict) and item.get("type") == "image":
            image(item, at)
        else:
            text_object(item, at, 2000)


def element(obj, where):
    kinds = {"button": button, "image": image}
    need(isinstance(obj, dict) and obj.get("type") in kinds, where,
         "type must be button or image")
    kinds[obj["type"]](obj, where)


def actions(obj, where):
    members(obj, where, ("type", "elements"), ("block_id",))
    listed(obj["elements"], where + ".elements", 25)
    seen = set()
    for i, item in enumerate(obj["elements"]):
        need(isinstance(item, dict) and item.get("type") != "image",
             f"{where}.elements[{i}]", "an image is no action")
        element(item, f"{where}.elements[{i}]")
        name = item.get("action_id")
        need(name is None or name not in seen, where,
             f"action_id {name} twice")
        seen.add(name)


def divider(obj, where):
    members(obj, where, ("type",), ("block_id",))


BLOCKS = {"header": header, "section": section, "context": context,
          "actions": actions, "divider": divider}


def message(obj):
    members(obj, "message", ("text",), ("blocks",))
    formatted(obj["text"], "text", 40000)
    if "blocks" not in obj:
        return
    listed(obj["blocks"], "blocks", 50)
    seen = set()
    for i, block in enumerate(obj["blocks"]):
        where = f"blocks[{i}]"
        need(isinstance(block, dict) and block.get("type") in BLOCKS, where,
             f"type must be one of {', '.join(BLOCKS)}")
        if "block_id" in block:
            string(block["block_id"], where + ".block_id", 255)
            need(block["block_id"] not in seen, where, "block_id twice")
            seen.add(block["block_id"])
        BLOCKS[block["type"]](block, where)


def once(pairs):
    obj = dict(pairs)
    need(len(obj) == len(pairs), "JSON", "the same name twice")
    return obj


def refuse_constant(word):
    raise Refused(f"JSON: {word} is no number")


def check(raw):
    """None, or why not."""
    try:
        message(json.loads(raw.decode("utf-8"), object_pairs_hook=once,
                           parse_constant=refuse_constant))
    except (Refused, ValueError) as why:
        return str(why)
    return None


def main():
    # With --lines each line is a message: many at the price of one start.
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
