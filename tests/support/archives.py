"""Packets as .zip files: as everyday tools write them, and as nobody's tool does."""
import io, struct, zipfile, zlib

END, CENTRAL, LOCAL = b'PK\5\6', b'PK\1\2', b'PK\3\4'


def archive(files, method=zipfile.ZIP_DEFLATED, inside='', host=3, comment=b'', folders=()):
    """A plain one by Python's own writer; `files` are (name, bytes)."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, 'w', method) as writer:
        for name in folders:
            writer.writestr(zipfile.ZipInfo(name), b'')
        for name, content in files:
            entry = zipfile.ZipInfo(inside + name, (2026, 11, 20, 10, 0, 0))
            entry.compress_type, entry.create_system = method, host
            entry.external_attr = 0o100644 << 16 if host == 3 else 0x20
            writer.writestr(entry, content)
        writer.comment = comment
    return made.getvalue()


def streamed(files, inside=''):
    """As a writer does that cannot go back: sizes follow the data."""
    class Pipe(io.RawIOBase):
        def __init__(self):
            self.bytes = bytearray()

        def writable(self):
            return True

        def write(self, part):
            self.bytes += part
            return len(part)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, 'w', zipfile.ZIP_DEFLATED) as writer:
        for name, content in files:
            writer.writestr(inside + name, content)
    return bytes(pipe.bytes)


def raw(entries, before=b'', between=b'', behind=b'', end=None):
    """Every byte by hand. An entry is a dictionary: name (bytes), content, and what its headers say otherwise:
    method, flags, crc, size, stored, mode, host, extra, local_extra, at (the offset that is listed), data (its packed
    bytes), local (a dictionary of what only the local header says)."""
    out, listed = bytearray(before), []
    for entry in entries:
        content, method = entry.get('content', b''), entry.get('method', 8)
        packed = entry.get('data')
        if packed is None:
            maker = zlib.compressobj(9, zlib.DEFLATED, -15)
            packed = maker.compress(content) + maker.flush() if method == 8 else content
        says = dict(name=entry['name'], flags=entry.get('flags', 0), method=method, crc=entry.get('crc', zlib.crc32(content)),
                    stored=entry.get('stored', len(packed)), size=entry.get('size', len(content)))
        local = dict(says, **entry.get('local', {}))
        at = len(out)
        if not entry.get('listed_only'):
            extra = entry.get('local_extra', b'')
            out += struct.pack('<4sHHHHHIIIHH', LOCAL, 20, local['flags'], local['method'], 0x5000, 0x5B74, local['crc'],
                               local['stored'], local['size'], len(local['name']), len(extra)) + local['name'] + extra + packed
        listed.append((says, entry, at))
        out += between
    directory = len(out)
    for says, entry, at in listed:
        extra = entry.get('extra', b'')
        out += struct.pack('<4sBBHHHHHIIIHHHHHII', CENTRAL, 20, entry.get('host', 3), 20, says['flags'], says['method'], 0x5000,
                           0x5B74, says['crc'], says['stored'], says['size'], len(says['name']), len(extra), 0, 0, 0,
                           entry.get('mode', 0o100644) << 16, entry.get('at', at)) + says['name'] + extra
    size = len(out) - directory
    out += end(len(entries), size, directory) if end else end_record(len(entries), size, directory)
    return bytes(out) + behind


def end_record(count, size, offset, comment=b'', disk=0, here=None):
    return struct.pack('<4sHHHHIIH', END, disk, disk, count if here is None else here, count, size, offset, len(comment)) + comment


def large_end(count, size, offset, lie=0):
    """With the end records of archives beyond 4 GiB."""
    record = struct.pack('<4sQHHIIQQQQ', b'PK\6\6', 44, 45, 45, 0, 0, count, count, size, offset + lie)
    locator = struct.pack('<4sIQI', b'PK\6\7', 0, offset + size, 1)
    return record + locator + end_record(0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)


def overlapping(count, kernel):
    """Fifield's kind: the stream of each member runs through the headers of the members behind it to the one kernel at
    the end, so that every byte is unpacked as often as there are members."""
    maker = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = maker.compress(kernel) + maker.flush()
    names = [b'%03d.jpg' % i for i in range(count)]
    blocks, contents, stream, content = [], [], packed, kernel
    for i in reversed(range(count)):
        head = struct.pack('<4sHHHHHIIIHH', LOCAL, 20, 0, 8, 0x5000, 0x5B74, zlib.crc32(content), len(stream), len(content),
                           len(names[i]), 0) + names[i]
        blocks.insert(0, (head, len(stream)))
        contents.insert(0, content)
        # what the member before this one unpacks: this header as stored bytes, then this stream
        quote = struct.pack('<BHH', 0, len(head), len(head) ^ 0xFFFF) + head
        if i > 0:
            blocks[0] = (quote, blocks[0][1])
            stream, content = quote + stream, head + content
    out = bytearray()
    offsets = []
    for i, (head, _) in enumerate(blocks):
        offsets.append(len(out) + (5 if i > 0 else 0))
        out += head
    out += packed
    directory = len(out)
    for name, at, whole, (_, stored) in zip(names, offsets, contents, blocks):
        out += struct.pack('<4sBBHHHHHIIIHHHHHII', CENTRAL, 20, 3, 20, 0, 8, 0x5000, 0x5B74, zlib.crc32(whole), stored,
                           len(whole), len(name), 0, 0, 0, 0, 0o100644 << 16, at) + name
    return bytes(out) + end_record(count, len(out) - directory, directory)
