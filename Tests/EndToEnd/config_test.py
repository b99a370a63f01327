"""Settings: every combination of sources against a table, and every way to get one wrong."""

import itertools
import json
import os
import subprocess

from harness import DEBUG, RELEASE, ROOT, CommandTest

# What the engine must agree with, written without looking at its list: name, default, option, and three
# values with the form they are shown in.
TABLE = [
    ("BINANCE_TESTNET", "true", "--testnet", [("true", "true"), ("false", "false"), ("TRUE", "true")]),
    ("DEFAULT_SYMBOL", "BTCUSDT", "--symbol",
     [("ETHUSDT", "ETHUSDT"), ("solusdt", "SOLUSDT"), ("BTC-USD", "BTC-USD")]),
    ("TRADING_MODE", "paper", "--mode", [("live", "live"), ("Paper", "paper"), ("LIVE", "live")]),
    ("RISK_PERCENTAGE", "0.02", "--risk-percentage",
     [("0.01", "0.01"), ("5%", "0.05"), ("150bp", "0.015")]),
    ("MAX_POSITION_SIZE", "0.1", "--max-position-size",
     [("1", "1"), ("25%", "0.25"), ("0.300", "0.3")]),
    ("MAX_DAILY_DRAWDOWN", "0.05", "--max-daily-drawdown",
     [("0.000001", "0.000001"), ("100%", "1"), ("7.5%", "0.075")]),
    ("LOG_LEVEL", "info", "--log-level",
     [("debug", "debug"), ("WARNING", "warning"), ("critical", "critical")]),
    ("LOG_FORMAT", "text", "--log-format", [("json", "json"), ("TEXT", "text"), ("Json", "json")]),
    ("LOG_FILE", None, "--log-file",
     [("a.log", "a.log"), ("/tmp/b c.log", "/tmp/b c.log"), ("c/d.log", "c/d.log")]),
    ("LOG_FILE_SIZE", "16MiB", "--log-file-size",
     [("4096", "4KiB"), ("2mib", "2MiB"), ("5000", "5000")]),
    ("LOG_FILE_COUNT", "5", "--log-file-count", [("1", "1"), ("12", "12"), ("007", "7")]),
]  # fmt: skip
SECRETS = ["BINANCE_API_KEY", "BINANCE_SECRET_KEY", "CRYPTOBOT_API_KEY", "CRYPTOBOT_API_SECRET"]
CLEAN = {name: value for name, value in os.environ.items()
         if not name.startswith(("BINANCE_", "CRYPTOBOT_", "DEFAULT_", "TRADING_", "RISK_", "MAX_", "LOG_"))}


