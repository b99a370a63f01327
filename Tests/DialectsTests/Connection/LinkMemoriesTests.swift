/// What is remembered of links while others come and go.

import Testing

@testable import Dialects

@Suite("Memories of links")
struct LinkMemoriesTests {
  private struct Memory: LinkMemory {
    let id: LinkID
    /// The link that was heard last when this one came; 0 for none.
    let before: LinkID
    var frames = 0

    init(_ id: LinkID, after last: Memory?) {
      self.id = id
      before = last?.id ?? 0
    }
  }

  /// Lets links speak, one after the other, and tells how often each had spoken by then.
  private func heard(_ links: [LinkID]) -> [Int] {
    var memories = LinkMemories<Memory>()
    return links.map { link in
      let place = memories.place(of: link)
      memories[place].frames += 1
      return memories[place].frames
    }
  }

  @Test("a link that still speaks is remembered however many others were tried and failed")
  func carrier() {
    var tried: [LinkID] = []
    for other in 2...20 as ClosedRange<LinkID> { tried += [1, other] }
    tried.append(1)
    #expect(heard(tried).last == 20)
  }

  @Test("a link that was silent while four others spoke begins anew")
  func forgotten() {
    #expect(heard([1, 2, 3, 4, 1]) == [1, 1, 1, 1, 2])
    #expect(heard([1, 2, 3, 4, 5, 1]) == [1, 1, 1, 1, 1, 1])
  }

  @Test("a new link is told the one heard last")
  func successor() {
    var memories = LinkMemories<Memory>()
    for link in [1, 2, 1, 3] as [LinkID] { _ = memories.place(of: link) }
    #expect(memories[memories.place(of: 3)].before == 1)
  }
}
