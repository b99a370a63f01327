"""Laws of style: what every Swift file of ours looks like."""

import re
import shutil
import subprocess

FILE_LIMIT, FILE_AIM, FUNCTION_LIMIT = 400, 200, 50

FORBIDDEN = [
    ("force", re.compile(r"\b(try|as)!"), "handle the failure; a crash names nothing"),
    ("force", re.compile(r"[\w)\]>]!(?![=\w])"), "no force-unwrap: `guard let` with what to say"),
    ("dead", re.compile(r"\bfatalError\b"), "use precondition with the state that broke it"),
]
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
PRINTING = re.compile(
    r"(?<![\w.])(print|debugPrint|dump|exit|_exit|abort|fputs|puts|printf|putchar)\s*\("
    r"|\b(standardOutput|standardError|stdout|stderr)\b"
)
# A method of our own by one of these names is not the one meant.
OWN_NAMES = re.compile(r"func\s+(\w+)\s*[(<]")
FUNCTION = re.compile(r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:[\w()]+\s+)*?(func\s+[^\s(<]+|init\b|deinit\b)")

TABLE_LINE = re.compile(r"\s*(switch \w+ \{|case \.\w+(\(var \w+\))?: \S.*|\})$")


def first_lines(tree):
    """Every file begins by saying what it is for."""
    for source in tree.swift("Sources", "Tests"):
        if not source.lines[0].startswith("/// "):
            yield source.finding("doc", 1, "the first line is a `///` that says what the file is for")
    for path in tree.paths:
        source = tree.file(path) if path.startswith(("tools/", ".ci/")) else None
        if source and path.endswith((".py", ".c")) or source and source.text.startswith("#!"):
            head = [line for line in source.lines[:3] if not line.startswith("#!")]
            if not any(re.match(r'\s*("""|#|/\*|//)', line) for line in head):
                yield source.finding("doc", 1, "the file begins with what it is for")


def file_length(tree):
    for source in tree.swift("Sources", "Tests"):
        count = len(source.text.splitlines())
        if count > FILE_LIMIT:
            yield source.finding("length", FILE_LIMIT + 1, f"{count} lines, at most {FILE_LIMIT}")


def long_files(tree):
    """Files above the aim, for `--list`."""
    for source in tree.swift("Sources", "Tests"):
        count = len(source.text.splitlines())
        if FILE_AIM < count <= FILE_LIMIT:
            yield count, source.path


def function_length(tree):
    for source in tree.swift("Sources"):
        for line, name, length in functions(source):
            if length > FUNCTION_LIMIT and not is_table(source.code[line:line + length - 1]):
                text = f"`{name}` has {length} lines, at most {FUNCTION_LIMIT}"
                yield source.finding("length", line, text)


def is_table(body):
    """Whether a body is one switch with a line for each case: a table, as long as its enum."""
    return all(TABLE_LINE.match(line) for line in body)


def functions(source):
    """(line, name, lines) of every function with a body, by matching its braces."""
    code = source.code
    for start, line in enumerate(code):
        match = FUNCTION.match(line)
        end = match and body_end(code, start)
        if end is not None and match:
            yield start + 1, match.group(1), end - start + 1


def body_end(code, start):
    """The line that closes the body opened at or after `start`; None for a bare requirement."""
    depth = parens = 0
    for index in range(start, len(code)):
        for char in code[index]:
            parens += (char in "([") - (char in ")]")
            if char == "{" and (depth or not parens):
                depth += 1
            elif char == "}":
                if not depth:
                    return None
                depth -= 1
                if not depth:
                    return index
        if not depth and not parens and index > start and not code[index].strip():
            return None
    return None


def forbidden(tree):
    for source in tree.swift("Sources"):
        for number, line in enumerate(source.code, 1):
            for rule, pattern, remedy in FORBIDDEN:
                if pattern.search(line):
                    yield source.finding(rule, number, remedy)


def unfinished(tree):
    for source in tree.swift("Sources", "Tests"):
        for number, line in enumerate(source.lines, 1):
            if UNFINISHED.search(line):
                yield source.finding("dead", number, "finish it, or file an issue and leave no mark")


def printing(tree):
    """Only the command prints or exits."""
    for source in tree.swift("Sources"):
        if source.parts[1] == "cryptobot":
            continue
        own = set(OWN_NAMES.findall("\n".join(source.code)))
        for number, line in enumerate(source.code, 1):
            match = PRINTING.search(line)
            if match and match.group(1) not in own:
                text = f"`{match.group(0).strip()}`: only the command prints or exits"
                yield source.finding("print", number, text)


def swift_format(tree):
    """`swift format lint`, where a toolchain is at hand."""
    roots = [r for r in ("Sources", "Tests", "Package.swift") if any(p.startswith(r) for p in tree.paths)]
    if not roots or not shutil.which("swift"):
        return
    command = ["swift", "format", "lint", "--strict", "--parallel", "--recursive", *roots]
    done = subprocess.run(command, cwd=tree.root, capture_output=True, text=True)
    for line in done.stderr.splitlines():
        match = re.match(r"(.+?):(\d+):\d+: (?:warning|error): (.*)", line)
        if match:
            path = match.group(1).removeprefix(tree.root + "/")
            yield tree.file(path).finding("format", int(match.group(2)), match.group(3))


RULES = [first_lines, file_length, function_length, forbidden, unfinished, printing]
