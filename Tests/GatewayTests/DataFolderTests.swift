import Foundation
import Gateway
import MeterFiles
import PeerSupport
import Testing

/// The folder for data, where it is not there.
@Suite struct DataFolderTests {
  private func said(_ app: AppFolder, _ folder: TemporaryFolder) -> [String] {
    FolderCheck.dataFolderDiagnostics(of: app).map {
      $0.report.replacing(folder.path, with: "DIR")
    }
  }

  @Test func itIsMadeWhereItsParentIs() throws {
    let folder = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\n"])
    let app = AppFolder.load(folder.path, ext: folder["data/"])
    #expect(said(app, folder).isEmpty && FolderCheck.needsDataFolder(app))
    #expect(DataFolder.make(folder["data/"], besides: folder.path))
    var status = stat()
    #expect(stat(folder["data"], &status) == 0 && status.st_mode & S_IFMT == S_IFDIR)
    #expect(!DataFolder.make(folder["data"], besides: folder.path), "it is there")
  }

  @Test func whatDoesNotWorkWithoutIt() throws {
    let folder = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\n", "file": "x"])
    #expect(
      said(AppFolder.load(folder.path, ext: folder["gone/data"]), folder) == [
        "--ext: warning: the folder for data: there is no folder DIR/gone/data, nor DIR/gone to make it in; "
          + "neither a raw log of the M-Bus (MBUS_RAWLOGENABLE) nor files of settings can be kept there"
      ])
    #expect(
      said(AppFolder.load(folder.path, ext: folder["file"]), folder) == [
        "--ext: warning: the folder for data: DIR/file is a file and no folder; neither a raw log of the M-Bus "
          + "(MBUS_RAWLOGENABLE) nor files of settings can be kept there"
      ])
    try folder.write(
      "[SOLVIMUS]\nMBUS_RAWLOGENABLE=1\nMETER_STAT_CONFIG=/ext/list.cfg\n", to: "chip.ini")
    let app = AppFolder.load(folder.path, ext: folder["gone/data"])
    #expect(
      said(app, folder) == [
        "--ext: warning: the folder for data: there is no folder DIR/gone/data, nor DIR/gone to make it in; the "
          + "raw log of the M-Bus (MBUS_RAWLOGENABLE) is not kept, and settings name files in it "
          + "(DIR/gone/data/list.cfg)"
      ])
    #expect(!DataFolder.make(folder["gone/data"], besides: folder.path))
    // `metergate check` says it, too.
    #expect(
      FolderCheck.complete(app).diagnostics.contains { $0.file == "--ext" })
  }

  /// Where nobody has asked for it, nothing is missed, and nothing is made.
  @Test func theOneOfDelivery() throws {
    let folder = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\n"])
    let app = AppFolder.load(folder.path)
    #expect(!FolderCheck.needsDataFolder(app) && said(app, folder).isEmpty)
  }
}
