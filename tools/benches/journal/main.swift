/// Measures a journal from inside the process, for `tools/bench` only; prints one line of JSON.
///
///     JournalBench decode JOURNAL [--no-hash]        reads it to its end
///     JournalBench append JOURNAL FOLDER EVENTS      its events into a live journal, over and over
///     JournalBench commit JOURNAL FOLDER ROUNDS RATE an order and its promise, beside a bare fdatasync
///     JournalBench crash JOURNAL FOLDER              a segment of 64 MiB that nobody sealed
///     JournalBench recover FOLDER                    makes that whole again
///
/// RATE is how many events a second another thread appends meanwhile: 0 is none, -1 as many as go in.

import Glibc
import Journal
import TradingCore

func run(_ words: [String]) throws -> String {
  switch (words.first, words.count) {
  case ("decode", 2): try decode(words[1], verifying: true)
  case ("decode", 3) where words[2] == "--no-hash": try decode(words[1], verifying: false)
  case ("append", 4): try append(events(of: words[1]), to: words[2], count: Int(words[3]) ?? 0)
  case ("commit", 5):
    try commit(
      events(of: words[1]), in: words[2], rounds: Int(words[3]) ?? 0, rate: Int(words[4]) ?? 0)
  case ("crash", 3): try crash(events(of: words[1]), in: words[2])
  case ("recover", 2): try recover(words[1])
  default: throw BenchError.usage
  }
}

enum BenchError: Error {
  case usage
  case system(String, Int32)
}

do {
  print(try run(Array(CommandLine.arguments.dropFirst())))
} catch BenchError.usage {
  print("usage: see the first lines of tools/benches/journal/main.swift")
  exit(64)
} catch {
  print("\(error)")
  exit(65)
}
