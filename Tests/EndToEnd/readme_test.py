"""The README tells the truth: its commands run, and what it shows is what they write.

A shown line must occur in the real output, in order; `…` stands for anything.
"""

import os
import re
import subprocess

from harness import RELEASE, ROOT, CommandTest

README = os.path.join(ROOT, "README.md")


def sessions():
    """(command, shown lines) of every console block, in order."""
    with open(README, encoding="utf-8") as stream:
        blocks = re.findall(r"```console\n(.*?)```", stream.read(), re.DOTALL)
    found = []
    for line in "".join(blocks).splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.strip(" …"):
            found[-1][1].append(line)
    return found


def matches(shown, line):
    pattern = ".*".join(re.escape(part) for part in shown.split("…"))
    return re.fullmatch(pattern, line) is not None


class ReadmeTest(CommandTest):
    def setUp(self):
        super().setUp()
        for name in ("journals", "scenarios", "tools"):
            os.symlink(os.path.join(ROOT, name), self.path(name))

    def test_every_command_runs_and_writes_what_is_shown(self):
        path = os.path.dirname(RELEASE) + os.pathsep + os.environ["PATH"]
        commands = sessions()
        self.assertGreater(len(commands), 10)
        for command, shown in commands:
            with self.subTest(command):
                done = subprocess.run(
                    command, shell=True, cwd=self.folder, stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT, text=True, env={**os.environ, "PATH": path})  # fmt: skip
                self.assertEqual(done.returncode, 0, done.stdout)
                self.compare(shown, done.stdout.splitlines())

    def compare(self, shown, written):
        at = 0
        for line in shown:
            while at < len(written) and not matches(line, written[at]):
                at += 1
            self.assertLess(at, len(written), f"the README shows a line that was not written:\n{line}")
            at += 1
