import Glibc

/// What is printed.
enum Report {
  /// Runs checks one after the other; false when one failed.
  static func run(_ checks: [Check], on subject: Subject) -> Bool {
    var (passed, failed, skipped) = (0, 0, 0)
    for check in checks {
      switch check.result(on: subject) {
      case .passed:
        passed += 1
        print("ok \(check.name)")
      case .failed(let why):
        failed += 1
        print("FAIL \(check.name): \(why)")
      case .skipped(let why):
        skipped += 1
        print("skip \(check.name): \(why)")
      }
      fflush(nil)
    }
    print("\(passed) passed, \(failed) failed" + (skipped > 0 ? ", \(skipped) skipped" : ""))
    return failed == 0
  }

  /// The table of checks as tab separated values.
  static func printTable(_ checks: [Check]) {
    print("name\texpected\tsource\tfaulty server")
    for check in checks {
      print(check.name, check.expectation, check.source, check.fault.rawValue, separator: "\t")
    }
  }
}
