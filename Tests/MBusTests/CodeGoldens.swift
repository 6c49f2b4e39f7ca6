/// What every code means, written down by hand from EN 13757-3:2018, tables 10, 12, 14 and 15 to 18, and from the
/// MUC500 manual 1.1, tables 28 and 29, and not from the tables of the decoder.
///
/// A line is: codes; index of the description, or a text of our own in quotes; unit, - for none; exponent of ten of
/// the first code, behind which + says that each further code has one more; then u for data without a sign, D for a
/// date, B for bytes, b for bits where it is no signed number.
enum CodeGoldens {
  /// VIF 00–7F but 7C, which is a text of the meter's own.
  static let primary = """
    00-07; 9; Wh; -3+
    08-0F; 9; J; 0+
    10-17; 10; m^3; -6+
    18-1F; 11; kg; -3+
    20; 13; s; 0
    21; 13; min; 0
    22; 13; h; 0
    23; 13; d; 0
    24; 12; s; 0
    25; 12; min; 0
    26; 12; h; 0
    27; 12; d; 0
    28-2F; 14; W; -3+
    30-37; 14; J/h; 0+
    38-3F; 15; m^3/h; -6+
    40-47; 16; m^3/min; -7+
    48-4F; 16; m^3/s; -9+
    50-57; 17; kg/h; -3+
    58-5B; 19; Degree C; -3+
    5C-5F; 18; Degree C; -3+
    60-63; 20; K; -3+
    64-67; 21; Degree C; -3+
    68-6B; 22; Bar; -3+
    6C-6D; 23; UTC; 0 D
    6E; 25; -; 0
    6F; reserved
    70; 26; s; 0
    71; 26; min; 0
    72; 26; h; 0
    73; 26; d; 0
    74; 27; s; 0
    75; 27; min; 0
    76; 27; h; 0
    77; 27; d; 0
    78; 29; -; 0 u
    79; 28; -; 0 u
    7A; 30; -; 0 u
    7B; reserved
    7D; reserved
    7E; "Any VIF"; -; 0
    7F; 57; -; 0
    """

  /// Behind FD.
  static let fd = """
    00-03; 4; Cur; -3+
    04-07; 5; Cur; -3+
    08; 34; -; 0 u
    09; 35; -; 0 u
    0A; 36; -; 0 u
    0B; 37; -; 0 u
    0C; 38; -; 0 u
    0D; 39; -; 0 u
    0E; 40; -; 0 u
    0F; 33; -; 0 u
    10; 41; -; 0 u
    11; 42; -; 0 u
    12; 43; -; 0 u
    13; 44; -; 0 u
    14; 45; -; 0 u
    15; 46; -; 0 u
    16; 47; -; 0 u
    17; 1; Bin; 0 b
    18; 48; Bin; 0 b
    19; 94; -; 0 u
    1A; 2; Bin; 0 b
    1B; 32; Bin; 0 b
    1C; 49; bd; 0 u
    1D; 50; bt; 0 u
    1E; 51; -; 0 u
    1F; 52; -; 0 u
    20; 53; -; 0 u
    21; 54; -; 0 u
    22; 55; -; 0 u
    23; "Descriptor for tariff and subunit"; -; 0 u
    24; 56; s; 0
    25; 56; min; 0
    26; 56; h; 0
    27; 56; d; 0
    28; 56; mon; 0
    29; 56; y; 0
    2A; "Operator specific data"; -; 0
    2B; 58; s; 0
    2C; 59; s; 0 u
    2D; 59; min; 0 u
    2E; 59; h; 0 u
    2F; 59; d; 0 u
    30; 60; UTC; 0 D
    31; 61; min; 0 u
    32; 61; h; 0 u
    33; 61; d; 0 u
    34; 62; s; 0 u
    35; 62; min; 0 u
    36; 62; h; 0 u
    37; 62; d; 0 u
    38; 62; mon; 0 u
    39; 62; y; 0 u
    3A; 63; ; 0
    3B; 64; -; 0 B
    3C; 65; s; 0 u
    3D; 65; min; 0 u
    3E; 65; h; 0 u
    3F; 65; d; 0 u
    40-4F; 6; V; -9+
    50-5F; 7; A; -12+
    60; 66; -; 0
    61; 67; -; 0
    62; 68; -; 0
    63; 69; Day of week; 0
    64; 70; -; 0
    65; 71; -; 0
    66; 72; -; 0 u
    67; 3; -; 0
    68; 73; h; 0
    69; 73; d; 0
    6A; 73; mon; 0
    6B; 73; y; 0
    6C; 74; h; 0
    6D; 74; d; 0
    6E; 74; mon; 0
    6F; 74; y; 0
    70; 75; UTC; 0 D
    71; 76; dBm; 0
    72; 77; -; 0 B
    73; 78; -; 0 B
    74; 79; d; 0 u
    75; 80; -; 0 u
    76; 81; -; 0 B
    77-7F; reserved
    """

