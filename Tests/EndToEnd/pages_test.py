"""Pages of `optimize` and `walkforward`: one page for any workers and builds, with the figures of --json."""

import html.parser
import json

from harness import DEBUG, RELEASE, CommandTest

SCENARIO = """\
name: "</title><script>alert(1)</script>"
source: {generator: {seed: 4, duration: 12h, eventsPerSecond: 0.4, volatility: 60%}}
strategy: {name: ema-cross, bar: 1m, parameters: {fast: 3, slow: 9}}
capital: {USDT: 100000}
search: {parameters: {fast: 2..6, slow: 8..24:8}, where: ["fast < slow / 2"], objective: return}
walkforward: {in: 4h, out: 2h, purge: 10m, warmUp: 30m}
"""


class Page(html.parser.HTMLParser):
    """What a reader sees: the tables by id as rows of (exact value or text), and all text."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.words, self.scripts = {}, [], 0
        self.rows = self.cell = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.scripts += tag == "script"
        if tag == "table":
            self.rows = self.tables.setdefault(attributes.get("id"), [])
        elif tag == "tr" and self.rows is not None:
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.cell = [attributes.get("data-v"), ""]

    def handle_endtag(self, tag):
        if tag in ("td", "th") and self.cell:
            self.rows[-1].append(self.cell)
            self.cell = None
        elif tag == "table":
            self.rows = None

    def handle_data(self, data):
        self.words.append(data)
        if self.cell:
            self.cell[1] += data

    def table(self, name):
        """Rows by the texts of the header, a cell as its exact number where it has one."""
        head, *rows = self.tables[name]
        titles = [text for _, text in head]
        return [
            {title: text if exact is None else float(exact)
             for title, (exact, text) in zip(titles, row)} for row in rows]  # fmt: skip


class PagesTest(CommandTest):
    def setUp(self):
        super().setUp()
        with open(self.path("s.yaml"), "w", encoding="utf-8") as out:
            out.write(SCENARIO)

    def made(self, verb, *arguments, **options):
        """The page and the JSON of one run."""
        found = self.json(verb, "s.yaml", *arguments, "--html", "page.html", "--force", **options)
        with open(self.path("page.html"), encoding="utf-8") as stream:
            return stream.read(), found

    def test_workers_and_builds_give_one_page(self):
        for verb in ("optimize", "walkforward"):
            with self.subTest(verb):
                page, found = self.made(verb, "--workers", "1")
                self.assertEqual(self.made(verb, "--workers", "2")[0], page)
                debug, other = self.made(verb, "--workers", "2", binary=DEBUG)
                self.assertEqual(
                    debug.replace(other["build"], ""), page.replace(found["build"], ""))

    def test_trials_are_those_of_the_json(self):
        page, found = self.made("optimize")
        rows = Page(page).table("trials")
        self.assertEqual(len(rows), len(found["trials"]))
        labels = {"Return": "return", "Sharpe": "sharpe", "Max drawdown": "maxDrawdown",
                  "Round trips": "trades", "Fees": "fees"}  # fmt: skip
        for place, (row, trial) in enumerate(zip(rows, found["trials"])):
            self.assertEqual((int(row["Rank"]), int(row["Trial"])), (place + 1, trial["number"]))
            self.assertEqual(row["Score"], trial["score"])
            for name, value in trial["values"].items():
                self.assertEqual(row[name], float(value))
            for label, key in labels.items():
                value = trial["metrics"][key]
                self.assertEqual(row[label], float("-inf") if value is None else value)
        for text in (found["study"], found["fingerprint"], found["again"]):
            self.assertIn(text, "".join(Page(page).words))

    def test_folds_are_those_of_the_json(self):
        page, found = self.made("walkforward")
        rows = Page(page).table("folds")
        self.assertEqual(len(rows), len(found["folds"]))
        keys = {"Score in": "inSampleScore", "Score out": "outOfSampleScore",
                "Return in": "inSampleReturn", "Return out": "outOfSampleReturn"}  # fmt: skip
        for row, fold in zip(rows, found["folds"]):
            self.assertEqual(int(row["Fold"]), fold["fold"])
            for label, key in keys.items():
                self.assertEqual(row[label], float("-inf") if fold[key] is None else fold[key])
        for row, stability in zip(Page(page).table("stability"), found["stability"]):
            self.assertEqual(row["Parameter"], stability["parameter"])
            self.assertEqual(row["Near the median"], stability["nearShare"])

    def test_nothing_is_loaded_and_no_name_is_run(self):
        for verb in ("optimize", "walkforward"):
            with self.subTest(verb):
                page, _ = self.made(verb)
                self.assertNotIn("://", page)
                self.assertNotIn("<script>alert", page)
                self.assertEqual(Page(page).scripts, 2)
                self.assertIn("<script>alert(1)</script>", "".join(Page(page).words))

    def test_the_command_on_the_page_makes_the_page(self):
        first, _ = self.made("optimize", "--over", "fast=2..3", "--over", "slow=9..30", "--trials", "5", "--objective", "return=1,fees=-0.1")
        said = next(word for word in Page(first).words if word.startswith("cryptobot optimize"))
        self.run_command(
            *["sh", "-c", said.replace("cryptobot", RELEASE, 1) + " --html again.html --quiet"][1:],
            binary="sh")
        with open(self.path("again.html"), encoding="utf-8") as stream:
            again = stream.read()
        self.assertEqual(again.count("<tr>"), first.count("<tr>"))
        fingerprints = [page.split("data-copy=\"")[1].split("\"")[0] for page in (first, again)]
        self.assertEqual(*fingerprints)

    def test_a_page_that_exists_is_kept_and_one_without_scores_is_written(self):
        self.made("optimize")
        for verb in ("optimize", "walkforward"):
            done = self.run_command(verb, "s.yaml", "--html", "page.html", "--quiet", status=73)
            self.assertIn(b"--force", done.stderr)
            self.run_command(verb, "s.yaml", "--html", "", status=64)
            self.run_command(verb, "s.yaml", "--html", "s.yaml", "--force", status=64)
        self.run_command(
            "optimize", "s.yaml", "--min-trips", "100000", "--html", "none.html", "--quiet", status=65)
        with open(self.path("none.html"), encoding="utf-8") as stream:
            self.assertIn("no trial has a score", stream.read())
