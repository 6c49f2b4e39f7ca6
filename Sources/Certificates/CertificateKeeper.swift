import Glibc
import NIOCore
import NIOPosix

/// Reads the files of a port with TLS, again when they may have been renewed, and keeps what was good. It is
/// confined to one event loop; the files are read on another thread.
public final class CertificateKeeper {
  /// Told what became of the files.
  public var onEvent: ((CertificateEvent) -> Void)?
  /// Told after each reading with which the port can be served.
  public var onReady: (() -> Void)?
  /// What is in force; nil: nothing that could be used has been read yet.
  public private(set) var credentials: TLSCredentials?

  private let eventLoop: any EventLoop
  private var wanted: (files: TLSServerFiles, retry: TimeAmount)?
  /// Counts readings, since an earlier one may end later.
  private var reading = 0
  private var hasFailed = false

  /// - Parameter eventLoop: the loop that it is confined to.
  public init(on eventLoop: any EventLoop) { self.eventLoop = eventLoop }

  /// Reads these files now, and each time that it is told to.
  /// - Parameter retry: when it tries again by itself, while there is nothing that can be used: files may appear
  ///   later, after a mount or an enrolment.
  public func use(_ files: TLSServerFiles, retry: TimeAmount) {
    wanted = (files, retry)
    reading += 1
    let number = reading
    let this = NIOLoopBound(self, eventLoop: eventLoop)
    NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) {
      let read = ServerCertificates(files)
      return (read.credentials, read.findings(now: Int64(time(nil))))
    }.whenSuccess { (result, findings) in this.value.loaded(result, findings, number) }
  }

  /// Reads the files anew: they may have been renewed.
  public func reread() {
    guard let wanted else { return }
    use(wanted.files, retry: wanted.retry)
  }

  /// Forgets everything.
  public func release() {
    wanted = nil
    credentials = nil
    hasFailed = false
  }

  private func loaded(
    _ result: Result<TLSCredentials, TLSFileFailure>, _ findings: [TLSFileFinding], _ number: Int
  ) {
    guard number == reading, let wanted else { return }
    switch result {
    case .failure(let failure):
      hasFailed = true
      onEvent?(.unusable(failure, isServing: credentials != nil))
      guard credentials != nil else { return tryLater(wanted.retry) }
    case .success(let new):
      if hasFailed || new.contents != credentials?.contents {
        hasFailed = false
        credentials = new
        onEvent?(.uses(subject: new.subject, notAfter: new.notAfter))
      }
      for finding in findings { onEvent?(.warning(finding)) }
    }
    onReady?()
  }

  private func tryLater(_ interval: TimeAmount) {
    let this = NIOLoopBound(self, eventLoop: eventLoop)
    let number = reading
    eventLoop.scheduleTask(in: interval) {
      if this.value.reading == number { this.value.reread() }
    }
  }
}
