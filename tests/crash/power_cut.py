"""What a power cut makes of a site whose processes were killed: what was not synced is not there.

From the journal of points.c: bytes written since a file's last sync are lost (the file ends where it ended then), and so
are new, changed and removed names whose folder was not synced since. A sync of the file keeps its own name too, as it
does on the file systems in use. Names that are kept though they were not synced are as likely: `names` chooses.
"""
import os, shutil


class Disk:
    """Reads the journal in its order; `undo` then cuts the power."""

    def __init__(self, lines):
        self.sizes, self.names = {}, []         # inode → size when last synced; names not synced, oldest first
        for line in lines:
            kind, _, rest = line.partition(' ')
            if kind == 'W':
                inode, size = rest.split()
                self.sizes.setdefault(int(inode), int(size))
            elif kind == 'S':
                self.synced(int(rest))
            elif kind == 'A':
                self.sizes, self.names = {}, []
            elif kind in 'NRUD' and rest:
                self.note(kind, rest.split('\t'))

    def note(self, kind, words):
        """Beside each name the inode of its folder as it is now: a folder itself renamed keeps it."""
        inode = int(words.pop(0)) if kind in 'NR' else 0
        path = words[1] if kind == 'R' else words[0]
        self.names.append((kind, inode, os.path.dirname(path), words))

    def synced(self, inode):
        self.sizes.pop(inode, None)
        try:
            self.names = [name for name in self.names if name[1] != inode and os.stat(name[2]).st_ino != inode]
        except FileNotFoundError:
            self.names = [name for name in self.names
                          if name[1] != inode and not (os.path.isdir(name[2]) and os.stat(name[2]).st_ino == inode)]

    def undo(self, top, names, data):
        """Cut: without the names not synced, without the bytes not synced, as asked for."""
        if names:
            for kind, _, _, words in reversed(self.names):
                try:
                    getattr(self, 'undo_' + kind)(*words)
                except OSError:
                    pass                # another name undone already took it along
        if data:
            for folder, _, files in os.walk(top):
                for name in files:
                    path = os.path.join(folder, name)
                    status = os.lstat(path)
                    size = self.sizes.get(status.st_ino)
                    if size is not None and size < status.st_size:
                        os.truncate(path, size)

    @staticmethod
    def undo_N(path):
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.unlink(path)

    @staticmethod
    def undo_R(before, after, kept):
        os.rename(after, before)
        if kept != '-':
            os.link(kept, after)

    @staticmethod
    def undo_U(path, kept):
        if kept != '-':
            os.link(kept, path)

    @staticmethod
    def undo_D(path, _):
        os.mkdir(path)
