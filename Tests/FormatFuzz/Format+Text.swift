import MeterFiles
import Metering
import Settings
import TextFormats
import Users

extension Format {
  /// chip.ini: every byte stays, and a key that is set says what was set.
  static let settings = Format(
    name: "settings", samples: [Array(Sample.settings.utf8)],
    words: [
      "[", "]", "=", ";", "\"", "'", "METER_TIME", "[SOLVIMUS]\n", "[CONFIG]\r\n", "{enc1}", " ",
    ]
  ) { bytes in
    let document = INIDocument(bytes)
    guard document.bytes == bytes else { return "the document does not give its bytes back" }
    // Such a file is a person's to put right: nothing is read of it, and nothing written into it.
    guard document.whyUneditable == nil else { return nil }
    let read = Settings.read(document)
    guard let row = SettingsTable.row(.main, "METER_TIME") else { return "no METER_TIME" }
    guard let edited = try? document.applying([SettingChange(row, .integer(77))]) else {
      return nil
    }
    let after = Settings.read(edited)
    guard after.settings.integer(.meterTime) == 77 else { return "METER_TIME is not what was set" }
    guard INIDocument(edited.bytes) == edited else { return "the edited document reads otherwise" }
    let others = [IntegerKey.mbusTimeout, .modbusPort, .mbusBaudRate]
    guard others.allSatisfy({ after.settings.integer($0) == read.settings.integer($0) }) else {
      return "other settings have changed"
    }
    return nil
  }

  /// Device_Handle.cfg: what is read is written so that it reads the same.
  static let meterList = Format(
    name: "list", samples: [Array(Sample.list.utf8)],
    words: [
      "<meter>", "</meter>", "<value>", "</value>", "<serial>", "0xFFFFFFFF", "<!--", "-->", "&#1;",
      "&lt;",
      "<![CDATA[", "]]>", "<?xml", "<user>", "</user>", "<encryptionkey>", "<register>0</register>",
    ]
  ) { bytes in
    guard let meters = DeviceHandleFile.parse(bytes, name: "list").meters else { return nil }
    let readable = meters.filter { !$0.isUnreadable }
    let written = DeviceHandleFile.render(readable)
    guard let again = DeviceHandleFile.parse(written, name: "list").meters else {
      return "what was written cannot be read"
    }
    guard again == readable else { return "it reads otherwise after it was written" }
    let elements = DeviceHandleFile.elements(bytes) ?? []
    let copy = DeviceHandleFile.render(elements)
    guard DeviceHandleFile.parse(copy, name: "list").meters == meters else {
      return "its elements, written, read otherwise"
    }
    return nil
  }

  /// The file `users`: nobody gets in by a mistake, and a user who is written again stays the same.
  static let users = Format(
    name: "users", samples: [Array(Sample.users.utf8)],
    words: ["[admin]\n", "[x]\n", "HASH=", "READ=ALL", "WRITE=User", "SESSIONS=-1", "FTP=1", "\n"]
  ) { bytes in
    let document = INIDocument(bytes)
    let list = UserList.parse(document).list
    guard Set(list.users.map(\.name)).count == list.users.count else {
      return "a name is there twice"
    }
    for user in list.users {
      guard let same = try? list.setting(user) else { continue }
      guard same.document == document else {
        return "setting a user to what it is changes the file"
      }
    }
    let wrong = Set(list.mistaken.map(\.user.name))
    return wrong.isDisjoint(with: list.users.map(\.name))
      ? nil : "a user is right and wrong at once"
  }

  /// Tables: what is read is written so that it reads the same, and rows of meters never trap.
  static let table = Format(
    name: "table", samples: [Array(Sample.table.utf8), Array(Sample.preconfiguration.utf8)],
    words: [
      ";", ",", "\t", "\"", "\"\"", "\r\n", "sep=,\n", "MBUS;", "'", "=", "1e-3", "Serial", "Row",
    ]
  ) { bytes in
    _ = MeterPreconfiguration(bytes)
    guard let table = try? SeparatedTable(bytes) else { return nil }
    let texts = table.rows.map { $0.fields.map(\.text) }
    let width = max(2, texts.map(\.count).max() ?? 0)
    let head = [SeparatedText.Cell](repeating: .text("head"), count: width)
    let rows = texts.map { $0.map { SeparatedText.Cell.words($0) } }
    for text in [
      SeparatedText.semicolons([head] + rows), SeparatedText.commas([head] + rows),
      SeparatedText.tabs([head] + rows),
    ] {
      guard let again = try? SeparatedTable(Array(text.utf8)) else {
        return "what was written cannot be read"
      }
      guard again.rows.dropFirst().map({ $0.fields.map(\.text) }) == texts else {
        return "it reads otherwise after it was written"
      }
    }
    return nil
  }
}
