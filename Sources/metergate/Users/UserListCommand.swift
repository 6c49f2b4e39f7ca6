import ArgumentParser
import Control
import Gateway
import Users

/// `metergate user list`
struct UserListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Print the users and what they may do on the web page.",
    discussion: """
      For each user: the tabs of the page that may be changed, and those that may only be seen, as they count just \
      now; how many sessions there may be at once, with those that there are where a gateway runs; and what there \
      is to say of the password. "factory" is the one of delivery, which stands in manuals.
      """)

  @OptionGroup var files: UserFileOptions

  func run() throws {
    let (file, hasErrors) = try files.load()
    let web = WebUsers(file.list)
    // Where no gateway runs nobody is logged in.
    let request = ControlRequest(.status)
    let sessions = (try? ControlClient.ask(request, of: files.app))?.status?.web?.sessions
    var rows = [["name", "may change", "may only see", "sessions", "FTP", "password"]]
    rows += file.list.users.map { user in
      let rights = (web.users[user.name] ?? user).rights
      return [
        user.name, Self.changed(rights), Self.seen(rights), Self.sessions(of: user, sessions),
        user.mayUseFTP ? "yes" : "no",
        Self.password(of: user, isDelivered: web.withDeliveredPassword.contains(user.name)),
      ]
    }
    rows += file.list.mistaken.map { wrong in
      [wrong.user.name, "-", "-", "-", "-", "the entry has mistakes, cannot log in"]
    }
    Output.line(TextColumns.joined(rows))
    if let visitor = web.visitor {
      Output.note(
        "note: visitors need no password: the page logs them in as \(visitor.name), as long as it has the one of delivery"
      )
    }
    for why in web.limited.sorted(by: { $0.key < $1.key }) { Output.note("note: \(why.value)") }
    for user in file.list.withDeliveredPassword {
      Output.note(
        "note: \(user.name) still has the password of delivery, which stands in manuals: metergate user password "
          + user.name)
    }
    if hasErrors { throw ExitCode(1) }
  }

  private typealias Rights = [User.Tab: User.Right]

  private static func tabs(_ rights: Rights, _ right: User.Right) -> [User.Tab] {
    User.Tab.allCases.filter { (rights[$0] ?? .none) == right }
  }

  private static func changed(_ rights: Rights) -> String { words(tabs(rights, .write)) }

  private static func seen(_ rights: Rights) -> String {
    let (seen, changed) = (tabs(rights, .read), tabs(rights, .write))
    let isRest =
      !changed.isEmpty && !seen.isEmpty
      && seen.count + changed.count == User.Tab.allCases.count
    return isRest && seen.count > 2 ? "all others" : words(seen)
  }

  /// Tabs by their names; where they are most of all, those that they are not.
  private static func words(_ tabs: [User.Tab]) -> String {
    let left = User.Tab.allCases.filter { !tabs.contains($0) }
    if tabs.isEmpty { return "nothing" }
    if left.isEmpty { return "everything" }
    func names(_ tabs: [User.Tab]) -> String { tabs.map(\.rawValue).joined(separator: ", ") }
    return left.count < 4 ? "all but \(names(left))" : names(tabs)
  }

  private static func sessions(of user: User, _ counts: [String: Int]?) -> String {
    let most = user.maximumSessions.map { "at most \($0)" } ?? "any number"
    return counts.map { "\($0[user.name] ?? 0) now, \(most)" } ?? most
  }

  private static func password(of user: User, isDelivered: Bool) -> String {
    guard user.hash != nil else { return "none, cannot log in" }
    let kind = isDelivered ? "factory" : "own"
    if user.mustChangePassword { return kind + ", to be changed at the next login" }
    return kind + (user.mayChangePassword ? "" : ", which the user may not change")
  }
}
