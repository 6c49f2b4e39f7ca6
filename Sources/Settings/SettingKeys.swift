/// The settings that are numbers. The raw value is `Setting.id`.
public enum IntegerKey: String, CaseIterable, Sendable {
  case mucConfigVersion = "MUC_CONFIG_VER"
  case mucPassEncryption = "MUC_PASSMUC_ENCMODE"
  case mbusBaudRate = "MBUS_BAUDRATE"
  case mbusDataBits = "MBUS_DATABITS"
  case mbusParity = "MBUS_PARITY"
  case mbusStopBits = "MBUS_STOPBITS"
  case mbusTimeout = "MBUS_TIMEOUT"
  case mbusIdleTimeout = "MBUS_IDLETIMEOUT"
  case mbusFullTimeout = "MBUS_FULLTIMEOUT"
  case mbusMaxRetry = "MBUS_MAXRETRY"
  case mbusMaxMultipage = "MBUS_MAXMULTIPAGE"
  case mbusResetMode = "MBUS_RESETMODE"
  case mbusSelectMask = "MBUS_SELECTMASK"
  case mbusMinPrimaryAddress = "MBUS_MINPRIMARYADDRESS"
  case mbusMaxPrimaryAddress = "MBUS_MAXPRIMARYADDRESS"
  case meterTime = "METER_TIME"
  case meterMaxValueCount = "METER_MAXVALUECOUNT"
  case meterMaxDeviceCount = "METER_MAXDEVICECOUNT"
  case meterVIFStringMode = "METER_VIFSTRINGMODE"
  case mucDescriptionFlags = "MUC_METERDESCRIPTION_ENABLEFLAGS"
  case mucTrimValues = "MUC_TRIMVALUES"
  case modbusPort = "MODBUS_NWPORT"
  case modbusMaxConnections = "MODBUS_MAXCONNECTIONS"
  case modbusConnectionTimeout = "MODBUS_CONNECTIONTIMEOUT"
  case modbusDisconnectTimeout = "MODBUS_DISCONNECTTIMEOUT"
  case modbusAddress = "MODBUS_ADDRESS"
  case modbusProtocolVersion = "MODBUSMETER_PROTOCOLVERSION"
  case modbusStaleAfter = "MODBUS_STALEAFTER"
  case modbusBaudRate = "MODBUS_BAUDRATE"
  case modbusDataBits = "MODBUS_DATABITS"
  case modbusParity = "MODBUS_PARITY"
  case modbusStopBits = "MODBUS_STOPBITS"
  case modbusFlowControl = "MODBUS_FLOWCONTROL"
  case modbusTLSPort = "MODBUS_TLSPORT"
  case modbusProductCode = "MODBUS_PRODUCT_CODE"
}

/// The settings that are 0 or 1. The raw value is `Setting.id`.
public enum FlagKey: String, CaseIterable, Sendable {
  case mbusEnable = "MBUS_ENABLE"
  case mbusScanHex = "MBUS_SCANHEX"
  case modbusEnable = "MODBUS_ENABLE"
  case modbusRS485Enable = "MODBUS_RS485ENABLE"
  case modbusTLSEnable = "MODBUS_TLSENABLE"
  case modbusTLSPlain = "MODBUS_TLSPLAIN"
  case modbusSwap = "MODBUS_SWAP"
  case modbusQuality = "MODBUS_QUALITY"
  case mbusDisableDecryption = "MBUS_DISABLE_DECRYPTION"
  case mucShowDataFrame = "MUC_SHOWDATAFRAME"
  case mucShowMeterStatusByte = "MUC_SHOWMETERSTATUSBYTE"
  case mucShowVendorRawData = "MUC_SHOWVENDORRAWDATA"
  case mucShowTimestampEntries = "MUC_SHOWTIMESTAMPENTRIES"
  case mucConfigAutoApply = "MUC_CONFIG_AUTOAPPLY"
}

/// The settings that are text or words. The raw value is `Setting.id`.
public enum TextKey: String, CaseIterable, Sendable {
  case deviceName = "DEVICE.NAME"
  case deviceTimeZone = "DEVICE.TIMEZONE"
  case ledActiveGreen = "LED_ACTIVE_GREEN"
  case ledActiveRed = "LED_ACTIVE_RED"
  case ledStateGreen = "LED_STATE_GREEN"
  case ledStateRed = "LED_STATE_RED"
  case mbusDevicePath = "MBUS_DEVPATH"
  case mbusScanMode = "MBUS_SCANMODE"
  case mbusScanStrategy = "MBUS_SCANSTRATEGY"
  case meterCycleMode = "METER_CYCLEMODE"
  case meterStatConfig = "METER_STAT_CONFIG"
  case modbusMode = "MODBUS_MODE"
  case modbusIP = "MODBUS_IP"
  case modbusStalePolicy = "MODBUS_STALEPOLICY"
  case modbusDevicePath = "MODBUS_DEVPATH"
  case modbusCAFile = "MODBUS_CA_FILE"
  case modbusCertFile = "MODBUS_CERT_FILE"
  case modbusKeyFile = "MODBUS_KEY_FILE"
  case modbusTLSRoles = "MODBUS_TLSROLES"
  case modbusVendor = "MODBUS_VENDOR"
  case modbusVendorURL = "MODBUS_VENDORURL"
  case modbusModel = "MODBUS_MODEL"
  case modbusApplication = "MODBUS_APPLICATION"
  case modbusVersion = "MODBUS_VERSION"
  case mucLog = "MUC_LOG"
}

/// What the gateway writes to the log (MUC500 manual 1.1, table 8 and MUC_LOG in table 25).
public enum LogMode: String, CaseIterable, Sendable {
  /// Errors, warnings, and what people want to know of normal operation.
  case standard = "DEFAULT"
  /// Nothing.
  case none = "NONE"
  /// Errors.
  case errorsOnly = "ERRORONLY"
  /// Everything.
  case all = "ALL"
}
