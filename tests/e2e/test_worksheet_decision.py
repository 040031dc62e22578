"""A decision written on a worksheet is signed as it is, by whom and about what it says."""
import hashlib, os, re

from site_case import EX_DATAERR, EX_NOINPUT, EX_USAGE, SiteCase, investigator_of


class WorksheetDecision(SiteCase):
    def setUp(self):
        super().setUp()
        self.docket = self.send('case', person=3).docket
        self.intake = self.advance(self.docket, 'intake')
        self.signer = investigator_of(self.docket)

    def written(self, **changes):
        """What the worksheet of intake saves when the images are not good enough; its path."""
        with open(os.path.join(self.intake.directory, 'item.xml'), 'rb') as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        text = (f'<?xml version="1.0" encoding="UTF-8"?>\n<decision xmlns="urn:leadspool:decision:1">\n  <docket>{self.docket}</docket>\n'
                f'  <stage>intake</stage>\n  <round>1</round>\n  <slot>1</slot>\n  <item>{changes.get("item", digest)}</item>\n'
                f'  <signer>{self.signer}</signer>\n  <at>2026-11-22T12:00:00Z</at>\n  <outcome>{changes.get("outcome", "unsuitable")}</outcome>\n'
                '  <reasons>Too dark;   the face is blurred.</reasons>\n  <intake><whatWouldHelp>A brighter still.</whatWouldHelp></intake>\n</decision>\n')
        path = os.path.join(self.path, 'decision.xml')
        with open(path, 'w') as file:
            file.write(text)
        return path

    def decide_from(self, path, *words):
        return self.site.call('decide', '--from', path, *self.site.as_person(self.signer)[2:], *words)

    def test_it_is_signed_byte_for_byte_and_counts(self):
        path = self.written()
        done = self.decide_from(path)
        self.assertEqual(done.returncode, 0, done.stderr)
        drop = os.path.join(self.site.at('review', 'decisions'), re.search(r'(\S+\.p7m)', done.stdout)[1])
        with open(path, 'rb') as written, open(drop, 'rb') as signed:
            self.assertIn(written.read(), signed.read())
        self.site.drain()
        self.assertEqual(self.state(self.docket), 'AWAITING_IMAGES')

    def test_what_does_not_agree_is_not_signed(self):
        for changes, words, code, told in [
                ({}, ('--as', 'finch' if self.signer != 'finch' else 'quill'), EX_USAGE, 'is the decision of'),
                ({}, ('--outcome', 'refuse'), EX_USAGE, 'signed as it is'),
                ({}, ('--others', 'excluded'), EX_USAGE, 'signed as it is'),
                ({'item': '0' * 64}, (), EX_NOINPUT, 'open its worksheet'),
                ({'outcome': 'approve'}, (), EX_USAGE, 'no outcome "approve"'),
                ({'outcome': 'perhaps'}, (), EX_DATAERR, 'perhaps')]:
            done = self.decide_from(self.written(**changes), *words)
            self.assertEqual(done.returncode, code, (words, done.stderr))
            self.assertIn(told, done.stderr)
            self.assertEqual(os.listdir(self.site.at('review', 'decisions')), [])
