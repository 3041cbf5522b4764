#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""browser.py BOOK PICTURES - each page of the book in headless Chromium, on a phone (390 pixels wide) and on a desk, light
and dark: nothing scrolls sideways but boxes that are meant to, every formula is drawn, the console is silent. Leaves a
picture of each. Without Chromium and its driver it is skipped."""
import base64
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

SKIPPED = 77
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]
SCREENS = {"phone": (390, 844, True), "desk": (1280, 900, False)}

# What is wrong with the page that is open, as a list of lines.
LOOK = r"""
const wrong = [], width = document.documentElement.clientWidth;
document.querySelectorAll("details").forEach(fold => fold.open = true);
if (document.documentElement.scrollWidth > width)
    wrong.push("the page is " + document.documentElement.scrollWidth + " pixels wide, and the screen " + width);
const scrolls = element => {
    for (let box = element.parentElement; box; box = box.parentElement)
        if (getComputedStyle(box).overflowX !== "visible")
            return true;
    return false;
};
document.querySelectorAll("main *, footer *").forEach(element => {
    const box = element.getBoundingClientRect();
    if (box.right > width + 1 && box.width > 0 && !scrolls(element) && !element.closest("svg"))
        wrong.push("<" + element.tagName.toLowerCase() + "> reaches to " + Math.round(box.right) + ": " +
                   element.textContent.slice(0, 40));
});
document.querySelectorAll("math").forEach(math => {
    const box = math.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || box.height > 400)
        wrong.push("a formula is drawn " + box.width + " x " + box.height + ": " + math.textContent.slice(0, 40));
});
document.querySelectorAll("math *").forEach(part => {
    if (!(part instanceof MathMLElement))
        wrong.push("no MathML: " + part.tagName);
});
document.querySelectorAll("figure svg, figure img").forEach(picture => {
    const box = picture.getBoundingClientRect();
    if (box.width < 100 || box.height < 50 || box.width > width)
        wrong.push("a picture is " + box.width + " x " + box.height);
});
if (parseFloat(getComputedStyle(document.querySelector("main > p")).fontSize) < 15)
    wrong.push("the text is too small");
return wrong;
"""


class Browser:
    def __init__(self, chromium, driver, folder):
        self.driver = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        port = None
        for line in self.driver.stdout:
            if "started successfully on port" in line:
                port = line.rstrip().rstrip(".").rsplit(" ", 1)[1]
                break
        self.base = "http://127.0.0.1:%s" % port
        options = {"binary": chromium, "args": FLAGS + ["--user-data-dir=" + folder]}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        self.session = self.ask("/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)["value"]

    def tell(self, command, **parameters):
        return self.ask("/session/%s/%s" % (self.session, command), parameters)

    def devtools(self, command, **parameters):
        return self.tell("goog/cdp/execute", cmd=command, params=parameters)

    def console(self):
        return [entry["message"] for entry in self.tell("se/log", type="browser")]

    def close(self):
        try:
            request = urllib.request.Request("%s/session/%s" % (self.base, self.session), method="DELETE")
            urllib.request.urlopen(request, timeout=30).close()
        except (urllib.error.URLError, AttributeError):
            pass
        self.driver.terminate()
        self.driver.wait()


def look_at(browser, page, screen, shade, picture):
    width, height, mobile = SCREENS[screen]
    browser.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
    browser.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": shade}])
    browser.tell("url", url=page.as_uri())
    wrong = browser.tell("execute/sync", script=LOOK, args=[])
    shot = browser.devtools("Page.captureScreenshot", format="png", captureBeyondViewport=True)
    picture.write_bytes(base64.b64decode(shot["data"]))
    return wrong + browser.console()


def main():
    book, pictures = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if not chromium or not driver or not (book / "index.html").exists():
        print("there is no chromium, no chromedriver, or no book in %s" % book)
        return SKIPPED
    pictures.mkdir(parents=True, exist_ok=True)
    failed, begun = 0, time.time()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = Browser(chromium, driver, folder)
        try:
            pages = sorted(book.rglob("*.html"))
            for page in pages:
                for screen, shade in (("phone", "light"), ("desk", "dark")):
                    name = page.parent.name if page.name == "chapter.html" else page.stem
                    picture = pictures / ("%s-%s.png" % (name, screen))
                    for line in look_at(browser, page, screen, shade, picture):
                        print("%s (%s): %s" % (page, screen, line))
                        failed += 1
        finally:
            browser.close()
    print("%d pages looked at in %.0f s, %d complaints; pictures in %s" % (len(pages), time.time() - begun, failed, pictures))
    return 1 if failed or not pages else 0


sys.exit(main())
