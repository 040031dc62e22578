"""A share on a file system of the test's own: an empty folder that answers, or hangs, as it is told.

It speaks as much of the kernel's FUSE protocol (linux/fuse.h, version 7.31) as a folder without files needs.
"""
import os, stat, struct, subprocess, threading

LOOKUP, FORGET, GETATTR, STATFS, INIT, OPENDIR, READDIR, RELEASEDIR, ACCESS, BATCH_FORGET = 1, 2, 3, 17, 26, 27, 28, 29, 34, 42
HEADER_IN, HEADER_OUT = struct.Struct('<IIQQIIIHH'), struct.Struct('<IiQ')
ENOENT, ENOSYS = 2, 38


def attributes():
    """struct fuse_attr of the folder."""
    return struct.pack('<QQQQQQIIIIIIIIII', 1, 0, 0, 0, 0, 0, 0, 0, 0, stat.S_IFDIR | 0o777, 2, os.getuid(), os.getgid(), 0,
                       4096, 0)


class FuseShare:
    def __init__(self, path):
        self.path, self.answers = path, threading.Event()
        self.answers.set()
        self.device = os.open('/dev/fuse', os.O_RDWR)
        done = subprocess.run(['mount', '-t', 'fuse', '-o', f'fd={self.device},rootmode=40000,user_id=0,group_id=0,allow_other', 'test', path],
                              pass_fds=[self.device], capture_output=True, text=True)
        if done.returncode != 0:
            os.close(self.device)
            raise OSError(done.stderr.strip())
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                message = os.read(self.device, 1 << 20)
            except OSError:
                return                      # unmounted
            _, operation, unique, _, _, _, _, _, _ = HEADER_IN.unpack_from(message)
            self.answers.wait()
            error, body = self.answer(operation)
            if operation in (FORGET, BATCH_FORGET):
                continue
            try:
                os.write(self.device, HEADER_OUT.pack(HEADER_OUT.size + len(body), -error, unique) + body)
            except OSError:
                pass                        # whoever asked is gone

    def answer(self, operation):
        if operation == INIT:
            return 0, struct.pack('<IIIIHHIIHHI7I', 7, 31, 65536, 0, 16, 12, 65536, 1, 0, 0, 0, *[0] * 7)
        if operation == GETATTR:
            return 0, struct.pack('<QII', 0, 0, 0) + attributes()
        if operation == OPENDIR:
            return 0, struct.pack('<QII', 1, 0, 0)
        if operation in (READDIR, RELEASEDIR, ACCESS):
            return 0, b''
        if operation == STATFS:
            return 0, struct.pack('<QQQQQIIII6I', 1000, 500, 500, 1000, 500, 4096, 255, 4096, 0, *[0] * 6)
        return (ENOENT if operation == LOOKUP else ENOSYS), b''

    def hang(self):
        self.answers.clear()

    def go_on(self):
        self.answers.set()

    def close(self):
        self.answers.set()
        subprocess.run(['umount', '-l', self.path], check=False, capture_output=True)
        os.close(self.device)
