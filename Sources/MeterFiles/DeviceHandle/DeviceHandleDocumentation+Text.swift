extension DeviceHandleDocumentation {
  static let head = """
    # Device_Handle.cfg

    <!-- Written from the rules of the elements by MeterFilesTests; do not edit. To renew it:
         METERGATE_REGENERATE=1 swift test --filter MeterFilesTests -->

    The meter list: an XML file in UTF-8 with one `<meter>` a meter, and in it one `<value>` a value. The
    gateway writes into it what it finds, learns and allocates; people edit it, and copy it from one
    device to another. Only what differs from the defaults needs to be given. METER_STAT_CONFIG in
    chip.ini says where it is. `metergate check` reads it as the gateway does and names everything that
    is wrong with it, with its line; SIGHUP makes a running gateway read it anew.

    Numbers are decimal, or hexadecimal with `0x` in front; bytes are two hexadecimal digits each, with or
    without `0x`, with or without spaces between them. Spaces at the ends of a text do not count, and
    neither does the case of the names of elements. There is one format for both dialects of chip.ini;
    where the two devices differ, the element says so.

    """

  static let reading = """
    ## What is wrong, and what follows

    - A file that is no XML is not read, and neither changed: the message has line, column and what is
      expected. The list that was read before stays in force.
    - A text that is not allowed leaves its element at the default. Only a mistake in `serial` keeps the
      meter from being read. A list with mistakes does not replace one that is in force; at the start
      the last list without mistakes stands in its place, from the history, and without one the rest of the
      list counts. Where an element has no meaning here ("stays as it is" below) a mistake in it is a
      warning only.
    - An element that stands twice in one place: the last one counts, and a warning names both lines.
    - A meter that stands in the list twice, a register that two entries share, and a primary address
      that two meters have, are errors that name both places. The same user label on two values of one meter,
      and the same BACnet number on two values, are warnings. The same label on two meters is none:
      every flat has its kitchen.
    - Elements and attributes that nobody knows stay where they are. What looks like a misspelt
      element, or stands in the wrong place, is a warning.
    - Comments, order, spelling, indentation and line ends stay as they are, too: when the gateway saves
      the list it changes only the elements that say something else than before.
    - Read are at most \(DeviceHandleLimit.fileSize / 1024 / 1024) MB, \(DeviceHandleLimit.meters) meters, \
    \(XMLReader.maximumDepth) levels of elements, \(XMLLimit.markup) tags and \(XMLLimit.attributes)
      attributes; texts of at most \(DeviceHandleLimit.textLength) bytes, and no document types
      (`<!DOCTYPE …>`), so that no file can bring the gateway down.

    """

  static let values = """
    ## Which value is meant

    Values of the list are matched with those that the meter sends, not counted. What says most comes
    first, for all values of the meter:

    1. `dif` and `vif`; where both are missing, the beginning of `rawdata`;
    2. `vif` and a `dif` that differs in the length only, or without `dif` the storage number, tariff and
       value type, when just one value of the meter fits;
    3. `description`, `unit`, `storagenum`, `tariff` and `valuetype`;
    4. the same without `unit`, where the list has none;
    5. `storagenum`, `tariff` and `valuetype`, where nothing else is given;
    6. the place in the telegram, for an empty `<value/>`.

    Of several values that fit alike the first that is left is taken, so they keep their order. Times
    that belong to other values are matched where the list has them, also while
    MUC_SHOWTIMESTAMPENTRIES is 0.

    A value of the list that is in none of the meter's telegrams keeps its place and its registers. The
    event `value-missing` names it once, `metergate status` counts such values, flag bit 1 of the meter is
    set, and with MODBUS_QUALITY its quality registers have the error code 0x87.

    Values that a meter sends and its list does not have are read, and get neither registers nor a place
    in the file. A meter without any `<value>` gets those that it sends at its first complete readout.

    """

  static let rest = """
    ## Meters added by hand

    `<serial>` alone, or `<primaryaddress>` with `<addressmode>` 1, is enough. At the first readout the
    gateway writes down the values and, of a meter that is read by its primary address, who it is. The
    parts of a secondary address that are left out stay open: any will do.

    ## active

    `active` decides on reports and logs only. A meter or value with 0 is read like any other, has its
    registers and shows its readings there (Anybus gateway manual 2.4, ch. 4.3 and 9.4; MUC500 manual 1.1,
    ch. 4.4, table 9). A value is reported when both it and its meter are active.

    ## Other interfaces

    This version reads M-Bus. Meters of other interfaces keep their place in the list, their registers,
    which show that they have never been read, and everything that the file says of them. One line in the
    log, and of `metergate check`, says how many they are.

    """
}