  /// Behind FB; kVARh and kVAR are kilo units of the manual's. Rows of the standard until 2004 that nothing else has
  /// taken are kept: 21-26 and the temperatures in °F.
  static let fb = """
    00-01; 9; Wh; 5+
    02-03; 82; kVARh; 0+
    04-05; 92; VAh; 3+
    06-07; reserved
    08-09; 9; J; 8+
    0A-0B; reserved
    0C-0F; 9; cal; 5+
    10-11; 10; m^3; 2+
    12-13; reserved
    14-17; 83; kVAR; -3+
    18-19; 11; kg; 5+ u
    1A-1B; 84; %; -1+ u
    1C-1F; reserved
    20; 10; ft^3; 0
    21; 10; ft^3; -1
    22; 10; US gal; -1
    23; 10; US gal; 0
    24; 15; US gal/min; -3
    25; 15; US gal/min; 0
    26; 15; US gal/h; 0
    27; reserved
    28-29; 14; W; 5+
    2A; 85; Degree; -1
    2B; 86; Degree; -1
    2C-2F; 87; Hz; -3+
    30-31; 14; J/h; 8+
    32-33; reserved
    34-37; 93; VA; 0+
    38-57; reserved
    58-5B; 19; Degree F; -3+
    5C-5F; 18; Degree F; -3+
    60-63; 20; Degree F; -3+
    64-67; 21; Degree F; -3+
    68; "Resulting rating factor K"; -; 2^-12 u
    69; "Thermal output rating factor Kq"; W; 2^-12 u
    6A; "Thermal coupling rating factor overall Kc"; -; 2^-12 u
    6B; "Thermal coupling rating factor room side Kcr"; -; 2^-12 u
    6C; "Thermal coupling rating factor heater side Kch"; -; 2^-12 u
    6D; "Low temperature rating factor Kt"; -; 2^-12 u
    6E; "Display output scaling factor KD"; -; 2^-12 u
    6F; reserved
    70-73; 88; Degree F; -3+
    74-77; 88; Degree C; -3+
    78-7F; 89; W; -3+
    """

