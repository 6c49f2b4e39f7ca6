import ArgumentParser
import Bytes
import Control
import Gateway
import MBus
import Settings
import Station
import TelegramText

/// `metergate send`: gives meters commands, or puts a frame on a bus.
struct SendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Send a frame and say what comes, or give a meter a command.",
    discussion: """
      Without one of the commands it sends a frame, given as hexadecimal text.

      A command is checked by reading the meter afterwards, where its telegrams can show it. With --app, a \
      gateway that runs on the folder does it between its readouts, and the meter list stays as it is: \
      what to change in it is said. Who is meant by a serial, or a part of one, is read first: where several \
      meters answer nothing is sent, and neither is an address or serial that another meter has, unless \
      it is forced. A command without acknowledgement is repeated as the same frame, and counts as done only \
      if what is read afterwards shows it. The exit code is 0 when the meter has acknowledged and nothing speaks \
      against it, otherwise 1.

      Examples:
        metergate send --bus sim:demo 10 40 FE 3E 16
        metergate send set-address --bus /dev/ttyS1 --secondary 66600106 8
        metergate send set-time --app ./my-device --secondary 66600106 now
        metergate send app-reset --bus tcp://192.168.1.50:10001 --primary 5
      """,
    subcommands: [
      SendFrameCommand.self, SendAddressCommand.self, SendBaudCommand.self,
      SendIdentityCommand.self, SendTimeCommand.self, SendResetCommand.self,
      SendSelectionCommand.self, SendReadoutCommand.self, SendFreezeCommand.self,
    ], defaultSubcommand: SendFrameCommand.self)
}

/// `metergate send frame`, or `metergate send` alone: puts a frame on a bus and says what comes.
struct SendFrameCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "frame",
    abstract: "Send a frame and say what comes.",
    discussion: """
      Sends a frame, given as hexadecimal text with or without spaces, once, and prints what comes \
      until that is a frame or the time is up: the bytes, and what they mean. Silence is a failure \
      (exit code 1), except after a frame to address 255, which nobody answers.

      Examples:
        metergate send --bus sim:demo 10 40 FE 3E 16
        metergate send --bus tcp://192.168.1.50:10001 107BFE7916
        metergate send --bus /dev/ttyS1 --raw 00 00 00
      """)

  @OptionGroup var bus: BusOptions

  @Flag(help: "Send the bytes even if they are no frame.")
  var raw = false

  @Argument(help: "The frame as hexadecimal text.")
  var hex: [String]

  func validate() throws { _ = try bytes() }

  func run() async throws {
    var request = ControlRequest(.send)
    request.bytes = Hex.encode(try bytes())
    if let answer = try bus.askGateway(request) {
      if answer.received == nil || !answer.isSuccess { return try bus.finish(answer) }
      let received = answer.received.flatMap { try? Hex.decode($0) } ?? []
      return try show(
        SendReply(received.isEmpty ? .silence : .answered, received: received), of: try bytes())
    }
    let session = BusSession(settings: try bus.settings(), patience: bus.patience)
    try await send(try bytes(), session)
  }

  /// What is wrong with a word that stands where a command would, and is no hexadecimal text; nil: it is some.
  private static func mistakenCommand(_ word: String) -> String? {
    let isCommand = word.utf8.allSatisfy {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-")
    }
    let hexadecimal = Set("abcdef".utf8)
    guard isCommand, !word.utf8.allSatisfy({ hexadecimal.contains($0) }) else { return nil }
    let names = SendCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
    let hint = Spelling.nearest(to: word, in: names).map { "; did you mean \($0)?" } ?? ""
    return
      "\(word) is no command to a meter and no hexadecimal text: the commands are \(names.joined(separator: ", "))"
      + hint
  }

  private func bytes() throws -> [UInt8] {
    let text = hex.joined(separator: " ")
    do {
      let bytes = try Hex.decode(text)
      if raw {
        guard !bytes.isEmpty else { throw ValidationError("There are no bytes to send.") }
      } else {
        _ = try TelegramDecoder.decode(bytes)
      }
      return bytes
    } catch let error as HexError {
      if let word = hex.first, let mistake = Self.mistakenCommand(word) {
        throw ValidationError(mistake)
      }
      throw ValidationError("\(text): \(error)")
    } catch let error as TelegramError {
      throw ValidationError("\(text) is no frame: \(error). --raw sends any bytes.")
    }
  }
}

/// Stands outside of the command: closures in it would belong to the main actor.
private func send(_ bytes: [UInt8], _ session: BusSession) async throws {
  let job = LineJob.send(SendJob(bytes))
  guard case .sent(_, let reply) = try await session.perform(job, report: { _ in }) else { return }
  try show(reply, of: bytes)
}

/// Says what came.
private func show(_ reply: SendReply, of bytes: [UInt8]) throws {
  if !reply.received.isEmpty { print(Hex.encode(reply.received, separator: " ")) }
  switch reply.ending {
  case .answered:
    if let telegram = ReceivedTelegram.find(in: reply.received) {
      print(TelegramTable.text(telegram))
    } else if reply.received.last == Frame.Octet.acknowledge {
      print("acknowledged (E5)")
    }
  case .garbage(let why): throw BusSession.Failure(description: "what came is no frame: \(why)")
  case .lineDown, .lineLost:
    throw BusSession.Failure(description: reply.ending.whyThereIsNoAnswer ?? "nothing came")
  case .silence:
    if case .frame(let frame, _) = FrameDecoder.decode(bytes),
      frame.address == LinkAddress.broadcast
    {
      print("sent; nobody answers a frame to address 255")
    } else {
      throw BusSession.Failure(description: "nothing came")
    }
  }
}
