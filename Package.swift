// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A target that does no input or output: no clock, file, socket, event loop or Foundation.
func pure(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
]
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
  name: "metergate",
  products: [.executable(name: "metergate", targets: ["metergate"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    // Without its default traits, which link all of Foundation.
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    pure("Bytes"),
    pure("Time"),
    pure("Metering", ["Time"]),
    pure("MBus", ["Bytes", "Time", "Metering"]),
    pure("Modbus", ["Bytes", "Time"]),
    pure("BusMaster", ["MBus", "Bytes", "Time", "Metering"]),
    pure("BusSimulator", ["MBus", "Bytes", "Time", "Metering"]),
    pure("RegisterMap", ["Metering", "Time"]),
    pure("Station", ["Metering", "RegisterMap", "Time"]),
    pure("LineJobs", ["BusMaster", "Bytes", "MBus", "Metering", "Station", "Time"]),
    pure(
      "VirtualBus",
      ["BusMaster", "BusSimulator", "Bytes", "LineJobs", "MBus", "Metering", "Station", "Time"]),
    pure("Settings", ["Metering"]),
    pure("TextFormats"),
    pure("Patterns"),
    pure("RegisterExport", ["RegisterMap", "Metering", "TextFormats"]),
    pure("TelegramText", ["Bytes", "MBus", "Metering", "TextFormats"]),

    .target(
      name: "TelegramCrypto",
      dependencies: [
        "MBus", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .systemLibrary(
      name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .target(
      name: "MeterFiles",
      dependencies: [
        "Bytes", "Metering", "RegisterMap", "Settings", "TextFormats", "Time", "CLibXML2",
        "CAllocator",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .systemLibrary(name: "CCrypt", pkgConfig: "libcrypt", providers: [.apt(["libcrypt-dev"])]),
    .target(
      name: "Users",
      dependencies: [
        "MeterFiles", "Patterns", "Settings", "CCrypt",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .systemLibrary(
      name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .target(
      name: "ConfigurationArchive",
      dependencies: [
        "MeterFiles", "Metering", "Settings", "TextFormats", "Time", "CArchive", "CAllocator",
      ],
      swiftSettings: strict),
    .target(name: "CSerial", cSettings: [.treatAllWarnings(as: .error)]),
    .target(name: "CDatagram", cSettings: [.treatAllWarnings(as: .error)]),
    .target(name: "CSignals", cSettings: [.treatAllWarnings(as: .error)]),
    .target(name: "CEpoll", cSettings: [.treatAllWarnings(as: .error)]),
    .target(name: "CAllocator", cSettings: [.treatAllWarnings(as: .error)]),
    .target(
      name: "Transport", dependencies: ["Bytes", "Time", "CSerial"] + nio, swiftSettings: strict),
    .target(
      name: "SimulatorHost",
      dependencies: [
        "BusSimulator", "Transport", "Metering", "Bytes", "TextFormats", "Time", "CSerial",
      ] + nio,
      swiftSettings: strict),
    .target(
      name: "MBusLine",
      dependencies: ["BusMaster", "LineJobs", "MBus", "Metering", "Station", "Transport", "Time"]
        + nio,
      path: "Sources/Interfaces/MBusLine", swiftSettings: strict),
    .target(
      name: "Certificates",
      dependencies: [
        "Time", .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
        .product(name: "Crypto", package: "swift-crypto"),
      ] + nio,
      swiftSettings: strict),
    .target(
      name: "TransparentPort",
      dependencies: [
        "Certificates", "Time", "Transport", .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ] + nio,
      swiftSettings: strict),
    .target(
      name: "ModbusServer",
      dependencies: [
        "Certificates", "Modbus", "RegisterMap", "Transport", "Bytes", "Time", "CDatagram",
        "CEpoll",
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ] + nio,
      swiftSettings: strict),
    .target(
      name: "Control",
      dependencies: [
        "Bytes", "LineJobs", "MBus", "MeterFiles", "Metering", "RegisterMap", "Settings", "Station",
        "Time",
      ],
      swiftSettings: strict),
    .target(
      name: "Logs", dependencies: ["Control", "MeterFiles", "Patterns", "Time"],
      swiftSettings: strict),
    pure("Sessions", ["Settings", "Time"]),
    .target(
      name: "CWebFiles", exclude: ["api", "files"], cSettings: [.treatAllWarnings(as: .error)]),
    .target(
      name: "HTTPServer",
      dependencies: [
        "Certificates", "Settings", "Time", "Transport",
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"), log,
      ] + nio,
      swiftSettings: strict),
    .target(
      name: "WebUI",
      dependencies: [
        "Bytes", "CWebFiles", "Certificates", "ConfigurationArchive", "Control", "HTTPServer",
        "Logs",
        "MBus", "MeterFiles", "Metering", "RegisterMap", "Sessions", "Settings", "Station",
        "TelegramCrypto", "TelegramText", "TextFormats", "Time", "Users",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"), log,
      ] + nio,
      swiftSettings: strict),
    .target(
      name: "Gateway",
      dependencies: [
        "Control", "WebUI", "HTTPServer", "Sessions",
        "Bytes", "BusMaster", "LineJobs", "MBus", "MBusLine", "Modbus", "ModbusServer",
        "BusSimulator",
        "SimulatorHost",
        "MeterFiles", "Settings", "Station", "RegisterMap", "Transport", "Metering", "Time",
        "ConfigurationArchive", "Users", "TelegramCrypto", "TransparentPort",
        "Certificates", log,
      ] + nio,
      swiftSettings: strict),
    .executableTarget(
      name: "metergate",
      dependencies: [
        "Gateway", "Control", "MBus", "MBusLine", "BusMaster", "MeterFiles", "Modbus",
        "ModbusServer",
        "LineJobs", "VirtualBus",
        "Settings", "Transport", "SimulatorHost", "BusSimulator", "Station", "RegisterMap",
        "RegisterExport", "TelegramText", "TextFormats", "ConfigurationArchive", "Users",
        "TelegramCrypto", "Logs",
        "CAllocator", "CSignals", "Metering", "Bytes", "Time", log,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ] + nio,
      swiftSettings: strict),

    .target(
      name: "PeerSupport", dependencies: ["Bytes"], path: "Tests/PeerSupport",
      swiftSettings: strict),
    .target(
      name: "HTTPSupport",
      dependencies: ["HTTPServer", "PeerSupport", log] + nio, path: "Tests/HTTPSupport",
      swiftSettings: strict),
    .target(name: "DecoderSupport", path: "Tests/DecoderSupport", swiftSettings: strict),
    tests("BytesTests", ["Bytes"]),
    tests("TimeTests", ["Time"]),
    tests("MeteringTests", ["Metering"]),
    tests("BusMasterTests", ["BusMaster", "MBus", "Metering", "Bytes", "Time"]),
    tests("StationTests", ["Station", "RegisterMap", "Metering", "Time"]),
    tests(
      "MBusTests", ["MBus", "TelegramCrypto", "DecoderSupport", "Bytes", "Time", "Metering"]),
    tests("ModbusTests", ["Modbus", "Bytes", "Time", "DecoderSupport"]),
    tests("RegisterMapTests", ["RegisterMap", "Metering", "Time"]),
    .testTarget(
      name: "RegisterExportTests",
      dependencies: [
        "RegisterExport", "RegisterMap", "ModbusServer", "Modbus", "Metering", "Time",
        "TextFormats", "PeerSupport",
      ] + nio,
      exclude: ["Readers"], swiftSettings: strict),
    tests(
      "ModbusServerTests",
      [
        "ModbusServer", "Modbus", "RegisterMap", "Transport", "CSerial", "CEpoll", "Bytes", "Time",
        "Certificates", "PeerSupport",
        .product(name: "NIOEmbedded", package: "swift-nio"),
      ] + nio),
    .executableTarget(
      name: "ModbusConformance",
      dependencies: [.product(name: "ArgumentParser", package: "swift-argument-parser")],
      path: "Tests/ModbusConformance", swiftSettings: strict),
    tests("ModbusConformanceTests", ["ModbusConformance", "PeerSupport", "metergate"]),
    tests("SettingsTests", ["Settings", "PeerSupport"]),
    .executableTarget(
      name: "SaveLoop", dependencies: ["MeterFiles", "Metering", "Settings"],
      path: "Tests/SaveLoop", swiftSettings: strict),
    tests(
      "MeterFilesTests", ["MeterFiles", "Settings", "Metering", "Time", "PeerSupport", "SaveLoop"]),
    tests("UsersTests", ["Users", "MeterFiles", "Settings", "PeerSupport"]),
    tests("TextFormatsTests", ["TextFormats"]),
    tests("PatternsTests", ["Patterns"]),
    .executableTarget(
      name: "ImportLoop", dependencies: ["ConfigurationArchive"], path: "Tests/ImportLoop",
      swiftSettings: strict),
    .executableTarget(
      name: "FormatFuzz",
      dependencies: [
        "BusSimulator", "Bytes", "ConfigurationArchive", "MBus", "MeterFiles", "Metering",
        "Settings",
        "TextFormats", "Time", "Users",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/FormatFuzz", swiftSettings: strict),
    .testTarget(
      name: "ConfigurationArchiveTests",
      dependencies: [
        "ConfigurationArchive", "MeterFiles", "Metering", "Settings", "Time", "PeerSupport",
        "BusSimulator", "ImportLoop", "FormatFuzz", "metergate",
      ],
      exclude: ["hostile_archives.py"], swiftSettings: strict),
    tests("BusSimulatorTests", ["BusSimulator", "MBus", "Metering", "Bytes", "Time"]),
    tests(
      "SimulatorHostTests",
      [
        "SimulatorHost", "BusSimulator", "MBus", "MeterFiles", "Metering", "Settings", "Bytes",
        "Time", "PeerSupport", "Transport",
      ] + nio),
    tests(
      "WholeBusTests",
      [
        "BusMaster", "BusSimulator", "SimulatorHost", "Bytes", "LineJobs", "MBus", "Metering",
        "Station", "Time", "Gateway", "Settings", "TelegramCrypto", "VirtualBus",
      ]),
    tests(
      "MBusLineTests",
      [
        "MBusLine", "TelegramCrypto", "BusMaster", "Bytes", "LineJobs", "MBus", "Metering",
        "Station", "Time", "Transport",
        .product(name: "NIOEmbedded", package: "swift-nio"),
      ]),
    tests(
      "TransparentPortTests",
      ["TransparentPort", "Certificates", "PeerSupport", "Time"] + nio),
    tests("TransportTests", ["Transport", "CSerial", "Bytes", "Time"] + nio),
    tests(
      "GatewayTests",
      [
        "Certificates", "Control", "Gateway", "BusMaster", "Bytes", "MBus", "MeterFiles",
        "Metering",
        "Modbus",
        "ModbusServer",
        "PeerSupport", "RegisterMap", "Settings", "Station", "Time", "TransparentPort", "Transport",
        "metergate", log,
        .product(name: "NIOEmbedded", package: "swift-nio"),
      ]),
    tests(
      "EndToEndTests",
      [
        "Gateway", "MBus", "Metering", "MeterFiles", "ModbusConformance", "PeerSupport", "Settings",
        "metergate", log,
      ]),
    tests(
      "MetergateTests",
      [
        "metergate", "Control", "Gateway", "MBus", "Bytes", "PeerSupport", "SaveLoop",
        "TelegramText", "TextFormats", "Time", log,
      ]),
    tests("SessionsTests", ["Sessions", "Settings", "Time"]),
    tests(
      "HTTPServerTests",
      [
        "HTTPServer", "HTTPSupport", "Certificates", "PeerSupport", "Time",
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "HummingbirdCore", package: "hummingbird"), log,
      ] + nio),
    tests("CertificatesTests", ["Certificates", "PeerSupport"]),
    tests(
      "WebUITests",
      [
        "WebUI", "HTTPServer", "HTTPSupport", "BusMaster", "CWebFiles", "Certificates",
        "ConfigurationArchive",
        "Control", "Sessions", "Users", "Settings", "Station", "Metering", "MeterFiles",
        "PeerSupport", "TextFormats", "Time",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOEmbedded", package: "swift-nio"), log,
      ] + nio),
    tests("LogsTests", ["Logs", "Control", "MeterFiles", "PeerSupport"]),
    tests("TelegramTextTests", ["TelegramText", "MBus", "Bytes", "TextFormats"]),
  ],
  swiftLanguageModes: [.v6]
)
