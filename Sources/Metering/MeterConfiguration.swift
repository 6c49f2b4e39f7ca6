import Time

/// A meter as its user configured it: one `meter` element of Device_Handle.cfg (MUC500 manual 1.1,
/// table 26).
public struct MeterConfiguration: Hashable, Sendable {
  /// The interface that reads it.
  public var interface: InterfaceKind
  /// Its identity; a serial of `MeterSerial.any` and parts that are nil are learned at the first
  /// readout.
  public var identity: MeterIdentity
  /// Its link layer address, 0–250; used for reading when `usesPrimaryAddress` is set.
  public var primaryAddress: UInt8
  /// Read by link layer address instead of identity.
  public var usesPrimaryAddress: Bool
  /// Seconds between two readouts; 0: as METER_TIME says.
  public var readoutCycle: UInt32
  /// How often it is read by the calendar; nil: as `readoutCycle` says.
  public var calendarCycle: CalendarCycle?
  /// A turn of its cycle, local time; nil: as METER_CYCLETIMESTAMP says.
  public var cycleStart: CivilTime?
  /// It has a battery: it is read at the turns of its cycle only, or when somebody asks for it.
  public var isBattery = false
  /// The speed at which it is asked, in bits a second: 300 to 38400; nil: that of the line.
  public var baud: Int?
  /// The most values to keep of a readout; 0: as METER_MAXVALUECOUNT says.
  public var maxValueCount: Int
  /// AES key, 16 bytes; empty: none. It is a secret, and not in texts of this structure.
  @Secret public var encryptionKey: [UInt8]
  /// Whether reports and logs carry it. Readout and registers do not depend on it (MUC500 manual 1.1,
  /// table 9; Anybus gateway manual 2.4, ch. 9.4).
  public var isActive: Bool
  /// First register of the meter entry; 0: none given.
  public var register: Int
  /// The meter and its values are to have no registers until somebody gives them some: what a scan finds
  /// that allocates nothing (MBUS_SCANMODE without ALLOC in the Anybus dialect). In the file that is a
  /// `register` of 0, where one that is left out means: any.
  public var hasNoRegisters: Bool
  /// What the file says of it leaves open which meter is meant: it keeps its place and registers, and is not
  /// read until that is mended.
  public var isUnreadable = false
  /// What follows when its values are stale; nil: as the gateway has it.
  public var stalePolicy: StalePolicy?
  /// How many readouts in a row without a good reading make its values stale; nil: as the gateway has it.
  public var staleAfter: Int?
  /// The time zone of its clock, by its name in the zone database; nil: that of the gateway.
  public var timeZone: String?
  /// The user's own text.
  public var userLabel: String
  /// Its values, in the order of the telegram; empty: learned at the first readout.
  public var values: [ValueConfiguration]

  /// A meter; what is left out has the default of table 26.
  public init(
    interface: InterfaceKind = .mbus, identity: MeterIdentity = MeterIdentity(serial: .any),
    primaryAddress: UInt8 = 0, usesPrimaryAddress: Bool = false, readoutCycle: UInt32 = 0,
    maxValueCount: Int = 0, encryptionKey: [UInt8] = [], isActive: Bool = true, register: Int = 0,
    hasNoRegisters: Bool = false, stalePolicy: StalePolicy? = nil, staleAfter: Int? = nil,
    timeZone: String? = nil, userLabel: String = "", values: [ValueConfiguration] = []
  ) {
    self.interface = interface
    self.identity = identity
    self.primaryAddress = primaryAddress
    self.usesPrimaryAddress = usesPrimaryAddress
    self.readoutCycle = readoutCycle
    self.maxValueCount = maxValueCount
    self.encryptionKey = encryptionKey
    self.isActive = isActive
    self.register = register
    self.hasNoRegisters = hasNoRegisters
    self.stalePolicy = stalePolicy
    self.staleAfter = staleAfter
    self.timeZone = timeZone
    self.userLabel = userLabel
    self.values = values
  }

  /// How people recognise the meter in messages: `66600106 LUG`, or `address 5` before its serial is
  /// known.
  public var label: String {
    guard identity.serial != .any else { return "address \(primaryAddress)" }
    guard let manufacturer = identity.manufacturer else { return "\(identity.serial)" }
    return "\(identity.serial) \(manufacturer)"
  }

  /// When its values count as stale, and what follows.
  /// - Parameter gateway: what holds where the meter has nothing of its own.
  public func staleRule(otherwise gateway: StaleRule) -> StaleRule {
    StaleRule(policy: stalePolicy ?? gateway.policy, after: staleAfter ?? gateway.after)
  }

  /// True when neither the meter nor one of its values has been given an address.
  public var hasNoAddresses: Bool { register == 0 && values.allSatisfy { $0.register == 0 } }
}

/// A value of a meter as its user configured it: one `value` element of Device_Handle.cfg
/// (MUC500 manual 1.1, table 26).
public struct ValueConfiguration: Hashable, Sendable {
  /// The bytes of DIF and DIFEs; nil when the file does not give them.
  public var dif: [UInt8]?
  /// The bytes of VIF and VIFEs; nil when the file does not give them.
  public var vif: [UInt8]?
  /// What it means, and its unit.
  public var meaning: ValueMeaning
  /// Storage number.
  public var storage: UInt64
  /// Tariff.
  public var tariff: UInt32
  /// Instantaneous, maximum, minimum or error.
  public var function: ValueKey.Function
  /// The scale that the meter used when the file was written: an exponent of ten.
  public var scale: Int
  /// The user's own factor.
  public var userScale: UserScale
  /// Whether reports and logs carry it.
  public var isActive: Bool
  /// First register of the value entry; 0: none given.
  public var register: Int
  /// The user's own text.
  public var userLabel: String
  /// Generic data: for most interfaces the six groups of the OBIS code; empty: none.
  public var confdata: [UInt8]
  /// DIF, DIFEs, VIF, VIFEs and data of a record, as another device has written them; empty: none. Says
  /// which value is meant where `dif` and `vif` do not.
  public var rawData: [UInt8]
  /// Number of its BACnet object, 0–4194302; nil: none given.
  public var bacnetObject: UInt32?

  /// A value; what is left out has the default of table 26.
  public init(
    dif: [UInt8]? = nil, vif: [UInt8]? = nil, meaning: ValueMeaning = ValueMeaning(.none, .none),
    storage: UInt64 = 0, tariff: UInt32 = 0, function: ValueKey.Function = .instantaneous,
    scale: Int = 0, userScale: UserScale = .one, isActive: Bool = true, register: Int = 0,
    userLabel: String = "", confdata: [UInt8] = [], rawData: [UInt8] = [],
    bacnetObject: UInt32? = nil
  ) {
    self.dif = dif
    self.vif = vif
    self.meaning = meaning
    self.storage = storage
    self.tariff = tariff
    self.function = function
    self.scale = scale
    self.userScale = userScale
    self.isActive = isActive
    self.register = register
    self.userLabel = userLabel
    self.confdata = confdata
    self.rawData = rawData
    self.bacnetObject = bacnetObject
  }

  /// The OBIS code that `confdata` gives; nil: none.
  public var obis: OBISCode? {
    get { OBISCode(groups: confdata) }
    set { confdata = newValue?.groups ?? [] }
  }
}
