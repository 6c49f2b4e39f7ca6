import CLibXML2
import Settings

/// What is expected where libxml2 says that a file is no XML: for people who do not write XML every day.
enum XMLExpectation {
  /// Where the characters of a file are not what it says.
  static let encoding = "text in UTF-8 without control characters; save the file in that encoding"

  /// - Parameters:
  ///   - code: libxml2's number of the error.
  ///   - subject: the name that it is about, for errors that have one.
  static func text(code: Int32, subject: String?) -> String {
    let row = rows.first { $0.codes.contains { Int32(bitPattern: $0.rawValue) == code } }
    guard let text = row?.text else { return "<root> with one <meter> a meter" }
    return text.replacing("%s", with: subject?.excerpt ?? "…")
  }

  private struct Row {
    let codes: [xmlParserErrors]
    let text: String

    init(_ text: String, _ codes: xmlParserErrors...) {
      self.codes = codes
      self.text = text
    }
  }

  /// `%s` stands for the name.
  private static let rows = [
    Row("</%s>", XML_ERR_TAG_NAME_MISMATCH),
    Row("</%s> before the end of the file", XML_ERR_TAG_NOT_FINISHED),
    Row("nothing behind the end of the first element", XML_ERR_DOCUMENT_END),
    Row("a name; in a text & is written &amp; and < is written &lt;", XML_ERR_NAME_REQUIRED),
    Row("a semicolon; in a text & is written &amp;", XML_ERR_ENTITYREF_SEMICOL_MISSING),
    Row(
      "the character itself, or one of &amp; &lt; &gt; &quot; &apos;", XML_ERR_UNDECLARED_ENTITY,
      XML_WAR_UNDECLARED_ENTITY),
    Row(
      "the number of a character such as &#228;", XML_ERR_INVALID_CHARREF,
      XML_ERR_INVALID_HEX_CHARREF, XML_ERR_INVALID_DEC_CHARREF),
    Row("the end of the tag, >", XML_ERR_GT_REQUIRED),
    Row("the end of an element, </…>", XML_ERR_LTSLASH_REQUIRED),
    Row(
      "name=\"value\" or the end of the tag, >", XML_ERR_LT_IN_ATTRIBUTE,
      XML_ERR_ATTRIBUTE_NOT_STARTED, XML_ERR_ATTRIBUTE_NOT_FINISHED,
      XML_ERR_ATTRIBUTE_WITHOUT_VALUE, XML_ERR_SPACE_REQUIRED),
    Row("each attribute once", XML_ERR_ATTRIBUTE_REDEFINED),
    Row(
      encoding,
      XML_ERR_INVALID_CHAR, XML_ERR_INVALID_ENCODING, XML_ERR_UNKNOWN_ENCODING,
      XML_ERR_UNSUPPORTED_ENCODING, XML_I18N_CONV_FAILED),
    Row("the end of the comment, -->", XML_ERR_COMMENT_NOT_FINISHED),
    Row("no -- within a comment", XML_ERR_HYPHEN_IN_COMMENT),
    Row("the end of the section, ]]>", XML_ERR_CDATA_NOT_FINISHED),
    Row("]]&gt; in a text", XML_ERR_MISPLACED_CDATA_END),
    Row("the end of the instruction, ?>", XML_ERR_PI_NOT_FINISHED, XML_ERR_XMLDECL_NOT_FINISHED),
    Row("<?xml …?> as the first characters of the file, or not at all", XML_ERR_RESERVED_XML_NAME),
    Row("a name without a prefix", XML_NS_ERR_UNDEFINED_NAMESPACE, XML_NS_ERR_QNAME),
  ]
}
