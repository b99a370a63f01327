/// A venue's socket against servers on loopback that open no WebSocket.

#if Live
  import Dialects
  import NIOCore
  import NIOPosix
  import Testing

  @testable import Exchanges

  @Suite("A socket that nobody opens")
  struct VenueSocketTests {
    /// What a socket says that is answered so, and is closed by its owner as soon as it has said it.
    /// - Parameter answer: `nil` cuts the connection instead.
    private func reason(_ answer: String?, scheme: String = "ws") throws -> String {
      let thread = NetworkThread()
      defer { thread.end() }
      let loop = thread.loop
      let server = try ServerBootstrap(group: loop)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(Answerer(answer))
          }
        }
        .bind(host: "127.0.0.1", port: 0).wait()
      let port = try #require(server.localAddress?.port)
      let address = try VenueAddress("\(scheme)://127.0.0.1:\(port)/v2")
      let told = loop.makePromise(of: String.self)
      loop.scheduleTask(in: .seconds(5)) { told.fail(ChannelError.connectTimeout(.seconds(5))) }
      let transport = try SecureTransport(isNeeded: address.isSecure)
      let owner = try loop.submit {
        let owner = Owner(told)
        owner.socket = VenueSocket.open(address, transport, on: thread, as: 1, for: owner)
        return NIOLoopBound(owner, eventLoop: loop)
      }.wait()
      return try withExtendedLifetime(owner) { try told.futureResult.wait() }
    }

    @Test("may be closed at once by its owner, whatever the server answered")
    func refused() throws {
      let answer = "HTTP/1.1 503 No\r\nContent-Length: 1000\r\n\r\nno"
      #expect(try reason(answer).contains("no WebSocket is at /v2"))
    }

    @Test(
      "says in plain words what came instead",
      arguments: [
        (nil, "the connection was cut"),
        ("\0\u{1}\u{7F}\r\n\r\n", "does not speak HTTP"),
        (
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: wrong\r\n\r\n", "does not open a WebSocket"
        ),
        (
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
          "does not open a WebSocket"
        ),
      ] as [(String?, String)])
    func words(_ answer: String?, _ words: String) throws {
      #expect(try reason(answer).contains(words))
    }

    @Test("and to a server without TLS that it is one")
    func plain() throws {
      #expect(try reason("HTTP/1.1 400 Bad Request\r\n\r\n", scheme: "wss").contains("TLS"))
    }
  }

  /// Answers whatever is asked.
  private final class Answerer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let answer: String?

    init(_ answer: String?) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard let answer else { return context.close(promise: nil) }
      context.writeAndFlush(NIOAny(ByteBuffer(string: answer)), promise: nil)
    }
  }

  /// Closes its socket when it hears that it never opened.
  private final class Owner: SocketListener {
    private let told: EventLoopPromise<String>
    var socket: (any WorldSocket)?

    init(_ told: EventLoopPromise<String>) { self.told = told }

    func closed(_ link: LinkID, reason: String) {
      socket?.close()
      told.succeed(reason)
    }

    func opened(_ link: LinkID) { told.succeed("opened") }
    func received(_ text: Span<UInt8>, on link: LinkID) {}
    func pinged(_ link: LinkID) {}
    func ponged(_ link: LinkID) {}
  }
#endif
