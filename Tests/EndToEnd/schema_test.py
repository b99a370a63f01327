"""The JSON of `replay`, `optimize` and `walkforward` keeps to its published schema, which knows every key."""

import copy
import json
import os

import packages
from harness import ROOT, CommandTest

SCHEMAS = os.path.join(ROOT, "Sources", "Research", "Research.docc", "Schemas")
SCENARIO = """\
source: {generator: {seed: 4, duration: 3d, eventsPerSecond: 0.05, volatility: 60%}}
strategy: {name: ema-cross, bar: 5m, parameters: {fast: 3, slow: 9}}
capital: {USDT: 100000}
account: margin
search: {parameters: {fast: 2..4, slow: 4..8:4, latency: 1ms|2ms}, objective: return}
walkforward: {in: 1d, out: 12h}
"""
# Nothing that is allowed anywhere is an object with such a list.
UNKNOWN = {"unknown": [[]]}


def places(value, path=()):
    """The path of every object below a value."""
    if isinstance(value, dict):
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else [])
    for key, below in items:
        yield from places(below, (*path, key))


class SchemaTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.jsonschema = packages.module("jsonschema", "schema-venv", ["jsonschema"])
        with open(self.path("s.yaml"), "w", encoding="utf-8") as out:
            out.write(SCENARIO)

    def validator(self, name):
        from referencing import Registry, Resource

        schemas = {}
        for file in os.listdir(SCHEMAS):
            with open(os.path.join(SCHEMAS, file), encoding="utf-8") as stream:
                schemas[file] = json.load(stream)
        for schema in schemas.values():
            self.jsonschema.Draft202012Validator.check_schema(schema)
        registry = Registry().with_resources(
            (file, Resource.from_contents(schema)) for file, schema in schemas.items())
        return self.jsonschema.Draft202012Validator(
            {"$ref": f"{name}.schema.json"}, registry=registry)

    def expect(self, name, report):
        """The report is valid; with an unknown key in any one of its objects it is not."""
        validator = self.validator(name)
        errors = [f"{list(error.path)}: {error.message}"[:300] for error in validator.iter_errors(report)]
        self.assertEqual(errors, [])
        seen = set()
        for path in places(report):
            # One element of a list stands for all that are made the same way.
            kind = tuple(0 if isinstance(step, int) else step for step in path)
            if kind in seen:
                continue
            seen.add(kind)
            changed = copy.deepcopy(report)
            place = changed
            for step in path:
                place = place[step]
            place["unknown"] = UNKNOWN
            self.assertFalse(validator.is_valid(changed), f"{name}: {path} takes an unknown key")
        return seen

    def test_reports_of_runs(self):
        for changes in ([], ["fills=same-event"], ["strategy.parameters.slow=200"], ["account=spot"]):
            arguments = [part for change in changes for part in ("--set", change)]
            with self.subTest(changes):
                self.expect("replay", self.json("replay", "s.yaml", *arguments, "-o", "run", "--force"))
                with open(self.path("run/report.json"), encoding="utf-8") as stream:
                    self.expect("replay", json.load(stream))

    def test_reports_of_scenarios_with_books_parents_and_outages(self):
        for name in sorted(os.listdir(os.path.join(ROOT, "scenarios"))):
            if name == "year-of-minutes.yaml":
                continue
            with self.subTest(name):
                self.expect("replay", self.json("replay", os.path.join(ROOT, "scenarios", name)))

    def test_searches(self):
        seen = self.expect("optimize", self.json("optimize", "s.yaml"))
        self.assertIn(("trials", 0, "metrics"), seen)
        failed = self.json("optimize", "s.yaml", "--over", "fast=2..6", "--over", "slow=4..8")
        self.assertTrue(any(trial["fingerprint"] is None for trial in failed["trials"]))
        self.expect("optimize", failed)

    def test_walks(self):
        seen = self.expect("walkforward", self.json("walkforward", "s.yaml"))
        self.assertIn(("outOfSample", "equity", 0), seen)

    def test_a_missing_key_fails(self):
        report = self.json("replay", "s.yaml")
        report.pop("comparison")
        self.assertFalse(self.validator("replay").is_valid(report))
