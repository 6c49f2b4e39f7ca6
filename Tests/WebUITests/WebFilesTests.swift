import CWebFiles
import Foundation
import PeerSupport
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

  @Test func theTypesAreThoseOfTheList() throws {
    let lines = try String(contentsOfFile: Self.folder + "/manifest.txt", encoding: .utf8)
      .split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    #expect(
      lines == embedded.map { [String($0.path.dropFirst()), $0.type] }, "run scripts/webfiles")
  }
}
