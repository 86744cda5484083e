#!/usr/bin/python3
# block_kit_html.py - roughly as Slack shows it: messages to one HTML page.
#
# For looking at, not for judging (block_kit.py does that): fonts, widths and
# colours are near enough to see what is too long, doubled or lost.
#
#	block_kit_html.py < payloads, one a line > page.html
#	chromium --headless --no-sandbox --screenshot=x.png page.html
#
# SPDX-License-Identifier: MIT
import html
import json
import re
import sys
import time

STYLE = """
body { background: #fff; font: 15px/1.46 Lato, "DejaVu Sans", sans-serif;
  color: #1d1c1d; margin: 12px; max-width: 640px }
.m { display: flex; margin: 14px 0; border-top: 1px dotted #ddd;
  padding-top: 10px }
.m > i { flex: 0 0 36px; height: 36px; border-radius: 4px; background: #4a154b;
  margin-right: 8px } .m > div { flex: 1; min-width: 0 }
.m.reply { margin-left: 44px }
.who { font-weight: 900 } .who span { font: 12px sans-serif; color: #616061 }
.push { font-size: 12px; color: #888; border-left: 2px dashed #ccc;
  padding-left: 6px; overflow-wrap: anywhere }
h3 { font-size: 18px; margin: 6px 0 } section { margin: 6px 0; display: flex;
  justify-content: space-between; gap: 12px; align-items: flex-start } section > div { flex: 1;
  min-width: 0; overflow-wrap: anywhere }
.f { display: grid; grid-template-columns: 1fr 1fr; gap: 6px 12px;
  margin-top: 8px } .c { color: #616061; font-size: 12px; margin: 6px 0 }
.c span { margin-right: 10px } .a { margin: 8px 0 }
button { font: 700 13px/1 Lato, sans-serif; padding: 8px 12px; margin: 0 6px
  6px 0; border: 1px solid #bbb; border-radius: 4px; background: #fff }
button.primary { background: #007a5a; color: #fff; border-color: #007a5a }
button.danger { background: #fff; color: #e01e5a; border-color: #e01e5a }
.at { border-left: 4px solid; padding-left: 12px; border-radius: 4px }
b.p { background: #e8f5fa; color: #1264a3; padding: 0 2px; border-radius: 3px;
  font-weight: 400 } a { color: #1264a3; text-decoration: none }
"""


def special(match):
    """<...> of Slack's own markup; what is inside is escaped already."""
    body = match.group(1)
    if body.startswith("@"):
        return '<b class="p">@%s</b>' % body[1:]
    if body.startswith("!subteam^"):
        return '<b class="p">@%s</b>' % body[len("!subteam^"):]
    if body.startswith("!date^"):
        at = int(body.split("^")[1])
        return time.strftime("%b %-d, %H:%M", time.gmtime(at))
    target, _, label = body.partition("|")
    return '<a href="%s">%s</a>' % (target, label or target)


def mrkdwn(text):
    parts = re.split(r"(<[^<>]*>)", text)
    out = []
    for part in parts:
        if part.startswith("<"):
            out.append(special(re.match(r"<(.*)>", part, re.S)))
            continue
        part = re.sub(r"(^|\s)\*([^*\n]+)\*", r"\1<b>\2</b>", part)
        part = re.sub(r"(^|\s)_([^_\n]+)_", r"\1<em>\2</em>", part)
        out.append(part.replace("\n", "<br>"))
    # A bold text may hold a mark of ours, which the split took apart.
    return re.sub(r"\*([^*<>\n]*)\*", r"<b>\1</b>", "".join(out))


def text(obj):
    return mrkdwn(obj["text"]) if obj["type"] == "mrkdwn" else obj["text"]


def element(obj):
    if obj["type"] == "static_select":
        return "<button>%s &#9662;</button>" % text(obj["placeholder"])
    return '<button class="%s">%s</button>' % (
        obj.get("style", ""), text(obj["text"]))


def block(obj):
    kind = obj["type"]
    if kind == "header":
        return "<h3>%s</h3>" % text(obj["text"])
    if kind == "section":
        out = text(obj["text"]) if "text" in obj else ""
        if "fields" in obj:
            out += '<div class="f">%s</div>' % "".join(
                "<div>%s</div>" % text(f) for f in obj["fields"])
        more = element(obj["accessory"]) if "accessory" in obj else ""
        return "<section><div>%s</div>%s</section>" % (out, more)
    if kind == "context":
        return '<div class="c">%s</div>' % "".join(
            "<span>%s</span>" % text(e) for e in obj["elements"])
    if kind == "actions":
        return '<div class="a">%s</div>' % "".join(
            element(e) for e in obj["elements"])
    return "<hr>"


def message(obj):
    out = "".join(block(b) for b in obj.get("blocks", []))
    for a in obj.get("attachments", []):
        out += '<div class="at" style="border-color: %s">%s</div>' % (
            html.escape(a.get("color", "#ddd")),
            "".join(block(b) for b in a["blocks"]))
    return ('<div class="m%s"><i></i><div><div class="who">slawatch '
            '<span>APP 09:12</span></div><div class="push">%s</div>%s</div>'
            '</div>' % (" reply" if "thread_ts" in obj else "",
                        mrkdwn(obj["text"]), out))


def main():
    body = "".join(message(json.loads(line))
                   for line in sys.stdin.buffer.read().splitlines() if line)
    print("<!doctype html><meta charset=utf-8><title>Slack</title><style>%s"
          "</style>%s" % (STYLE, body))
    return 0


if __name__ == "__main__":
    sys.exit(main())
