#!/usr/bin/python3
"""ctl_report_html.py - is the page of a backtest whole, harmless and right?

Made of a story with an old and a new matrix, whose texts try to break out of
the page.  Looked at as XML, which the page is as well, so that every tag is
known to be closed; and, where there is a chromium, as a reader sees it: by day
and by night, on a phone and on a screen.

Environment: SLAWATCHCTL is the program.

SPDX-License-Identifier: MIT
"""
import json
import os
import re
import shutil
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ET

sys.dont_write_bytecode = True  # the sources may be read-only
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
from ctl_case import PATIENCE, Case, lines, main

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

HOSTILE = "</title><script>alert(1)</script>\"'&<img src=x onerror=y> \u202e"
LONG = "unbroken" * 100

MATRIX = """
matrix: { owner: mara, fallback: journal }
calendars:
  office: { zone: Europe/Berlin, week: { mon-fri: "09:00-17:00" } }
severities: { P1: {}, P2: {} }
channels: { journal: { type: log }, room: { type: log } }
people:
  mara: {}
  dana: { name: %s, hours: office }
  eli: { name: %s }
chains:
  standard:
    repeat: 0
    steps:
      - { notify: dana, via: journal }
      - { after: 30m, notify: eli, via: [ journal, room ] }
  unused: { steps: [ { notify: mara, via: journal } ] }
policies:
  - { name: never, when: { category: none }, calendar: always,
      targets: { P1: { resolution: 4h } } }
  - name: all
    calendar: always
    warn: [ 50%% ]
    on_breach: standard
    targets: { P1: { first_reply: @P1@ }, P2: { first_reply: 4h } }
""" % (json.dumps(HOSTILE), json.dumps(LONG))

OLD = MATRIX.replace("@P1@", "3h")
NEW = MATRIX.replace("@P1@", "1h")

# What HTML has and this page may use; no forms, frames, objects or scripts.
ELEMENTS = set("html head meta title style body header main footer section h1 "
               "h2 h3 p span bdi code ul li dl dt dd div table caption thead "
               "tbody tr th td details summary figure figcaption svg g rect "
               "text desc".split())
ATTRIBUTES = set("lang charset http-equiv content name class id scope role "
                 "tabindex aria-label aria-labelledby aria-hidden focusable "
                 "viewBox preserveAspectRatio x y width height rx text-anchor "
                 "open".split())


def event(number, ticket, at, kind, **more):
    return dict(more, id="e-%d" % number, ticket=ticket,
                at="2026-01-%sZ" % at, type=kind)


