/// What pyMeterBus does as a master over a URL or a serial port: reset or select each meter, read its whole chain, print what it
/// makes of it as one JSON object a line.
enum PeerScript {
  static let source = """
    import sys, json, decimal, serial, meterbus
    url, meters = sys.argv[1], sys.argv[2:]
    line = serial.serial_for_url(url, timeout=5)

    def request(address, fcb):
        frame = meterbus.TelegramShort()
        frame.header.cField.parts = [0x7B if fcb else 0x5B]
        frame.header.aField.parts = [address]
        meterbus.send_request_frame(line, req=frame)
        return meterbus.recv_frame(line)

    def record(r):
        seen = r.interpreted
        is_text = isinstance(r.value, str)
        return {'number': None if is_text else float(r.value), 'text': r.value if is_text else None,
                'unit': seen['unit'].split('.')[-1], 'storage': seen['storage_number'],
                'tariff': seen.get('tariff') or 0, 'function': seen['function'].split('.')[-1]}

    for meter in meters:
        address = 253 if len(meter) == 16 else int(meter)
        if address == 253:
            meterbus.send_select_frame(line, meter)
        else:
            meterbus.send_ping_frame(line, address)
        reply = meterbus.recv_frame(line)
        acknowledged = bool(reply) and isinstance(meterbus.load(reply), meterbus.TelegramACK)
        telegrams, fcb, more = [], True, acknowledged
        while more and len(telegrams) < 5:
            frame = request(address, fcb)
            telegram = meterbus.load(frame)
            head = telegram.interpreted['body']['header']
            telegrams.append({
                'hex': bytes(frame).hex(), 'manufacturer': head['manufacturer'],
                'medium': int(head['medium'], 16), 'version': int(head['version'], 16),
                'identification': head['identification'],
                'records': [record(r) for r in telegram.records if not r.more_records_follow]})
            more, fcb = telegram.more_records_follow, not fcb
        print(json.dumps({'meter': meter, 'acknowledged': acknowledged, 'telegrams': telegrams}))
    """
}

/// One line of what the script prints.
struct PeerMeter: Decodable {
  struct Telegram: Decodable {
    let hex: String
    let manufacturer: String
    let medium: UInt8
    let version: UInt8
    /// `0x56, 0x98, 0x90, 0x06`
    let identification: String
    let records: [Record]
  }

  struct Record: Decodable {
    let number: Double?
    let text: String?
    let unit: String
    let storage: UInt64
    let tariff: UInt32
    let function: String
  }

  let meter: String
  let acknowledged: Bool
  let telegrams: [Telegram]
}
