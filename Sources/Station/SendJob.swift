import Metering

/// Bytes for the line as they are, a frame of somebody's own, or a command to a meter.
public struct SendJob: Hashable, Sendable {
  /// A command, and the meter that is to carry it out.
  public struct Order: Hashable, Sendable {
    /// What it is to do.
    public var command: MeterCommand
    /// How it is reached.
    public var address: MeterAddress
  }

  /// What is sent; need not be a frame. Nothing counts but `order` when there is one.
  public var bytes: [UInt8]
  /// What a meter is told; nil: the bytes are sent as they are.
  public var order: Order?
  /// The speed at which it is sent, bits a second; nil: that of the line.
  public var baud: Int?
  /// The key with which the meter encrypts what is read back; empty: none is known.
  @Secret public var encryptionKey: [UInt8] = []
  /// Who the meter is, as far as that is known; nil: what its address says.
  public var identity: MeterIdentity?

  /// - Parameter bytes: what is sent.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// - Parameters:
  ///   - command: what a meter is to do.
  ///   - address: how it is reached.
  public init(_ command: MeterCommand, to address: MeterAddress) {
    bytes = []
    order = Order(command: command, address: address)
  }
}

/// What came of sending bytes.
public struct SendReply: Hashable, Sendable {
  /// How it ended.
  public enum Ending: Hashable, Sendable {
    /// With a good frame.
    case answered
    /// Nothing came in time.
    case silence
    /// Something came that is no good frame: what is wrong with it.
    case garbage(String)
    /// Nothing was sent, since the line is not there: why.
    case lineDown(String)
    /// The line was lost, or taken away, before the answer came: why. It may have been sent, and carried out.
    case lineLost(String)
  }

  /// Whether a meter has done what it was told.
  public enum Check: Hashable, Sendable {
    /// What it sends shows it: what was read back.
    case confirmed(String)
    /// It went to all meters, of which nobody acknowledges it.
    case sentToAll
    /// It acknowledged; nothing was read behind it.
    case acknowledged
    /// It acknowledged, and there is nothing by which it could be told.
    case unseen
    /// It acknowledged, and what it sends does not tell: why.
    case notShown(String)
    /// It acknowledged, and what it sends shows something else: what.
    case otherwise(String)
    /// It did not acknowledge, or nothing was sent: why.
    case refused(String)
  }

  /// How it ended.
  public var ending: Ending
  /// Everything that came.
  public var received: [UInt8]
  /// What became of a command; nil for bytes.
  public var check: Check?
  /// The meter that the command went to, by its whole address where that is known; nil for bytes.
  public var target: MeterAddress?

  /// - Parameters:
  ///   - ending: how it ended.
  ///   - received: everything that came.
  public init(_ ending: Ending, received: [UInt8] = []) {
    self.ending = ending
    self.received = received
  }
}

extension SendReply.Ending {
  /// What has become of it where the line could not be used; nil: it could.
  public var whyThereIsNoAnswer: String? {
    switch self {
    case .lineDown(let why): "\(why); nothing is sent"
    case .lineLost(let why):
      "the line was lost before the answer came, so that it may have been carried out: \(why)"
    case .answered, .silence, .garbage: nil
    }
  }
}

extension SendReply.Check {
  /// For people.
  public var text: String {
    switch self {
    case .confirmed(let what): "done; read back: \(what)"
    case .sentToAll: "sent; nobody acknowledges a frame to all meters"
    case .acknowledged: "acknowledged"
    case .unseen: "acknowledged; whether the meter did it cannot be read back"
    case .notShown(let why): "acknowledged; it cannot be checked: \(why)"
    case .otherwise(let what): "acknowledged, but not done; read back: \(what)"
    case .refused(let why): why
    }
  }
}
