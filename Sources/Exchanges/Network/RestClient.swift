/// Requests over HTTP: one connection each, answered whole or not at all, so that one that hangs holds up no
/// other.

#if Live
  internal import Dialects
  internal import NIOCore
  internal import NIOHTTP1
  internal import NIOPosix

  struct RestClient: Sendable {
    let address: VenueAddress
    let transport: SecureTransport
    let thread: NetworkThread

    /// How long a request may take.
    static let patience = TimeAmount.seconds(10)
    /// The most that an answer's body may be: an exchangeInfo of all symbols has some 20 MiB.
    static let mostBytes = 1 << 26
    /// Who asks. Venues' walls turn away who does not say it; Kraken's documents ask for it.
    static let name = ("User-Agent", "cryptobot")

    /// Sends a request, which must be an HTTP one.
    /// - Returns: the answer as it came; fails with `ExchangesError.unreachable` where none did.
    func send(_ request: VenueRequest) -> EventLoopFuture<VenueResponse> {
      guard case .http(let method, let target, let headers, let body) = request.payload else {
        preconditionFailure("RestClient: \(request.name) is no HTTP request")
      }
      var fields = HTTPHeaders([("Host", address.authority), Self.name, ("Connection", "close")])
      for header in headers { fields.add(name: header.name, value: header.value) }
      if !body.isEmpty { fields.add(name: "Content-Length", value: String(body.count)) }
      let head = HTTPRequestHead(
        version: .http1_1, method: .RAW(value: method.rawValue), uri: address.path + target,
        headers: fields)
      let answer = thread.loop.makePromise(of: VenueResponse.self)
      connect(answer).whenSuccess { channel in
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        let data = channel.allocator.buffer(bytes: body)
        channel.write(HTTPClientRequestPart.body(.byteBuffer(data)), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
      }
      return answer.futureResult
    }

    private func connect(
      _ answer: EventLoopPromise<VenueResponse>
    ) -> EventLoopFuture<any Channel> {
      let late = thread.loop.scheduleTask(in: Self.patience) {
        answer.fail(failure("no answer within 10 s"))
      }
      answer.futureResult.whenComplete { _ in late.cancel() }
      let bootstrap = ClientBootstrap(group: thread.loop)
        .connectTimeout(Self.patience)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try transport.secure(channel, to: address)
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            try channel.pipeline.syncOperations.addHandler(AnswerHandler(answer, failure))
          }
        }
      let connection = thread.connect(bootstrap, to: address)
      connection.whenFailure { answer.fail(failure(ConnectionFault.reason($0))) }
      answer.futureResult.and(connection).whenComplete { _ in
        connection.whenSuccess { $0.close(promise: nil) }
      }
      return connection
    }

    private func failure(_ reason: String) -> ExchangesError {
      .unreachable(address: "\(address)", reason: reason)
    }

    /// What a request that failed says.
    static func failure(of address: VenueAddress, _ error: any Error) -> ExchangesError {
      error as? ExchangesError
        ?? .unreachable(address: "\(address)", reason: ConnectionFault.reason(error))
    }
  }

  /// Gathers one answer.
  private final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let answer: EventLoopPromise<VenueResponse>
    private let failure: @Sendable (String) -> ExchangesError
    private var response = VenueResponse(status: 0, body: [])

    init(
      _ answer: EventLoopPromise<VenueResponse>,
      _ failure: @escaping @Sendable (String) -> ExchangesError
    ) {
      self.answer = answer
      self.failure = failure
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        response.status = Int(head.status.code)
        response.headers = head.headers.map { HTTPHeader($0.name, $0.value) }
      case .body(let part):
        guard response.body.count + part.readableBytes <= RestClient.mostBytes else {
          return answer.fail(failure("the answer is larger than 64 MiB"))
        }
        response.body.append(contentsOf: part.readableBytesView)
      case .end: answer.succeed(response)
      }
    }

    func channelInactive(context: ChannelHandlerContext) {
      answer.fail(failure("the connection was closed before the answer"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      answer.fail(failure(ConnectionFault.reason(error)))
      context.close(promise: nil)
    }
  }
#endif