  /// VIFE 00–7F behind VIF 13, litres: codes; what becomes of the number; words.
  /// `=` stays, `error`, `profile`, `date`, `count`, a duration `in s`, `unit` with the unit that it makes, `x` and
  /// `+` with an exponent of ten, `u` without a sign.
  static let vife = """
    00; =; no error
    01; error; too many DIFEs
    02; error; storage number not implemented
    03; error; unit number not implemented
    04; error; tariff number not implemented
    05; error; function not implemented
    06; error; data class not implemented
    07; error; data size not implemented
    08-0A; =; reserved
    0B; error; too many VIFEs
    0C; error; illegal VIF group
    0D; error; illegal VIF exponent
    0E; error; VIF and DIF do not match
    0F; error; action not implemented
    10-11; =; reserved
    12; =; average value
    13; profile; inverse compact profile
    14; unit -; relative deviation
    15; error; no data available (undefined value)
    16; error; data overflow
    17; error; data underflow
    18; error; data error
    19-1B; =; reserved
    1C; error; premature end of record
    1D; =; standard conform data content
    1E; profile; compact profile with register numbers
    1F; profile; compact profile
    20; unit m^3/s; per second
    21; unit m^3/min; per minute
    22; unit m^3/h; per hour
    23; unit m^3/d; per day
    24; unit m^3/week; per week
    25; unit m^3/month; per month
    26; unit m^3/year; per year
    27; unit m^3/revolution; per revolution or measurement
    28; unit m^3/pulse; increment per input pulse on channel 0
    29; unit m^3/pulse; increment per input pulse on channel 1
    2A; unit m^3/pulse; increment per output pulse on channel 0
    2B; unit m^3/pulse; increment per output pulse on channel 1
    2C; unit m^3/l; per litre
    2D; unit m^3/m^3; per m³
    2E; unit m^3/kg; per kg
    2F; unit m^3/K; per K
    30; unit m^3/kWh; per kWh
    31; unit m^3/GJ; per GJ
    32; unit m^3/kW; per kW
    33; unit m^3/(K·l); per K·l
    34; unit m^3/V; per V
    35; unit m^3/A; per A
    36; unit m^3·s; multiplied by s
    37; unit m^3·s/V; multiplied by s/V
    38; unit m^3·s/A; multiplied by s/A
    39; date; start date of
    3A; =; uncorrected unit
    3B; =; forward
    3C; =; backward
    3D; unit US gal 0; non-metric unit system
    3E; =; at base conditions
    3F; u; OBIS declaration
    40; =; lower limit
    41; count; number of exceeds of the lower limit
    42; date; begin of the first exceed of the lower limit
    43; date; end of the first exceed of the lower limit
    44-45; =; reserved
    46; date; begin of the last exceed of the lower limit
    47; date; end of the last exceed of the lower limit
    48; =; upper limit
    49; count; number of exceeds of the upper limit
    4A; date; begin of the first exceed of the upper limit
    4B; date; end of the first exceed of the upper limit
    4C-4D; =; reserved
    4E; date; begin of the last exceed of the upper limit
    4F; date; end of the last exceed of the upper limit
    50; in s; duration of the first exceed of the lower limit
    51; in min; duration of the first exceed of the lower limit
    52; in h; duration of the first exceed of the lower limit
    53; in d; duration of the first exceed of the lower limit
    54; in s; duration of the last exceed of the lower limit
    55; in min; duration of the last exceed of the lower limit
    56; in h; duration of the last exceed of the lower limit
    57; in d; duration of the last exceed of the lower limit
    58; in s; duration of the first exceed of the upper limit
    59; in min; duration of the first exceed of the upper limit
    5A; in h; duration of the first exceed of the upper limit
    5B; in d; duration of the first exceed of the upper limit
    5C; in s; duration of the last exceed of the upper limit
    5D; in min; duration of the last exceed of the upper limit
    5E; in h; duration of the last exceed of the upper limit
    5F; in d; duration of the last exceed of the upper limit
    60; in s; duration of the first
    61; in min; duration of the first
    62; in h; duration of the first
    63; in d; duration of the first
    64; in s; duration of the last
    65; in min; duration of the last
    66; in h; duration of the last
    67; in d; duration of the last
    68; =; value during exceed of the lower limit
    69; =; leakage
    6A; date; begin of the first
    6B; date; end of the first
    6C; =; value during exceed of the upper limit
    6D; =; overflow
    6E; date; begin of the last
    6F; date; end of the last
    70; x -6; ×10^-6
    71; x -5; ×10^-5
    72; x -4; ×10^-4
    73; x -3; ×10^-3
    74; x -2; ×10^-2
    75; x -1; ×10^-1
    76; x 0; ×10^0
    77; x 1; ×10^1
    78; + 0.001; +10^-3
    79; + 0.01; +10^-2
    7A; + 0.1; +10^-1
    7B; + 1; +10^0
    7C; =; reserved
    7D; x 3; ×10^3
    7E; =; future value
    7F; =; manufacturer specific
    """

  /// A line for each code of a list.
  static func rows(_ text: String) -> [(codes: ClosedRange<UInt8>, cells: [String])] {
    text.split(separator: "\n").compactMap { line in
      var cells = line.split(separator: ";", omittingEmptySubsequences: false).map { cell in
        String(cell.drop { $0 == " " })
      }
      let codes = cells.removeFirst().split(separator: "-").compactMap { UInt8($0, radix: 16) }
      guard let first = codes.first, let last = codes.last, first <= last else { return nil }
      return (first...last, cells)
    }
  }
}
