"""Settings act at a venue: on the mode, the network, the symbol, the key and the limits, and the journal
says so by itself."""

import os
import subprocess

from harness import RELEASE
from trading import CROSS, TradeTest

MILLIONTHS = {"riskPerTrade": 20_000, "maxPosition": 100_000, "maxDailyDrawdown": 50_000}


class ConfigTradeTest(TradeTest):
    """Short runs on paper: what they were begun with stands at the head of the journal."""

    strategy = CROSS

    def configure(self, risk="", **options):
        super().configure(capital="capital: {USDT: 100000}" + (f"\nrisk: {risk}" if risk else ""), **options)

    def run_once(self, *options, name="live", status=0, quiet=False, **variables):
        """A run of a second; returns what it said."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith("CRYPTOBOT_")}
        done = subprocess.run(
            [RELEASE, "trade", self.path("trade.yaml"), "-o", self.path(name), "--for", "1s",
             *options, *(["--quiet"] if quiet else [])],
            capture_output=True, text=True, env={**clean, **variables}, timeout=60, cwd=self.folder)  # fmt: skip
        self.assertEqual(done.returncode, status, done.stderr[-2000:])
        return done.stderr

    def limits(self, name="live"):
        """The limit facts at the head of the journal, by their scope."""
        done = self.run_command("journal", "cat", self.path(name), "--kind", "limit")
        found = {}
        for line in done.stdout.decode().splitlines():
            words = dict(word.split("=", 1) for word in line.split() if "=" in word)
            scope = tuple(words[key] for key in ("book", "instrument") if key in words)
            found[(words["limit"], *scope)] = int(words["limitValue"])
        return found

    def test_a_run_is_on_paper_with_the_default_limits_unless_somebody_says_otherwise(self):
        said = self.run_once()
        self.assertIn("trade: on paper at binance", said)
        self.assertIn("risk.maxPosition 0.1  (MAX_POSITION_SIZE, default)", said)
        self.assertEqual(self.limits(), {(name,): value for name, value in MILLIONTHS.items()})
        replayed = self.json("replay", self.path("live"))
        self.assertTrue(replayed["fingerprint"])

    def test_a_default_fills_only_what_the_scenario_leaves_out(self):
        self.configure(risk="{maxPosition: 60%}")
        self.run_once()
        self.assertEqual(self.limits(), {("riskPerTrade",): 20_000, ("maxPosition",): 600_000,
                                         ("maxDailyDrawdown",): 50_000})  # fmt: skip

    def test_what_is_set_is_a_ceiling_in_every_scope_and_never_widens(self):
        self.configure(risk="{maxPosition: 60%, maxDailyDrawdown: 1%, riskPerTrade: 5%, "
                            "BTCUSDT: {maxPosition: 30%, riskPerTrade: 1%}}")  # fmt: skip
        with open(self.path("config.env"), "w") as stream:
            stream.write("MAX_DAILY_DRAWDOWN=3%\nMAX_POSITION_SIZE=50%\n")
        said = self.run_once("--risk-percentage", "4%", MAX_POSITION_SIZE="20%")
        general = {(name,): value for (name, *scope), value in self.limits().items() if not scope}
        self.assertEqual(general, {("riskPerTrade",): 40_000, ("maxPosition",): 200_000,
                                   ("maxDailyDrawdown",): 10_000})  # fmt: skip
        narrow = {name: value for (name, *scope), value in self.limits().items() if scope}
        self.assertEqual(narrow, {"maxPosition": 200_000, "riskPerTrade": 10_000})
        self.assertIn("risk.BTCUSDT.maxPosition 0.2  (MAX_POSITION_SIZE, environment)", said)
        self.assertIn("risk.riskPerTrade 0.04  (RISK_PERCENTAGE, --risk-percentage)", said)

    def test_the_word_default_keeps_its_other_limits_under_a_ceiling(self):
        self.configure(risk="default")
        self.run_once(RISK_PERCENTAGE="0.5%")
        self.assertEqual(self.limits(), {("riskPerTrade",): 5_000, ("maxPosition",): 100_000,
                                         ("maxDailyDrawdown",): 50_000})  # fmt: skip

    def test_the_journal_tells_who_changed_the_scenario_and_replays_without_settings(self):
        self.run_once(MAX_POSITION_SIZE="7%")
        with open(self.path("config.env"), "w") as stream:
            stream.write("this is no configuration\n")
        text = self.run_command("journal", "cat", self.path("live"), "--kind", "text").stdout.decode()
        self.assertIn("MAX_POSITION_SIZE", text)
        self.assertTrue(self.json("audit", "verify", self.path("live"))["isIdentical"])

    def test_other_settings_do_not_go_on_with_a_journal(self):
        self.run_once(MAX_POSITION_SIZE="7%")
        said = self.run_once(MAX_POSITION_SIZE="8%", status=77)
        self.assertIn("other settings", said)
        self.run_once("--max-position-size", "0.07")

    def test_the_default_symbol_is_traded_where_the_scenario_names_none(self):
        with open(self.path("trade.yaml")) as stream:
            text = stream.read().replace("instruments: [BTCUSDT]\n", "")
        with open(self.path("trade.yaml"), "w") as stream:
            stream.write(text)
        self.assertIn("instruments BTCUSDT  (DEFAULT_SYMBOL, default)", self.run_once())
        said = self.run_once("--symbol", "nonsuch", name="other", status=66)
        self.assertIn("NONSUCH", said)

    def test_the_network_is_the_test_network_unless_scenario_or_setting_says_otherwise(self):
        with open(self.path("trade.yaml"), "w") as stream:
            stream.write("source: {venue: {name: binance}}\ninstruments: [BTCUSDT]\n"
                         "strategy: {name: observer}\naccount: spot\ncapital: {USDT: 1}\n")
        # Whether anybody answers does not matter: the choice is said before.
        for options, variables, words in [
                ([], {}, "source.venue.testnet true  (BINANCE_TESTNET, default)"),
                (["--no-testnet"], {}, "source.venue.testnet false  (BINANCE_TESTNET, --testnet)"),
                ([], {"BINANCE_TESTNET": "false"}, "testnet false  (BINANCE_TESTNET, environment)")]:
            with self.subTest(words):
                process = subprocess.Popen(
                    [RELEASE, "trade", "trade.yaml", "-o", "net", *options], cwd=self.folder,
                    stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
                    env={**os.environ, **variables})
                said = "".join(process.stderr.readline() for _ in range(2))
                process.kill()
                process.communicate()
                self.assertIn(words, said)

    def test_a_network_that_scenario_and_setting_name_differently_is_asked_about(self):
        with open(self.path("trade.yaml"), "w") as stream:
            stream.write("source: {venue: {name: binance, testnet: false}}\ninstruments: [BTCUSDT]\n"
                         "strategy: {name: observer}\naccount: spot\ncapital: {USDT: 1}\n")
        said = self.run_once(BINANCE_TESTNET="true", status=65)
        self.assertIn("trade.yaml says `testnet: false` and BINANCE_TESTNET is true (environment)", said)

    def test_live_takes_the_key_of_the_settings_and_needs_both_halves(self):
        self.assertIn("BINANCE_SECRET_KEY is not; a key needs both",
                      self.run_once("--live", BINANCE_API_KEY=self.place["apiKey"], status=77))
        self.assertIn("no key: set", self.run_once("--live", status=77))
        both = {"BINANCE_API_KEY": self.place["apiKey"], "BINANCE_SECRET_KEY": self.place["secret"]}
        said = self.run_once("--live", "--key", "main", status=64, **both)
        self.assertIn("--key main is a key of the store, and the settings have the key already", said)
        with open(self.path("config.env"), "w") as stream:
            stream.write(f"BINANCE_SECRET_KEY={self.place['secret']}\n")
        os.chmod(self.path("config.env"), 0o600)
        said = self.run_once("--live", BINANCE_API_KEY=self.place["apiKey"], status=77)
        self.assertIn("both halves of a key have to come from one place", said)
        with open(self.path("config.env"), "w") as stream:
            stream.write(f"TRADING_MODE=live\nBINANCE_API_KEY={self.place['apiKey']}\n"
                         f"BINANCE_SECRET_KEY='{self.place['secret']}'\n")
        os.chmod(self.path("config.env"), 0o600)
        said = self.run_once()
        self.assertIn("trade: LIVE at binance", said)
        self.assertNotIn(self.place["secret"], said)
        kinds = self.json("journal", "info", self.path("live"))
        self.assertIn("balance", str(kinds))
