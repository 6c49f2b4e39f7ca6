import NIOCore
import NIOPosix

/// The network addresses of this machine, as it has them now.
public enum MachineAddresses {
  /// As texts, each once, in the order of the interfaces; none where the system does not tell.
  public static var all: [String] {
    let devices = (try? System.enumerateDevices()) ?? []
    var seen = Set<String>()
    return devices.compactMap { $0.address?.ipAddress }.filter { seen.insert($0).inserted }
  }

  /// Why nothing can be served at an address.
  /// - Parameter address: an IPv4 or IPv6 address; empty or 0.0.0.0: all.
  /// - Returns: nil: the machine has it, or does not tell.
  public static func why(cannotServeAt address: String) -> String? {
    let mine = all
    guard !mine.isEmpty, let wanted = try? SocketAddress(ipAddress: address, port: 0),
      let plain = wanted.ipAddress, plain != "0.0.0.0", plain != "::",
      !(plain.hasPrefix("127.") || mine.contains(plain))
    else { return nil }
    return "this machine does not have the address \(plain); it has "
      + mine.joined(separator: ", ")
  }
}
