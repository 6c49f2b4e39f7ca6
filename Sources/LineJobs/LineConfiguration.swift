import BusMaster
import MBus
import Metering

/// What the settings decide of a wired M-Bus.
public struct LineConfiguration: Hashable, Sendable {
  /// Speed and timeouts.
  public var timing: LineTiming
  /// Which parts of a secondary address are sent as wildcards (MBUS_SELECTMASK).
  public var selectMask: SelectMask
  /// What is reset before a readout (MBUS_RESETMODE).
  public var reset: ResetSequence
  /// Repetitions of a request (MBUS_MAXRETRY).
  public var retries: Int
  /// The most telegrams of a chain (MBUS_MAXMULTIPAGE); 0: all of them.
  public var maxTelegrams: Int
  /// How a scan looks for meters.
  public var scan: ScanPlan
  /// At which speeds a scan looks, one after the other, bits a second (MBUS_SCANBAUDRATES); empty: at that of the
  /// line.
  public var scanSpeeds: [Int64] = []
  /// How telegrams are read (METER_VIFSTRINGMODE, MBUS_DISABLE_DECRYPTION); key and identity come with each
  /// job.
  public var decoding: DecodingOptions

  /// What is sent before REQ_UD2 (MBUS_REQUESTMODE, MUC_USE_FREEZE).
  public var request = RequestSequence.none
  /// What is done for meters that behave in their own way.
  public var manner = ReadoutManner()

  /// All parts; a scan that is left out looks for all meters by secondary address.
  public init(
    timing: LineTiming, selectMask: SelectMask, reset: ResetSequence, retries: Int,
    maxTelegrams: Int, scan: ScanPlan = ScanPlan(),
    decoding: DecodingOptions = .standard
  ) {
    self.timing = timing
    self.selectMask = selectMask
    self.reset = reset
    self.retries = retries
    self.maxTelegrams = maxTelegrams
    self.scan = scan
    self.decoding = decoding
  }
}

extension LineConfiguration {
  /// How a meter is read by these settings.
  /// - Parameters:
  ///   - address: how it is reached.
  ///   - identity: who it is, as far as it is known.
  ///   - key: with which it encrypts; nil: none is known.
  ///   - formats: what its compact frames look like, as far as it is known.
  public func readoutPlan(
    of address: MBusAddress, identity: MeterIdentity? = nil, key: TelegramKey? = nil,
    formats: FormatCache = FormatCache()
  ) -> ReadoutPlan {
    var decoding = decoding
    decoding.key = key
    decoding.asked = identity
    var plan = ReadoutPlan(
      address: address, selectMask: selectMask, reset: reset, retries: retries,
      maxTelegrams: maxTelegrams, decoding: decoding, formats: formats)
    plan.request = request
    plan.manner = manner
    return plan
  }
}
