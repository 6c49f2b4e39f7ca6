import Settings

extension AppFolder {
  /// What there is to say in the log of a gateway, the worst first. Which entries of a list in force the
  /// register map refuses the station tells, by events; what else there is of the map is told of a few.
  public var logged: [Diagnostic] {
    var logged: [Diagnostic] = []
    var ofMap = 0
    for diagnostic in diagnostics {
      guard diagnostic.isOfRegisterMap else {
        logged.append(diagnostic)
        continue
      }
      if diagnostic.severity == .error, metersState == .read { continue }
      ofMap += 1
      if ofMap <= Self.mostLogged { logged.append(diagnostic) }
      guard ofMap == Self.mostLogged + 1 else { continue }
      logged.append(
        Diagnostic(
          diagnostic.severity, file: meterListFile.name,
          "there is more to say of its registers: \"metergate check\" has it"))
    }
    return logged
  }

  /// So many of them are logged one by one.
  private static let mostLogged = 3
}
