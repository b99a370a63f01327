"""Hostile and careless input: what must end at once, leave nothing, and not reach the terminal."""

import os
import shutil
import signal
import subprocess
import threading
import time
import zipfile

from harness import RELEASE, ROOT, CommandTest

TRADE = "{},42000.50,0.00100,42.0,{},True,True\n"
SCENARIO = """
source: {generator: {seed: 1, symbol: BTC/USDT, price: 60000, duration: 10m, eventsPerSecond: 5}}
strategy: {name: ema-cross, bar: 10s}
account: margin
capital: {USDT: 100000}
reportIn: USDT
"""


class HostileTest(CommandTest):
    def trades(self, count, start=0, name="BTCUSDT-trades.csv"):
        with open(self.path(name), "w") as file:
            file.writelines(TRADE.format(row, 1700000000000 + row) for row in range(start, start + count))
        return self.path(name)

    def scenario(self):
        with open(self.path("s.yaml"), "w") as file:
            file.write(SCENARIO)

    def through_pipe(self, source, journal):
        """Imports a file by way of a named pipe, which can be read once only."""
        pipe = self.path("BTCUSDT-pipe")
        if not os.path.exists(pipe):
            os.mkfifo(pipe)
        with open(source, "rb") as file:
            text = file.read()

        def feed():
            with open(pipe, "wb") as target:
                target.write(text)

        feeder = threading.Thread(target=feed)
        feeder.start()
        self.run_command("journal", "import", "binance-trades", pipe, "-o", journal, timeout=60)
        feeder.join()
        return self.json("journal", "info", journal)

    def test_a_pipe_is_read_once_and_names_the_journal_by_its_content(self):
        first = self.through_pipe(self.trades(500), "a")
        again = self.through_pipe(self.trades(500), "b")
        other = self.through_pipe(self.trades(500, start=1), "c")
        self.assertEqual(first["kinds"]["trade"], 500)
        self.assertEqual(first["id"], again["id"])
        self.assertNotEqual(first["id"], other["id"])

    def test_an_interrupt_ends_the_survey_of_a_long_file(self):
        self.interrupts(["binance-trades", self.trades(3_000_000)], after=0.2)

    def test_an_interrupt_ends_the_wait_for_a_silent_pipe(self):
        self.interrupts(["binance-raw", "-"], after=0.5)

    def interrupts(self, arguments, after):
        before = set(os.listdir(self.folder))
        command = subprocess.Popen(
            [RELEASE, "journal", "import", *arguments, "-o", "journal"], cwd=self.folder,
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # fmt: skip
        time.sleep(after)
        command.send_signal(signal.SIGINT)
        started = time.monotonic()
        self.assertEqual(command.wait(timeout=20), 130, command.stderr.read())
        self.assertLess(time.monotonic() - started, 2)
        command.stdin.close()
        command.stderr.close()
        self.assertEqual(set(os.listdir(self.folder)), before)

    def test_a_limit_on_file_sizes_is_an_error_and_no_sudden_end(self):
        file = self.trades(50)
        script = 'ulimit -f 4 && exec "$0" "$@"'
        for output in (["import", "binance-trades", file, "-o", "j"],
                       ["export", os.path.join(ROOT, "journals", "candles-1"), "-o", "j.jsonl"]):
            done = subprocess.run(
                ["bash", "-c", script, RELEASE, "journal", *output], cwd=self.folder,
                capture_output=True, timeout=60)  # fmt: skip
            self.assertEqual(done.returncode, 74, done.stderr)
            self.assertIn(b"File too large", done.stderr)
        self.assertEqual(os.listdir(self.folder), [os.path.basename(file)])

    def test_a_repair_for_which_there_is_no_room_leaves_nothing(self):
        copy, journal = os.path.join(ROOT, "journals", "candles-1"), self.path("j")
        shutil.copytree(copy, journal)
        (name,) = os.listdir(journal)
        with open(os.path.join(journal, name), "r+b") as stream:
            stream.truncate(9_000)
        done = subprocess.run(
            ["bash", "-c", 'ulimit -f 4 && exec "$0" "$@"', RELEASE, "journal", "repair", journal,
             "--from", copy], capture_output=True, timeout=60)  # fmt: skip
        self.assertEqual(done.returncode, 74, done.stderr)
        self.assertEqual(os.listdir(journal), [name])

    def test_an_interrupt_ends_a_command_whose_output_nobody_reads(self):
        command = subprocess.Popen(
            [RELEASE, "journal", "cat", os.path.join(ROOT, "journals", "candles-1")],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
        time.sleep(1)
        self.assertIsNone(command.poll(), "the pipe held all of it")
        command.send_signal(signal.SIGINT)
        self.assertEqual(command.wait(timeout=10), 130)
        command.stdout.close()
        command.stderr.close()

    def test_an_archive_of_many_members_takes_no_square_of_time_nor_a_screen_of_names(self):
        with zipfile.ZipFile(self.path("BTCUSDT-many.zip"), "w") as archive:
            for member in range(8_000):
                archive.writestr(f"BTCUSDT-{member}.csv", b"")
        done = self.run_command(
            "journal", "import", "binance-trades", "BTCUSDT-many.zip", "-o", "j",
            status=65, timeout=20)  # fmt: skip
        self.assertIn(b"and 7997 more: nothing to import", done.stderr)
        self.assertLess(len(done.stderr), 1_000)

    def test_what_a_file_says_reaches_the_terminal_without_its_control_characters(self):
        with open(self.path("BTCUSDT-escape.csv"), "w") as file:
            file.write("1,\x1b[31m\u202e42,1,1,1700000000000,True,True\n")
        done = self.run_command(
            "journal", "import", "binance-trades", "BTCUSDT-escape.csv", "-o", "j", status=65)
        self.assertIn(rb'price is "\u{1b}[31m\u{202e}42"', done.stderr)

    def test_what_a_command_line_says_is_told_on_one_line(self):
        forged = "x\ncryptobot: warning: forged\x1b[2J"
        written = "x\\ncryptobot: warning: forged\\u{1b}[2J"
        for arguments in (
            ["download", "binance", "A", "--from", "2024-01-01", "-o", "j", "--url", forged],
            ["download", "binance", forged, "--from", "2024-01-01", "-o", "j", "--url", "http://127.0.0.1:1"],
            ["record", "binance", forged, forged, "-o", "j"],
            ["record", "binance", "A", "-o", "j", "--streams", forged],
            ["record", "binance", "A", "-o", "j", "--for", forged],
            ["venues", "market", "kraken", "A", "--url", forged],
            ["venues", "show", forged], ["journal", "info", forged], ["replay", forged + ".yaml"],
            ["keys", "list", "--store", forged], [forged], ["journal", "info", "j", "--" + forged],
        ):
            with self.subTest(arguments):
                done = subprocess.run(
                    [RELEASE, *arguments], cwd=self.folder, capture_output=True, text=True)
                self.assertNotEqual(done.returncode, 0)
                self.assertNotIn("\ncryptobot: warning: forged", done.stderr)
                self.assertNotIn("\nCRYPTOBOT: WARNING: FORGED", done.stderr)
                self.assertNotIn("\x1b", done.stderr)
                if "A" in arguments[2:3] or arguments[0] == "journal":
                    self.assertIn(written, done.stderr)

    def test_names_that_cannot_name_an_instrument_are_refused(self):
        file = self.trades(1)
        for symbol in ["A/A", "B\nTC/USDT", "\x1b[31mB/USDT", "A" * 41 + "/USDT"]:
            done = self.run_command(
                "journal", "import", "binance-trades", file, "--symbol", symbol, "-o", "j", status=65)
            self.assertIn(b"its ", done.stderr)
        self.assertFalse(os.path.exists(self.path("j")))

    def test_what_is_no_plain_file_is_never_replaced(self):
        self.scenario()
        os.mkfifo(self.path("pipe"))
        os.mkdir(self.path("folder"))
        for name in ["pipe", "folder"]:
            kind = os.stat(self.path(name)).st_mode
            for flag in ["--html", "--sqlite"]:
                self.run_command("replay", "s.yaml", flag, name, "--force", status=73, timeout=60)
            self.run_command("scenario", "new", name, "--force", status=73)
            self.assertEqual(os.stat(self.path(name)).st_mode, kind)

    def test_an_output_without_a_name_is_refused_before_the_run(self):
        self.scenario()
        for flag in ["-o", "--html", "--sqlite"]:
            self.run_command("replay", "s.yaml", flag, "", status=64)

    def test_an_output_that_has_no_place_is_refused_before_the_run(self):
        with open(self.path("s.yaml"), "w") as out:
            out.write("no scenario")
        for flag in ["--html", "--sqlite"]:
            for name in ["h/", "h/.", "a/b/", "s.yaml/x", "s.yaml/a/b"]:
                self.run_command("replay", "s.yaml", flag, name, status=73)
        for outputs in [
            ["-o", "out", "--html", "out/page.html"], ["-o", "out", "--sqlite", "./out/../out/x.db"],
            ["-o", "out", "--html", self.path("out/a/page.html")], ["-o", "a/b", "--html", "a"],
            ["--html", "x", "--sqlite", "x"],
        ]:  # fmt: skip
            self.run_command("replay", "s.yaml", *outputs, status=64)
        self.run_command("replay", "s.yaml", "-o", "out", "--html", "outside.html", status=65)
        self.assertEqual(os.listdir(self.folder), ["s.yaml"])

    def test_folders_above_a_database_are_made(self):
        self.scenario()
        self.run_command("replay", "s.yaml", "--sqlite", "no/such/x.db")
        self.assertTrue(os.path.isfile(self.path("no/such/x.db")))

    def test_force_replaces_a_run_and_nothing_else(self):
        self.scenario()
        self.run_command("replay", "s.yaml", "-o", "run")
        self.run_command("replay", "s.yaml", "-o", "run", "--force")
        with open(self.path("run/notes.txt"), "w") as notes:
            notes.write("mine")
        done = self.run_command("replay", "s.yaml", "-o", "run", "--force", status=73)
        self.assertIn(b"it holds notes.txt, which no run wrote", done.stderr)
        self.assertEqual(
            sorted(os.listdir(self.path("run"))),
            ["books.csv", "equity.csv", "fills.csv", "journal", "notes.txt", "report.json",
             "trades.csv"])
        self.assertEqual(sorted(os.listdir(self.folder)), ["run", "s.yaml"])

    def test_what_a_killed_process_left_is_in_nobodys_way(self):
        """In a container every process may have the number of the one that was killed."""
        self.scenario()
        file = self.trades(3)
        script = (
            'mkdir .j.partial-$$ r.$$.partial r.$$.partial/.journal.partial-$$ && exec "$0" "$@"')
        for arguments in (["journal", "import", "binance-trades", file, "-o", "j"],
                          ["replay", "s.yaml", "-o", "r"]):
            done = subprocess.run(
                ["bash", "-c", script, RELEASE, *arguments], cwd=self.folder, capture_output=True)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_two_runs_at_once_share_a_database(self):
        self.scenario()
        runs = [
            subprocess.Popen(
                [RELEASE, "replay", "s.yaml", "--set", f"source.generator.seed={seed}",
                 "--sqlite", "runs.db"], cwd=self.folder, stdout=subprocess.DEVNULL)
            for seed in range(3)
        ]  # fmt: skip
        self.assertEqual([run.wait(timeout=60) for run in runs], [0, 0, 0])
