/// A form of the register map, by the name that the command line knows it by.
public enum ExportFormat: String, CaseIterable, Sendable {
  case table, csv, tsv, json, telegraf, homeassistant, nodered, iobroker, codesys, tia

  /// What it is good for, in one line.
  public var summary: String { row.summary }

  /// The document. It ends with a line end.
  public func document(_ map: ExportMap) -> String { row.document(map) }

  /// What whoever takes the document must know, and it cannot say itself.
  public func notes(_ map: ExportMap) -> [String] {
    let missingHost =
      "the gateway's address is not known, \(ExportMap.placeholder) stands for it; give --host"
    return (row.hasHost && map.host == nil ? [missingHost] : []) + row.notes(map)
  }

  private struct Row {
    let summary: String
    /// Whether the document says where the gateway is.
    let hasHost: Bool
    let document: @Sendable (ExportMap) -> String
    var notes: @Sendable (ExportMap) -> [String] = { _ in [] }
  }

  private var row: Row {
    switch self {
    case .table:
      Row(
        summary: "a table for a terminal, one line for each entry", hasHost: false,
        document: RegisterTable.text)
    case .csv:
      Row(
        summary: "comma-separated values with a header line", hasHost: false,
        document: RegisterTable.csv)
    case .tsv:
      Row(
        summary: "tab-separated values for spreadsheets, with a byte order mark", hasHost: false,
        document: RegisterTable.tsv)
    case .json:
      Row(
        summary: "all fields of all entries, with type and byte order", hasHost: false,
        document: JSONExport.document)
    case .telegraf:
      Row(
        summary: "a configuration of Telegraf's inputs.modbus (TOML)", hasHost: true,
        document: TelegrafExport.document)
    case .homeassistant:
      Row(
        summary: "sensors for Home Assistant's modbus integration (YAML)", hasHost: true,
        document: HomeAssistantExport.document)
    case .nodered:
      Row(
        summary: "a Node-RED flow: contrib-modbus, contrib-buffer-parser (JSON)",
        hasHost: true, document: NodeREDExport.document)
    case .iobroker:
      Row(
        summary: "holding registers for ioBroker.modbus, dialog \"Edit as TSV\"",
        hasHost: false, document: IoBrokerExport.document, notes: IoBrokerExport.notes)
    case .codesys:
      Row(
        summary: "structured text for Codesys: channels, variables, conversion", hasHost: true,
        document: CodesysExport.document)
    case .tia:
      Row(
        summary: "an external source for TIA Portal: MB_CLIENT, conversion (SCL)",
        hasHost: true, document: TIAExport.document)
    }
  }
}
