"""Proofs, notes and keys, checked by other people's code: hashlib, `cryptography`, and the README's script."""

import base64
import copy
import hashlib
import importlib.util
import json
import os
import re
import shutil
import struct
import subprocess
import sys

import reader_packages
from harness import RELEASE, ROOT, CommandTest

SIGNED = os.path.join(ROOT, "journals", "live-candles-1")
UNSIGNED = os.path.join(ROOT, "journals", "candles-1")


def root_of(leaves):
    """RFC 6962 section 2.1, word by word."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\1" + root_of(leaves[:split]) + root_of(leaves[split:])).digest()


class ProofTest(CommandTest):
    def prove(self, sequence, journal=SIGNED):
        return json.loads(self.run_command("journal", "prove", journal, str(sequence)).stdout)

    def proofs_of_all_blocks(self, journal):
        """One proof for each block, in order."""
        found, sequence = [], 1
        last = self.json("journal", "info", journal)["lastSequence"]
        while sequence <= last:
            found.append(self.prove(sequence, journal))
            sequence = found[-1]["lastSequence"] + 1
        return found

    def key(self, journal=SIGNED):
        return self.run_command("journal", "anchor", journal, "--key").stdout.decode().strip()

    def script(self):
        """The README's script as a file; skips where `cryptography` is missing."""
        if importlib.util.find_spec("cryptography") is None:
            self.skipTest("Python's cryptography is not installed")
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as stream:
            (text,) = re.findall(r"```python\n(.*?)```", stream.read(), re.DOTALL)
        self.assertLessEqual(len(text.splitlines()), 30)
        with open(self.path("check.py"), "w", encoding="utf-8") as stream:
            stream.write(text)
        return self.path("check.py")

    def accepts(self, script, proof, key):
        with open(self.path("proof.json"), "w", encoding="utf-8") as stream:
            json.dump(proof, stream)
        done = subprocess.run(
            [sys.executable, "-B", script, self.path("proof.json"), key], capture_output=True)
        return done.returncode == 0

    def test_the_leaves_of_all_proofs_make_the_root_that_every_proof_names(self):
        for journal in (SIGNED, UNSIGNED):
            proofs = self.proofs_of_all_blocks(journal)
            leaves = [hashlib.sha256(b"\0" + base64.b64decode(p["entry"])).digest() for p in proofs]
            self.assertEqual([p["leaf"] for p in proofs], [leaf.hex() for leaf in leaves])
            self.assertEqual([p["block"] for p in proofs], list(range(len(proofs))))
            self.assertEqual({p["root"] for p in proofs}, {root_of(leaves).hex()})
            self.assertEqual({p["treeSize"] for p in proofs}, {len(proofs)})

    def unsign(self, journal, keeping):
        """Makes all checkpoints but the first ones blocks of a kind that every reader skips."""
        hash_of = importlib.import_module("xxhash").xxh64_intdigest
        for name in sorted(name for name in os.listdir(journal) if name.endswith(".lz4")):
            with open(os.path.join(journal, name), "r+b") as stream:
                data = bytearray(stream.read())
                for found in re.finditer(rb"CBJB\xa0\0\x03", bytes(data)):
                    at = found.start()
                    (length,) = struct.unpack_from("<I", data, at + 164)
                    if b"\nsequence " not in data[at + 168 : at + 168 + length]:
                        continue
                    keeping -= 1
                    if keeping < 0:
                        data[at + 6] = 4
                        struct.pack_into("<Q", data, at + 152, hash_of(bytes(data[at : at + 152])))
                stream.seek(0)
                stream.write(data)

    def test_taking_checkpoints_away_is_found_by_whoever_knows_the_first_key(self):
        reader = reader_packages.load()
        key = self.json("journal", "verify", SIGNED)["completeness"]["firstKey"]
        for kept in (0, 1, 20):
            with self.subTest(kept=kept):
                journal = self.path(f"unsigned-{kept}")
                shutil.copytree(SIGNED, journal)
                self.unsign(journal, kept)
                found = self.json("journal", "verify", journal, status=0 if kept == 20 else 1)
                self.assertEqual(found["completeness"]["checkpoints"], kept)
                self.assertEqual(found["chainHead"], self.json("journal", "info", SIGNED)["chainHead"])
                found = self.json("journal", "verify", journal, "--key", key, status=1)
                self.assertIs(found["holds"], False)
                if kept < 20:
                    with self.assertRaisesRegex(reader.Damage, "taken away"):
                        reader.verify(journal)

    def test_a_hand_over_needs_the_checkpoint_that_it_repeats(self):
        reader = reader_packages.load()
        if importlib.util.find_spec("cryptography") is None:
            self.skipTest("Python's cryptography is not installed")
        notes = importlib.import_module("journal_reader.notes")
        hashes = importlib.import_module("journal_reader.hashes")
        ed25519 = importlib.import_module("cryptography.hazmat.primitives.asymmetric.ed25519")
        keys = [ed25519.Ed25519PrivateKey.generate() for _ in range(3)]
        raw = [key.public_key().public_bytes_raw() for key in keys]

        def note(key, *lines):
            name, body = "cryptobot/" + bytes(16).hex(), "".join(line + "\n" for line in lines)
            identity = hashlib.sha256(name.encode() + b"\n\1" + raw[key]).digest()[:4]
            signature = base64.b64encode(identity + keys[key].sign(body.encode())).decode()
            return f"{body}\n\u2014 {name} {signature}\n"

        def verify(signed, repeated):
            """One key signs trees of the sizes `signed`, and repeats one of `repeated` leaves."""
            found, tree, roots = notes.Notes(bytes(16)), hashes.Tree(), {}
            name = "cryptobot/" + bytes(16).hex()
            public = [base64.b64encode(b"\1" + key).decode() for key in raw]
            take = lambda text: found.take(text, tree, tree.size, bytes(32), None)  # noqa: E731
            take(note(0, name + "/key", "0", public[0]))
            for size in range(1, 6):
                tree.add(hashlib.sha256(bytes([size])).digest())
                roots[size] = base64.b64encode(tree.root()).decode()
                if size in signed:
                    take(note(0, name, str(size), roots[size], f"sequence {size}",
                              "chain " + bytes(32).hex(), "time none"))  # fmt: skip
            tail = [str(repeated), roots[repeated]] if repeated else []
            take(note(0, name + "/key", "1", public[1], *tail))
            with self.assertRaisesRegex(reader.Damage, "nobody signed"):
                take(note(2, name + "/key", "0", public[2], "5", roots[5]))
            return found

        for signed, repeated in (({1, 2, 3}, 2), ({1, 2, 3}, 3), ({2}, 2), ({4}, None)):
            self.assertEqual(verify(signed, repeated).breaks, 0)
        for signed, repeated in (({1, 3}, 2), ({1}, 5), (set(), 1), (set(), None)):
            with self.assertRaisesRegex(reader.Damage, "taken away"):
                verify(signed, repeated)

    def test_a_journal_without_checkpoints_says_that_nothing_is_signed(self):
        done = self.run_command("journal", "prove", UNSIGNED, "7264")
        self.assertIsNone(json.loads(done.stdout)["note"])
        self.assertIn("nothing is signed", done.stderr.decode())
        said = self.run_command("journal", "anchor", UNSIGNED, status=65).stderr.decode()
        self.assertIn("no checkpoint", said)

    def test_the_script_of_the_readme_accepts_the_proof_of_every_block(self):
        script, key = self.script(), self.key()
        for proof in self.proofs_of_all_blocks(SIGNED):
            self.assertTrue(self.accepts(script, proof, key), proof["block"])

    def test_the_script_refuses_any_part_that_was_changed(self):
        script, key, proof = self.script(), self.key(), self.prove(222)
        self.assertTrue(self.accepts(script, proof, key))
        for name, change in self.changes(proof):
            changed = copy.deepcopy(proof)
            changed.update(change)
            self.assertFalse(self.accepts(script, changed, key), name)
        first = self.json("journal", "verify", SIGNED)["completeness"]["firstKey"]
        self.assertFalse(self.accepts(script, proof, first))

    def changes(self, proof):
        entry = bytearray(base64.b64decode(proof["entry"]))
        entry[-1] ^= 1
        yield "entry", {"entry": base64.b64encode(entry).decode()}
        yield "sequence", {"sequence": proof["lastSequence"] + 1}
        yield "block", {"block": proof["block"] ^ 1}
        yield "tree size", {"treeSize": proof["treeSize"] + 1}
        for place, node in enumerate(proof["path"]):
            path = list(proof["path"])
            path[place] = node[:-1] + ("0" if node[-1] != "0" else "1")
            yield f"node {place}", {"path": path}
            yield f"no node {place}", {"path": path[:place] + path[place + 1:]}
        for line in ("sequence 420", "time 2024", "chain "):
            self.assertIn(line, proof["note"])
            yield line, {"note": proof["note"].replace(line, line.replace("2", "3").replace("ch", "Ch"))}

    def test_help_and_errors_say_what_to_do(self):
        said = self.run_command("journal", "prove", SIGNED, "421", status=64).stderr.decode()
        self.assertIn("1…420", said)
        said = self.run_command("journal", "verify", SIGNED, "--key", "key", status=64).stderr.decode()
        self.assertIn("name+01234567+base64", said)
        self.run_command("journal", "prove", SIGNED, "5", "-o", "p.json")
        self.run_command("journal", "prove", SIGNED, "5", "-o", "p.json", status=73)
        self.run_command("journal", "anchor", self.path("none"), status=66)


