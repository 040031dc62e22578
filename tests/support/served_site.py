"""One site of several accounts and one daemon for all tests of a class. The site belongs to a service account, and the
daemon starts as root, as deploy/README.md recommends."""
import os, shutil, unittest

from site_case import PLACE, PROGRAM, Daemon, PatientSite, SiteCase, faces, open_to, wait_until
from gallery import drop_gallery                                                    # noqa: E402
from other_accounts import show_accounts


class ServedSite(SiteCase):
    @classmethod
    def begin(cls, name, accounts, groups, visitor, members=()):
        """Empty folders cls.path and cls.top and the accounts (show_accounts); their lists. Skips the class where
        `visitor` (a pair of numbers) cannot reach the build folder."""
        if os.geteuid() != 0:
            raise unittest.SkipTest('needs root, to act as several accounts')
        cls.path, cls.top = os.path.join(PLACE, name + '-site'), os.path.join(PLACE, name)
        cls.addClassCleanup(cls.clean)
        cls.clean()
        os.makedirs(cls.top)
        lists = show_accounts(cls, cls.top, accounts, groups, members)
        if not open_to(*visitor):
            raise unittest.SkipTest('the build folder is closed to other accounts')
        cls.faces = faces()
        return lists

    @classmethod
    def make_site(cls, service):
        cls.site = PatientSite(PROGRAM, cls.path)
        cls.site.do('init', '--demo', '--account', service, cls.path, site=False)

    @classmethod
    def enrol(cls, count):
        drop_gallery(cls.site, cls.faces, range(count), count)
        cls.site.drain()

    @classmethod
    def start_daemon(cls):
        cls.daemon = Daemon(cls.site)
        cls.addClassCleanup(cls.daemon.kill)
        assert wait_until(cls.daemon.started), f'the daemon did not start: {cls.daemon.log.name}'

    @classmethod
    def clean(cls):
        for folder in (cls.path, cls.top):
            shutil.rmtree(folder, ignore_errors=True)
        if os.path.exists(cls.path + '.log'):
            os.remove(cls.path + '.log')

    def setUp(self):
        self.daemons = []

    def tearDown(self):
        self.assertIsNone(self.daemon.process.poll(), 'the daemon is gone')
