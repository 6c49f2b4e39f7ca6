"""Archives that must be refused, made by Python's tarfile: one file each in the folder that is given."""
import gzip
import io
import os
import sys
import tarfile

folder = sys.argv[1]


def add(archive, name, content=b"x", **fields):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in fields.items():
        setattr(info, key, value)
    archive.addfile(info, io.BytesIO(content))


def write(name, *members, mode="w:gz", **options):
    with tarfile.open(os.path.join(folder, name), mode, **options) as archive:
        for member in members:
            add(archive, *member[:-1], **member[-1])


write("absolute", ("/etc/passwd", b"x", {}))
write("up", ("keys/../../chip.ini", b"x", {}))
write("hidden", (".history/000001-x.tar.gz", b"x", {}))
write("hidden-folder", ("keys/.x", b"x", {}))
write("socket-name", ("control.sock", b"x", {}))
write("symbolic", ("chip.ini", b"", {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}))
write("hard", ("chip.ini", b"", {"type": tarfile.LNKTYPE, "linkname": "users"}))
write("device", ("users", b"", {"type": tarfile.CHRTYPE, "devmajor": 1, "devminor": 3}))
write("fifo", ("users", b"", {"type": tarfile.FIFOTYPE}))
write("twice", ("users", b"a", {}), ("./users", b"b", {}))
write("twice-case", ("chip.ini", b"", {}), ("CHIP.INI", b"", {}))
write("foreign", ("firmware.bin", b"x", {}))
write("deep", ("keys/a/b/c/d", b"x", {}))
write("control", ("keys/a\x1b[2J", b"x", {}))
write("latin1", ("keys/\udcff", b"x", {}), encoding="utf-8", errors="surrogateescape",
      format=tarfile.GNU_FORMAT)
write("empty")
write("large", ("keys/a", b"\0" * (16 * 1024 * 1024 + 1), {}))
write("total", *[("keys/%d" % n, b"\0" * (15 * 1024 * 1024), {}) for n in range(5)])
write("many", *[("keys/%d" % n, b"", {}) for n in range(2001)])
write("schema", ("metergate.json", b'{"schema":2,"product":"metergate"}', {}))
write("product", ("metergate.json", b'{"schema":1,"product":"other"}', {}))
write("broken-json", ("metergate.json", b"{", {}))
write("plain", ("users", b"x", {}), mode="w")
write("bzip2", ("users", b"x", {}), mode="w:bz2")
write("outside-list", ("chip.ini", b"[SOLVIMUS]\nMETER_STAT_CONFIG=/etc/passwd\n", {}),
      ("Device_Handle.cfg", b"<root></root>", {}))
write("wrong-setting", ("chip.ini", b"; x\n[SOLVIMUS]\nMETER_TIME=x\n", {}))
write("wrong-list", ("Device_Handle.cfg", b"<root><meter></root>", {}))

write("file-and-folder", ("keys/a/b", b"x", {}), ("keys/a", b"x", {}))


def stored(*parts):
    """gzip without compression, one member for each part, so that a flipped bit in it is only seen by its sums"""
    return b"".join(gzip.compress(part, compresslevel=0, mtime=0) for part in parts)


def save(name, content):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(content)


users = io.BytesIO()
with tarfile.open(fileobj=users, mode="w") as archive:
    add(archive, "users", b"[admin]\nREAD=ALL\n")
users = users.getvalue()
whole = stored(users)
place = whole.index(b"READ=ALL")
save("wrong-sum", whole[:place] + b"r" + whole[place + 1:])
save("wrong-length", whole[:-4] + b"\1\0\0\0")
save("two-members", stored(users[:512], users[512:]))
save("trailer-missing", whole[:-8])
save("rubbish-behind", whole + whole[-4:] * 2)
save("twice-compressed", stored(whole))
save("gzip-of-text", stored(b"this is no archive" * 100))

with open(os.path.join(folder, "rubbish"), "wb") as file:
    file.write(b"this is no archive" * 100)
open(os.path.join(folder, "nothing"), "wb").close()

source = open(os.path.join(folder, "total"), "rb").read()
with open(os.path.join(folder, "cut"), "wb") as file:
    file.write(source[: len(source) // 8])

# 1 GB of zeros in headers that no member needs: 1 MB on the disk.
bomb = io.BytesIO()
with tarfile.open(fileobj=bomb, mode="w", format=tarfile.PAX_FORMAT) as archive:
    info = tarfile.TarInfo("users")
    info.pax_headers = {"comment": "a" * 900_000}
    for _ in range(1_000):
        archive.addfile(info, io.BytesIO(b""))
with gzip.open(os.path.join(folder, "header-bomb"), "wb", compresslevel=9) as file:
    file.write(bomb.getvalue())

# A sparse file: 8 GB in one block.
sparse = tarfile.TarInfo("users")
sparse.size = 8 * 1024**3
sparse.type = tarfile.GNUTYPE_SPARSE
block = bytearray(sparse.tobuf(format=tarfile.GNU_FORMAT))
block[483:495] = b"%011o\0" % (7 * 1024**3)
block[148:156] = b"        "
block[148:156] = b"%06o\0 " % sum(block)
with gzip.open(os.path.join(folder, "sparse"), "wb") as file:
    file.write(bytes(block) + b"\0" * 10240)
