import CAllocator
import Metering
import RegisterMap
import Settings

/// The meter list as it was read: it can be changed and saved. A value: saving gives a new one.
public struct MeterListFile: Sendable {
  /// The meters, in the order of the file, without those that could not be read.
  public let meters: [MeterConfiguration]
  /// What became of reading it.
  public let state: AppFolder.FileState
  private let snapshot: FileSnapshot
  /// What has just been written, for whoever wants to keep it.
  public private(set) var written: [UInt8]?

  /// Where it is.
  public var path: String { snapshot.path }
  /// What it held when it was read; nil: it could not be read.
  public var version: FileVersion? { snapshot.version }
  /// Its name, for messages.
  public var name: String { snapshot.name }
  /// What people should know about the save that made it so, which did not fail for that: that the folder
  /// could not be brought to the disk. Nil: nothing.
  public var warning: String? { snapshot.warning }

  /// What is otherwise than in another list, for people, a line each.
  public func changes(from before: MeterListFile) -> [String] {
    MeterListDifference.lines(from: before.meters, to: meters)
  }

  /// Reads a list; whatever is wrong with it, the diagnostics tell.
  /// - Parameters:
  ///   - layout: how its registers are to lie in the map.
  ///   - otherwise: what holds when it cannot be read, for these.
  ///   - wasThere: whether there was one that is missed.
  ///   - files: where it is read from.
  static func load(
    _ path: String, layout: RegisterLayout, otherwise: String, wasThere: Bool = false,
    files: FileView = .disk
  ) -> (file: MeterListFile, diagnostics: [Diagnostic]) {
    let (folder, name) = FilePlace.split(path)
    switch files.read(path, limit: DeviceHandleLimit.fileSize) {
    case .read(let bytes): return read(bytes, path: path, layout: layout, otherwise: otherwise)
    case .missing:
      let note = Diagnostic(
        wasThere ? .error : .note, file: name,
        "there is no such file in \(folder); \(otherwise)\(wasThere ? SettingsFile.remedy : "")")
      let snapshot = FileSnapshot(path: path, version: .missing, why: "")
      return (MeterListFile(meters: [], state: .missing, snapshot: snapshot), [note])
    case .unreadable(let why):
      let error = Diagnostic(
        .error, file: name,
        "the file in \(folder) cannot be read: \(why); \(otherwise)")
      let snapshot = FileSnapshot(path: path, version: nil, why: why)
      return (MeterListFile(meters: [], state: .unreadable, snapshot: snapshot), [error])
    }
  }

  /// What a file with this content says.
  static func read(
    _ bytes: [UInt8], path: String, layout: RegisterLayout, otherwise: String
  ) -> (file: MeterListFile, diagnostics: [Diagnostic]) {
    let result = DeviceHandleFile.parse(
      bytes, name: FilePlace.split(path).name, layout: layout, otherwise: otherwise)
    // An empty file is what a power failure leaves: a list written over it would be all that is left.
    let snapshot = FileSnapshot(
      path: path, version: result.meters == nil ? nil : .of(bytes),
      why: result.diagnostics.first.map(\.description) ?? "")
    let file = MeterListFile(
      meters: result.meters ?? [], state: result.meters == nil ? .unreadable : .read,
      snapshot: snapshot)
    return (file, result.diagnostics)
  }

  /// A file that is not read from the disk, but held this when it was in force; nil: there was none.
  static func remembered(
    _ bytes: [UInt8]?, path: String, layout: RegisterLayout
  ) -> MeterListFile {
    guard let bytes else {
      return MeterListFile(
        meters: [], state: .missing,
        snapshot: FileSnapshot(path: path, version: .missing, why: ""))
    }
    return read(bytes, path: path, layout: layout, otherwise: "").file
  }

  /// The same file when its list is not taken over: it is not saved, either, so that nothing is lost of it.
  func refused(for mistake: Diagnostic) -> MeterListFile {
    MeterListFile(
      meters: [], state: .unreadable,
      snapshot: FileSnapshot(path: path, version: nil, why: mistake.description))
  }

  /// The list with other meters, on the disk when this returns: see `DeviceHandleFile.edit`. Without a
  /// change nothing is written; a file that is not there is made, unless the list is empty. Blocks: not
  /// for an event loop.
  /// - Parameter list: all meters that are to be in it; their origins count in `meters`.
  /// - Returns: the list as the file says it then: texts without the spaces at their ends, for example.
  /// - Throws: `SaveFailure`; the file is as it was. One that could not be read is never overwritten.
  public func saving(_ list: [ListedMeter]) throws(SaveFailure) -> MeterListFile {
    defer { memory_trim() }
    let bytes = try snapshot.content(limit: DeviceHandleLimit.fileSize)
    if list.isEmpty, bytes?.isEmpty ?? true { return self }
    let edited: DeviceHandleFile.Edited
    do throws(DeviceHandleEditFailure) {
      edited = try DeviceHandleFile.edit(bytes, name: name, to: list)
    } catch {
      throw .meters(error)
    }
    guard edited.bytes != bytes else { return self }
    let saved = try snapshot.saving(edited.bytes)
    var file = MeterListFile(meters: edited.meters, state: .read, snapshot: saved)
    file.written = edited.bytes
    return file
  }

  /// The same without what has been written: a large list has some megabytes.
  public var settled: MeterListFile {
    var file = self
    file.written = nil
    return file
  }
}
