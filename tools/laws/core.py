"""Laws of the functional core: what decides may not depend on anything but events.

A line may break a determinism law when it says why: `// deterministic: reason`. Such lines are
counted and listed by `tools/tidy --list`.
"""

import re

FOLDERS = [
    "Values", "Market", "Events", "Bars", "State", "Trust", "Report", "Indicators", "Features",
    "Expressions", "Strategies", "Recipes", "Risk", "Execution", "Simulation", "EventSources", "Engine",
]  # fmt: skip

DECLARATION = re.compile(
    r"^(?P<modifiers>(?:@\w+\s+|public\s+|package\s+|internal\s+|final\s+|indirect\s+|private\s+"
    r"|fileprivate\s+)*)(?:struct|class|enum|protocol|typealias|actor)\s+(?P<name>\w+)"
)
NAME = re.compile(r"(?<![.\w])[A-Z]\w*")
ESCAPE = re.compile(r"//\s*deterministic: \S+")

LIBM = (
    "exp exp2 exp10 expm1 log log2 log10 log1p pow sin cos tan asin acos atan atan2 sinh cosh tanh"
    " asinh acosh atanh erf erfc lgamma tgamma cbrt hypot fma"
)
CLOCKS = (
    "Date Clock ContinuousClock SuspendingClock DispatchTime ProcessInfo clock_gettime gettimeofday"
    " mach_absolute_time time localtime gmtime"
)
DENIED = [
    ("hashed", r"\b(Dictionary|Set|NSDictionary|NSSet|OrderedDictionary|OrderedSet)\b",
     "iteration order differs per process: dense arrays or sorted arrays"),
    ("hashed", r"\[\s*[A-Z][\w.]*\s*:\s*[A-Z\[][^\]]*\]\s*(?:=|\(\)|[,){]|$)|\[:\]",
     "a dictionary's order differs per process: dense arrays or sorted arrays"),
    ("hashed", r"\bHasher\b|\bhashValue\b|\bObjectIdentifier\b",
     "differs per process: XXH64 over canonical bytes"),
    ("clock", r"\b(Date|ContinuousClock|SuspendingClock|DispatchTime|ProcessInfo)\b",
     "time is what events say"),
    ("clock", r"(?<![\w.])(clock_gettime|gettimeofday|mach_absolute_time|time|localtime|gmtime)\(",
     "time is what events say"),
    ("concurrency", r"\b(async|await|actor|Task|TaskGroup|DispatchQueue|Thread|MainActor)\b",
     "the core is one thread; order is the sequence number"),
    ("random", r"\bSystemRandomNumberGenerator\b|\.random\(|\.shuffled?\(|\.randomElement\(",
     "draw from RandomSource, seeded by the scenario"),
    ("libm", r"(?<![\w.])(" + "|".join(LIBM.split()) + r")\(",
     "libm differs between machines: use Elementary"),
    ("libm", r"\.(addingProduct|addProduct)\(", "a fused product rounds once: write a * b + c"),
    ("environment", r"\b(getenv|CommandLine|FileManager|FileHandle|fopen|open|read|socket)\(",
     "the core touches no file, environment or socket"),
    ("global", r"^(?:public |private |fileprivate |internal )*var\s", "a global var is hidden state"),
    ("global", r"^\s+(?:\w+ )*static var\s+\w+[^{]*$", "a static var is hidden state"),
    ("global", r"\bnonisolated\(unsafe\)|@unchecked\s+Sendable|@globalActor",
     "shared mutable state breaks replay"),
]  # fmt: skip
DENIED = [(rule, re.compile(pattern), remedy) for rule, pattern, remedy in DENIED]
# A function of our own by one of these names is not the one meant.
OWN_NAMES = re.compile(r"func\s+(\w+)\s*[(<]")


def folder_order(tree):
    """A folder of the core names only types of folders before it."""
    home = declared_types(tree)
    for source in tree.core():
        if len(source.parts) < 4:
            yield source.finding("folders", 1, "core files live in one of " + ", ".join(FOLDERS))
            continue
        yield from misplaced(source, home)


def declared_types(tree):
    """Type name → the folder that declares it; names declared twice or privately are left out."""
    home, twice = {}, set()
    for source in tree.core():
        for line in source.code:
            match = DECLARATION.match(line)
            if not match or "private" in match["modifiers"] or len(source.parts) < 4:
                continue
            folder = source.parts[2]
            if home.setdefault(match["name"], folder) != folder:
                twice.add(match["name"])
    return {name: folder for name, folder in home.items() if name not in twice}


def misplaced(source, home):
    folder = source.parts[2]
    if folder not in FOLDERS:
        yield source.finding("folders", 1, f"`{folder}` is no folder of the core")
        return
    seen = set()
    for number, line in enumerate(source.code, 1):
        for name in NAME.findall(line):
            other = home.get(name)
            if not other or other not in FOLDERS or name in seen:
                continue
            if FOLDERS.index(other) > FOLDERS.index(folder):
                seen.add(name)
                yield source.finding(
                    "folders", number, f"{folder} names `{name}` of {other}, which comes after it")


def determinism(tree):
    own = {name for source in tree.core() for line in source.code for name in OWN_NAMES.findall(line)}
    for source in tree.core():
        for number, line in enumerate(source.code, 1):
            if ESCAPE.search(source.lines[number - 1]):
                continue
            yield from broken(source, number, line, own)


def broken(source, number, line, own):
    for rule, pattern, remedy in DENIED:
        match = pattern.search(line)
        if not match:
            continue
        name = match.group(0).strip(" (:")
        if name in own:
            continue
        yield source.finding(rule, number, f"`{name}`: {remedy}")


def imports(tree):
    """The core imports nothing that could know the world."""
    allowed = {"Synchronization", "Learning", "BasicContainers", "HeapModule"}
    for source in tree.core():
        for number, line in enumerate(source.code, 1):
            match = re.match(r"\s*(?:@\w+\s+)?(?:public |internal |private )?import\s+(?:\w+ )?(\w+)", line)
            if match and match[1] not in allowed:
                yield source.finding("imports", number, f"the core does not import {match[1]}")


def escapes(tree):
    """Lines that say why they may break a determinism law."""
    for source in tree.core():
        for number, line in enumerate(source.lines, 1):
            if ESCAPE.search(line):
                yield f"{source.path}:{number}: {line.strip()}"


RULES = [folder_order, determinism, imports]
