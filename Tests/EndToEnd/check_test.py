"""`cryptobot check` from outside: golden journals, runs, a fee slip planted from outside, bad input."""

import os

import reader_packages
from harness import ROOT, CommandTest

GOLDEN = os.path.join(ROOT, "journals")
SCENARIOS = os.path.join(ROOT, "scenarios")


class JournalTest(CommandTest):
    """A test of journals that runs of scenarios leave."""

    def scenario(self, name, *changes):
        """The journal of a scenario's run."""
        arguments = [part for change in changes for part in ("--set", change)]
        self.run_command("replay", os.path.join(SCENARIOS, f"{name}.yaml"), "-o", name, *arguments)
        return self.path(f"{name}/journal")

    def verdicts(self, journal, *arguments, status=0):
        answer = self.json("check", journal, *arguments, status=status)
        return {row["name"]: row for row in answer["properties"]}


class CheckTest(JournalTest):
    def test_every_golden_journal_holds_what_can_be_asked_of_it(self):
        for name in sorted(os.listdir(GOLDEN)):
            if not os.path.isdir(path := os.path.join(GOLDEN, name)):
                continue
            with self.subTest(name):
                rows = self.verdicts(path, "--cases", "2")
                self.assertEqual(rows["conservation"]["verdict"], "holds")
                self.assertEqual(rows["structure"]["verdict"], "holds")
                for row in rows.values():
                    self.assertIn(row["verdict"], ("holds", "notApplicable"))
                    self.assertIn("reason" if row["verdict"] == "notApplicable" else "cases", row)

    def test_every_property_holds_for_runs_of_scenarios(self):
        for name in ("quiet-range", "thin-book", "two-books", "buy-and-hold-crash"):
            with self.subTest(name):
                journal = self.scenario(name, "source.generator.duration=12m")
                rows = self.verdicts(journal, "--cases", "2")
                failing = [row for row in rows.values() if row["verdict"] == "fails"]
                self.assertEqual(failing, [])
                self.assertEqual(rows["no-look-ahead"]["verdict"], "holds")
                self.assertEqual(rows["market-outage"]["cases"], 2)

    def test_a_fork_whose_strategy_changed_is_not_decided_again_by_its_head(self):
        journal = self.scenario("quiet-range", "source.generator.duration=12m")
        self.run_command("audit", "whatif", journal, "--at", "100",
                         "--strategy", "mean-reversion:entry=1.5", "-o", "fork")  # fmt: skip
        row = self.verdicts("fork/journal", "--cases", "2")["re-derives"]
        self.assertEqual(row["verdict"], "notApplicable")
        self.assertIn("set anew at sequence", row["reason"])

    def test_orders_of_another_book_do_not_count_against_a_limit_of_open_orders(self):
        journal = self.scenario("two-books", "source.generator.duration=10m", "fills=book",
                                "strategies=[{name: mean-reversion}, {name: market-making}]",
                                "risk.books={mean-reversion: {maxOpenOrders: 1}}")  # fmt: skip
        self.assertEqual(self.verdicts(journal, "--cases", "1")["limits"]["verdict"], "holds")

    def test_the_limits_of_a_book_are_followed(self):
        with open(os.path.join(SCENARIOS, "two-books.yaml"), encoding="utf-8") as stream:
            text = stream.read()
        with open(self.path("tight.yaml"), "w", encoding="utf-8") as stream:
            stream.write(text.replace("bar: 5m", "bar: 5s").replace(
                "risk: {maxDrawdown: 25%}",
                "risk: {maxPosition: 90%, books: {ema-cross: {maxPosition: 50%, maxOrder: 80%}, "
                "mean-reversion: {maxPosition: 60%, maxOpenOrders: 3}}}"))  # fmt: skip
        self.run_command("replay", "tight.yaml", "-o", "tight", "--set", "source.generator.duration=6m")
        lines = self.run_command("journal", "cat", "tight/journal").stdout.decode()
        self.assertIn("reason=maxPosition", lines)
        self.assertEqual(self.verdicts("tight/journal", "--property", "limits")["limits"]["verdict"], "holds")

    def test_one_answer_for_any_number_of_jobs_and_in_every_process(self):
        journal = self.scenario("quiet-range", "source.generator.duration=8m")
        answers = {
            self.run_command("check", journal, "--json", "--jobs", jobs, "--property", "canary",
                             "--property", "no-look-ahead", "--property", "market-drop", status=1).stdout
            for jobs in ("1", "2", "2", "3")
        }  # fmt: skip
        self.assertEqual(len(answers), 1)

    def test_the_canary_fails_and_says_where_and_what_to_do(self):
        journal = os.path.join(GOLDEN, "order-flow-1")
        done = self.run_command("check", journal, "--property", "canary", status=1)
        self.assertIn(b"canary fails at sequence 2649", done.stdout)
        self.assertIn(f"cryptobot check shrink {journal} --property canary".encode(), done.stdout)
        self.assertIn(b"fails at sequence 2649", done.stderr)

    def test_a_part_of_a_journal_is_checked_and_it_says_so(self):
        answer = self.json("check", os.path.join(GOLDEN, "candles-1"), "--events", "1000")
        self.assertEqual(answer["totalEvents"], 7264)
        self.assertLessEqual(answer["events"], 1000)
        self.assertTrue(answer["holds"])

    def test_bad_input(self):
        os.mkdir(self.path("empty"))
        golden = os.path.join(GOLDEN, "order-flow-1")
        cases = [
            (("check",), 64, "name a journal"),
            (("check", "nowhere"), 66, "nowhere"),
            (("check", "empty"), 65, "empty"),
            (("check", golden, "--property", "conversation"), 64, "did you mean conservation?"),
            (("check", golden, "--cases", "0"), 64, "at least 1"),
            (("check", golden, "--regressions", "nowhere"), 66, "nowhere"),
            (("check", "shrink", golden), 64, "--property"),
            (("check", "shrink", golden, "--property", "fees"), 65, "holds with seed 1"),
            (("check", "shrink", golden, "--property", "re-derives"), 65, "does not apply"),
        ]
        for arguments, status, words in cases:
            with self.subTest(arguments):
                done = self.run_command(*arguments, status=status)
                self.assertIn(words, done.stderr.decode())
                self.assertEqual(done.stdout, b"")

    def test_the_list_names_every_property_that_is_asked(self):
        listed = [row["name"] for row in self.json("check", "--list")["properties"]]
        asked = list(self.verdicts(os.path.join(GOLDEN, "live-candles-1"), "--cases", "1"))
        self.assertEqual(listed, asked + ["canary"])
        lines = self.run_command("check", "--list").stdout.decode().splitlines()
        self.assertEqual([line.split()[0] for line in lines], listed)


