"""Files that the disk cannot read any more: every read of one of them fails with EIO, in all processes.

Whatever it is, the error names it, nothing is answered or thrown away for it, and with a sound disk the work goes on.
"""
import errno, glob, hashlib, os, unittest

from points import Points, adopt_orphans
from site_case import BUILD, EX_DATAERR, EX_TEMPFAIL, NORTH, SiteCase
from whole_path import DRAIN

WHY = os.strerror(errno.EIO)


class Unreadable(SiteCase):
    def setUp(self):
        super().setUp()
        adopt_orphans()
        self.points = Points(os.path.join(BUILD, 'tests', 'crash', 'points.so'), os.path.join(self.path, 'points'))

    def with_bad(self, path, *words):
        """The program, while that file cannot be read."""
        ended = self.points.run(self.site, *words, unreadable=path)
        self.assertGreater(ended.count, 0, f'{path} was not read')
        return ended

    def encrypt(self):
        key = self.site.at('keys', 'record.key')
        self.site.encrypt(key)
        return key

    def test_start(self):
        """No start, with the name of the file; the next one finds all as it was."""
        head = self.site.events()[-1]['hash']
        for name in ('site.xml', 'roster.xml', 'keys/site.key', 'var/casebook/events.db', 'var/casebook/log.0000000001'):
            with self.subTest(name):
                ended = self.with_bad(self.site.at(name), *DRAIN)
                self.assertEqual(ended.code, EX_TEMPFAIL, ended.output)
                self.assertRegex(ended.output, f'{os.path.basename(name)}[^;]*: {WHY}')
        self.assertIn(head, [event['hash'] for event in self.site.events()])
        key = self.encrypt()
        for name in (self.site.at('var', 'keyring'), key):
            with self.subTest(name):
                ended = self.with_bad(name, *DRAIN)
                self.assertEqual(ended.code, EX_TEMPFAIL, ended.output)
                self.assertRegex(ended.output, f'{os.path.basename(name)}[^;]*: {WHY}')
        self.site.drain()
        self.assert_sound()

    def test_share(self):
        """What a sender's disk cannot give is no mistake of the sender's: the drop waits."""
        self.submit('one')
        picture, = glob.glob(self.site.at('in', NORTH, 'one', '*.jpg'))
        ended = self.with_bad(picture, *DRAIN)
        self.assertEqual(ended.code, 0, ended.output)
        self.assertRegex(ended.output, f'claim-waits: .*{os.path.basename(picture)}: .*{WHY}')
        self.assertEqual(self.site.receipts(NORTH), [])
        claim, = glob.glob(self.site.at('in', NORTH, '.claim-*'))
        ended = self.with_bad(os.path.join(claim, 'manifest.xml'), *DRAIN)
        self.assertRegex(ended.output, f'claim-waits: .*manifest.xml: .*{WHY}')
        self.assertEqual(self.site.receipts(NORTH), [])
        self.site.drain()
        self.assertEqual(self.site.receipt_of(NORTH, 'one').outcome, 'ACCEPT')
        # As the alarm's page says: what can never be read is taken out.
        self.submit('two', person=4)
        picture, = glob.glob(self.site.at('in', NORTH, 'two', '*.jpg'))
        self.with_bad(picture, *DRAIN)
        claim, = glob.glob(self.site.at('in', NORTH, '.claim-*'))
        os.remove(os.path.join(claim, os.path.basename(picture)))
        self.site.drain()
        self.assertEqual(self.site.receipt_of(NORTH, 'two').outcome, 'REJECT')
        self.assert_sound()

    def test_record(self):
        """An object of the vault, then a segment of the gallery, while a search needs it."""
        self.submit('one')
        self.site.drain()
        docket, = (row['docket'] for row in self.site.lines('list', '--all'))
        with open(self.faces.probe(3).path, 'rb') as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        self.assertEqual(self.office.work(), 1)
        segment, = glob.glob(self.site.at('var', 'gallery', 'segment-*'))
        for path, why in ((self.site.at('var', 'vault', digest[:2], digest), WHY), (segment, 'mapped.* cannot be read')):
            with self.subTest(os.path.basename(path)):
                ended = self.with_bad(path, *DRAIN)
                self.assertEqual(ended.code, 0, ended.output)
                self.assertRegex(ended.output, f'search-stuck: {docket}: .*{why}')
                self.assertEqual(self.state(docket), 'QUEUED')
                ended = self.with_bad(path, 'audit', 'verify')
                self.assertEqual(ended.code, EX_DATAERR, ended.output)
                self.assertRegex(ended.output, f'{os.path.basename(path)} .*{WHY}')
                self.site.do('retry', docket)
        self.site.drain(overnight=True)
        self.assertEqual(self.state(docket), 'INVESTIGATION')
        self.assert_sound()


if __name__ == '__main__':
    unittest.main()
