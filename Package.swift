// swift-tools-version: 6.2
import PackageDescription

/// Settings for every target of ours: Swift 6 rules, nothing implicit, no warning left standing.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// The lower floors also mark every unsafe line.
let strictest = strict + [.strictMemorySafety()]

/// A product that only a build with the trait `Live` has.
func network(_ product: String, _ package: String = "swift-nio") -> Target.Dependency {
  .product(name: product, package: package, condition: .when(traits: ["Live"]))
}

let package = Package(
  name: "cryptobot",
  products: [
    .executable(name: "cryptobot", targets: ["cryptobot"]),
    .library(name: "TradingCore", targets: ["TradingCore"]),
    .library(name: "Journal", targets: ["Journal"]),
  ],
  traits: [
    .default(enabledTraits: ["Live"]),
    .trait(
      name: "Live",
      description: "Everything that needs a network; without it none of its packages is fetched."),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.36.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Floor 0: system libraries, each behind one thin Swift file above.
    .systemLibrary(
      name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"]), .yum(["lz4-devel"])]),
    .systemLibrary(
      name: "COpenSSL", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"]), .yum(["openssl-devel"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .yum(["zlib-devel"])]),
    .systemLibrary(name: "CTimex"),
    // Floor 1: everything that decides, with no effect on the world.
    // Rounding to whole numbers may be a call into libm: exact, so the same everywhere.
    .target(
      name: "TradingCore", swiftSettings: strictest, linkerSettings: [.linkedLibrary("m")]),
    // Floor 2: files and languages. Journal is our file; Dialects is each exchange's language, sans-I/O:
    // bytes to events, orders to requests; Import, which may use it, turns other people's files into
    // events.
    .target(
      name: "Journal", dependencies: ["TradingCore", "CLZ4", "COpenSSL"], swiftSettings: strictest),
    .target(
      name: "Dialects", dependencies: ["TradingCore", "COpenSSL"], swiftSettings: strictest),
    // A disk that lies, for the simulator and for tests of the journal.
    .target(
      name: "DiskSimulation", dependencies: ["Journal", "TradingCore"], swiftSettings: strict),
    .target(
      name: "Import", dependencies: ["TradingCore", "Dialects", "CZlib"], swiftSettings: strictest),
    // Floor 3: many engines over journals and scenarios; read models.
    .target(
      name: "Research",
      dependencies: ["TradingCore", "Journal", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict),
    .target(
      name: "Store",
      dependencies: [
        "TradingCore", "Journal", "Dialects", "COpenSSL",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    // The simulated exchange for other people's clients: a sans-I/O core, and with Live its sockets.
    .target(
      name: "ExchangeServer",
      dependencies: [
        "TradingCore", "Dialects", network("NIOCore"), network("NIOPosix"), network("NIOHTTP1"),
        network("NIOWebSocket"), network("NIOSSL", "swift-nio-ssl"),
      ],
      swiftSettings: strict),
    // The sockets to real venues, with Live; without it only the names of what was left out.
    .target(
      name: "Exchanges",
      dependencies: [
        "CTimex", "TradingCore", "Dialects", network("NIOCore"), network("NIOPosix"),
        network("NIOHTTP1"),
        network("NIOConcurrencyHelpers"), network("NIOWebSocket"),
        network("NIOSSL", "swift-nio-ssl"),
      ],
      swiftSettings: strict),
    // Floor 4: the whole live loop on one thread under virtual time, with everything that can go wrong.
    .target(
      name: "Simulator",
      dependencies: [
        "TradingCore", "Journal", "Dialects", "DiskSimulation", "Exchanges", "ExchangeServer",
        "Research",
      ],
      swiftSettings: strict),
    // Floor 5: commands and wiring; nothing else prints or exits.
    .executableTarget(
      name: "cryptobot",
      dependencies: [
        "TradingCore", "Journal", "Dialects", "Import", "ExchangeServer", "Exchanges",
        "Research", "Simulator", "Store",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Yams", package: "Yams"), network("Configuration", "swift-configuration"),
        network("Logging", "swift-log"),
      ],
      swiftSettings: strict),
    // For tools/bench only; no product, so nothing that is shipped depends on it.
    .executableTarget(
      name: "JournalBench", dependencies: ["Journal", "TradingCore"], path: "tools/benches/journal",
      swiftSettings: strict),
    // For tools/torture only.
    .executableTarget(
      name: "JournalTorture",
      dependencies: ["Journal", "DiskSimulation", "JournalSimulation", "TradingCore"],
      path: "tools/tortures",
      exclude: ["audit", "orders", "record", "rotate", "simulate", "trade"],
      swiftSettings: strict),
    // Research for the limits that `check` keeps by itself, which an adversary's runs judge the gate by.
    .testTarget(
      name: "TradingCoreTests", dependencies: ["TradingCore", "Research"], swiftSettings: strict),
    // What is enumerated over a disk that lies: for JournalTests and tools/torture only.
    .target(
      name: "JournalSimulation", dependencies: ["Journal", "DiskSimulation", "TradingCore"],
      path: "Tests/JournalSimulation", swiftSettings: strict),
    // What tools/fuzz feeds to libFuzzer and an ordinary test feeds from the kept corpus.
    .target(
      name: "JournalFuzzing",
      dependencies: ["Journal", "DiskSimulation", "JournalSimulation", "TradingCore"],
      path: "Tests/JournalFuzzing", swiftSettings: strict),
    .testTarget(
      name: "JournalTests",
      dependencies: ["Journal", "DiskSimulation", "JournalSimulation", "JournalFuzzing"],
      swiftSettings: strict),
    .testTarget(
      name: "ExchangeServerTests", dependencies: ["ExchangeServer", "Dialects", "TradingCore"],
      swiftSettings: strict),
    .testTarget(name: "DialectsTests", dependencies: ["Dialects"], swiftSettings: strict),
    .testTarget(
      name: "ExchangesTests",
      dependencies: [
        "Exchanges", "Dialects", "TradingCore", network("NIOCore"), network("NIOPosix"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ImportTests", dependencies: ["Import", "Dialects", "Journal"], swiftSettings: strict),
    .testTarget(
      name: "ResearchTests", dependencies: ["Research", "Import"], swiftSettings: strict),
    .testTarget(
      name: "SimulatorTests", dependencies: ["Simulator", "TradingCore"], swiftSettings: strict),
    .testTarget(name: "StoreTests", dependencies: ["Store"], swiftSettings: strict),
    .testTarget(name: "CommandTests", dependencies: ["cryptobot"], swiftSettings: strict),
  ]
)
