/// What a server can do wrong; every check names the fault that it finds.
enum Fault: String, CaseIterable, Sendable {
  /// A correct server.
  case none

  // Functions
  case unusedFunctionsUnknown = "unused-functions-unknown"
  case functionZeroIgnored = "function-zero-ignored"
  case unlistedFunctionsIgnored = "unlisted-functions-ignored"
  case functionsFrom128Close = "functions-from-128-close"
  case shortRequestsIgnored = "short-requests-ignored"
  case requestLengthsIgnored = "request-lengths-ignored"

  // Device identification
  case identificationWithoutRevision = "identification-without-revision"
  case extendedRefused = "extended-refused"
  case nextObjectStandsStill = "next-object-stands-still"
  case nextObjectAtTheEnd = "next-object-at-the-end"
  case identificationFromTheStart = "identification-from-the-start"
  case unknownStartRefused = "unknown-start-refused"
  case individualBringsAll = "individual-brings-all"
  case unknownObjectAnswered = "unknown-object-answered"
  case conformityStreamOnly = "conformity-stream-only"
  case unknownCodeAnswered = "unknown-code-answered"
  case otherMEIAnswered = "other-mei-answered"

  // Quantity and address
  case quantityNotChecked = "quantity-not-checked"
  case addressBeforeQuantity = "address-before-quantity"
  case quantityAtMost100 = "quantity-at-most-100"
  case lastRegisterMissing = "last-register-missing"
  case zerosBeyondTheMap = "zeros-beyond-the-map"
  case addressesWrapAround = "addresses-wrap-around"

  // Header
  case transactionCounted = "transaction-counted"
  case unitAlways255 = "unit-always-255"
  case protocolNotChecked = "protocol-not-checked"
  case lengthNotChecked = "length-not-checked"
  case lengthByFunction = "length-by-function"
  case faultDropsAnswers = "fault-drops-answers"

  // Segments
  case oneRequestASegment = "one-request-a-segment"
  case answersReversed = "answers-reversed"
  case exceptionFlushes = "exception-flushes"
  case oneWriteARequest = "one-write-a-request"
  case pipelineAtMost64 = "pipeline-at-most-64"
  case wholeFramesOnly = "whole-frames-only"
  case halfFramesForgotten = "half-frames-forgotten"

  // Registers
  case singleReadsOff = "single-reads-off"
  case readsFromEntryStart = "reads-from-entry-start"
  case gapsHoldFFFF = "gaps-hold-ffff"
  case deviceEntryMissing = "device-entry-missing"
  case clockStandsStill = "clock-stands-still"
  case clockTorn = "clock-torn"
  /// One bit of one field is wrong.
  case wrongField = "wrong-field"
  case unitZeroRefused = "unit-zero-refused"
  case meterBehindTheDevice = "meter-behind-the-device"
  case everyUnitAnswers = "every-unit-answers"

  // Other clients
  case halfFrameBlocks = "half-frame-blocks"
  case writeBlocks = "write-blocks"
  case answersLost = "answers-lost"
  case brokenRequestStops = "broken-request-stops"
  case stopsAfter200Connections = "stops-after-200-connections"

  // Connections
  case newcomerRefused = "newcomer-refused"
  case quietestGoes = "quietest-goes"
  case limitNotKept = "limit-not-kept"
  case idleStays = "idle-stays"
  case dribbleStays = "dribble-stays"
  case busyIsClosed = "busy-is-closed"
}
