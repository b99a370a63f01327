/// The exchange on a socket: one thread, one event loop, on which everything about it happens. What a
/// request means is decided in `ExchangeDesk`; here bytes are carried.

#if Live
  internal import Glibc
  internal import NIOCore
  internal import NIOHTTP1
  internal import NIOPosix
  internal import NIOSSL
  public import TradingCore

  /// A server on loopback.
  public enum ExchangeListener {
    /// What is to be served. It is made on the thread that serves it.
    public struct Offer {
      var desk: ExchangeDesk
      var replay: MarketReplay

      public init(desk: ExchangeDesk, replay: MarketReplay) {
        self.desk = desk
        self.replay = replay
      }
    }

    /// A certificate chain and its key, as PEM files.
    public struct Identity: Sendable {
      var certificates: String
      var key: String

      public init(certificates: String, key: String) {
        self.certificates = certificates
        self.key = key
      }

      fileprivate func context() throws(ExchangeServerError) -> NIOSSLContext {
        do {
          let chain = try NIOSSLCertificate.fromPEMFile(certificates)
          let key = try NIOSSLPrivateKey(file: key, format: .pem)
          return try NIOSSLContext(
            configuration: .makeServerConfiguration(
              certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
        } catch {
          throw .identity("\(certificates), \(key): \(error)")
        }
      }
    }

    /// Serves until `shouldStop` says so.
    /// - Parameters:
    ///   - port: 0 for any that is free.
    ///   - identity: with one, connections are encrypted.
    ///   - offer: makes the exchange; it is given the time at which it opens.
    ///   - ready: told the port once all history has been told and requests are answered.
    /// - Throws: `ExchangeServerError`, and what making the exchange or reading its market throws.
    public static func serve(
      port: Int, identity: Identity?, offer: @escaping @Sendable (Timestamp) throws -> Offer,
      ready: (Int) throws -> Void, shouldStop: @escaping @Sendable () -> Bool
    ) throws {
      let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
      let loop = group.next()
      let opened = loop.makePromise(of: Void.self)
      let ended = loop.makePromise(of: Void.self)
      do {
        let context = try identity?.context()
        let host = try loop.submit {
          let host = ExchangeHost(try offer(WallClock.now), loop: loop)
          host.run(until: shouldStop, opened: opened, ended: ended)
          return NIOLoopBound(host, eventLoop: loop)
        }.wait()
        try opened.futureResult.wait()
        let channel = try bind(host, context, on: group, port: port)
        try ready(channel.localAddress?.port ?? port)
        try ended.futureResult.wait()
        try? channel.close().wait()
        try group.syncShutdownGracefully()
      } catch {
        opened.fail(error)
        ended.fail(error)
        try? group.syncShutdownGracefully()
        throw error
      }
    }

    private static func bind(
      _ host: NIOLoopBound<ExchangeHost>, _ context: NIOSSLContext?,
      on group: MultiThreadedEventLoopGroup, port: Int
    ) throws(ExchangeServerError) -> any Channel {
      let bootstrap = ServerBootstrap(group: group)
        .serverChannelOption(.backlog, value: 256)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture { try configure(channel, host, context) }
        }
      do {
        return try bootstrap.bind(host: "127.0.0.1", port: port).wait()
      } catch {
        throw .port(port, "\(error)")
      }
    }

    /// HTTP until a request asks for a WebSocket. That may be any request of a connection, not only its
    /// first, as some clients use one connection for both: hence no upgrade handler of NIO's.
    private static func configure(
      _ channel: any Channel, _ host: NIOLoopBound<ExchangeHost>, _ context: NIOSSLContext?
    ) throws {
      let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
      let encoder = HTTPResponseEncoder()
      let pipeline = channel.pipeline.syncOperations
      if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
      try pipeline.addHandler(encoder)
      try pipeline.addHandler(decoder)
      try pipeline.addHandler(HTTPHandler(host.value, decoder, encoder))
    }
  }

  /// The only clock of the exchange.
  enum WallClock {
    static var now: Timestamp {
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
  }

  /// A request target's two parts.
  struct RequestPath {
    let path: String
    let query: String

    init(_ target: String) {
      let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
      path = String(parts.first ?? "")
      query = parts.count == 2 ? String(parts[1]) : ""
    }

    var isWebSocket: Bool {
      path == "/ws" || path.hasPrefix("/ws/") || path == "/stream" || path.hasPrefix("/stream/")
        || path.hasPrefix("/ws-api/") || path == "/v2" || path == "/" || path.isEmpty
    }
  }
#endif