class ShrinkTest(JournalTest):
    """A fee that is one unit off, put into a real run's journal by the independent reader and writer."""

    @classmethod
    def setUpClass(cls):
        cls.reader = reader_packages.load()

    def rewritten(self, journal, target, change):
        """A journal again, event by event, after `change` of the list of its events."""
        import python_writer
        from journal_reader.kinds import ENUMERATIONS, KINDS

        kinds = {kind.name: kind for kind in KINDS.values()}
        events = list(self.reader.dictionaries(journal))
        change(events)
        rows = []
        for event in events:
            kind, values = kinds[event["kind"]], [*event.values()][4:]
            types = [type_name for _, type_name in kind.fields]
            fields = [(t, ENUMERATIONS[t].index(v) if t in ENUMERATIONS else v)
                      for t, v in zip(types, values, strict=True)]  # fmt: skip
            if kind.name == "text":
                words = bytes.fromhex(event["bytes"]).ljust(8 * event["words"], b"\0")
                fields = [fields[0], ("u16", event["id"]), ("u8", event["flags"]),
                          ("u8", event["count"]), ("u8", event["words"])]  # fmt: skip
                fields += [("bits", int.from_bytes(words[at:at + 8], "little"))
                           for at in range(0, len(words), 8)]  # fmt: skip
            venue = python_writer.NONE if event["venue_time"] is None else event["venue_time"]
            rows.append((kind.id, event["receive_time"], venue, fields))
        versions = {kind.id: kind.version for kind in KINDS.values()}
        python_writer.write(self.path(target), rows, [e.get("instrument") for e in events], versions)
        return self.path(target)

    def test_a_fee_slip_is_found_shrunk_and_found_again(self):
        journal = self.scenario("buy-and-hold-crash")

        def slip(events):
            fill = next(event for event in events if event["kind"] == "fill")
            fill["fee"] += 1
            self.place = fill["sequence"]

        self.assertEqual(self.verdicts(self.rewritten(journal, "same", lambda _: None))["fees"]["verdict"],
                         "holds")  # fmt: skip
        slipped = self.rewritten(journal, "slipped", slip)
        rows = self.verdicts(slipped, status=1)
        self.assertEqual((rows["fees"]["verdict"], rows["fees"]["sequence"]), ("fails", self.place))

        small = self.json("check", "shrink", slipped, "--property", "fees")
        self.assertLessEqual(small["events"], 20)
        self.assertTrue(small["isSmallest"])
        self.assertEqual(small["kind"], "fee")
        kept = os.path.join(f"{slipped}.regressions", "fees-1")
        self.assertEqual(small["kept"], kept)
        self.run_command("journal", "verify", os.path.join(kept, "journal"))
        with open(os.path.join(kept, "story.txt"), encoding="utf-8") as stream:
            story = stream.read()
        self.assertIn("^ here it fails: fee", story)
        self.assertEqual(self.verdicts(os.path.join(kept, "journal"), "--property", "re-derives")
                         ["re-derives"]["verdict"], "holds")  # fmt: skip

        # The journal without the slip is asked the regression too, and fails by it alone.
        answer = self.json("check", journal, "--regressions", f"{slipped}.regressions", status=1)
        self.assertEqual([row["verdict"] for row in answer["regressions"]], ["fails"])
        self.assertNotIn("fails", [row["verdict"] for row in answer["properties"]])

    def test_a_decision_that_is_off_shrinks_to_twenty_events_that_are_off_alike(self):
        def larger(events):
            order = [event for event in events if event["kind"] == "order"][-1]
            order["quantity"] += 1

        def dearer(events):
            fill = [event for event in events if event["kind"] == "fill"][-1]
            fill["fee"] += 1

        cases = [("re-derives", "order: quantity", larger), ("re-simulates", "fill: fee", dearer)]
        runs = [("buy-and-hold-crash", "20m", []), ("quiet-range", "8m", ["strategy.bar=5s"]), ("thin-book", "2m", [])]
        for scenario, duration, changes in runs:
            journal = self.scenario(scenario, f"source.generator.duration={duration}", *changes)
            for name, about, change in cases:
                with self.subTest(scenario, property=name):
                    altered = self.rewritten(journal, f"{scenario}-{name}", change)
                    row = self.verdicts(altered, "--property", name, status=1)[name]
                    self.assertEqual((row["verdict"], row["about"]), ("fails", about))
                    small = self.json("check", "shrink", altered, "--property", name)
                    self.assertEqual((small["about"], small["isSmallest"]), (about, True))
                    self.assertLessEqual(small["events"], 20, small["story"])
                    row = self.verdicts(f"{small['kept']}/journal", "--property", name, status=1)[name]
                    self.assertEqual(row["about"], about)

    def test_regressions_of_what_is_asked_are_asked_beside_the_journal(self):
        journal = self.scenario("buy-and-hold-crash")
        for name in ("canary", "canary"):
            self.run_command("check", "shrink", ".", "--property", name, cwd=journal)
        self.assertEqual(os.listdir(f"{journal}.regressions"), ["canary-1"])
        self.assertNotIn("..regressions", os.listdir(journal))
        with open(f"{journal}.regressions/README", "w", encoding="utf-8") as stream:
            stream.write("kept since May")
        self.assertEqual(self.json("check", journal, "--property", "fees")["regressions"], [])
        answer = self.json("check", journal, "--property", "canary", "--property", "canary", status=1)
        self.assertEqual([len(answer[key]) for key in ("properties", "regressions")], [1, 1])

    def test_a_place_that_cannot_be_made_is_73(self):
        journal = self.scenario("buy-and-hold-crash")
        for place in ("/proc/here", f"{journal}/00000000000000000001.lz4"):
            done = self.run_command("check", "shrink", journal, "--property", "canary", "-o", place, status=73)
            self.assertIn(b"choose another place", done.stderr)

    def test_a_salvaged_run_is_asked_what_can_be_asked(self):
        journal = self.scenario("thin-book", "source.generator.duration=12m")
        segment = f"{journal}/00000000000000000001.lz4"
        with open(segment, "r+b") as stream:
            stream.seek(8192 + 3000)
            stream.write(bytes(200))
        self.run_command("journal", "salvage", journal, "-o", "salvaged")
        answer = self.json("check", self.path("salvaged"), "--cases", "2")
        self.assertEqual((answer["origin"], answer["holds"]), ("headless", True))
        self.assertGreater(answer["lostEvents"], 0)
        rows = {row["name"]: row for row in answer["properties"]}
        self.assertEqual(rows["conservation"]["verdict"], "holds")
        for name in ("structure", "order-life", "re-derives", "market-drop"):
            self.assertIn("are lost, sequences 1…", rows[name]["reason"])

    def test_help_of_the_group_has_options_and_examples(self):
        for verb in (["check"], ["check", "shrink"]):
            text = self.run_command(*verb, "--help").stdout.decode()
            for words in ("Examples:", "--property", "--seed", "--cases"):
                self.assertIn(words, text)
