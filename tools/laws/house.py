"""Laws of the house: floors, what stands at the top, and nothing of the machine it was built on."""

import re

# What each target may import: lower floors of ours, named third parties, and the platform.
SYSTEM = {"Glibc", "Musl", "Darwin", "Synchronization"}
FLOORS = {
    "TradingCore": set(),
    "Learning": set(),
    "Journal": {"TradingCore", "CLZ4", "COpenSSL", "SystemPackage"} | SYSTEM,
    "DiskSimulation": {"TradingCore", "Journal"} | SYSTEM,
    # Sans-I/O: not even the platform, but for the lock around what secrets look like.
    "Dialects": {"TradingCore", "COpenSSL", "Synchronization"},
    "Import": {"TradingCore", "Dialects", "CZlib"} | SYSTEM,
    "Exchanges": {"TradingCore", "Dialects", "Learning", "COpenSSL", "CTimex", "Dispatch", "NIOConcurrencyHelpers", "NIOCore", "NIOPosix", "NIOSSL", "NIOHTTP1",
                  "NIOWebSocket", "AsyncHTTPClient", "Logging"} | SYSTEM,
    "ExchangeServer": {"TradingCore", "Dialects", "NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket",
                       "NIOSSL"} | SYSTEM,
    "Research": {"TradingCore", "Journal", "Import", "Learning", "Yams", "Foundation"} | SYSTEM,
    "Simulator": {"TradingCore", "Journal", "Dialects", "DiskSimulation", "Exchanges", "ExchangeServer", "Research"} | SYSTEM,
    # Secrets are of Dialects' type, and sealed by libcrypto.
    "Store": {"TradingCore", "Journal", "Dialects", "COpenSSL", "GRDB", "Foundation"} | SYSTEM,
    "Server": {"TradingCore", "Journal", "Research", "Store", "Foundation", "Hummingbird", "JWTKit",
               "NIOCore", "NIOWebSocket", "Crypto", "Logging"} | SYSTEM,
    "cryptobot": None,
}  # fmt: skip
SYSTEM_LIBRARIES = {"CLZ4", "COpenSSL", "CTimex", "CZlib"}
IMPORT = re.compile(r"\s*(?:@\w+\s+)*(?:public |internal |private |package )?import\s+(?:\w+ )?(\w+)")

TOP_LEVEL = {"Package.swift", "Sources", "Tests", "journals", "scenarios", "tools", "README.md"}
# Written in two pieces so that this file does not hold what it forbids.
PLACES = ["wo" + "rk", "ho" + "me", "ro" + "ot", "Us" + "ers", "mn" + "t", "worksp" + "ace"]
MACHINE_PATH = re.compile(r"(?<![\w.$}/-])/(?:" + "|".join(PLACES) + r")/\w")
UNSAFE_FLAGS = re.compile(r"-O" + "unchecked|-ff" + "ast-math|-Xcc -m" + "arch=native")
TEXT = (".swift", ".md", ".py", ".c", ".h", ".sh", ".yaml", ".yml", ".json", ".modulemap", ".txt")


def floors(tree):
    """A target imports only lower floors, never sideways."""
    for source in tree.swift("Sources"):
        target = source.parts[1]
        allowed = FLOORS.get(target, set())
        if target not in FLOORS:
            yield source.finding("floors", 1, f"`{target}` is no target of the house")
        if allowed is None:
            continue
        for number, line in enumerate(source.code, 1):
            match = IMPORT.match(line)
            if match and target != "TradingCore" and match[1] not in allowed:
                yield source.finding("floors", number, f"{target} may not import {match[1]}")


def top_level(tree):
    for path in tree.paths:
        first = path.split("/")[0]
        if first not in TOP_LEVEL and not first.startswith("."):
            text = "nothing else stands at the top; allowed: " + ", ".join(sorted(TOP_LEVEL))
            yield tree.file(path).finding("top", 1, text)


def machine_paths(tree):
    """No file tells where it was written."""
    for source in text_files(tree):
        for number, line in enumerate(source.lines, 1):
            match = MACHINE_PATH.search(line)
            if match:
                yield source.finding("paths", number, f"`{match.group(0)}…` is a path of one machine")


def unsafe_flags(tree):
    for source in text_files(tree):
        for number, line in enumerate(source.lines, 1):
            if UNSAFE_FLAGS.search(line):
                yield source.finding("flags", number, "unchecked or inexact arithmetic breaks replay")


def text_files(tree):
    for path in tree.paths:
        name = path.split("/")[-1]
        if path.endswith(TEXT) or ("." not in name and not path.startswith("journals/")):
            yield tree.file(path)


RULES = [floors, top_level, machine_paths, unsafe_flags]
