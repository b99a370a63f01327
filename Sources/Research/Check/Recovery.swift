/// A snapshot is a replay: from the canonical bytes of any state the fold goes on as if it had never
/// stopped.

internal import TradingCore

struct Recovery: Property {
  let name = "recovery"
  let summary = "From the canonical bytes of a state the fold ends as it does without a stop."
  let isRandom = true

  func objection(to subject: CheckSubject) -> String? {
    subject.events.isEmpty ? "it has no event" : nil
  }

  func failure(of subject: CheckSubject, _ test: CheckCase) throws -> PropertyFailure? {
    var random = test.random(name)
    let cut = test.place(below: subject.events.count, &random)
    var state = State()
    for event in subject.events[..<cut] { reduce(&state, event) }
    var bytes = CanonicalBytes()
    state.encode(into: &bytes)
    let sequence = state.sequence
    var restored: State
    do throws(CanonicalError) {
      restored = try State(canonicalBytes: bytes.bytes)
    } catch {
      return PropertyFailure(at: sequence, "unreadable", "its bytes are refused: \(error)")
    }
    guard restored == state else {
      return PropertyFailure(at: sequence, "snapshot", "the state read is not the one written")
    }
    for event in subject.events[cut...] {
      reduce(&state, event)
      reduce(&restored, event)
    }
    guard restored == state, restored.fingerprint == state.fingerprint else {
      return PropertyFailure(
        at: state.sequence, "recovered state",
        "restored after sequence \(sequence) the fold ends at \(hexadecimal(restored.fingerprint)), "
          + "without a stop at \(hexadecimal(state.fingerprint))")
    }
    return nil
  }
}
