import MBus
enum ResponseDecoder { static func decode(_ f: Frame) -> (moreRecordsFollow: Bool, x: Int) { (f.data.contains(0x1F), 0) } }
