/// The life of a connection: its story told once, and every small sequence of what can happen to it.

import Dialects
import Testing
import TradingCore

private func seconds(_ value: Int64) -> Timestamp {
  Timestamp(nanoseconds: 1_700_000_000_000_000_000 + value * 1_000_000_000)
}

/// A machine with what its actions have made of the world, and the rules that must hold.
private struct World {
  var machine: ConnectionMachine
  var now = seconds(0)
  var open: Set<LinkID> = []
  var asked: Set<LinkID> = []
  var sent: [LinkID: [Int]] = [:]
  var answered: [LinkID: Int] = [:]
  var spoken: [LinkID: [Timestamp]] = [:]
  var isConnected = false
  var lastLink: LinkID = 0
  var faults: [String] = []
  static let requests: [Int64] = [11, 12]

  init(rules: ConnectionRules = .init()) {
    machine = ConnectionMachine(requests: Self.requests, rules: rules, seed: 1)
    take(machine.start(at: now))
  }

  mutating func take(_ actions: [ConnectionAction]) {
    for action in actions { take(action) }
    if machine.carrier != nil, !isConnected { faults.append("a carrier without `connected`") }
    if machine.nextWake == nil { faults.append("nothing is waited for") }
    if open.union(asked).count > 2 { faults.append("more than two links") }
  }

  private mutating func take(_ action: ConnectionAction) {
    switch action {
    case .connect(let id):
      if id != lastLink + 1 { faults.append("link \(id) after \(lastLink)") }
      lastLink = id
      asked.insert(id)
    case .send(let id, let request):
      if !open.contains(id) { faults.append("a request on a closed link") }
      if sent[id, default: []].count != request { faults.append("request \(request) out of order") }
      sent[id, default: []].append(request)
      speak(id, most: 4)
    case .ping(let id), .pong(let id):
      if !open.contains(id) { faults.append("a pong on a closed link") }
      spoken[id, default: []].append(now)
    case .close(let id):
      if !open.contains(id), !asked.contains(id) { faults.append("closes what is not open") }
      forget(id)
    case .connected(let id):
      if isConnected { faults.append("connected twice") }
      checkComplete(id)
      isConnected = true
    case .replaced(let old, let new):
      if !isConnected || old == new { faults.append("replaces nothing") }
      if !open.contains(new) { faults.append("\(new) is not open") }
      checkComplete(new)
    case .lost:
      if !isConnected { faults.append("lost what it did not have") }
      isConnected = false
      if machine.carrier != nil { faults.append("a carrier after a loss") }
    case .refused: break
    }
  }

  private mutating func checkComplete(_ id: LinkID) {
    if answered[id, default: 0] != Self.requests.count { faults.append("\(id) is not complete") }
  }

  private mutating func speak(_ id: LinkID, most: Int) {
    let recent = spoken[id, default: []].filter { $0 + .second > now }
    if recent.count >= most { faults.append("more than \(most) messages in a second") }
    spoken[id, default: []].append(now)
  }

  mutating func forget(_ id: LinkID) {
    open.remove(id)
    asked.remove(id)
  }
}

extension World {
  /// What can happen next.
  enum Step: Equatable {
    case opens(LinkID)
    case answers(LinkID, Bool)
    case closes(LinkID)
    case announces(LinkID)
    case pings(LinkID)
    case wakes
    case passes(Int64)
  }

  var steps: [Step] {
    var steps: [Step] = [.wakes, .passes(86_400 - 300)]
    for id in asked.sorted() { steps += [.opens(id), .closes(id)] }
    for id in open.sorted() {
      steps += [.closes(id), .announces(id), .pings(id)]
      if answered[id, default: 0] < sent[id, default: []].count {
        steps += [.answers(id, true), .answers(id, false)]
      }
    }
    return steps
  }

  mutating func perform(_ step: Step) {
    switch step {
    case .opens(let id):
      asked.remove(id)
      open.insert(id)
      take(machine.opened(id, at: now))
    case .answers(let id, let isAccepted):
      let request = Self.requests[answered[id, default: 0]]
      answered[id, default: 0] += 1
      take(machine.answered(id, request: request, isAccepted: isAccepted, at: now))
    case .closes(let id):
      forget(id)
      take(machine.closed(id, at: now))
    case .announces(let id): take(machine.announcedShutdown(id, at: now))
    case .pings(let id): take(machine.pinged(id, at: now))
    case .wakes:
      now = max(now, machine.nextWake ?? now)
      take(machine.tick(at: now))
    case .passes(let span):
      now = now + Interval(nanoseconds: span * 1_000_000_000)
      take(machine.tick(at: now))
    }
  }

