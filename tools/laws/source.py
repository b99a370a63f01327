"""Swift source as the laws see it: code with comments and the text of strings blanked out.

Blanks keep every column and line where it was, so a finding can name its line. Code inside string
interpolations stays visible, because a forbidden call there is as forbidden as anywhere.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Finding:
    """One broken law: which, where, and what to do about it."""

    rule: str
    path: str
    line: int
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"


class SourceFile:
    """A file of the tree, read once."""

    def __init__(self, root, path):
        self.path = path
        with open(os.path.join(root, path), encoding="utf-8", errors="replace") as stream:
            self.text = stream.read()
        self.lines = self.text.split("\n")

    @cached_property
    def code(self):
        """The lines with comments and string contents blanked."""
        return Blanker(self.text).run().split("\n")

    @property
    def parts(self):
        return self.path.split("/")

    def finding(self, rule, line, text):
        return Finding(rule, self.path, line, text)


class Tree:
    """The files git would commit below `root`; every file where git is absent."""

    def __init__(self, root):
        self.root = root
        self.paths = sorted(p for p in self._list() if os.path.isfile(os.path.join(root, p)))
        self._files = {}

    def _list(self):
        command = ["git", "-C", self.root, "ls-files", "-co", "--exclude-standard"]
        try:
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode == 0:
                return done.stdout.splitlines()
        except FileNotFoundError:
            pass
        return list(self._walk())

    def _walk(self):
        for folder, folders, files in os.walk(self.root):
            folders[:] = [f for f in folders if f not in (".build", ".git", "__pycache__")]
            for name in files:
                yield os.path.relpath(os.path.join(folder, name), self.root)

    def file(self, path):
        if path not in self._files:
            self._files[path] = SourceFile(self.root, path)
        return self._files[path]

    def swift(self, *roots):
        """Swift files below any of `roots`."""
        for path in self.paths:
            if path.endswith(".swift") and path.split("/")[0] in roots:
                yield self.file(path)

    def core(self):
        """Files of the functional core."""
        for source in self.swift("Sources"):
            if source.path.startswith("Sources/TradingCore/"):
                yield source


class Blanker:
    """Walks Swift text once, copying code and blanking comments and literal text."""

    OPENING = re.compile(r'(#*)("""|")')

    def __init__(self, text):
        self.text = text
        self.at = 0
        self.out = []

    def run(self):
        self.code_until(None)
        return "".join(self.out)

    def blank(self, end):
        self.out.append(re.sub(r"[^\n]", " ", self.text[self.at : end]))
        self.at = end

    def code_until(self, closing):
        """Copies code; inside an interpolation stops behind its closing parenthesis."""
        depth = 0
        while self.at < len(self.text):
            opening = self.OPENING.match(self.text, self.at)
            two = self.text[self.at : self.at + 2]
            if two == "//":
                end = self.text.find("\n", self.at)
                self.blank(len(self.text) if end < 0 else end)
            elif two == "/*":
                self.block_comment()
            elif opening:
                self.literal(opening.group(1), opening.group(2))
            else:
                char = self.text[self.at]
                depth += (char == "(") - (char == ")")
                self.out.append(char)
                self.at += 1
                if closing and depth < 0:
                    return

    def block_comment(self):
        depth, end = 1, self.at + 2
        while depth and end < len(self.text):
            two = self.text[end : end + 2]
            depth += (two == "/*") - (two == "*/")
            end += 2 if two in ("/*", "*/") else 1
        self.blank(end)

    def literal(self, hashes, quotes):
        close, escape = quotes + hashes, "\\" + hashes
        self.blank(self.at + len(hashes) + len(quotes))
        while self.at < len(self.text):
            rest = self.text[self.at : self.at + 8]
            if rest.startswith(escape + "("):
                self.blank(self.at + len(escape) + 1)
                self.code_until(")")
            elif rest.startswith(escape):
                self.blank(min(self.at + len(escape) + 1, len(self.text)))
            elif rest.startswith(close):
                return self.blank(self.at + len(close))
            elif rest[0] == "\n" and quotes == '"':
                return
            else:
                self.blank(self.at + 1)