class ConfigTest(CommandTest):
    def write(self, text, name="config.env", mode=0o600):
        with open(self.path(name), "w", encoding="utf-8") as stream:
            stream.write(text)
        os.chmod(self.path(name), mode)

    def show(self, *options, status=0, binary=RELEASE, **variables):
        done = self.run_command(
            "config", "show", *options, env={**CLEAN, **variables}, status=status, binary=binary)
        return done.stderr.decode() if status else done.stdout.decode()

    def setting(self, name, *options, **variables):
        found = json.loads(self.show("--json", *options, **variables))["settings"]
        return next(row for row in found if row["key"] == name)

    def refusal(self, *words, options=(), status=65, **variables):
        said = self.show(*options, status=status, **variables)
        for word in words:
            self.assertIn(word, said)
        return said

    def test_every_combination_of_sources_agrees_with_the_table(self):
        for name, default, option, values in TABLE:
            for by_option, by_variable, by_file in itertools.product([True, False], repeat=3):
                with self.subTest(name, option=by_option, variable=by_variable, file=by_file):
                    self.combination(name, default, option, values, by_option, by_variable, by_file)

    def combination(self, name, default, option, values, by_option, by_variable, by_file):
        expected = {"key": name, "value": default, "isSet": True, "isSecret": False,
                    "source": "default"}
        if default is None and not (by_option or by_variable or by_file):
            expected |= {"isSet": False, "source": "none"}
        self.write(f"# first\n{name}={values[2][0]}\n" if by_file else "# nothing\n")
        if by_file:
            expected |= {"value": values[2][1], "source": "file", "file": "config.env", "line": 2}
        variables = {}
        if by_variable:
            variables[name] = values[1][0]
            expected |= {"value": values[1][1], "source": "environment"}
            expected = {key: value for key, value in expected.items() if key not in ("file", "line")}
        options = []
        if by_option:
            options = [option] if option == "--testnet" else [option, values[0][0]]
            expected |= {"value": values[0][1], "source": "option", "option": option}
            expected = {key: value for key, value in expected.items() if key not in ("file", "line")}
        self.assertEqual(self.setting(name, *options, **variables), expected)

    def test_every_secret_comes_from_environment_or_file_and_is_never_shown(self):
        for name in SECRETS:
            for by_variable, by_file in itertools.product([True, False], repeat=2):
                with self.subTest(name, variable=by_variable, file=by_file):
                    self.write(f"{name}=planted-in-file\n" if by_file else "")
                    variables = {name: "planted-in-environment"} if by_variable else {}
                    found = self.setting(name, **variables)
                    source = "environment" if by_variable else "file" if by_file else "none"
                    self.assertEqual(found["source"], source)
                    self.assertEqual(found["isSet"], by_variable or by_file)
                    self.assertIsNone(found["value"])
                    text = self.show(**variables) + self.show("--json", **variables)
                    self.assertNotIn("planted", text)

    def test_a_mask_says_nothing_of_its_secret_not_even_how_long_it_is(self):
        masks = {self.show(BINANCE_SECRET_KEY="s" * length) for length in (1, 8, 64, 2000)}
        self.assertEqual(len(masks), 1)

    def test_the_list_of_keys_is_the_table(self):
        keys = self.json("config", "keys")
        self.assertEqual(
            [(row["key"], row["default"], row["option"]) for row in keys if not row["isSecret"]],
            [row[:3] for row in TABLE])
        self.assertEqual([row["key"] for row in keys if row["isSecret"]], SECRETS)
        for row in keys:
            self.assertTrue(row["help"].endswith("."), row)
            self.assertTrue(row["readers"], row)

    def test_the_readme_lists_every_key_with_its_default(self):
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as stream:
            text = stream.read()
        for row in self.json("config", "keys"):
            default = f"`{row['default']}`" if row["default"] else ""
            self.assertTrue(f"| `{row['key']}` | {default} |" in text, row)

    def test_columns_line_up(self):
        self.write("RISK_PERCENTAGE=1%\n", name="a-rather-long-name.env")
        lines = self.show("--config-file", "a-rather-long-name.env").splitlines()
        for heading in ("VALUE", "SOURCE"):
            column = lines[0].index(heading)
            for line in lines[1:]:
                self.assertEqual(line[column - 2:column], "  ", line)
                self.assertNotEqual(line[column], " ", line)

    def test_the_template_sets_nothing_and_every_line_of_it_can_be_used(self):
        template = self.run_command("config", "template").stdout.decode()
        self.write(template)
        everything = json.loads(self.show("--json"))["settings"]
        self.assertNotIn("file", [row["source"] for row in everything])
        used = [line[1:] for line in template.splitlines() if line.startswith("#") and "=" in line
                and line[1] != " "]
        self.assertEqual(len(used), len(everything))
        self.write("\n".join(used))
        for row in json.loads(self.show("--json"))["settings"]:
            has_value = not row["isSecret"] and row["key"] != "LOG_FILE"
            self.assertEqual(row["source"], "file" if has_value else "none", row)

    def test_the_file_is_named_by_option_then_variable_then_habit(self):
        self.write("RISK_PERCENTAGE=0.011\n")
        self.write("RISK_PERCENTAGE=0.012\n", name="second.env")
        self.write("RISK_PERCENTAGE=0.013\n", name="third.env")
        name = "RISK_PERCENTAGE"
        self.assertEqual(self.setting(name)["value"], "0.011")
        self.assertEqual(self.setting(name, CRYPTOBOT_CONFIG="second.env")["value"], "0.012")
        found = self.setting(name, "--config-file", "third.env", CRYPTOBOT_CONFIG="second.env")
        self.assertEqual((found["value"], found["file"]), ("0.013", "third.env"))
        self.refusal("absent.env: no such file", "config template",
                     options=["--config-file", "absent.env"], status=66)

    def test_a_file_that_is_a_broken_link_is_missing(self):
        os.symlink("nowhere.env", self.path("config.env"))
        self.refusal("config.env: no such file", "config template", status=66)

    def test_lines_are_read_as_shells_and_containers_write_them(self):
        self.write("\ufeff# a comment\r\n\r\n  export DEFAULT_SYMBOL = 'ETHUSDT'  # said\r\n"
                   'TRADING_MODE="live"\r\nRISK_PERCENTAGE=1% # little\nMAX_POSITION_SIZE=\n'
                   'BINANCE_SECRET_KEY="-----BEGIN PRIVATE KEY-----\nMC4CAQ==\n-----END PRIVATE KEY-----"\n'
                   "MAX_DAILY_DRAWDOWN=3%")  # fmt: skip
        rows = {row["key"]: row for row in json.loads(self.show("--json"))["settings"]}
        self.assertEqual(
            [(rows[name]["value"], rows[name].get("line")) for name, *_ in TABLE[:6]],
            [("true", None), ("ETHUSDT", 3), ("live", 4), ("0.01", 5), ("0.1", None), ("0.03", 10)])
        self.assertEqual(rows["BINANCE_SECRET_KEY"]["line"], 7)

    def test_values_out_of_range_are_refused_by_name_value_source_and_range(self):
        wrong = {"BINANCE_TESTNET": ["yes", "1", "true  # said", "flase"],
                 "DEFAULT_SYMBOL": ["BTC USDT", "x" * 33, "b\u0142"], "TRADING_MODE": ["real"],
                 "RISK_PERCENTAGE": ["0", "-1%", "1.01", "101%", "two", "0.0000001", "nan"],
                 "MAX_POSITION_SIZE": ["0", "1.5"], "MAX_DAILY_DRAWDOWN": ["0%", "1e-2"],
                 "LOG_LEVEL": ["loud"], "LOG_FILE_SIZE": ["1KiB", "-1", "4 MB", "9999999999GiB"],
                 "LOG_FILE_COUNT": ["0", "1001", "many"]}
        for name, values in wrong.items():
            for value in values:
                with self.subTest(name, value=value):
                    self.write("")
                    expected = f'{name} is "{value}", and must be '
                    self.refusal("the environment: ", expected, **{name: value})
                    self.write(f"\n\n{name}='{value}'\n")
                    self.refusal("config.env:3: ", expected)
        self.write("")
        self.refusal("--mode: ", 'TRADING_MODE is "real", and must be paper or live',
                     options=["--mode", "real"], status=64)

    def test_a_level_may_be_written_as_other_tools_write_it(self):
        for word in ("warn", "WARNING"):
            self.write(f"LOG_LEVEL={word}\n")
            rows = {row["key"]: row for row in json.loads(self.show("--json"))["settings"]}
            self.assertEqual(rows["LOG_LEVEL"]["value"], "warning")

    def test_unknown_keys_are_refused_with_their_line_and_the_nearest_known_one(self):
        for written, near in [("BINANCE_TESTNT", "BINANCE_TESTNET"), ("MAX_POSITION", "MAX_POSITION_SIZE"),
                              ("binance_api_key", "BINANCE_API_KEY"),
                              ("BINANCE_API_SECRET", "BINANCE_SECRET_KEY")]:
            with self.subTest(written):
                self.write(f"TRADING_MODE=paper\n{written}=1\n")
                self.refusal(f"config.env:2: unknown key {written}; did you mean {near}?")
        self.write("REDIS_URL=redis://somewhere\n")
        self.refusal("config.env:1: unknown key REDIS_URL; `cryptobot config keys` names them all")

    def test_a_misspelled_variable_is_a_warning_with_the_nearest_known_one(self):
        done = self.run_command("config", env={**CLEAN, "BINANCE_TESTNT": "planted", "MAX_OTHER_X": "1"})
        said = done.stderr.decode()
        self.assertIn("BINANCE_TESTNT, which nobody reads; did you mean BINANCE_TESTNET?", said)
        self.assertNotIn("planted", said)
        self.assertNotIn("MAX_OTHER_X", said)

    def test_malformed_lines_are_refused_with_their_number_and_tell_no_secret(self):
        for text, line, words in [
                ("TRADING_MODE\n", 1, "NAME=value"), ("\n=paper\n", 2, "NAME=value"),
                ("TRADING_MODE='paper\n\n", 1, "not closed"),
                ("TRADING_MODE='paper' x\n", 1, "behind the closing quote"),
                ("TRADING_MODE=pa\x01per\n", 1, "control character"),
                ("BINANCE_SECRET_KEY=-----BEGIN\nMIIplantedKey/Z==\n", 2, "NAME=value"),
                ("BINANCE_SECRET_KEY=-----BEGIN\nMIIplantedKeyZ==\n", 2, "needs quotes"),
                ("TRADING_MODE=paper\nRISK_PERCENTAGE=1%\nTRADING_MODE=live\n", 3, "line 1 already")]:
            with self.subTest(text):
                self.write(text)
                self.assertNotIn("planted", self.refusal(f"config.env:{line}: ", words))
        with open(self.path("config.env"), "wb") as stream:
            stream.write(b"DEFAULT_SYMBOL=\xff\xfe\n")
        self.refusal("config.env:1: ", "UTF-8")

    def test_a_file_with_a_secret_that_others_may_read_is_refused_and_says_what_to_do(self):
        for mode in (0o644, 0o640, 0o604, 0o620):
            self.write("BINANCE_API_KEY=planted\n", mode=mode)
            said = self.refusal("BINANCE_API_KEY", f"mode 0{mode:o}", "chmod 600 config.env", status=77)
            self.assertNotIn("planted", said)
        self.write("TRADING_MODE=live\n", mode=0o644)
        self.assertEqual(self.setting("TRADING_MODE")["value"], "live")

    def test_a_word_cannot_choose_the_mode_twice(self):
        self.refusal("give one of them", options=["--paper", "--live"], status=64)
        self.assertEqual(self.setting("TRADING_MODE", "--live")["value"], "live")
        self.assertEqual(self.setting("BINANCE_TESTNET", "--no-testnet")["value"], "false")

    def test_debug_and_release_say_the_same(self):
        self.write("RISK_PERCENTAGE=1%\n")
        self.assertEqual(self.show(), self.show(binary=DEBUG))

    def test_a_simulated_run_does_not_look_at_settings(self):
        self.write("this is no configuration\n")
        variables = {"RISK_PERCENTAGE": "nonsense", "BINANCE_TESTNET": "nonsense"}
        done = subprocess.run(
            [RELEASE, "replay", os.path.join(ROOT, "scenarios", "quiet-range.yaml"), "--json"],
            capture_output=True, cwd=self.folder, env={**CLEAN, **variables}, check=True)
        self.assertIn("fingerprint", json.loads(done.stdout))
