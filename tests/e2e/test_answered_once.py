"""Every drop is answered once, whatever its sender sends a second time, too late, or about somebody else's docket."""
import os, shutil

from hostile_case import HostileCase, content_of, listed, manifest
from site_case import NORTH, SOUTH


class AnsweredOnce(HostileCase):
    """Several drops at a time, one drain for them all; `expect` holds what each must be told."""

    def later(self, name, kind, docket, command=NORTH, files=None, **changes):
        members = dict(requestKind=kind, docket=docket, caseNumber='', use='', subUse='', basis='', priority='', eventContext='',
                       politicalActivity='', priorSearches='', supervisorDiscussion='')
        members.update(changes)
        images = [listed(file, content) for file, content in (files or {}).items()]
        self.packet_of(name, manifest(f'{self.id()} {name}', images, command, **members), files or {}, command)

    def packet_of(self, name, text, files, command=NORTH):
        self.drop(name, {'manifest.xml': text, **files}, folder=self.site.at('in', command))

    def new(self, name, person, command=NORTH, **changes):
        content = content_of(self.faces.probe(person).path)
        text = manifest(f'{self.id()} {name}', [listed('a.jpg', content)], command, **changes)
        self.packet_of(name, text, {'a.jpg': content}, command)
        return text, content

    def answered(self, wanted):
        """Drain; each of the drops has one receipt more, with that outcome and those codes."""
        before = {receipt.path for command in (NORTH, SOUTH) for receipt in self.site.receipts(command)}
        self.site.drain()
        fresh = [receipt for command in (NORTH, SOUTH) for receipt in self.site.receipts(command) if receipt.path not in before]
        found = sorted((receipt.drop, receipt.outcome, sorted(receipt.codes)) for receipt in fresh)
        self.assertEqual(found, sorted((drop, outcome, sorted(code.split()) if code else []) for drop, (outcome, code) in wanted.items()))
        for receipt in fresh:
            self.assert_signed(receipt.path)
            for fault in receipt.faults:
                self.assertTrue(fault.get('remedy') and fault.get('text'), fault)
        return {receipt.drop: receipt for receipt in fresh}

    def test_again_too_late_and_elsewhere(self):
        text, photo = self.new('first', 1)
        self.new('held', 2, supervisorDiscussion='')
        self.new('given-up', 3)
        self.new('south', 4, SOUTH)
        first = self.answered({'first': ('ACCEPT', None), 'held': ('HOLD', 'discussion-missing'), 'given-up': ('ACCEPT', None),
                               'south': ('ACCEPT', None)})
        docket, held, gone, south = (first[name].docket for name in ('first', 'held', 'given-up', 'south'))
        self.later('withdraw', 'withdrawal', gone, reason='The person came by.')
        self.answered({'withdraw': ('ACCEPT', None)})

        # The same again, under its name and under another: the same receipt, byte for byte, and nothing new.
        receipt = content_of(first['first'].path)
        for name in ('first', 'first copy (2)'):
            self.packet_of(name, text, {'a.jpg': photo})
        self.answered({})
        self.assertEqual(content_of(first['first'].path), receipt)
        self.assertEqual(len(self.actions(action='drop-repeated', docket=docket)), 2)

        # Everything that cannot be, at once.
        other = {'b.jpg': content_of(self.faces.probe(5).path)}
        self.packet_of('other-bytes', text.replace('</basis>', ' Twice.</basis>'), {'a.jpg': photo})
        self.packet_of('elsewhere', text, {'a.jpg': photo}, SOUTH)
        self.later('withdraw-again', 'withdrawal', gone, reason='Once more.')
        self.later('correct-closed', 'correction', gone, cmsRef='C-1')
        self.later('supplement-closed', 'supplement', gone, files=other)
        self.later('unknown', 'withdrawal', 'FR-2026-987654', reason='A slip.')
        self.later('theirs', 'withdrawal', south, reason='Not ours.')
        self.later('their-images', 'supplement', south, files=other)
        self.later('nothing-missing', 'correction', docket, priorSearches='<none/>')
        self.later('no-report', 'corroboration', docket, corroboration='<outcome>corroborated</outcome><evidence>A print.</evidence>'
                   '<person>Det. Fairweather</person><at>2026-01-02T10:00:00Z</at>')
        self.later('same-picture', 'supplement', docket, files={'a.jpg': photo})
        self.later('other-case', 'withdrawal', docket, reason='Wrong number.', caseNumber='2026-014-999999')
        self.later('other-event', 'supplement', docket, files=other, eventContext='rally')          # the record's faults beside the rules'
        self.later('images-of-a-withdrawal', 'withdrawal', docket, reason='With a picture.', files=other)
        answers = self.answered({
            'other-bytes': ('QUARANTINE', 'request-id-used'), 'elsewhere': ('REJECT', 'command-other'),
            'withdraw-again': ('REJECT', 'docket-closed-to-withdrawal'), 'correct-closed': ('REJECT', 'docket-closed-to-corrections'),
            'supplement-closed': ('REJECT', 'docket-closed-to-images'), 'unknown': ('REJECT', 'docket-unknown'),
            'theirs': ('REJECT', 'docket-unknown'), 'their-images': ('REJECT', 'docket-unknown'),
            'nothing-missing': ('REJECT', 'correction-not-needed'), 'no-report': ('REJECT', 'nothing-to-corroborate'),
            'same-picture': ('REJECT', 'images-known'), 'other-case': ('REJECT', 'docket-of-another-case'),
            'other-event': ('REJECT', 'recording-missing request-differs'), 'images-of-a-withdrawal': ('REJECT', 'images-not-taken')})
        # Another command's docket is not told from one that does not exist.
        self.assertEqual(answers['theirs'].faults[0]['text'].replace(south, 'X'),
                         answers['unknown'].faults[0]['text'].replace('FR-2026-987654', 'X'))
        self.assertEqual([self.state(each) for each in (docket, held, gone, south)], ['INTAKE', 'HELD', 'CLOSED', 'INTAKE'])
        self.assertEqual(content_of(first['first'].path), receipt)

        # Several about one docket at once: each is answered for itself, in the order in which they came.
        self.later('answer', 'correction', held, supervisorDiscussion='<person>Lt. Barnaby Stoat</person><at>2026-01-02T10:00:00Z</at>')
        self.later('more', 'supplement', held, files=other)
        self.later('reference', 'correction', held, cmsRef='CMS-7')
        self.later('back', 'withdrawal', docket, reason='Found.')
        self.answered({name: ('ACCEPT', None) for name in ('answer', 'more', 'reference', 'back')})
        self.assertEqual([self.state(each) for each in (docket, held)], ['CLOSED', 'INTAKE'])
        self.assertEqual(len({receipt.path for receipt in self.site.receipts(NORTH) if receipt.docket == held}), 4)
        self.assertEqual(os.listdir(self.inbox), [])
        self.assert_sound()
        keep = os.environ.get('LEADSPOOL_KEEP')
        if keep:
            shutil.copytree(self.path, keep, symlinks=True)
