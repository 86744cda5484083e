#!/usr/bin/python3
# block_kit.py - would Slack take this message?  Reads JSON, says why not.
#
# Stricter than Slack where Slack is silent: unknown members, control
# characters, unescaped & < > and half entities are refused.  Source: Slack's
# "Reference: blocks", "Reference: block elements", "Reference: composition
# objects", "Reference: secondary message attachments", "Formatting text for app
# surfaces", "Sending messages using incoming webhooks", "chat.postMessage",
# "Handling user interaction" (response_url).  That a message's blocks may not
# be too long together (msg_blocks_too_long) is said without a number: people
# have met it at about 13,200 characters.
#
#	block_kit.py [--lines|--api] < payload.json
#					exit 0, or 1 with the reason on stdout
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
    if "confirm" in obj:
        confirm(obj["confirm"], where + ".confirm")


def confirm(obj, where):
    members(obj, where, ("title", "text", "confirm", "deny"), ("style",))
    text_object(obj["title"], where + ".title", 100, ("plain_text",))
    text_object(obj["text"], where + ".text", 300, ("plain_text",))
    text_object(obj["confirm"], where + ".confirm", 30, ("plain_text",))
    text_object(obj["deny"], where + ".deny", 30, ("plain_text",))
    if "style" in obj:
        need(obj["style"] in ("primary", "danger"), where, "style")


def static_select(obj, where):
    members(obj, where, ("type", "action_id", "placeholder", "options"),
            ("confirm", "initial_option", "focus_on_load"))
    string(obj["action_id"], where + ".action_id", 255)
    text_object(obj["placeholder"], where + ".placeholder", 150,
                ("plain_text",))
    listed(obj["options"], where + ".options", 100)
    seen = set()
    for i, option in enumerate(obj["options"]):
        at = f"{where}.options[{i}]"
        members(option, at, ("text", "value"), ("description",))
        text_object(option["text"], at + ".text", 75, ("plain_text",))
        string(option["value"], at + ".value", 150)
        need(option["value"] not in seen, at, "value twice")
        seen.add(option["value"])
    if "confirm" in obj:
        confirm(obj["confirm"], where + ".confirm")


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
    kinds = {"button": button, "image": image,
             "static_select": static_select}
    need(isinstance(obj, dict) and obj.get("type") in kinds, where,
         "type must be button, static_select or image")
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


COLOUR = re.compile(r"#[0-9a-fA-F]{6}|good|warning|danger")
BLOCKS_MOST = 13000


def block_list(listing, where, seen):
    listed(listing, where, 50)
    for i, block in enumerate(listing):
        at = f"{where}[{i}]"
        need(isinstance(block, dict) and block.get("type") in BLOCKS, at,
             f"type must be one of {', '.join(BLOCKS)}")
        if "block_id" in block:
            string(block["block_id"], at + ".block_id", 255)
            need(block["block_id"] not in seen, at, "block_id twice")
            seen.add(block["block_id"])
        BLOCKS[block["type"]](block, at)


def total(obj):
    """Characters of all texts."""
    if isinstance(obj, str):
        return size(obj)
    if isinstance(obj, list):
        return sum(total(o) for o in obj)
    if isinstance(obj, dict):
        return sum(total(o) for name, o in obj.items()
                   if name not in ("type", "url"))
    return 0


def attachment(obj, where, seen):
    members(obj, where, ("blocks",), ("color", "fallback"))
    if "color" in obj:
        need(isinstance(obj["color"], str) and
             COLOUR.fullmatch(obj["color"]), where, "color")
    if "fallback" in obj:
        formatted(obj["fallback"], where + ".fallback", 4000)
    block_list(obj["blocks"], where + ".blocks", seen)


def content(obj):
    """text, blocks, attachments: ours always have a text, for those who see
    no blocks."""
    need("text" in obj, "message", "text is missing")
    formatted(obj["text"], "text", 40000)
    seen = set()
    if "blocks" in obj:
        block_list(obj["blocks"], "blocks", seen)
    if "attachments" in obj:
        listed(obj["attachments"], "attachments", 20)
        for i, a in enumerate(obj["attachments"]):
            attachment(a, f"attachments[{i}]", seen)
    long = total(obj.get("blocks")) + total(obj.get("attachments"))
    need(long <= BLOCKS_MOST, "blocks", f"{long} characters together, more "
         f"than {BLOCKS_MOST}")


def message(obj):
    """For an incoming webhook."""
    members(obj, "message", ("text",), ("blocks", "attachments"))
    content(obj)


TS = re.compile(r"[0-9]{1,12}\.[0-9]{6}")


def flag(obj, name):
    need(isinstance(obj.get(name, True), bool), name, "must be a boolean")


def api(obj):
    """Of chat.postMessage and its like."""
    need(isinstance(obj, dict), "arguments", "must be an object")
    string(obj.get("channel"), "channel", 255)
    need(re.fullmatch("[A-Z0-9]+", obj["channel"]), "channel",
         "an id, not a name")
    for name in ("thread_ts", "ts"):
        need(TS.fullmatch(obj.get(name, "1.000000")), name, "no ts")
    for name in ("reply_broadcast", "unfurl_links", "unfurl_media", "mrkdwn"):
        flag(obj, name)
    content(obj)


def response(obj):
    """For a response_url."""
    members(obj, "message", (), ("text", "blocks", "attachments",
                                 "response_type", "replace_original",
                                 "delete_original", "thread_ts"))
    need(obj.get("response_type", "ephemeral") in
         ("ephemeral", "in_channel"), "response_type", "unknown")
    flag(obj, "replace_original")
    flag(obj, "delete_original")
    if obj.get("delete_original") is not True:
        content(obj)


def once(pairs):
    obj = dict(pairs)
    need(len(obj) == len(pairs), "JSON", "the same name twice")
    return obj


def refuse_constant(word):
    raise Refused(f"JSON: {word} is no number")


def loads(raw):
    """JSON; a ValueError if Slack would not read it."""
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=once,
                          parse_constant=refuse_constant)
    except Refused as why:
        raise ValueError(str(why)) from None


def judge(rules, obj):
    try:
        rules(obj)
    except (Refused, ValueError, TypeError) as why:
        return str(why)
    return None


def check(raw, rules=message):
    """None, or why not."""
    try:
        return judge(rules, loads(raw))
    except ValueError as why:
        return str(why)


def post(args):
    """None, or why chat.postMessage would not take these arguments."""
    return judge(api, args)


def check_response(args):
    """None, or why a response_url would not take it."""
    return judge(response, args)


def main():
    # With --lines each line is a message: many at the price of one start;
    # with --api lines are arguments of chat.postMessage.
    rules = api if "--api" in sys.argv[1:] else message
    raw = sys.stdin.buffer.read()
    parts = [raw] if sys.argv[1:] == [] else raw.splitlines()
    if not parts:
        print("no message at all")
        return 1
    failed = 0
    for number, part in enumerate(parts, 1):
        why = check(part, rules)
        if why is not None:
            print(f"message {number}: {why}")
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
