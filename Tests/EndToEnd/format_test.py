"""The format document as DocC sees it: every page converts and every link leads somewhere."""

import os
import platform
import re
import shutil
import subprocess
import unittest

from harness import ROOT, CommandTest

CATALOGUE = os.path.join(ROOT, "Sources/Journal/Journal.docc")
MODULES = os.path.join(ROOT, ".build/debug/Modules")
# A diagnostic, and behind it the file it points to.
PROBLEM = re.compile(r"^(?:warning|error): (.*)\n\s*--> (\S+\.md):", re.MULTILINE)


class FormatPages(CommandTest):
    def setUp(self):
        super().setUp()
        for tool in ("docc", "swift-symbolgraph-extract"):
            if not shutil.which(tool):
                self.skipTest(f"no {tool} on this machine")
        if not os.path.exists(os.path.join(MODULES, "Journal.swiftmodule")):
            self.skipTest("no debug build of Journal; run swift build")

    def convert(self, catalogue):
        """What docc says of a catalogue beside the code's own pages: page and complaint."""
        target = platform.machine() + "-unknown-linux-gnu"
        includes = [f"-I{os.path.join(ROOT, 'Sources', name)}" for name in ("CLZ4", "COpenSSL")]
        subprocess.run(
            ["swift-symbolgraph-extract", "-module-name", "Journal", f"-I{MODULES}", *includes,
             "-target", target, "-output-dir", self.folder], check=True, capture_output=True)
        done = subprocess.run(
            ["docc", "convert", catalogue, "--additional-symbol-graph-dir", self.folder,
             "--fallback-display-name", "Journal", "--fallback-bundle-identifier", "journal",
             "--output-path", self.path("pages")], capture_output=True, text=True)
        return [(page, text) for text, page in PROBLEM.findall(done.stdout + done.stderr)]

    def test_the_pages_convert_without_a_warning(self):
        self.assertEqual(self.convert(CATALOGUE), [])
        pages = os.listdir(self.path("pages/data/documentation/journal"))
        for name in ("format", "segments", "blocks", "payload", "events", "trust", "example"):
            self.assertIn(name + ".json", pages)

    def test_a_link_to_nowhere_is_noticed(self):
        broken = self.path("Journal.docc")
        shutil.copytree(CATALOGUE, broken)
        with open(os.path.join(broken, "Format.md"), "a", encoding="utf-8") as page:
            page.write("\nSee <doc:Nowhere>.\n")
        self.assertEqual([page for page, _ in self.convert(broken)], ["Format.md"])


if __name__ == "__main__":
    unittest.main()
