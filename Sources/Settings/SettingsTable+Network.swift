extension SettingsTable {
  /// The groups `[IP]`, `[DNS]` and `[VPN]`.
  static let networkRows: [Setting] = addressRows + nameServerRows + vpnRows

  private static let addressRows: [Setting] = [
    .kept(
      "ADDRESS", in: .ip, .ipv4Address, .text("192.168.1.101"), anybus: .unset,
      field: WebField(.general, "IP address", de: "IP-Adresse"),
      LocalizedText(
        "IP address of the device, unless DHCP gives it one.",
        de: "IP-Adresse des Geräts, wenn es keine über DHCP erhält."), source: .both),
    .kept(
      "NETMASK", in: .ip, .netmask, .text("255.255.255.0"), anybus: .unset,
      field: WebField(.general, "Subnet mask", de: "Subnetzmaske"),
      LocalizedText(
        "Subnet mask that belongs to the IP address.", de: "Subnetzmaske zur IP-Adresse."),
      source: .both),
    .kept(
      "GATEWAY", in: .ip, .ipv4Address, .text("192.168.1.254"), anybus: .unset,
      field: WebField(.general, "Gateway IP address", de: "Gateway-IP-Adresse"),
      LocalizedText(
        "IP address of the router to other networks.",
        de: "IP-Adresse des Routers in andere Netze."), source: .both),
    .kept(
      "DHCP", in: .ip, .flag, .flag(false), anybus: .flag(true),
      field: WebField(.general, "DHCP", de: "DHCP"),
      LocalizedText(
        "Get address, mask, router and name servers from a DHCP server.",
        de: "Adresse, Maske, Router und Nameserver von einem DHCP-Server beziehen."), source: .both),
    .kept(
      "DHCP_HOSTNAME", in: .ip, .anyText, .unset,
      LocalizedText(
        "Name under which the device asks the DHCP server; %SERIAL% stands for its MAC address; not "
          + "set: the name in [DEVICE].",
        de:
          "Name, unter dem das Gerät beim DHCP-Server anfragt; %SERIAL% steht für seine MAC-Adresse; "
          + "nicht gesetzt: der Name in [DEVICE].")),
    // This machine's kernel shares its memory by itself.
    .kept(
      "TCPIPMEM", in: .ip, .integer(60...1000), .integer(280), unit: .kilobytes,
      LocalizedText(
        "Memory set aside for the web server; a PC has no such reservation.",
        de: "Für den Webserver reservierter Speicher; ein PC kennt das nicht."), effect: .reboot,
      status: .hardwareAbsent, source: .anybus),
  ]

  private static let nameServerRows: [Setting] = [
    .kept(
      "NAME_SERVER1", in: .dns, .anyHost, .unset,
      field: WebField(.general, "DNS IP address (primary)", de: "DNS-IP-Adresse (erste)"),
      LocalizedText("The DNS server to ask first.", de: "Der zuerst gefragte DNS-Server.")),
    .kept(
      "NAME_SERVER2", in: .dns, .anyHost, .unset,
      field: WebField(.general, "DNS IP address (secondary)", de: "DNS-IP-Adresse (zweite)"),
      LocalizedText(
        "The DNS server to ask when the first does not answer.",
        de: "Der DNS-Server, der gefragt wird, wenn der erste nicht antwortet.")),
  ]

  private static let vpnRows: [Setting] = [
    .kept(
      "CONFIGFILE", in: .vpn, .anyPath, .text("vpn/config.ovpn"),
      LocalizedText(
        "Path of the OpenVPN client's configuration, from the folder of this file.",
        de: "Pfad der Konfiguration des OpenVPN-Clients, vom Ordner dieser Datei aus.")),
    .kept(
      "ENABLE", in: .vpn, .flag, .flag(false), field: WebField(.general, "VPN", de: "VPN"),
      LocalizedText(
        "Connect to a virtual private network by OpenVPN.",
        de: "Über OpenVPN ein virtuelles privates Netz betreten.")),
  ]
}