def story():
    told = []
    for n in range(40):
        told.append(event(
            2 * n, "z:%d" % n, "%02dT%02d:00:00" % (5 + n // 8, 8 + n % 8),
            "created", fields={
                "severity": "P1" if n % 2 else "P2",
                "subject": (HOSTILE, LONG, "Cannot log in")[n % 3]}))
        told.append(event(
            2 * n + 1, "z:%d" % n,
            "%02dT%02d:30:00" % (5 + n // 8, 9 + n % 8 + n % 3),
            "comment", author="agent", public=True))
    return sorted(told, key=lambda e: e["at"])


class Base(Case):
    def setUp(self):
        super().setUp()
        self.new = self.write("new.yaml", NEW)
        self.old = self.write("old.yaml", OLD)
        self.events = self.write("events.ndjson", lines(story()))

    def page(self, *args, **env):
        self.ctl("simulate", "-c", self.new, *args, "--report", "html",
                 self.path("page.html"), self.events, **env)
        with open(self.path("page.html"), encoding="utf-8") as f:
            return f.read()

    def against(self, **env):
        return self.page("--against", self.old, **env)

    def tree(self, page):
        self.assertTrue(page.startswith("<!DOCTYPE html>\n<html lang="))
        return ET.fromstring(page)

    def words(self, element):
        return " ".join("".join(element.itertext()).split())

    def section(self, tree, heading):
        found = [s for s in tree.iter("section")
                 if s.find("h2").get("id") == heading + "-heading"]
        self.assertEqual(len(found), 1, heading)
        return found[0]

    def rows(self, table):
        return [[self.words(cell) for cell in row]
                for row in table.find("tbody")]

    def report(self, *args):
        self.ctl("simulate", "-c", self.new, *args, "--report", "json",
                 self.path("r.json"), self.events)
        with open(self.path("r.json"), encoding="utf-8") as f:
            return json.load(f)


class Page(Base):
    # What it is made of.

    def test_whole_and_harmless(self):
        for page in (self.page(), self.against()):
            tree = self.tree(page)
            ids = [e.get("id") for e in tree.iter() if e.get("id")]
            self.assertEqual(len(ids), len(set(ids)), ids)
            for e in tree.iter():
                self.assertIn(e.tag, ELEMENTS)
                self.assertLessEqual(set(e.keys()), ATTRIBUTES, e.tag)
                for ref in (e.get("aria-labelledby") or "").split():
                    self.assertIn(ref, ids)
            style = tree.find("head/style").text
            self.assertNotRegex(style, r"url\(|@import|expression|</")
            self.assertIn("@media (prefers-color-scheme:dark)", style)
            self.assertIn("@media print", style)
            classes = set(re.findall(r"\.([a-z][a-z0-9-]*)", style))
            used = {c for e in tree.iter() for c in
                    (e.get("class") or "").split()}
            self.assertLessEqual(used - {"plain"}, classes)
            self.assertNotIn("http://", page)
            self.assertNotIn("https://", page)

    def test_policy_comes_before_what_it_rules(self):
        head = list(self.tree(self.page()).find("head"))
        self.assertEqual(head[0].get("charset"), "utf-8")
        self.assertEqual(head[1].get("http-equiv"), "Content-Security-Policy")
        self.assertEqual(
            head[1].get("content"),
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
            "form-action 'none'")

    def test_hostile_texts_are_texts(self):
        page = self.against()
        self.assertNotIn("<script", page)
        self.assertNotIn("<img", page)
        self.assertNotIn("\u202e", page)
        tree = self.tree(page)
        shown = HOSTILE.replace("\u202e", "\ufffd")
        names = [b.text for b in tree.iter("bdi")]
        self.assertIn("z:1", names)
        self.assertIn(LONG, names)
        self.assertEqual(
            [self.words(s) for s in tree.iter("span")].count(shown) > 0, True)

    def test_names_of_files_are_texts_without_their_folders(self):
        self.new = self.write("<b>&'.yaml", NEW)
        page = self.page()
        self.assertIn("<title>Backtest of &lt;b&gt;&amp;&#39;.yaml</title>",
                      page)
        self.assertNotIn(self.dir.name, page)

    def test_nothing_depends_on_where_or_when(self):
        once = self.against()
        self.assertEqual(once, self.against(TZ="Asia/Tokyo", LC_ALL="C.UTF-8",
                                            COLUMNS="40", LANG="de_DE"))
        elsewhere = self.path("elsewhere")
        os.mkdir(elsewhere)
        for name in ("new", "old", "events"):
            setattr(self, name, shutil.copy(getattr(self, name), elsewhere))
        self.assertEqual(once, self.against())

    def test_instants_are_those_of_the_zone(self):
        self.assertIn("by the clock of UTC", self.page())
        page = self.page("--zone", "Asia/Tokyo")
        self.assertIn("by the clock of Asia/Tokyo", page)
        self.assertIn(" JST", page)
        self.assertNotIn(" UTC", page)

    def test_to_standard_output(self):
        done = self.ctl("simulate", "-c", self.new, "--report", "html", "-",
                        self.events)
        self.assertEqual(done.stdout, self.page())

    # Whether the numbers are right.

    def test_numbers_are_those_of_the_rows(self):
        rows = [json.loads(row) for row in self.ctl(
            "simulate", "-c", self.new, "--json",
            self.events).stdout.splitlines()]
        notices = [r for r in rows if r["kind"] == "notice"]
        breached = [r for r in rows if r["kind"] == "clock" and
                    r.get("change") == "breached"]
        tree = self.tree(self.page())
        tiles = {self.words(d.find("dt")): self.words(d.find("dd"))
                 for d in tree.find("body/main/dl")}
        self.assertEqual(tiles["tickets"], "40")
        self.assertEqual(tiles["events taken"], "80")
        self.assertEqual(tiles["notices"], str(len(notices)))
        new = self.report()["new"]
        self.assertEqual([int(n) for n in tiles.values()], [
            new[name] for name in (
                "tickets", "events", "refused", "warned", "breached",
                "escalated", "notices", "alerts")])
        self.assertNotEqual(new["warned"], new["breached"])
        clocks = self.section(tree, "clocks").find(".//table")
        self.assertGreater(len(breached), 0)
        self.assertEqual(sum(int(r[3]) for r in self.rows(clocks)),
                         len(breached))
        for row in self.rows(clocks):  # they end in one of these ways
            self.assertEqual(int(row[5]), sum(map(int, row[7:])), row)
        people = self.section(tree, "people").find(".//table")
        for row in self.rows(people):
            name = row[0].split()[0]
            self.assertEqual(int(row[2]), len(
                [n for n in notices if n["to"] == name]), row)

    def test_week_is_a_picture_with_words(self):
        tree = self.tree(self.page())
        week = self.section(tree, "week")
        picture = [s for s in week.iter("svg") if s.get("class") == "week"]
        self.assertEqual(len(picture), 1)
        self.assertEqual(picture[0].get("role"), "img")
        self.assertTrue(picture[0].find("title").text)
        self.assertTrue(picture[0].find("desc").text)
        hours = [g.find("title").text for g in picture[0].iter("g")]
        self.assertEqual(len(hours), 7 * 24)
        total = sum(int(h.split(": ")[1].replace(",", "")) for h in hours)
        self.assertEqual(total, self.report()["new"]["notices"])
        table = self.rows(week.find(".//table"))
        self.assertEqual(
            sum(int(n) for row in table for n in row[1:]), total)
        self.assertIn("Longest silence", self.words(week))

    def test_bars_are_drawn_to_scale(self):
        table = self.section(self.tree(self.against()), "people")
        widths = {}
        for row in table.find(".//tbody"):
            bars = row.findall(".//svg")
            self.assertEqual(len(bars), 2)
            self.assertTrue(all(b.get("aria-hidden") == "true" for b in bars))
            cells = [self.words(c) for c in row]
            for bar, n in zip(bars, (cells[2], cells[3])):
                width = sum(int(r.get("width")) for r in bar.findall("rect"))
                widths[int(n)] = width
        most = max(widths)
        self.assertEqual(widths[most], 1000)
        for n, width in widths.items():
            self.assertAlmostEqual(width, n * 1000 / most, delta=1)

    def test_what_never_came_to_be(self):
        unused = self.words(self.section(self.tree(self.page()), "unused"))
        self.assertIn("Policies without a ticket never", unused)
        self.assertIn("Chains that never started unused", unused)
        self.assertNotIn("standard", unused)

    def test_notes(self):
        notes = self.words(self.section(self.tree(self.page()), "notes"))
        self.assertIn("80 events were read", notes)

    # Old against new.

    def test_without_an_old_one(self):
        page = self.page()
        tree = self.tree(page)
        body = page[page.index("<body>"):]
        self.assertNotIn("k-old", body)
        self.assertNotIn("ld matrix", body)
        self.assertEqual([s for s in tree.iter("section") if
                          s.find("h2").get("id") == "against-heading"], [])

    def test_old_beside_new(self):
        tree = self.tree(self.against())
        weeks = [s for s in tree.iter("svg") if s.get("class") == "week"]
        self.assertEqual(len(weeks), 2)
        against = self.section(tree, "against")
        report = self.report("--against", self.old)["against"]
        self.assertIn("%d of %d tickets differ" % (
            report["differ"], report["tickets"]), self.words(against))
        rows = self.rows(against.find(".//table"))
        n = report["notices"]
        self.assertEqual(rows[0], ["Notices"] + [
            str(n[k]) for k in ("appear", "vanish", "moved", "same")])
        b = report["breaches"]
        self.assertEqual(rows[1][:3], ["Breaches", str(b["appear"]),
                                       str(b["vanish"])])
        self.assertGreater(b["appear"], 0)
        self.assertEqual(int(rows[1][4]) + b["appear"], b["new"])
        tickets = self.section(tree, "tickets")
        folded = [d for d in tickets.iter("details")
                  if d.get("class") == "ticket"]
        self.assertEqual(len(folded), report["differ"])
        self.assertEqual(len(report["tickets_that_differ"]), report["differ"])
        first = self.words(folded[0])
        self.assertIn("2h earlier; now breached", first)
        self.assertIn("standard step 1 to dana by journal", first)

    def test_a_matrix_against_itself(self):
        self.old = shutil.copy(self.new, self.path("same.yaml"))
        tree = self.tree(self.against())
        self.assertIn("0 of 40 tickets differ",
                      self.words(self.section(tree, "against")))
        self.assertEqual([d for d in tree.iter("details")
                          if d.get("class") == "ticket"], [])

    def test_text_for_a_support_lead(self):
        text = self.ctl("simulate", "-c", self.new, "--against", self.old,
                        self.events).stdout
        self.assertIn("Against the old matrix", text)
        self.assertRegex(text, r"dana +\d+ +\d+ more ")
        self.assertIn("first_reply due Mon 2026-01-05 10:00 UTC, 2h earlier; "
                      "now breached\n", text)
        self.assertNotIn("\u202e", text)


# Loads the page in a frame of that width and says how wide it became, and the
# least contrast of any text to what stands behind it.
LOOKER = """<!DOCTYPE html><body><iframe id="f" src="page.html"
 style="width:%dpx;height:900px;border:0"></iframe><pre id="said"></pre><script>
function parts(c) { return c.match(/[0-9.]+/g).map(Number); }
function light(c) {
  const [r, g, b] = parts(c).slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a, b) {
  const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
}
function behind(w, e) {
  for (; e; e = e.parentElement) {
    const c = w.getComputedStyle(e).backgroundColor, p = parts(c);
    if (p.length < 4 || p[3] > 0) return c;
  }
}
onload = () => {
  const w = document.getElementById("f").contentWindow, d = w.document;
  /* A number of the tiles stands on one line, however long it is. */
  const lines = [...d.querySelectorAll(".tiles dd")].map(e => {
    const r = d.createRange(), was = e.firstChild.data;
    e.firstChild.data = "132,510,132,510";
    r.selectNodeContents(e.firstChild);
    const n = r.getClientRects().length;
    e.firstChild.data = was;
    return n;
  });
  const out = { scroll: d.documentElement.scrollWidth,
    lines: Math.max(...lines),
    page: w.getComputedStyle(d.body).backgroundColor, least: 99, texts: 0 };
  for (const e of d.querySelectorAll("body *")) {
    if (![...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()))
      continue;
    const s = w.getComputedStyle(e);
    if (e.localName == "title" || e.localName == "desc") continue;
    const of_svg = e.localName == "text";
    const rect = of_svg && e.parentElement.querySelector(":scope > rect");
    const c = contrast(of_svg ? s.fill : s.color,
      of_svg && e.parentElement.localName == "g"
      ? w.getComputedStyle(rect).fill : behind(w, e));
    out.texts++;
    if (c < out.least) { out.least = c; out.where = e.outerHTML.slice(0, 99); }
  }
  document.getElementById("said").textContent = JSON.stringify(out);
};
</script></body>
"""


@unittest.skipUnless(CHROMIUM, "there is no chromium to look with")
class Looks(Base):
    def look(self, width, dark):
        looker = self.write("look.html", LOOKER % width)
        done = subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu",
             "--allow-file-access-from-files",
             "--user-data-dir=" + self.path("profile"),
             "--blink-settings=preferredColorScheme=%d" % (0 if dark else 1),
             "--window-size=1400,1000", "--dump-dom", "file://" + looker],
            capture_output=True, timeout=PATIENCE, check=False,
            encoding="utf-8")
        said = re.search(r'<pre id="said">(.+?)</pre>', done.stdout, re.S)
        self.assertTrue(said, done.stderr)
        text = said[1]
        for name, c in (("lt", "<"), ("gt", ">"), ("quot", '"'), ("amp", "&")):
            text = text.replace("&%s;" % name, c)
        return json.loads(text)

    def test_fits_and_can_be_read(self):
        self.against()
        pages = set()
        for width in (390, 1280):
            for dark in (False, True):
                said = self.look(width, dark)
                self.assertLessEqual(said["scroll"], width, said)
                self.assertEqual(said["lines"], 1)
                self.assertGreaterEqual(said["least"], 4.5, said)
                self.assertGreater(said["texts"], 200)
                pages.add(said["page"])
        self.assertEqual(len(pages), 2, "by night as by day")


if __name__ == "__main__":
    main()
