"""Reports as they leave: read back before they are signed."""
import os

from site_case import SiteCase, sender_words, NORTH, request_id


class Reports(SiteCase):
    def later(self, name, kind, docket, *words):
        self.site.do('submit', *sender_words(NORTH), '--kind', kind, '--docket', docket, '--name', name,
                     '--request-id', request_id(f'{self.id()} {name}'), *words)
        self.site.drain()
        return self.site.receipt_of(NORTH, name)

    def test_a_document_nobody_can_read_back_stays(self):
        """A library that cannot be loaded stands for every fault the reading finds: nothing is published."""
        receipt = self.send('case', person=3)
        broken = self.path + '-libraries'
        os.makedirs(broken, exist_ok=True)
        library = os.path.join(broken, 'libqpdf.so.29')
        open(library, 'w').close()
        os.environ['LD_LIBRARY_PATH'] = broken
        try:
            self.later('back', 'withdrawal', receipt.docket, '--reason', 'The person came by.')
        finally:
            del os.environ['LD_LIBRARY_PATH']
            os.remove(library)
            os.rmdir(broken)
        report = os.path.join(receipt.directory, 'withdrawn-1.pdf')
        self.assertFalse(os.path.exists(report))
        self.assertFalse(os.path.exists(report[:-3] + 'xml'))
        self.assertEqual(self.state(receipt.docket), 'WITHDRAWN')
        why = self.site.do('why', receipt.docket)
        self.assertIn('held back', why)
        self.assertIn('libqpdf29', why)
        self.site.do('retry', receipt.docket)
        self.site.drain()
        self.assert_signed(report)
        self.assertEqual(self.state(receipt.docket), 'CLOSED')