  /// Lets the venue behave well until there is a connection.
  mutating func heal() {
    for _ in 0..<60 where machine.carrier == nil {
      if let id = asked.min() {
        perform(.opens(id))
      } else if let id = open.first(where: {
        answered[$0, default: 0] < sent[$0, default: []].count
      }) {
        perform(.answers(id, true))
      } else {
        perform(.wakes)
      }
    }
    if machine.carrier == nil { faults.append("never connected again") }
  }
}

@Suite("The life of a connection")
struct ConnectionMachineTests {
  @Test("every sequence of eight happenings keeps the rules and can be healed")
  func enumeration() {
    var pending: [(world: World, depth: Int, story: [World.Step])] = [(World(), 0, [])]
    var worlds = 0
    while let (world, depth, story) = pending.popLast() {
      worlds += 1
      var healed = world
      healed.heal()
      guard world.faults.isEmpty, healed.faults.isEmpty else {
        Issue.record("\(story): \(world.faults) \(healed.faults)")
        return
      }
      guard depth < 8 else { continue }
      for step in world.steps {
        var next = world
        next.perform(step)
        pending.append((next, depth + 1, story + [step]))
      }
    }
    #expect(worlds > 50_000)
  }

  @Test("a day passes without a gap: the successor is complete before the first is closed")
  func renewal() {
    var world = World()
    world.heal()
    #expect(world.machine.carrier == 1)
    var second = world
    for _ in 0..<5_000 where second.machine.carrier == 1 {
      let wake = second.machine.nextWake ?? second.now
      // Pings every 20 seconds keep the link alive.
      second.now = min(wake, second.now + Interval(nanoseconds: 20_000_000_000))
      second.machine.heard(1, at: second.now)
      second.take(second.machine.tick(at: second.now))
      while let id = second.asked.min() { second.perform(.opens(id)) }
      for id in second.open.sorted() {
        while second.answered[id, default: 0] < second.sent[id, default: []].count {
          second.perform(.answers(id, true))
        }
      }
      if second.now > seconds(86_400) { break }
    }
    #expect(second.faults.isEmpty)
    #expect(second.machine.carrier == 2)
    #expect(second.now < seconds(86_400))
    #expect(second.now >= seconds(86_400 - 601))
    #expect(second.isConnected)
  }

  @Test("a complete successor takes over at once when its predecessor dies")
  func earlyEnd() {
    var world = World()
    world.heal()
    world.perform(.announces(1))
    world.perform(.opens(2))
    for _ in 0..<2 { world.perform(.answers(2, true)) }
    #expect(world.machine.carrier == 1)
    var late = world
    late.perform(.wakes)
    #expect(late.machine.carrier == 2)
    #expect(late.now - world.now == ConnectionRules().overlap)
    #expect(!late.open.contains(1))
    for _ in 0..<4 {
      late.perform(.pings(2))
      late.perform(.passes(30))
    }
    #expect(late.machine.carrier == 2)
    world.perform(.closes(1))
    #expect(world.machine.carrier == 2)
    #expect(world.isConnected)
    #expect(world.faults + late.faults == [])
  }

  @Test("a link that is wanted anew is opened beside the carrier, once, and waits for no back-off")
  func wantedAnew() {
    var world = World()
    world.heal()
    world.take(world.machine.renew(at: world.now))
    #expect(world.asked == [2] && world.machine.carrier == 1)
    world.take(world.machine.renew(at: world.now))
    #expect(world.asked == [2], "it is being opened")
    var lost = World()
    lost.heal()
    for id in 1...6 as ClosedRange<LinkID> {
      lost.perform(.closes(id))
      #expect(lost.asked.isEmpty, "back-off")
      lost.take(lost.machine.renew(at: lost.now))
      #expect(lost.asked == [id + 1])
      lost.perform(.opens(id + 1))
    }
    #expect(world.faults + lost.faults == [])
  }

  @Test("silence kills a link, a ping keeps it")
  func silence() {
    var world = World()
    world.heal()
    world.now = world.now + Interval(nanoseconds: 60_000_000_000)
    world.perform(.pings(1))
    world.now = world.now + Interval(nanoseconds: 60_000_000_000)
    world.take(world.machine.tick(at: world.now))
    #expect(world.machine.carrier == 1)
    world.now = world.now + Interval(nanoseconds: 10_000_000_000)
    world.take(world.machine.tick(at: world.now))
    #expect(world.machine.carrier == nil)
    #expect(!world.isConnected)
    #expect(world.faults.isEmpty)
  }

