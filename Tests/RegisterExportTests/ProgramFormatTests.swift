import Metering
import RegisterExport
import RegisterMap
import Testing

/// What a program makes of a value beyond its number.
@Suite struct ProgramFormatTests {
  private func value(
    _ register: Int, _ description: String, _ unit: String, scale: Int? = 0,
    key: ValueKey = ValueKey(), meter: String = "1"
  ) -> RegisterRow {
    RegisterRow(
      .value, at: RegisterAddress(register), meter: meter, description: description, unit: unit,
      scale: scale, key: key)
  }

  private func document(_ format: ExportFormat, _ rows: [RegisterRow]) -> String {
    format.document(ExportMap(rows: rows, layout: .standard, host: "10.0.0.5"))
  }

  /// Counters of now may be summed up; stored ones stand still. A difference in kelvin is no temperature.
  @Test func homeAssistantKnowsWhatItMayDoWithAValue() {
    let text = document(
      .homeassistant,
      [
        value(20, "Energy", "Wh", scale: 3),
        value(30, "Energy", "Wh", scale: 3, key: ValueKey(storage: 1)),
        value(40, "Temperature difference", "K", scale: -2),
        value(50, "Volume", "m^3", scale: -6),
      ])
    let sensors = text.split(separator: "      - ").dropFirst().map(String.init)
    #expect(
      sensors[0] == """
        name: "1 Energy"
                unique_id: "metergate_u255_r24"
                slave: 255
                address: 24
                input_type: holding
                data_type: float32
                precision: 3
                unit_of_measurement: "Wh"
                device_class: energy
                state_class: total_increasing
                scan_interval: 30

        """)
    #expect(sensors[1].contains("device_class: energy\n") && !sensors[1].contains("state_class"))
    #expect(!sensors[2].contains("device_class") && sensors[2].contains("state_class: measurement"))
    #expect(sensors[3].contains("precision: 6\n") && sensors[3].contains("\"m³\""))
  }

  /// A byte order holds for a whole request of Telegraf, a single register has none.
  @Test func telegrafAsksByByteOrder() {
    let meter = RegisterRow(.meter, at: RegisterAddress(10), meter: "1")
    let order = RegisterOrder(swapsWords: true, swapsBytes: true, scope: .longFields)
    let text = ExportFormat.telegraf.document(
      ExportMap(rows: [meter, value(20, "Energy", "Wh")], layout: RegisterLayout(order: order)))
    let requests = text.split(separator: "[[inputs.modbus.request]]").dropFirst().map(String.init)
    #expect(requests.count == 2)
    #expect(requests[0].contains("byte_order = \"ABCD\"") && requests[0].contains("\"flags\""))
    #expect(requests[1].contains("byte_order = \"DCBA\""))
    #expect(requests[1].contains("address = 14, name = \"readout_time\", type = \"UINT32\""))
    #expect(requests[1].contains("address = 24, name = \"energy_wh\", type = \"FLOAT32\""))
    #expect(text.contains("controller = \"tcp://192.0.2.1:502\"  # stands for"))
  }

  /// The floats of 13 entries of 10 registers lie within 122, those of 14 not within 125.
  @Test func requestsAreAsLongAsTheyMayBe() {
    let rows = (1...14).map { value($0 * 10, "Energy", "Wh") }
    let text = document(.codesys, rows)
    #expect(text.contains("offset : ARRAY [1..2] OF UINT := [14, 144];"))
    #expect(text.contains("length : ARRAY [1..2] OF UINT := [122, 2];"))
    #expect(
      text.contains(
        "m_1_Energy_u255_r144 := MetergateReal(MetergateWords.channel2[0], MetergateWords.channel2[1]);"
      ))
  }

  /// With the policy EXCEPTION a mute meter must blank nobody else, and its own flags must be readable.
  @Test func requestsEndWithTheMeter() {
    let rows = [
      RegisterRow(.meter, at: RegisterAddress(10), meter: "1"), value(20, "Energy", "Wh"),
      value(30, "Volume", "m^3"), RegisterRow(.meter, at: RegisterAddress(40), meter: "2"),
      value(50, "Energy", "Wh", meter: "2"),
    ]
    let map = ExportMap(rows: rows, layout: .standard, refusesStaleValues: true)
    let text = ExportFormat.codesys.document(map)
    #expect(text.contains("ARRAY [1..4] OF UINT := [14, 24, 44, 54];"), "\(text)")
    let telegraf = ExportFormat.telegraf.document(map)
    #expect(telegraf.split(separator: "[[inputs.modbus.request]]").count == 5)
    #expect(document(.codesys, rows).contains("ARRAY [1..1] OF UINT := [14];"))
  }

  /// A block of TIA has 64 KB at most, and code its limit, too.
  @Test func blocksOfTIAAreNotTooLarge() {
    let text = document(.tia, (1...6500).map { value($0 * 10, "Energy", "Wh") })
    #expect(text.contains("DATA_BLOCK \"MetergateWords2\"\n"))
    #expect(text.contains("FUNCTION \"MetergateUpdate2\" : Void\n"))
    #expect(text.contains("\"MetergateWords2\".request"))
  }

  @Test func notes() {
    let map = ExportMap(rows: [], layout: .standard)
    #expect(
      ExportFormat.telegraf.notes(map) == [
        "the gateway's address is not known, 192.0.2.1 stands for it; give --host"
      ])
    #expect(ExportFormat.json.notes(map).isEmpty)
    let multi = ExportMap(
      rows: [], layout: RegisterLayout(isMultiSlave: true), host: "10.0.0.5", port: 1502)
    #expect(
      ExportFormat.iobroker.notes(multi) == [
        "ioBroker.modbus, tab \"General\": TCP, master, partner 10.0.0.5, port 1502, "
          + "\"Multi device IDs\" on, \"Use aliases as address\" off, \"Round Real to\" as many digits as "
          + "are wanted; then \"Holding registers\", \"Edit as TSV\""
      ])
    var stale = multi
    stale.refusesStaleValues = true
    #expect(
      ExportFormat.iobroker.notes(stale).last == """
        MODBUS_STALEPOLICY or a <stalepolicy> is EXCEPTION, which does not go with ioBroker.modbus: one stale \
        value ends its round before the registers behind it, for all meters of that unit id, and it connects \
        anew again and again; set HOLD or NAN
        """)
  }
}
