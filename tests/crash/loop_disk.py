"""A disk of a test's own: an ext4 in a file, on a loop device. As root; leaves neither mount nor device behind."""
import ctypes, os, shutil, subprocess

from site_case import wait_until

CLONE_NEWNS = 0x00020000


def mounts_possible():
    return os.geteuid() == 0 and os.path.exists('/dev/loop-control') and shutil.which('mkfs.ext4') is not None


def own_mounts():
    """Mounts that nobody else sees: whoever copied ours into a namespace of theirs would keep a disk that was cut off
    alive, and its last writes would fall on what was mounted since."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), 'no mount namespace')
    subprocess.run(['mount', '--make-rprivate', '/'], check=True)


class LoopDisk:
    """Made in `image`, of so many bytes (only what is written takes room), mounted at `folder`."""

    def __init__(self, image, folder, size, *words, options='defaults'):
        self.image, self.folder, self.options, self.device = image, folder, options, None
        with open(image, 'wb') as file:
            file.truncate(size)
        subprocess.run(['mkfs.ext4', '-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0', *words, image], check=True)
        os.makedirs(folder, exist_ok=True)

    def mount(self):
        """On a device of its own each time: one used again could still be the disk that was cut off."""
        self.device = subprocess.run(['losetup', '--find', '--show', self.image], check=True, capture_output=True,
                                     text=True).stdout.strip()
        if subprocess.run(['mount', '-o', self.options, self.device, self.folder]).returncode != 0:
            subprocess.run(['losetup', '--detach', self.device], check=True)
            self.device = None
            raise AssertionError(f'{self.image} cannot be mounted')

    def unmount(self):
        if self.device is None:
            return
        if not wait_until(lambda: subprocess.run(['umount', self.folder], capture_output=True).returncode == 0, 10):
            raise AssertionError('the disk is still in use')
        subprocess.run(['losetup', '--detach', self.device], check=True)
        if not wait_until(lambda: not self.devices(), 10):
            raise AssertionError(f'somebody still holds the disk: {self.devices()}')
        self.device = None

    def devices(self):
        return subprocess.run(['losetup', '--associated', self.image], check=True, capture_output=True, text=True).stdout

    def repair(self):
        """As whoever looks after the machine does; the exit code is 1 when something was mended."""
        self.unmount()
        done = subprocess.run(['e2fsck', '-p', self.image], capture_output=True, text=True)
        if done.returncode not in (0, 1):
            raise AssertionError(done.stdout + done.stderr)
        self.mount()

    def fail(self):
        """An error of its own: with errors=remount-ro nothing can be written any more."""
        with open(f'/sys/fs/ext4/{os.path.basename(self.device)}/trigger_fs_error', 'w') as file:
            file.write('1')

    def remove(self):
        """Unmounted, and its file gone."""
        self.unmount()
        os.remove(self.image)
