extension SettingsTable {
  /// The BACnet server (MUC500 manual 1.1, ch. 12.2).
  static let bacnetRows: [Setting] = bacnetNetworkRows + bacnetDeviceRows

  private static let bacnetNetworkRows: [Setting] = [
    .kept(
      "BACNET_BBMD", .anyHost, .unset, field: WebField(.server, "BACnet BBMD", de: "BACnet-BBMD"),
      LocalizedText(
        "The BBMD, a device that carries BACnet broadcasts into other networks.",
        de: "Das BBMD, ein Gerät, das BACnet-Broadcasts in andere Netze trägt.")),
    .kept(
      "BACNET_BROADCAST", .ipv4Address, .unset,
      field: WebField(.server, "BACnet broadcast", de: "BACnet-Broadcast"),
      LocalizedText(
        "Broadcast address of BACnet; not set: that of the device.",
        de: "Broadcast-Adresse von BACnet; nicht gesetzt: die des Geräts.")),
    .kept(
      "BACNET_CONFIGURE_NETWORK", .flag, .flag(false),
      field: WebField(.server, "BACnet config network", de: "BACnet-Netz einrichten"),
      LocalizedText(
        "Give BACnet an IP address of its own on the same network port.",
        de: "BACnet eine eigene IP-Adresse am selben Netzwerkanschluss geben.")),
  ]

  private static let bacnetDeviceRows: [Setting] = [
    // The manual's range ends at 4294967295; a BACnet device instance has 22 bits, and the last number
    // is a wildcard (ASHRAE 135, ch. 20.2.14).
    .kept(
      "BACNET_DEVICEID", .integer(1...4_194_302), .integer(1),
      field: WebField(.server, "BACnet device ID", de: "BACnet-Geräte-ID"),
      LocalizedText(
        "Number of the device, which no other device of the BACnet network may have.",
        de: "Nummer des Geräts, die kein anderes im BACnet-Netz haben darf.")),
    .kept(
      "BACNET_DEVICENAME", .anyText, .unset,
      field: WebField(.server, "BACnet device name", de: "BACnet-Gerätename"),
      LocalizedText(
        "Name of the device in BACnet; not set: the name in [DEVICE].",
        de: "Name des Geräts in BACnet; nicht gesetzt: der Name in [DEVICE].")),
    .kept(
      "BACNET_ENABLE", .flag, .flag(false),
      field: WebField(.server, "BACnet active", de: "BACnet aktiv"),
      LocalizedText(
        "Offer meters and values by BACnet/IP.", de: "Zähler und Werte über BACnet/IP anbieten.")),
    .kept(
      "BACNET_IP", .ipv4Address, .unset, field: WebField(.server, "BACnet IP", de: "BACnet-IP"),
      LocalizedText(
        "IP address of BACnet; not set: that of the device.",
        de: "IP-Adresse von BACnet; nicht gesetzt: die des Geräts.")),
    .kept(
      "BACNET_LOCATION", .anyText, .text("metering"),
      field: WebField(.server, "BACnet location", de: "BACnet-Ort"),
      LocalizedText(
        "Where the device is, as BACnet tells it.", de: "Wo das Gerät ist, wie BACnet es sagt.")),
    .kept(
      "BACNET_NETMASK", .netmask, .unset,
      field: WebField(.server, "BACnet netmask", de: "BACnet-Netzmaske"),
      LocalizedText(
        "Subnet mask of BACnet; not set: that of the device.",
        de: "Subnetzmaske von BACnet; nicht gesetzt: die des Geräts.")),
    .kept(
      "BACNET_PORT", .word, .integer(47808),
      field: WebField(.server, "BACnet port", de: "BACnet-Port"),
      LocalizedText("UDP port of BACnet.", de: "UDP-Port von BACnet.")),
  ]
}
