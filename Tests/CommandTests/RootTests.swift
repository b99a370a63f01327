/// The command's manners: help, version, completions, and how it says no to nonsense.

import Foundation
import Testing

@Suite("The command")
struct RootTests {
  @Test("the version names release, build, logic version and toolchain")
  func version() throws {
    let run = try Command.run("--version")
    #expect(run.status == 0)
    let pattern = /cryptobot \d+\.\d+\.\d+ \(build [0-9a-f]{16}, logic \d+, debug, Swift .*\)\n/
    #expect(run.output.wholeMatch(of: pattern) != nil)
    #expect(run.errors.isEmpty)
  }

  @Test("help goes to stdout, names every verb and the exit codes, and is no error")
  func help() throws {
    let asked = try Command.run("--help")
    let bare = try Command.run()
    #expect(asked.status == 0 && bare.status == 0)
    #expect(asked.output == bare.output)
    for word in ["journal", "Exit codes", "130 interrupted"] {
      #expect(asked.output.contains(word))
    }
  }

  @Test(
    "nonsense exits 64, says so on stderr in one form, and leaves stdout empty",
    arguments: [["frobnicate"], ["--frob"], ["journal", "frob"], ["journal", "--frob"]])
  func nonsense(arguments: [String]) throws {
    let run = try Command.run(arguments)
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("cryptobot: error: "))
    #expect(run.errors.contains("--help"))
  }

  @Test("a mistyped verb is named with its neighbour, whatever follows it")
  func mistyped() throws {
    let run = try Command.run("rply", "x.yaml", "--json")
    #expect(run.status == 64)
    #expect(
      run.errors.contains(
        "there is no verb `rply`; see `cryptobot --help` for all of them; did you mean `replay`?"))
  }

  @Test("completion scripts exist for each shell", arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let run = try Command.run("--generate-completion-script", shell)
    #expect(run.status == 0)
    #expect(run.output.contains("journal"))
  }
}
