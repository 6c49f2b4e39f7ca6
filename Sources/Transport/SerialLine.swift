import Bytes
import Glibc
import NIOCore
import NIOPosix
import Time

/// A serial port of this machine, or the pseudo terminal of a simulated bus. A device that vanishes is
/// opened again when it is back, wherever a link that leads to it points by then.
public final class SerialLine: ByteLine {
  private let path: String
  private let parameters: SerialParameters
  private let kept: KeptChannel
  private let thread = PortThread()
  /// The port while it is open, beside the channel, which has descriptors of its own.
  private var port: SerialPort?
  private var marks = ParityMarks()
  /// Bytes that the system has not taken yet.
  private var untaken = 0
  private var watch: OutputWatch
  /// The speed of the open port, as it is wanted.
  private var baud: Int
  /// The speed that the port has taken.
  private var baudInForce: Int
  /// What is to be sent when the port has its new speed; nil: it has it.
  private var held: HeldRequests?

  /// Where its events go.
  public var onEvent: ((ByteLineEvent) -> Void)? {
    get { kept.onEvent }
    set { kept.onEvent = newValue }
  }

  /// - Parameters:
  ///   - path: the device, such as `/dev/ttyS1`, or a link to one.
  ///   - parameters: speed and character format.
  ///   - eventLoop: the loop that it is confined to.
  public init(path: String, parameters: SerialParameters, eventLoop: any EventLoop) {
    self.path = path
    self.parameters = parameters
    baud = parameters.baud
    baudInForce = parameters.baud
    kept = KeptChannel(name: path, eventLoop: eventLoop)
    watch = OutputWatch(parameters, now: Self.now())
  }

  /// Opens the port, and opens it again whenever it is lost.
  public func open() { kept.open { [weak self] in self?.openPort() } }

  /// Sends bytes, if the port is open. A port that has not got rid of what was sent long before hangs: it
  /// is opened anew, and so is one to which the path does not lead any more.
  public func send(_ bytes: [UInt8]) {
    guard let port, kept.channel != nil else { return }
    guard held == nil else {
      held?.append(bytes, at: Self.now())
      return
    }
    // The number of a pseudo terminal that is gone may go to somebody else before its link is changed.
    guard !port.isElsewhere(than: path) else {
      return kept.drop("the path leads to another device now")
    }
    let now = Self.now()
    guard !watch.hangs(pending: untaken + port.pendingOutput, at: now) else {
      return kept.drop("the device does not send what it is given")
    }
    watch.sent(bytes.count, at: now)
    untaken += bytes.count
    let this = NIOLoopBound(self, eventLoop: kept.eventLoop)
    kept.send(bytes) { this.value.untaken -= bytes.count }
  }

  /// It is set on the port's own thread, since an adapter takes its time; what is sent meanwhile waits for it, as long
  /// as it is not late (`HeldRequests`). A port that cannot be set to it goes on at the speed before.
  public func use(baud: Int) {
    guard let port, baud != self.baud else { return }
    self.baud = baud
    var parameters = parameters
    parameters.baud = baud
    watch = OutputWatch(parameters, now: Self.now())
    // What waits for a speed before this one is not for this one.
    held = HeldRequests()
    let this = NIOLoopBound((self, port), eventLoop: kept.eventLoop)
    thread.use(baud: baud, eventLoop: kept.eventLoop).whenComplete { result in
      this.value.0.speedSet(this.value.1, baud, result)
    }
  }

  /// A UART follows its attributes.
  public var changesSpeed: Bool { true }

  private func speedSet(_ port: SerialPort, _ baud: Int, _ result: Result<Void, any Error>) {
    // Another port by now.
    guard self.port == port else { return }
    if case .failure(let error) = result { return refused(baud, error) }
    baudInForce = baud
    // Another speed is on its way.
    guard self.baud == baud else { return }
    let requests = held?.inTime(at: Self.now()) ?? []
    held = nil
    for request in requests { send(request) }
  }

  /// What was to be sent would reach nobody at the speed before. A port that does not even go back to the speed of
  /// the line is opened anew.
  private func refused(_ baud: Int, _ error: any Error) {
    let why = "cannot be set to \(baud) baud: \(error.shortText)"
    guard baud != parameters.baud, error as? SerialPortError != .speedLost else {
      return kept.drop(why)
    }
    // Where another speed is on its way by now, nobody waits for this one.
    guard self.baud == baud else { return }
    (self.baud, held) = (baudInForce, nil)
    var parameters = parameters
    parameters.baud = baudInForce
    watch = OutputWatch(parameters, now: Self.now())
    kept.onEvent?(.speedRefused(baud, inForce: baudInForce, "\(path): \(why)"))
  }

  /// Closes the port for good. A line that is opened after this finds the port free.
  public func close() {
    kept.close()
    port = nil
    // Even if it is only being opened, or the channel has not come to its end yet.
    thread.close()
  }

  private func openPort() {
    let (path, parameters) = (path, parameters)
    let this = NIOLoopBound(self, eventLoop: kept.eventLoop)
    thread.open(path, parameters, eventLoop: kept.eventLoop)
      .whenComplete { this.value.opened($0) }
  }

  private func opened(_ result: Result<SerialPort, any Error>) {
    switch result {
    case .failure(let error): kept.failed(error.shortText)
    case .success(let port):
      // Else it is closed behind its opening.
      guard kept.isWanted else { return }
      do throws(SerialPortError) {
        try connect(port)
      } catch {
        thread.close()
        kept.failed("\(error)")
      }
    }
  }

  private func connect(_ port: SerialPort) throws(SerialPortError) {
    let input = try port.duplicate()
    let output: CInt
    do throws(SerialPortError) {
      output = try port.duplicate()
    } catch {
      _ = Glibc.close(input)
      throw error
    }
    self.port = port
    (baud, baudInForce, held) = (parameters.baud, parameters.baud, nil)
    marks = ParityMarks()
    watch = OutputWatch(parameters, now: Self.now())
    let this = NIOLoopBound(self, eventLoop: kept.eventLoop)
    NIOPipeBootstrap(group: kept.eventLoop)
      .channelOption(.writeBufferWaterMark, value: KeptChannel.waterMark)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(this.value.makeHandler())
        }
      }
      .takingOwnershipOfDescriptors(input: input, output: output)
      .whenFailure { error in
        // Then they are still ours.
        _ = Glibc.close(input)
        _ = Glibc.close(output)
        this.value.closePort()
        this.value.kept.failed(error.shortText)
      }
  }

  private func makeHandler() -> LineHandler<ByteBuffer> {
    LineHandler(
      kept,
      onEnd: { error in
        self.closePort()
        guard let error, (error as? IOError)?.errnoCode != EIO else { return "the device is gone" }
        return error.shortText
      },
      decode: { self.marks.decode($0.readableBytesView) })
  }

  private func closePort() {
    // After `close` the thread has been told.
    guard port != nil else { return }
    port = nil
    thread.close()
  }

  private static func now() -> MonotonicInstant {
    MonotonicInstant(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds))
  }
}
