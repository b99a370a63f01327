"""Plants one violation of each law in a small clean tree and sees that exactly that law speaks.

A checker that cannot fail proves nothing; this is its canary.
"""

import os
import tempfile

from . import core, house, style
from .count import count
from .source import Tree

CLEAN = {
    "Package.swift": "// swift-tools-version: 6.2\n",
    "README.md": "# Clean\n",
    "Sources/TradingCore/Values/Price.swift": "/// A price.\npublic struct Price {\n  let ticks: Int64\n}\n",
    "Sources/TradingCore/Engine/Engine.swift": "/// A loop.\nstruct Engine {\n  var price: Price\n}\n",
    "Sources/Journal/Writer.swift": "/// Writes.\nimport TradingCore\n",
    "Sources/cryptobot/Output.swift": "/// Prints.\nfunc show() { print(\"x\") }\n",
    "tools/probe.py": '"""What it is for."""\n',
}
CORE, JOURNAL = "Sources/TradingCore/Values/Planted.swift", "Sources/Journal/Planted.swift"
LONG_FUNCTION = "/// Long.\nfunc long() {\n" + "  work()\n" * 60 + "}\n"

# (expected rule, path, text)
PLANTED = [
    ("doc", JOURNAL, "import TradingCore\n"),
    ("doc", "tools/planted.py", "import os\n"),
    ("length", JOURNAL, "/// Long.\n" + "//\n" * 400),
    ("length", JOURNAL, LONG_FUNCTION),
    ("force", JOURNAL, "/// F.\nlet a = try! f()\n"),
    ("force", JOURNAL, "/// F.\nlet a = b as! C\n"),
    ("force", JOURNAL, "/// F.\nlet a = list.first!\n"),
    ("force", JOURNAL, "/// F.\nlet a = \"\\(list[0]!)\"\n"),
    ("dead", JOURNAL, "/// F.\nfunc f() { fatalError(\"later\") }\n"),
    ("dead", JOURNAL, "/// F.\n// TO" + "DO later\n"),
    ("print", JOURNAL, "/// F.\nfunc f() { print(1) }\n"),
    ("print", JOURNAL, "/// F.\nfunc f() { exit(1) }\n"),
    ("folders", CORE, "/// F.\nstruct Planted { var engine: Engine }\n"),
    ("folders", "Sources/TradingCore/Planted.swift", "/// F.\n"),
    ("folders", "Sources/TradingCore/Misc/Planted.swift", "/// F.\n"),
    ("hashed", CORE, "/// F.\nlet a = Set<Int>()\n"),
    ("hashed", CORE, "/// F.\nlet a: [Int: Price] = f()\n"),
    ("hashed", CORE, "/// F.\nlet a = b.hashValue\n"),
    ("clock", CORE, "/// F.\nlet now = Date()\n"),
    ("clock", CORE, "/// F.\nlet now = time(nil)\n"),
    ("concurrency", CORE, "/// F.\nfunc f() async {}\n"),
    ("random", CORE, "/// F.\nlet a = Int.random(in: 0..<9)\n"),
    ("libm", CORE, "/// F.\nlet a = exp(1.0)\n"),
    ("libm", CORE, "/// F.\nlet a = b.addingProduct(c, d)\n"),
    ("environment", CORE, "/// F.\nlet a = fopen(\"x\", \"r\")\n"),
    ("global", CORE, "/// F.\nvar counter = 0\n"),
    ("global", CORE, "/// F.\nenum E {\n  static var counter = 0\n}\n"),
    ("imports", CORE, "/// F.\nimport Foundation\n"),
    ("floors", JOURNAL, "/// F.\nimport Research\n"),
    ("floors", "Sources/Store/Planted.swift", "/// F.\nimport Research\n"),
    ("floors", "Sources/Unknown/Planted.swift", "/// F.\n"),
    ("top", "notes.txt", "x\n"),
    ("paths", "scenarios/planted.yaml", "file: /" + "home/someone/data\n"),
    ("flags", "tools/planted.sh", "# F.\nswiftc -O" + "unchecked\n"),
]

# Text that must not be taken for a violation.
INNOCENT = [
    (CORE, "/// Date, Set, exp( and print( in a comment.\nlet a = \"Date() and TOD O exit(\"\n"),
    (CORE, "/// F.\nlet a = Set<Int>()  // deterministic: counted, never iterated\n"),
    (CORE, "/// F.\nfunc exp(_ x: Double) -> Double { x }\nlet a = exp(1)\n"),
    (CORE, "/// F.\nlet a = b != c\nlet d = !e\nlet f = \"wait!\"\n"),
    (JOURNAL, "/// F.\nlet a = b.print(c)\n"),
    (JOURNAL, "/// F.\nfunc exit(_ a: Int) {}\nfunc f() { exit(1) }\n"),
    (JOURNAL, "/// F.\nlet text = #\"a \"quoted\" try! b\"#\n"),
    (JOURNAL, "/// F.\nlet text = \"\"\"\n  as! \"x\" print(\n  \"\"\"\n"),
]

# Lines of both test runners with what `tools/test` must count in them: 2 passed, 2 failed, 2 skipped.
OUTPUT = [
    '✔ Test "a sum is exact" with 5 test cases passed after 0.381 seconds.',
    '✘ Test "it failed after 3 seconds: no" recorded an issue at A.swift:3:4: Expectation failed: a',
    '✘ Test "b" failed after 0.1 seconds with 1 issue.',
    '➜ Test "c" skipped: "CRYPTOBOT_SHARED is not set"',
    '✔ Suite "Events" passed after 0.383 seconds.',
    '✔ Test run with 20 tests in 4 suites passed after 0.441 seconds.',
    "test_a (journal_test.Import.test_a) ... ok",
    "test_b (journal_test.Import.test_b) ... ERROR",
    "test_c (journal_test.Import.test_c) ... skipped 'no data'",
]


def run():
    failures = [*clean_failures(), *planted_failures(), *innocent_failures(), *count_failures()]
    for failure in failures:
        print("tidy self-test:", failure)
    total = 2 + len(PLANTED) + len(INNOCENT)
    print(f"tidy self-test: {total - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


def clean_failures():
    found = rules_found({})
    return [f"the clean tree is not clean: {found}"] if found else []


def planted_failures():
    for rule, path, text in PLANTED:
        found = rules_found({path: text})
        if found != {rule}:
            yield f"planted {rule} in {path} ({text!r:.60}): found {sorted(found) or 'nothing'}"


def innocent_failures():
    for path, text in INNOCENT:
        found = rules_found({path: text})
        if found:
            yield f"innocent {text!r:.70}: found {sorted(found)}"


def count_failures():
    found = count(OUTPUT)
    return [] if found == (2, 2, 2) else [f"counted {found} tests of two each"]


def rules_found(extra):
    """The names of the laws that speak about the clean tree with `extra` files."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in {**CLEAN, **extra}.items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as stream:
                stream.write(text)
        rules = style.RULES + core.RULES + house.RULES
        tree = Tree(root)
        return {finding.rule for rule in rules for finding in rule(tree)}
