/// What spreadsheets in English and German take for a number, a date, a time or a truth value when they open a table,
/// and save as something else: `007` as 7, `1-2` as 01. Feb. Rather too much than too little.
enum SpreadsheetGuess {
  private static let truths: Set<String> = ["true", "false", "wahr", "falsch"]
  /// Words that stand in dates, times, amounts and numbers with an exponent.
  private static let words: Set<String> = [
    "e", "am", "pm", "a", "p", "uhr", "eur", "usd", "jan", "january", "januar", "jän", "feb",
    "february", "februar", "mar", "mär", "mrz", "march", "märz", "apr", "april", "may", "mai",
    "jun", "june", "juni", "jul", "july", "juli", "aug", "august", "sep", "sept", "september",
    "oct", "okt", "october", "oktober", "nov", "november", "dec", "dez", "december", "dezember",
  ]

  static func isLikely(_ text: String) -> Bool {
    let text = text.lowercased()
    let found = text.split { !$0.isLetter }.map(String.init)
    if found.count == 1, truths.contains(found[0]) { return true }
    return text.contains(where: \.isNumber) && found.allSatisfy(words.contains)
  }
}
