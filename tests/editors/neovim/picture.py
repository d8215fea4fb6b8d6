"""Draws a terminal screen as a PNG: `picture.py CAPTURE PNG [TITLE]`.

CAPTURE is the output of `tmux capture-pane -p -e`. The text becomes a page with one
span for each run of equal attributes, and headless Chromium takes its picture."""

import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata

BACKGROUND, FOREGROUND = "#14161b", "#e0e2ea"  # Neovim's own dark colours
BASE = "#07080d #ffc0b9 #b3f6c0 #fce094 #a6dbff #ffcaff #8cf8f7 #eef1f8".split()
BRIGHT = "#4f5258 #ffc0b9 #b3f6c0 #fce094 #a6dbff #ffcaff #8cf8f7 #eef1f8".split()


def indexed(number):
    if number < 8:
        return BASE[number]
    if number < 16:
        return BRIGHT[number - 8]
    if number < 232:
        steps = [0, 95, 135, 175, 215, 255]
        number -= 16
        return "#%02x%02x%02x" % (steps[number // 36], steps[number // 6 % 6], steps[number % 6])
    return "#%02x%02x%02x" % ((8 + 10 * (number - 232),) * 3)


def apply(codes, state):
    codes = [int(code or 0) for code in codes]
    while codes:
        code = codes.pop(0)
        if code == 0:
            state.clear()
        elif code in (1, 2, 3, 4, 7, 9):
            state[{1: "bold", 2: "dim", 3: "italic", 4: "under", 7: "swap", 9: "strike"}[code]] = True
        elif code in (22, 23, 24, 27, 29):
            for name in {22: ("bold", "dim"), 23: ("italic",), 24: ("under",), 27: ("swap",), 29: ("strike",)}[code]:
                state.pop(name, None)
        elif code in (38, 48):
            name = "fg" if code == 38 else "bg"
            if codes[:1] == [5] and len(codes) > 1:
                state[name] = indexed(codes[1])
                del codes[:2]
            elif codes[:1] == [2] and len(codes) > 3:
                state[name] = "#%02x%02x%02x" % tuple(codes[1:4])
                del codes[:4]
        elif code in (39, 49):
            state.pop("fg" if code == 39 else "bg", None)
        elif 30 <= code < 38 or 90 <= code < 98:
            state["fg"] = BASE[code - 30] if code < 38 else BRIGHT[code - 90]
        elif 40 <= code < 48 or 100 <= code < 108:
            state["bg"] = BASE[code - 40] if code < 48 else BRIGHT[code - 100]


def style(state):
    fg, bg = state.get("fg", FOREGROUND), state.get("bg")
    if state.get("swap"):
        fg, bg = bg or BACKGROUND, fg
    css = ["color:" + fg]
    if bg:
        css.append("background:" + bg)
    if state.get("bold"):
        css.append("font-weight:bold")
    if state.get("italic"):
        css.append("font-style:italic")
    if state.get("dim"):
        css.append("opacity:.6")
    lines = [name for key, name in (("under", "underline"), ("strike", "line-through")) if state.get(key)]
    if lines:
        css.append("text-decoration:" + " ".join(lines))
    return ";".join(css)


def columns(text):
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) - sum(unicodedata.combining(char) != 0 for char in text) + wide


def rows(capture):
    """Each line as (html, columns)."""
    state = {}
    for line in capture.rstrip("\n").split("\n"):
        out, width = [], 0
        for part in re.split(r"(\x1b\[[0-9;:]*m)", line):
            if part.startswith("\x1b["):
                apply(re.split(r"[;:]", part[2:-1]), state)
            elif part:
                part = re.sub(r"\x1b[()].|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|[\x0e\x0f]", "", part)
                out.append('<span style="%s">%s</span>' % (style(state), html.escape(part)))
                width += columns(part)
        yield "".join(out), width


def page(capture, title):
    lines = list(rows(capture))
    width = max([width for _, width in lines] + [40])
    bar = '<div class="bar"><i></i><i></i><i></i><b>%s</b></div>' % html.escape(title) if title else ""
    body = "\n".join('<div class="row">%s</div>' % (text or " ") for text, _ in lines)
    text = (
        "<!doctype html><meta charset=utf-8><style>"
        "*{margin:0;padding:0}body{background:%s;width:%.1fpx}"
        ".screen{font:15.5px/18px 'DejaVu Sans Mono',monospace;padding:10px 12px}"
        ".row{height:18px;white-space:pre;overflow:hidden}span{display:inline-block;height:18px}"
        ".bar{background:#2c2e33;height:30px;position:relative}.bar i{display:inline-block;width:11px;height:11px;"
        "border-radius:6px;background:#6c7079;margin:9px 0 0 9px}.bar b{position:absolute;left:0;right:0;top:6px;"
        "text-align:center;font:13px 'DejaVu Sans',sans-serif;color:#c4c6cd}</style>%s<div class=screen>%s</div>"
    ) % (BACKGROUND, width * 9.331 + 24, bar, body)
    return text, int(width * 9.331 + 25), len(lines) * 18 + 20 + (30 if title else 0)


def main():
    capture, png, title = sys.argv[1], os.path.abspath(sys.argv[2]), " ".join(sys.argv[3:])
    browser = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if not browser:
        sys.exit("picture.py: no Chromium found; set CHROMIUM")
    with open(capture, encoding="utf-8", errors="replace") as file:
        text, width, height = page(file.read(), title)
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "screen.html")
        with open(source, "w", encoding="utf-8") as file:
            file.write(text)
        subprocess.run(
            [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
             "--force-device-scale-factor=2", "--user-data-dir=" + os.path.join(folder, "profile"),
             "--window-size=%d,%d" % (width, height), "--screenshot=" + png, "file://" + source],
            check=True, timeout=120, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    if not os.path.exists(png):
        sys.exit("picture.py: Chromium wrote no picture")


main()
