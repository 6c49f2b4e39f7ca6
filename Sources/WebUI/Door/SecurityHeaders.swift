import HTTPTypes
import Hummingbird

/// What every response tells the browser: to take nothing from elsewhere, and to be shown nowhere else. That the page is
/// to be asked for by HTTPS only (HSTS) is not said, since the gateway may serve HTTP again tomorrow.
enum SecurityHeaders {
  /// Nothing but our own files, no scripts and styles within the page.
  static let contentSecurityPolicy =
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; frame-ancestors 'none'; "
    + "base-uri 'none'; form-action 'self'"

  private static let all: [(String, String)] = [
    ("Content-Security-Policy", contentSecurityPolicy), ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
  ]

  /// The response with them.
  static func added(to response: Response) -> Response {
    var response = response
    for (name, value) in all {
      if let name = HTTPField.Name(name) { response.headers[name] = value }
    }
    return response
  }
}
