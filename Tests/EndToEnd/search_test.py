"""The references of the search's estimators are what Optuna and mpmath say today."""

import json
import math
import unittest

import search_oracle
import search_packages


class SearchTest(unittest.TestCase):
    def test_the_kept_references_are_what_the_packages_say(self):
        search_packages.ready()
        with open(search_oracle.PATH, encoding="ascii") as file:
            kept = json.load(file)
        for scores in kept["studies"].values():
            self.assertEqual(len(scores), search_oracle.SEEDS)
            del scores[1:]  # They take a minute: the first seed stands for all.
        self.compare("", kept, search_oracle.references(seeds=1))

    def compare(self, place, kept, today):
        if isinstance(kept, dict):
            self.assertEqual(list(kept), list(today), place)
            for key in kept:
                self.compare(f"{place}.{key}", kept[key], today[key])
        elif isinstance(kept, list):
            self.assertEqual(len(kept), len(today), place)
            for number, (one, other) in enumerate(zip(kept, today)):
                self.compare(f"{place}[{number}]", one, other)
        elif isinstance(kept, str):
            self.assertEqual(kept, today, place)
        else:
            close = math.isclose(kept, today, rel_tol=1e-9, abs_tol=1e-12)
            self.assertTrue(close, f"{place}: kept {kept}, today {today}")


if __name__ == "__main__":
    unittest.main()
