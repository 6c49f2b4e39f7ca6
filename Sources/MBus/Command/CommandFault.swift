import Bytes

/// Why a frame of a master, or the C field of any frame, is not understood.
public struct CommandFault: Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, and what is allowed.
  public let description: String
  /// Where, counted from the start of the frame.
  public let offset: Int
}

extension ControlField {
  /// Why it is no C field of M-Bus; nil: it is one. EN 13757-2, ch. 5.6 takes five functions from EN 60870-5-2, and the
  /// highest bit is 0.
  var fault: String? {
    words != nil && rawValue & 0x80 == 0
      ? nil : "C field \(Hex.byte(rawValue)): not a C field of M-Bus (EN 60870-5-2)"
  }
}

extension DecodedTelegram {
  /// What is not understood of its C field or its command; nil: nothing. What is wrong with an answer is in `error`.
  public var fault: CommandFault? {
    if let text = frame.controlField?.fault {
      let offset = if case .short = frame { 1 } else { ResponseDecoder.dataOffset - 3 }
      return CommandFault(description: "\(text), at offset \(offset)", offset: offset)
    }
    return command?.fault(dataAt: start.dataOffset)
  }
}

extension MasterCommand {
  /// Why it cannot be read to its end; nil: it can.
  /// - Parameter place: where the data behind the CI field begins.
  func fault(dataAt place: Int) -> CommandFault? {
    guard case .other(_, .some(let ci), let data) = self else { return nil }
    if HeadedCommand(ci, data)?.records != nil { return nil }
    guard !isReadable else {
      return Self.fault("CI \(Hex.byte(ci)) of a command is not known", at: place - 1)
    }
    switch ci {
    case ControlInformation.applicationReset:
      return Self.fault("\(Count.bytes(data.count)), at most 1 is possible", at: place + 1)
    case ControlInformation.slaveSelect, ControlInformation.slaveSelectBigEndian:
      return Self.select(
        data, at: place, isBigEndian: ci == ControlInformation.slaveSelectBigEndian)
    case ControlInformation.dataSend, ControlInformation.dataSendBigEndian:
      let isBigEndian = ci == ControlInformation.dataSendBigEndian
      return Self.records(data, at: place, isBigEndian: isBigEndian)
    default: return Self.headed(ci, data, at: place)
    }
  }

  private static func fault(_ text: String, at offset: Int) -> CommandFault {
    CommandFault(description: "\(text), at offset \(offset)", offset: offset)
  }

  private static func tooShort(_ data: [UInt8], needed: Int, at place: Int) -> CommandFault {
    fault("\(Count.bytes(data.count)), \(needed) are needed", at: place + data.count)
  }

  private static func select(_ data: [UInt8], at place: Int, isBigEndian: Bool) -> CommandFault {
    let length = SlaveSelect.dataLength
    guard data.count >= length else { return tooShort(data, needed: length, at: place) }
    let rest = Array(data.dropFirst(length))
    guard Self.records(rest, isBigEndian: isBigEndian) == nil else {
      return fault(
        "one record at most, and no filler, is possible behind the \(length) bytes",
        at: place + length)
    }
    return records(rest, at: place + length, isBigEndian: isBigEndian)
  }

  /// Why records cannot be read to their end.
  private static func records(_ data: [UInt8], at offset: Int, isBigEndian: Bool) -> CommandFault {
    var cursor = ByteCursor(data, base: offset)
    // What can be read is passed over: some of it has no place in answers, by which the rest is explained.
    var ahead = cursor
    while CommandRecord.read(&ahead, isBigEndian: isBigEndian) != nil { cursor = ahead }
    let offset = cursor.offset
    var decoder = RecordDecoder(
      cursor.readRest(), offset: offset, isBigEndian: isBigEndian, isFromMaster: true)
    do {
      while case .record = try decoder.next() {}
    } catch {
      return CommandFault(description: error.description, offset: error.offset)
    }
    return CommandFault(
      description: "a record that commands do not have, behind offset \(offset)", offset: offset)
  }

  private static func headed(_ ci: UInt8, _ data: [UInt8], at place: Int) -> CommandFault {
    let length = HeadedCommand.headerLength(ci) ?? 0
    guard let command = HeadedCommand(ci, data) else {
      return tooShort(data, needed: length, at: place)
    }
    guard command.isEncrypted else {
      return records(command.data, at: place + length, isBigEndian: false)
    }
    let mode = command.header.securityMode
    return fault(
      "encrypted (security mode \(mode)), and commands are not decrypted", at: place + length)
  }
}
