"""`cryptobot strategies new`: what it writes is the example that the unit tests compile and run."""

import os

from harness import ROOT, CommandTest

COMPILED = os.path.join(ROOT, "Tests", "TradingCoreTests", "Example")
REGISTRY = "Sources/TradingCore/Engine/StrategyRegistry.swift"


def read(path):
    with open(path, encoding="utf-8") as stream:
        return stream.read()


class StrategiesNewTest(CommandTest):
    def setUp(self):
        super().setUp()
        os.makedirs(os.path.dirname(self.path(REGISTRY)))
        with open(self.path(REGISTRY), "w", encoding="utf-8") as out:
            out.write("// A checkout.\n")
        os.makedirs(self.path("Sources/TradingCore/Strategies"))
        os.makedirs(self.path("Tests/TradingCoreTests"))

    def test_what_it_writes_is_what_is_compiled_and_tested(self):
        said = self.run_command("strategies", "new", "example").stdout.decode()
        self.assertIn("StrategyEntry(Example.self)", said)
        written = read(self.path("Sources/TradingCore/Strategies/Example.swift"))
        compiled = read(os.path.join(COMPILED, "Example.swift"))
        self.assertEqual(written, compiled.replace("@testable import TradingCore\n\n", "", 1))
        self.assertEqual(read(self.path("Tests/TradingCoreTests/ExampleTests.swift")),
                         read(os.path.join(COMPILED, "ExampleTests.swift")))

    def test_it_takes_its_names_from_the_one_given(self):
        self.run_command("strategies", "new", "buy-the-2nd-dip", "--in", self.folder, cwd="/")
        text = read(self.path("Sources/TradingCore/Strategies/BuyThe2ndDip.swift"))
        self.assertIn("struct BuyThe2ndDip: Strategy {", text)
        self.assertIn('static let name = "buy-the-2nd-dip"', text)
        self.assertNotIn("NAME", text)
        self.assertNotIn("TYPE", text)

    def test_what_it_refuses(self):
        self.run_command("strategies", "new", "example")
        before = read(self.path("Sources/TradingCore/Strategies/Example.swift"))
        for name, status, said in [
            ("example", 73, "--force"), ("ema-cross", 73, "choose another name"),
            ("Example", 64, "lower-case"), ("a--b", 64, "lower-case"), ("2nd", 64, "lower-case"),
            ("../x", 64, "lower-case"), ("", 64, "lower-case"),
        ]:
            with self.subTest(name):
                done = self.run_command("strategies", "new", name, status=status)
                self.assertIn(said, done.stderr.decode())
        self.assertEqual(read(self.path("Sources/TradingCore/Strategies/Example.swift")), before)
        self.run_command("strategies", "new", "example", "--force")
        self.run_command("strategies", "new", "example", "--in", "/", status=66)
