/// The settings of the M-Bus, each against the others.
extension SettingsReader {
  mutating func lookAtBus(_ settings: Settings) {
    guard settings.flag(.mbusEnable) else { return }
    for key in [IntegerKey.mbusTimeout, .mbusFullTimeout] where settings.integer(key) == 0 {
      warn(key.rawValue, "\(key.rawValue) = 0 gives meters no time to answer; none can be read")
    }
    let (from, to) = (
      settings.integer(.mbusMinPrimaryAddress), settings.integer(.mbusMaxPrimaryAddress)
    )
    if from > to {
      warn(
        IntegerKey.mbusMinPrimaryAddress.rawValue,
        "MBUS_MINPRIMARYADDRESS = \(from) is above MBUS_MAXPRIMARYADDRESS = \(to); a primary scan "
          + "looks at \(to) to \(from)")
    }
    if settings.mbusPath == nil {
      let key = TextKey.mbusDevicePath.rawValue
      say(.note, nil, key, "\(key) is not set; no meter is read over M-Bus")
    }
    lookAtTransparent(settings)
    lookAtCycle(settings)
  }

  /// The transparent mode against the rest.
  private mutating func lookAtTransparent(_ settings: Settings) {
    let (key, word) = (TextKey.mbusTransparent.rawValue, settings.text(.mbusTransparent))
    let port = IntegerKey.mbusTransparentPort.rawValue
    let number = settings.integer(.mbusTransparentPort)
    switch word {
    case "NONE":
      guard number > 0 else { return }
      return warn(port, "\(port) = \(number) has no effect while \(key) is NONE", .note)
    case "MBUS":
      return warn(key, "\(key) = MBUS has no effect yet: there is no M-Bus slave interface")
    default: break
    }
    guard number > 0 else {
      return warn(
        key, "\(key) = \(word) needs a port: \(port), 1 to 65535, is not set; no port is opened")
    }
    if word != "SHARED" {
      warn(
        key,
        "\(key) = \(word) gives the M-Bus to an outside master alone: no meter is read; SHARED serves "
          + "both", .note)
    }
    lookAtTransparentSecurity(settings, word)
  }

  private mutating func lookAtTransparentSecurity(_ settings: Settings, _ word: String) {
    let tls = FlagKey.mbusTransparentTLSEnable
    let key = TextKey.mbusTransparent.rawValue
    guard settings.flag(tls) else {
      let text = settings.text(.mbusTransparentIP)
      guard !text.hasPrefix("127."), text != "::1" else { return }
      let remedy =
        word == "UDP" ? "TCP can be secured by \(tls.rawValue)" : "\(tls.rawValue) = 1 asks for TLS"
      return warn(
        key,
        "\(key) = \(word): whoever reaches the port has the M-Bus, without a password; \(remedy)",
        .note)
    }
    guard word != "UDP" else {
      return warn(
        tls.rawValue, "\(tls.rawValue) = 1 cannot be had with \(key) = UDP; no port is opened",
        .error)
    }
    for key in [TextKey.mbusTransparentCertFile, .mbusTransparentKeyFile]
    where settings.tlsFile(key) == nil {
      warn(
        key.rawValue, "\(key.rawValue) is not set; \(tls.rawValue) needs it, and no port is opened",
        .error)
    }
    let insecure = FlagKey.mbusTransparentInsecure
    if settings.flag(insecure) {
      return warn(
        insecure.rawValue,
        "\(insecure.rawValue) = 1: clients need no certificate; whoever reaches the port has the M-Bus",
        .note)
    }
    let authorities = TextKey.mbusTransparentCAFile
    if settings.tlsFile(authorities) == nil {
      warn(
        authorities.rawValue,
        "\(authorities.rawValue) is not set; \(tls.rawValue) needs it, and no port is opened; "
          + "\(insecure.rawValue) = 1 serves clients without a certificate", .error)
    }
  }

  /// What METER_TIME, METER_CYCLEMODE and METER_CYCLETIMESTAMP mean together.
  private mutating func lookAtCycle(_ settings: Settings) {
    let (mode, key) = (settings.text(.meterCycleMode), TextKey.meterCycleMode.rawValue)
    let time = IntegerKey.meterTime.rawValue
    switch settings.readoutCycle {
    case .calendar("NEVER"):
      warn(
        key, "\(key) = NEVER: meters without a cycle of their own are read only on request", .note)
    case .seconds(let seconds) where mode != "SECOND" && seconds > Self.longCycle:
      let number = settings.integer(.meterTime)
      warn(
        time,
        "\(time) = \(number) counts in units of \(key) = \(mode): one readout in "
          + "\(Self.inDays(seconds)); for \(number) s \(key) has to be SECOND")
    default: break
    }
  }

  /// Longer than any interval of the manuals, in seconds: four weeks.
  private static let longCycle = 28 * 86_400

  private static func inDays(_ seconds: Int) -> String { "\(seconds / 86_400) days" }
}
