import Settings

extension Problem {
  /// What is said of a file.
  init(_ diagnostic: Diagnostic, field: String? = nil) {
    self.init(
      severity: "\(diagnostic.severity)", message: diagnostic.message, file: diagnostic.file,
      line: diagnostic.line, column: diagnostic.column, field: field)
  }
}
