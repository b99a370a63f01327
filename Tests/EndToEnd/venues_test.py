"""`cryptobot venues`: what the registry has is what people and programs read, and what `record` takes."""

import json

from harness import CommandTest


class VenuesTest(CommandTest):
    def venues(self):
        return json.loads(self.run_command("venues", "list", "--json").stdout)

    def test_the_list_has_a_line_for_each_venue_with_its_columns_below_each_other(self):
        lines = self.run_command("venues").stdout.decode().splitlines()
        column = lines[0].index("exchange")
        for line, venue in zip(lines[1:], self.venues()):
            self.assertTrue(line.startswith(venue["name"] + " "), line)
            self.assertTrue(line[column:].startswith(venue["title"]), line)
            self.assertIn(venue["exampleSymbol"], line)

    def test_one_venue_is_shown_whole_and_its_json_is_that_of_the_list(self):
        for venue in self.venues():
            with self.subTest(venue["name"]):
                text = self.run_command("venues", "show", venue["name"]).stdout.decode()
                for said in venue["streams"] + list(venue["hosts"].values()) + venue["notes"]:
                    self.assertIn(said, text)
                shown = self.run_command("venues", "show", venue["name"], "--json").stdout
                self.assertEqual(json.loads(shown), venue)
                self.assertTrue(all(address.split("://")[0] in ("https", "wss")
                                    for address in venue["hosts"].values()))

    def test_a_name_that_no_venue_has_is_refused_with_those_there_are(self):
        for arguments in (["venues", "show", "nowhere"],
                          ["record", "nowhere", "BTC", "-o", self.path("j")]):
            said = self.run_command(*arguments, status=64).stderr.decode()
            self.assertIn("there is no venue `nowhere`", said)
            for venue in self.venues():
                self.assertIn(venue["name"], said)
