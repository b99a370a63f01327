/// What a session wanted a person to know, on its way into the story.

import Synchronization

final class Announcements: Sendable {
  private let texts = Mutex<[String]>([])

  func add(_ text: String) { texts.withLock { $0.append(text) } }

  func take() -> [String] {
    texts.withLock { texts in
      defer { texts.removeAll() }
      return texts
    }
  }
}
