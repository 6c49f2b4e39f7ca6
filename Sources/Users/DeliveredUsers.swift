/// The users that there are without a file (MUC500 manual 1.1, table 15; Anybus gateway manual 2.4,
/// ch. 4.7): each with its name as password. In two things this is stricter than the manuals: admin has to
/// choose a password at the first login, and web, who is logged in without being asked, cannot change users.
enum DeliveredUsers {
  /// Their names.
  static let names: Set<String> = [UserName.administrator, UserName.web, UserName.ftp]

  /// What stands in place of a hash when there is no such user, so that a login takes as long.
  static let nobody = UserList.parse(.init(text)).list[UserName.administrator]?.hash

  /// The file. The hashes are those of passwords that everybody knows: they protect nothing.
  static let text = """
    ; Who may log in, a group for each user. "metergate user" changes this file; so does an editor.
    ;   HASH        hash of the password, as "mkpasswd -m yescrypt" makes it; empty: cannot log in
    ;   READ WRITE  tabs of the web page that the user sees, and may change: ALL, NONE, or a list
    ;   SESSIONS    how often the user may be logged in at once; -1: any number
    ;   FTP         1: may log in by FTP, where at most two users may
    ;   CHANGE      1: may change the own password; MUSTCHANGE 1: has to, at the next login

    [admin]
    HASH=$y$j9T$aYElisRUfYAHHAZM3B/e2/$OTUhcITyu1OSndNiyPSjUI2sREvfvbpR3oujVJN5YXA
    READ=ALL
    WRITE=ALL
    SESSIONS=-1
    FTP=1
    CHANGE=1
    MUSTCHANGE=1

    [web]
    HASH=$y$j9T$TQ6PippB8PznOIQHlHfS30$n0BgCbmM2GB1xBp6wslKHb/nELKFdbZqBRamZuz18M2
    READ=General,Meter,Output,Configuration,WAN,Server,Security,Log,Service
    WRITE=General,Meter,Output,Configuration,WAN,Server,Security,Log,Service
    SESSIONS=-1
    FTP=0
    CHANGE=0
    MUSTCHANGE=0

    [ftp]
    HASH=$y$j9T$o9n85knUgIw288mPpLsza0$Wa/.iyCSUrBE3IYgs8bRZlr5BeuGK4oKkkeP4ajtHWA
    READ=NONE
    WRITE=NONE
    SESSIONS=-1
    FTP=1
    CHANGE=0
    MUSTCHANGE=0

    """
}
