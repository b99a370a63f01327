"""The journals in journals/ are what they were on the day they were made: bytes, state and events."""

import hashlib
import os

from harness import DEBUG, RELEASE, ROOT, CommandTest

FOLDER = os.path.join(ROOT, "journals")


def golden():
    """Name, events, state fingerprint, chain head and SHA-256 of the exported events.

    The fingerprint is that of the newest rules: the last that a line for a logic version states.
    """
    with open(os.path.join(FOLDER, "FINGERPRINTS"), encoding="utf-8") as stream:
        lines = [line.split() for line in stream if line.strip() and not line.startswith("#")]
    folded = {line[2]: line[3] for line in lines if line[0] == "logic"}
    return [(name, int(events), folded.get(name, fingerprint), *digests)
            for name, events, fingerprint, *digests in lines if name != "logic"]  # fmt: skip


class GoldenTest(CommandTest):
    def test_every_journal_has_its_line_and_every_line_its_journal(self):
        folders = {name for name in os.listdir(FOLDER) if os.path.isdir(os.path.join(FOLDER, name))}
        self.assertEqual({name for name, *_ in golden()}, folders)
        self.assertGreaterEqual(len(folders), 2)

    def test_every_byte_is_whole(self):
        for name, *_ in golden():
            with self.subTest(name):
                self.run_command("journal", "verify", os.path.join(FOLDER, name))

    def test_debug_and_release_fold_to_the_recorded_fingerprint(self):
        for name, events, fingerprint, head, _ in golden():
            for binary in (RELEASE, DEBUG):
                with self.subTest(name, binary=binary):
                    path = os.path.join(FOLDER, name)
                    info = self.json("journal", "info", path, binary=binary)
                    self.assertEqual(
                        (info["events"], info["fingerprint"], info["chainHead"]),
                        (events, fingerprint, head))  # fmt: skip

    def test_the_decoded_events_are_the_recorded_ones(self):
        for name, _, _, _, digest in golden():
            with self.subTest(name):
                path = os.path.join(FOLDER, name)
                lines = self.run_command("journal", "export", path, "--format", "jsonl").stdout
                self.assertEqual(hashlib.sha256(lines).hexdigest(), digest)