  @Test("many subscriptions leave at the pace that the venue allows")
  func pace() {
    var machine = ConnectionMachine(requests: Array(1...20), seed: 1)
    var time = seconds(0)
    var sent: [Timestamp] = []
    _ = machine.start(at: time)
    var actions = machine.opened(1, at: time)
    for _ in 0..<100 where sent.count < 20 {
      sent += actions.filter { if case .send = $0 { true } else { false } }.map { _ in time }
      time = machine.nextWake ?? time
      actions = machine.tick(at: time)
    }
    #expect(sent.count == 20)
    for index in sent.indices.dropFirst(4) {
      #expect(sent[index] - sent[index - 4] >= .second, "request \(index)")
    }
    #expect((sent.last ?? time) - seconds(0) == Interval(nanoseconds: 4_000_000_000))
  }

  @Test(
    "what is sent beside the subscriptions keeps the same pace, and waits for a link that is complete"
  )
  func paceOfOthers() {
    var machine = ConnectionMachine(requests: [11], seed: 1)
    #expect(machine.maySpeak(from: seconds(0)) == nil)
    _ = machine.start(at: seconds(0))
    _ = machine.opened(1, at: seconds(0))
    var speaks = machine.speaks(at: seconds(0))
    #expect(!speaks)
    _ = machine.answered(1, request: 11, isAccepted: true, at: seconds(1))
    var sent: [Timestamp] = []
    while sent.count < 20, let due = machine.maySpeak(from: sent.last ?? seconds(1)) {
      speaks = machine.speaks(at: due)
      #expect(speaks)
      sent.append(due)
    }
    #expect(sent.count == 20)
    for (place, time) in sent.enumerated() {
      #expect(sent.count { $0 > time - .second && $0 <= time } <= 4, "message \(place)")
    }
    #expect(sent.last == seconds(5))
  }

  @Test("a venue that wants our pings gets them")
  func keepAlive() {
    var rules = ConnectionRules()
    rules.keepAlive = Interval(nanoseconds: 30_000_000_000)
    var machine = ConnectionMachine(requests: [], rules: rules, seed: 1)
    _ = machine.start(at: seconds(0))
    #expect(machine.opened(1, at: seconds(0)) == [.connected(1)])
    #expect(machine.nextWake == seconds(30))
    #expect(machine.tick(at: seconds(30)) == [.ping(1)])
    #expect(machine.nextWake == seconds(60))
  }

  @Test("what is stopped stays stopped")
  func stop() {
    var machine = ConnectionMachine(requests: [1], seed: 1)
    #expect(machine.start(at: seconds(0)) == [.connect(1)])
    #expect(machine.start(at: seconds(0)) == [])
    #expect(machine.stop() == [.close(1)])
    #expect(machine.nextWake == nil)
    #expect(machine.opened(1, at: seconds(1)) == [])
    #expect(machine.tick(at: seconds(99)) == [])
    #expect(machine.start(at: seconds(100)) == [.connect(2)])
  }

  @Test(
    "a venue that takes links only to drop them is tried ever more seldom; a sound link ends that",
    arguments: [(0, 30...60), (29, 30...60), (30, 0...1)] as [(Int64, ClosedRange<Int64>)])
  func probation(carries: Int64, waits: ClosedRange<Int64>) {
    var machine = ConnectionMachine(requests: [1], seed: 1)
    var now = seconds(0)
    var id: LinkID = 1
    var wait = Interval.zero
    _ = machine.start(at: now)
    for _ in 0..<9 {
      _ = machine.opened(id, at: now)
      #expect(machine.answered(id, request: 1, isAccepted: true, at: now) == [.connected(id)])
      now = now + Interval(nanoseconds: carries * 1_000_000_000)
      machine.heard(id, at: now)
      #expect(machine.closed(id, at: now) == [.lost])
      wait = (machine.nextWake ?? now) - now
      now = now + wait
      id += 1
      #expect(machine.tick(at: now) == [.connect(id)])
    }
    #expect(waits.contains(wait.nanoseconds / 1_000_000_000), "\(wait.seconds) s")
  }

  @Test("waits double up to their limit, differ by seed, and begin anew after a success")
  func backOff() {
    var one = BackOff(seed: 1)
    var other = BackOff(seed: 2)
    var differences = 0
    for attempt in 0..<60 {
      let most = min(Int64(1) << min(Int64(attempt), 40), 60) * 1_000_000_000
      let wait = one.next().nanoseconds
      #expect((most / 2...most).contains(wait))
      if wait != other.next().nanoseconds { differences += 1 }
    }
    #expect(differences > 50)
    one.succeeded()
    #expect(one.next().nanoseconds <= 1_000_000_000)
  }
}
