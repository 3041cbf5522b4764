#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""pages.py BOOK - the pages of the book as HTML: every link, picture and anchor leads somewhere, nothing is fetched from the
web, nothing of the chapters' own marks is left, and each page can be reached from the front page."""
import html.parser
import pathlib
import re
import sys
import urllib.parse

SKIPPED = 77
VOID = {"meta", "link", "br", "hr", "img", "input", "wbr", "col", "source"}


class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.path, self.problems = path, []
        self.ids, self.links, self.stack = set(), [], []
        self.text, self.title, self.maths, self.pictures = [], "", 0, 0
        self.feed(path.read_text(encoding="utf-8"))
        self.close()
        if self.stack:
            self.complain("never closed: <%s>" % "> <".join(self.stack))

    def complain(self, what):
        self.problems.append("%s:%d: %s" % (self.path, self.getpos()[0], what))

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if "id" in given:
            if given["id"] in self.ids:
                self.complain("two things are called '%s'" % given["id"])
            self.ids.add(given["id"])
        for name in ("href", "src", "xlink:href"):
            if name in given:
                self.links.append((self.getpos()[0], tag, given[name]))
        if tag == "script" or any(name.startswith("on") for name in given):
            self.complain("a script")
        if tag == "img" and not given.get("alt"):
            self.complain("a picture without a text")
        if tag == "svg" and not (given.get("role") == "img" and given.get("aria-label")):
            self.complain("a drawing without a text")
        if tag == "merror":
            self.complain("a formula that is wrong")
        self.maths += tag == "math"
        self.pictures += tag in ("svg", "img")
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.stack.pop()

    def handle_endtag(self, tag):
        while self.stack and self.stack[-1] != tag and self.stack[-1] in ("p", "li"):  # HTML may leave these open
            self.stack.pop()
        if not self.stack or self.stack.pop() != tag:
            self.complain("</%s> closes nothing" % tag)

    def handle_data(self, data):
        if "title" in self.stack and "svg" not in self.stack:
            self.title += data
        if not {"code", "pre", "annotation", "style", "svg"} & set(self.stack):
            self.text.append((self.getpos()[0], data))


def check_text(page):
    for line, text in page.text:
        for mark in ("$", "claim:", "```"):
            if mark in text:
                page.problems.append("%s:%d: '%s' in the text: %s" % (page.path, line, mark, text.strip()[:60]))
    if not page.title.strip():
        page.problems.append("%s: no title" % page.path)


def check_links(page, pages, root):
    reached = set()
    for line, tag, link in page.links:
        address = urllib.parse.urlparse(link)
        if address.scheme == "data":
            continue
        if address.scheme:
            if tag != "a":
                page.problems.append("%s:%d: fetched from the web: %s" % (page.path, line, link))
            continue
        there = page.path if not address.path else (page.path.parent / urllib.parse.unquote(address.path)).resolve()
        if not there.is_file() or root not in there.parents:
            page.problems.append("%s:%d: leads nowhere: %s" % (page.path, line, link))
            continue
        reached.add(there)
        if address.fragment and there.suffix == ".html":
            if urllib.parse.unquote(address.fragment) not in pages[there].ids:
                page.problems.append("%s:%d: no such heading: %s" % (page.path, line, link))
        if tag == "use" and not address.path and address.fragment not in page.ids:
            page.problems.append("%s:%d: a part of a drawing is missing: %s" % (page.path, line, link))
    return reached


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    if not (root / "index.html").exists():
        print("there is no book in %s" % root)
        return SKIPPED
    pages = {path: Page(path) for path in sorted(root.rglob("*.html"))}
    reached = set()
    for page in pages.values():
        check_text(page)
        reached |= check_links(page, pages, root)
    problems = [problem for page in pages.values() for problem in page.problems]
    for path, page in pages.items():
        if path != root / "index.html" and path not in reached:
            problems.append("%s: no page leads here" % path)
        source = path.with_suffix(".md").read_text(encoding="utf-8")
        if not page.maths and re.search(r"\$\\", source):
            problems.append("%s: its formulas are gone" % path)
    if len(pages) < 2:
        problems.append("%s: no book" % root)
    print("\n".join(problems))
    print("%d pages, %d links, %d pictures, %d formulas" % (
        len(pages), sum(len(page.links) for page in pages.values()), sum(page.pictures for page in pages.values()),
        sum(page.maths for page in pages.values())))
    return 1 if problems else 0


sys.exit(main())
