import MeterFiles
import Settings

/// What `metergate check` would say of the files as they will be, as far as it does not say so of those that are
/// there.
struct PlanCheck {
  /// What is new, without notes, the worst first.
  let diagnostics: [Diagnostic]
  /// How many meters the list has before and after; nil: it stays as it is.
  let meters: (before: Int, after: Int)?

  /// - Parameters:
  ///   - steps: what is to be written; nothing is yet.
  ///   - ofSource: what is wrong with what comes in.
  ///   - ofSecrets: which secrets of it nobody can decrypt.
  ///   - place: says where people find it.
  ///   - check: what there is to say of a folder beyond the reading of its files.
  init(
    folder: ConfigurationFolder, steps: [ConfigurationPlan.Step], ofSource: [Diagnostic],
    ofSecrets: [Diagnostic], place: ([Diagnostic]) -> [Diagnostic],
    check: ConfigurationPlan.Check
  ) {
    let planned = steps.map { (folder.place($0.name), $0.after) }
    let view = FileView(planned: Dictionary(planned, uniquingKeysWith: { $1 }))
    let after = check(AppFolder.load(folder.path, files: view))
    let before = check(AppFolder.load(folder.path))
    var told = Set(before.diagnostics.map(Saying.init))
    // A secret that cannot be decrypted is told once, with what helps here.
    let secrets = Set(ofSecrets.map(\.key))
    let ofResult = after.diagnostics.filter { found in
      !told.contains(Saying(found)) && !(found.value == nil && secrets.contains(found.key))
    }
    told = []
    diagnostics =
      (ofSource + ofSecrets + place(ofResult))
      .filter { $0.severity < .note && told.insert(Saying($0)).inserted }.worstFirst
    meters = before.meters == after.meters ? nil : (before.meters.count, after.meters.count)
  }

  /// What a diagnostic says, wherever it stands.
  private struct Saying: Hashable {
    let severity: Diagnostic.Severity
    let file: String
    let message: String

    init(_ diagnostic: Diagnostic) {
      (severity, file) = (diagnostic.severity, diagnostic.file)
      let parts = diagnostic.message.split(separator: "line ", omittingEmptySubsequences: false)
      message = parts.dropFirst().reduce(String(parts.first ?? "")) {
        $0 + "line " + $1.drop { $0.isNumber }
      }
    }
  }
}
