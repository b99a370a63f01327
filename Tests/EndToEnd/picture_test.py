"""`--png`: the page of a verb drawn by a real browser, whole or not at all."""

import os
import shutil
import struct
import zlib

from harness import DEBUG, RELEASE, CommandTest

SCENARIO = """\
source: {generator: {seed: 4, duration: 6h, eventsPerSecond: 0.4, volatility: 60%}}
strategy: {name: ema-cross, bar: 1m, parameters: {fast: 3, slow: 9}}
capital: {USDT: 100000}
search: {parameters: {fast: 2..4, slow: 8..16:8}, objective: return}
walkforward: {in: 2h, out: 1h}
"""
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"]


def picture(path):
    """Width, height and bytes of the pixels of a PNG file, checked by its sums."""
    with open(path, "rb") as stream:
        data = stream.read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", data[:8]
    place, size, pixels = 8, None, b""
    while place < len(data):
        length, kind = struct.unpack(">I4s", data[place:place + 8])
        body = data[place + 8:place + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack(">I", data[place + 8 + length:place + 12 + length])[0]
        if kind == b"IHDR":
            size = struct.unpack(">II", body[:8])
        elif kind == b"IDAT":
            pixels += body
        place += 12 + length
    return *size, zlib.decompress(pixels)


class PictureTest(CommandTest):
    def setUp(self):
        super().setUp()
        with open(self.path("s.yaml"), "w", encoding="utf-8") as out:
            out.write(SCENARIO)

    def test_each_verb_draws_its_whole_page(self):
        if not any(map(shutil.which, BROWSERS)):
            self.skipTest("no browser on the PATH")
        for verb in ("replay", "optimize", "walkforward"):
            with self.subTest(verb):
                name = f"{verb}.png"
                self.run_command(verb, "s.yaml", "--png", name, "--quiet")
                width, height, pixels = picture(self.path(name))
                self.assertEqual(width, 1_280)
                self.assertGreater(height, 1_500)
                # The page has panels, lines and text down to its end, so no tenth of it is of one colour.
                row = len(pixels) // height
                for tenth in range(10):
                    part = pixels[tenth * height // 10 * row:(tenth + 1) * height // 10 * row]
                    self.assertGreater(len(set(part)), 10, f"tenth {tenth} of {name} is empty")
        self.assertEqual(sorted(os.listdir(self.folder)),
                         ["optimize.png", "replay.png", "s.yaml", "walkforward.png"])

    def test_without_a_browser_nothing_runs_and_the_error_says_what_to_install(self):
        for binary in (RELEASE, DEBUG):
            said = self.run_command(
                "replay", "s.yaml", "--png", "p.png", "--html", "p.html", binary=binary, status=73,
                env={"PATH": self.folder}).stderr.decode()
            self.assertIn("--png", said)
            self.assertIn("chromium", said)
            self.assertEqual(os.listdir(self.folder), ["s.yaml"])

    def test_a_browser_that_fails_leaves_no_picture(self):
        with open(self.path("chromium"), "w", encoding="utf-8") as out:
            out.write("#!/bin/sh\nexit 3\n")
        os.chmod(self.path("chromium"), 0o755)
        said = self.run_command(
            "replay", "s.yaml", "--png", "p.png", status=74, env={"PATH": self.folder}).stderr.decode()
        self.assertIn("ended with 3", said)
        self.assertEqual(sorted(os.listdir(self.folder)), ["chromium", "s.yaml"])

    def test_a_picture_that_exists_is_not_replaced(self):
        with open(self.path("p.png"), "w", encoding="utf-8") as out:
            out.write("mine")
        self.run_command("replay", "s.yaml", "--png", "p.png", status=73)
        self.run_command("replay", "s.yaml", "--html", "q", "--png", "q", status=64)
        with open(self.path("p.png"), encoding="utf-8") as stream:
            self.assertEqual(stream.read(), "mine")
