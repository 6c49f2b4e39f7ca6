import CWebFiles
import Foundation
import Metering
import PeerSupport
import Sessions
import Testing

/// What is in the program is what is in the folder.
@Suite struct WebFilesTests {
  private static let folder = PeerProcess.root + "/Sources/CWebFiles/files"

  private struct File: Hashable {
    var path: String
    var type: String
    var bytes: Data
  }

  private var embedded: [File] {
    var files: [File] = []
    while let file = webfile_at(files.count)?.pointee {
      files.append(
        File(
          path: String(cString: file.path), type: String(cString: file.type),
          bytes: Data(bytes: file.bytes, count: file.length)))
    }
    return files
  }

  @Test func noFileIsForgotten() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
      .filter { $0 != "manifest.txt" }
    #expect(
      embedded.map(\.path).sorted() == names.map { "/" + $0 }.sorted(), "run scripts/webfiles")
    for file in embedded {
      #expect(FileManager.default.contents(atPath: Self.folder + file.path) == file.bytes)
    }
  }

  /// The German page has a word for every medium and every kind of value, for the ends of sessions and for readouts
  /// that failed.
  @Test func theGermanWordsAreThoseOfTheTables() throws {
    let text = try String(contentsOfFile: Self.folder + "/words-de.js", encoding: .utf8)
    let known = Set(
      text.split(separator: "\n").compactMap { line in
        line.firstIndex(of: "=").map { String(line[..<$0]) }
      })
    let ends: [SessionTable.End] = [
      .loggedOut, .timeout, .userGone, .passwordChanged, .noDefault,
    ]
    let failures: [ReadoutFailure] = [
      .noAnswer(attempts: 1), .noAnswer(attempts: 3), .badTelegram("*", attempts: 1),
      .badTelegram("*", attempts: 3), .unreadable("*"), .applicationError("*"), .lineDown("*"),
      .lineLent("*"),
    ]
    let wanted =
      Medium.names.values + MeasurementType.allCases.map(\.name) + ends.map(\.rawValue)
      + failures.map { String($0.description.map { $0.isNumber ? "#" : $0 }) }
    #expect(wanted.filter { !known.contains($0) } == [])
  }

  @Test func theTypesAreThoseOfTheList() throws {
    let lines = try String(contentsOfFile: Self.folder + "/manifest.txt", encoding: .utf8)
      .split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    #expect(
      lines == embedded.map { [String($0.path.dropFirst()), $0.type] }, "run scripts/webfiles")
  }
}
