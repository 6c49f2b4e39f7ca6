import Certificates
import ConfigurationArchive
import FoundationEssentials
import HTTPServer
import HTTPTypes
import Hummingbird
import NIOPosix
import Settings
import Users

/// The files of HTTPS, and what is told when they have been changed.
public struct WebCertificates: Sendable {
  /// The files.
  public var files: TLSServerFiles
  /// Takes over what they hold by now.
  public var reread: @Sendable () -> Void

  /// - Parameters:
  ///   - files: the files.
  ///   - reread: takes over what they hold by now.
  public init(files: TLSServerFiles, reread: @escaping @Sendable () -> Void) {
    self.files = files
    self.reread = reread
  }
}

/// `/api/v1/certificates`: the certificate and key of HTTPS, and whose client certificates count.
struct CertificatesAPI: Sendable {
  let certificates: WebCertificates
  let office: AccessOffice
  let files: NIOThreadPool

  struct Certificate: Encodable, Equatable {
    var subject: String
    var issuer: String
    var notAfter: Int64
    var isSelfSigned: Bool

    init(_ found: PeerCertificate) {
      subject = found.subject
      issuer = found.issuer
      notAfter = found.notAfter.unixSeconds
      isSelfSigned = found.subjectName == found.issuerName
    }
  }

  struct Answer: Encodable, Equatable {
    var own: Certificate?
    var authorities: [Certificate]?
    var notes: [String]?
  }

  private struct Wanted: Codable {
    var certificate: String?
    var key: String?
    var authorities: String?
  }

  /// How a request has come.
  enum Way: Sendable {
    case http
    /// The certificate that the client has shown; nil: none.
    case https(PeerCertificate?)

    init(_ context: WebContext, _ caller: Caller) async {
      self =
        caller.isSecure ? .https(await ClientCertificate.shown(on: context.channel)) : .http
    }
  }

  /// What is to be written, by path; empty: the file goes.
  private typealias Plan = [(path: String, text: String)]

  func add(to group: RouterGroup<WebContext>) {
    group.get("certificates") { _, context in
      try context.known().needs(.read, .security)
      let certificates = certificates
      return Response(json: try await files.runIfActive { Self.answer(certificates.files) })
    }
    group.put("certificates") { request, context in
      let caller = try context.known()
      try caller.needs(.write, .security)
      let example =
        #"{"certificate":"-----BEGIN CERTIFICATE-----…","key":"-----BEGIN PRIVATE KEY-----…"}"#
      let wanted = try await request.json(Wanted.self, example: example)
      return Response(
        json: try await change(wanted, by: caller, over: Way(context, caller)))
    }
  }

  // MARK: -

  private static func answer(_ files: TLSServerFiles) -> Answer {
    let authorities = CertificateFile.certificates(at: files.authorities.path)
    return Answer(
      own: CertificateFile.certificates(at: files.certificate.path)?.first.map(Certificate.init),
      authorities: authorities?.map(Certificate.init))
  }

  private func change(
    _ wanted: Wanted, by caller: Caller, over way: Way
  ) async throws -> Answer {
    let plan = try plan(wanted)
    let (now, folder, audit) = (office.clock().wall.unixSeconds, office.folder, office.audit)
    let certificates = certificates
    var answer = try await files.runIfActive {
      var notes = try Self.check(plan, certificates.files, now: now)
      if let authorities = wanted.authorities, !authorities.isEmpty {
        try Self.checkWayBack(
          from: CertificateFile.certificates(at: certificates.files.authorities.path) ?? [],
          to: CertificateFile.certificates(in: Array(authorities.utf8)) ?? [], over: way)
      }
      do {
        notes += try audit.changing(
          "changes the certificates of HTTPS", by: caller.name, isMachine: caller.isMachine
        ) {
          // Key and certificate belong together.
          try ConfigurationFolder(folder).replace(
            plan.map { ($0.path, $0.text.isEmpty ? nil : Array($0.text.utf8)) })
        }
      } catch let failure as ConfigurationFailure {
        throw APIError(.serviceUnavailable, "\(failure)")
      }
      var answer = Self.answer(certificates.files)
      answer.notes = notes.isEmpty ? nil : notes
      return answer
    }
    certificates.reread()
    if wanted.authorities?.isEmpty == false {
      let note =
        "from now on HTTPS lets in only browsers that show a certificate of these authorities; connections that are "
        + "open stay"
      answer.notes = (answer.notes ?? []) + [note]
    }
    return answer
  }

  private func plan(_ wanted: Wanted) throws(APIError) -> Plan {
    let files = certificates.files
    switch (wanted.certificate, wanted.key, wanted.authorities) {
    case (let certificate?, let key?, nil):
      return [(files.key.path, key), (files.certificate.path, certificate)]
    case (nil, nil, let authorities?): return [(files.authorities.path, authorities)]
    default:
      throw APIError(
        .unprocessableContent,
        "expected are either \"certificate\" and \"key\", or \"authorities\", which may be empty")
    }
  }

  /// What the server would say of the files if they held this.
  /// - Returns: what should be known, and hinders nothing.
  private static func check(_ plan: Plan, _ files: TLSServerFiles, now: Int64) throws -> [String] {
    var planned: [String: [UInt8]?] = [:]
    for (path, text) in plan {
      planned.updateValue(text.isEmpty ? nil : Array(text.utf8), forKey: path)
    }
    let findings = files.withoutPaths.findings(now: now, planned: planned)
    let names = Dictionary(
      uniqueKeysWithValues: [files.certificate, files.key, files.authorities].map {
        ($0.setting, $0.path)
      })
    // What is wrong with files that stay as they are is no reason to refuse this.
    let own = findings.filter { finding in
      names[finding.setting].map { path in plan.contains { $0.path == path } } ?? true
    }
    let problems = own.filter { $0.weight != .notice }
    guard problems.isEmpty else {
      throw APIError(
        .unprocessableContent, problems.map(\.description).joined(separator: "; "),
        problems: problems.map { Problem(severity: "error", message: $0.description) })
    }
    return own.map(\.description)
  }

  /// Nobody saws off the branch on which he sits: as HTTPS is switched over HTTP only (MUC500 manual 1.1, ch. 4.9), who
  /// is let in by HTTPS is decided by HTTP, or by somebody who is let in afterwards, too.
  /// - Parameters:
  ///   - before: the authorities so far; empty: there are none.
  ///   - then: those that are to be.
  static func checkWayBack(
    from before: [PeerCertificate], to then: [PeerCertificate], over way: Way
  ) throws(APIError) {
    guard case .https(let shown) = way else { return }
    // Its signature was looked at by those before: what stays of them lets the same client in.
    if let shown {
      let staying = before.filter(then.contains)
      if staying.count == before.count && !before.isEmpty { return }
      if staying.contains(where: { $0.subjectName == shown.issuerName }) { return }
    }
    throw APIError(
      .unprocessableContent,
      "this could lock everybody out, since HTTPS lets in only browsers with a certificate of these authorities then: "
        + "open the page by http and do it there, or by https with a certificate of an authority that is in the file "
        + "so far and in the new one; HTTP is switched on over HTTPS (tab Security); nothing is changed"
    )
  }
}
