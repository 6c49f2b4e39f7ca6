import Foundation
import Testing

@testable import WebUI

/// What the gateway is made of.
@Suite struct LicencesTests {
  private struct Resolved: Decodable {
    struct Pin: Decodable {
      var location: String
    }
    var pins: [Pin]
  }

  /// Packages that come with an update are not forgotten.
  @Test func everyPackageHasItsLicence() throws {
    let path = String(
      #filePath.prefix(upTo: #filePath.range(of: "/Tests/")?.lowerBound ?? #filePath.endIndex))
    let data = try #require(FileManager.default.contents(atPath: path + "/Package.resolved"))
    let pins = try JSONDecoder().decode(Resolved.self, from: data).pins.map { pin in
      pin.location.hasSuffix(".git") ? String(pin.location.dropLast(4)) : pin.location
    }
    let known = Set(Licences.all.map(\.url))
    #expect(pins.filter { !known.contains($0) } == [])
    #expect(Licences.all.allSatisfy { !$0.licence.isEmpty })
  }
}
