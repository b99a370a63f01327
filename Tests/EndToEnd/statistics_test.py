"""The references of the honesty statistics are what NumPy, SciPy and arch say today."""

import json
import math
import unittest

import statistics_oracle
import statistics_packages


class StatisticsTest(unittest.TestCase):
    def test_the_kept_references_are_what_the_packages_say(self):
        statistics_packages.ready()
        with open(statistics_oracle.PATH, encoding="ascii") as file:
            kept = json.load(file)
        today = json.loads(json.dumps(statistics_oracle.references(), default=float))
        self.compare("", kept, today)

    def compare(self, place, kept, today):
        if isinstance(kept, dict):
            self.assertEqual(list(kept), list(today), place)
            for key in kept:
                self.compare(f"{place}.{key}", kept[key], today[key])
        elif isinstance(kept, list):
            self.assertEqual(len(kept), len(today), place)
            for number, (one, other) in enumerate(zip(kept, today)):
                self.compare(f"{place}[{number}]", one, other)
        else:
            close = math.isclose(kept, today, rel_tol=1e-9, abs_tol=1e-12)
            self.assertTrue(close, f"{place}: kept {kept}, today {today}")


if __name__ == "__main__":
    unittest.main()