class CompletenessTest(CommandTest):
    """What `journal verify` says of a journal that is whole as far as its bytes go."""

    def anchor(self, journal, name):
        with open(self.path(name), "wb") as stream:
            stream.write(self.run_command("journal", "anchor", journal).stdout)
        return self.path(name)

    def cut(self):
        """The journal without its last session, which no hash inside it can show."""
        copied = self.path("cut")
        shutil.copytree(SIGNED, copied)
        os.remove(os.path.join(copied, sorted(os.listdir(copied))[-1]))
        return copied

    def test_the_report_names_keys_hand_overs_and_what_is_signed(self):
        found = self.json("journal", "verify", SIGNED)
        self.assertTrue(found["isWhole"] and found["holds"])
        complete = found["completeness"]
        self.assertEqual(complete["ending"], "ended")
        self.assertEqual((complete["signedThrough"], complete["checkpoints"]), (420, 21))
        self.assertEqual((complete["handOvers"], complete["breaks"], complete["problems"]), (4, [], []))
        self.assertEqual((complete["isPinned"], complete["isAnchored"]), (None, None))

    def test_the_first_key_is_accepted_and_no_other(self):
        complete = self.json("journal", "verify", SIGNED)["completeness"]
        self.run_command("journal", "verify", SIGNED, "--key", complete["firstKey"])
        done = self.run_command("journal", "verify", SIGNED, "--key", complete["lastKey"], status=1)
        self.assertIn("not the one given", done.stderr.decode())

    def test_a_journal_that_was_cut_is_whole_but_not_the_published_one(self):
        note, cut = self.anchor(SIGNED, "today.note"), self.cut()
        self.assertTrue(self.json("journal", "verify", cut)["holds"])
        said = self.run_command("journal", "verify", cut, "--anchor", note, status=1).stderr.decode()
        self.assertIn("cut or written anew", said)
        early = self.anchor(cut, "early.note")
        self.assertTrue(self.json("journal", "verify", SIGNED, "--anchor", early)["holds"])

    def test_a_changed_note_is_not_taken_for_a_published_one(self):
        note = self.anchor(SIGNED, "today.note")
        with open(note, encoding="utf-8") as stream:
            text = stream.read()
        for place in (-3, -40, 50, 60, 200):
            changed = list(text)
            changed[place] = "A" if changed[place] != "A" else "B"
            with open(note, "w", encoding="utf-8") as stream:
                stream.write("".join(changed))
            done = subprocess.run(
                [RELEASE, "journal", "verify", SIGNED, "--anchor", note], capture_output=True)
            self.assertIn(done.returncode, (1, 65), place)

    def test_a_byte_changed_in_a_note_inside_the_journal_is_damage(self):
        copied = self.path("copy")
        shutil.copytree(SIGNED, copied)
        name = os.path.join(copied, sorted(os.listdir(copied))[1])
        with open(name, "rb") as stream:
            data = bytearray(stream.read())
        place = data.index("— cryptobot/".encode())
        data[place + 100] ^= 1
        with open(name, "wb") as stream:
            stream.write(data)
        self.run_command("journal", "verify", copied, status=1)
        self.run_command("journal", "prove", copied, "222", status=65)

