"""Records requests (R40): every step of one, attempts to get something out without authority, seals, and the clock."""
import csv, glob, json, os, subprocess
from datetime import datetime, timedelta

from foil import ZONE, box_xml, drop_foil, foil_xml, lifted_xml, request_xml, sheet_of
from gallery import drop_order, photo_id
from site_case import BUILD, EX_USAGE, SiteCase

DAY = 24 * 3600 * 1000


def day(days=0):
    return (datetime.now(ZONE) + timedelta(days=days)).strftime('%Y-%m-%d')


def after(start, count, off=()):
    """The count-th business day after `start`, counted another way than the program does."""
    moment = datetime.fromisoformat(start)
    while count:
        moment += timedelta(days=1)
        count -= moment.weekday() < 5 and moment.strftime('%Y-%m-%d') not in off
    return moment.strftime('%Y-%m-%d')


class RecordsRequest(SiteCase):
    def setUp(self):
        super().setUp()
        self.count = 0

    def configure(self, text):
        path = self.site.at('site.xml')
        with open(path) as file:
            settings = file.read()
        with open(path, 'w') as file:
            file.write(settings.replace('</site>', text + '</site>'))

    def put(self, kind, by, members='', request='FOIL-2026-000001', **more):
        self.count += 1
        return drop_foil(self.site, self.count, kind, by, members, request=None if kind == 'request' else self.number or request, **more)

    def step(self, kind, by, members='', **more):
        """Its receipt, once it is judged and all that follows is done."""
        name = self.put(kind, by, members, **more)
        self.site.drain()
        return self.receipt(name)

    def receipt(self, name):
        path, = glob.glob(self.site.at('foil', 'out', name + '-*', 'receipt-1.txt'))
        with open(path) as file:
            return ' '.join(file.read().split())

    number = None

    def shown(self):
        return self.site.lines('show', '--reason', 'test', self.number)[0]

    def waits(self):
        return self.shown()['foil']['state']

    def sheet(self, part=1):
        return sheet_of(self.site, self.number, part)

    def redactions(self):
        return f'<redactions>{self.shown()["foil"]["redactions"]}</redactions>'

    def refused(self, attempts):
        """Each is refused, for that reason; nothing moves."""
        before = self.shown()['foil']['history'] if self.number else None
        names = [self.put(kind, by, members, **more) for kind, by, members, more, _ in attempts]
        self.site.drain()
        for name, attempt in zip(names, attempts):
            with self.subTest(attempt=attempt[-1]):
                receipt = self.receipt(name)
                self.assertIn('REJECTED', receipt)
                self.assertIn(attempt[-1], receipt)
        if self.number:
            self.assertEqual(self.shown()['foil']['history'], before)

    def out(self, *names):
        return sorted(os.path.relpath(path, self.site.at('foil', 'out', self.number))
                      for path in glob.glob(self.site.at('foil', 'out', self.number, *names)) if not path.endswith('.p7s'))


class Path(RecordsRequest):
    def test_a_request_and_what_must_not_leave(self):
        docket = self.send('case', person=3).docket
        self.finish()
        self.refused([('request', 'quill', request_xml([docket]), {}, 'not of the role records'),
                      ('request', 'fern', request_xml([docket]), {'signer': None}, 'no signature'),
                      ('request', 'fern', request_xml([docket]), {'signer': 'sage'}, 'somebody else takes the step'),
                      ('request', 'fern', request_xml(['FR-2026-999999']), {}, 'no such docket'),
                      ('request', 'fern', request_xml([docket], received=day(2)), {}, 'not come yet'),
                      ('request', 'fern', request_xml([docket]).replace('<aboutPerson>false</aboutPerson>', ''), {}, 'names no aboutPerson')])
        self.request(docket)
        self.redact(docket)
        self.read()
        self.approve()
        self.answer(docket)
        self.appeal(docket)
        self.assert_sound()

    def request(self, docket):
        today = day()
        made = self.site.lines('foil', 'request', '--received', today, '--name', 'Wilhelmina Ashgrove', '--contact', 'w@example.org', '--address',
                               '4 Pier Street', '--docket', docket, '--text', 'All reports in the matter of the pier fire.', *self.site.as_person('fern'))
        self.site.drain()
        self.number, = [row['request'] for row in self.site.lines('list', '--foil')]
        self.assertIn(f'{self.number}: It is acknowledged', self.receipt(made[0]['drop']))
        foil = self.shown()['foil']
        self.assertEqual((foil['state'], foil['documents'], foil['clock']['acknowledged']), ('REDACTION', 1, today))
        self.assertIn('Sheets published: 1 of 1.', self.site.call('why', self.number).stdout)
        self.assertEqual((foil['clock']['acknowledgeBy'], foil['clock']['answerBy']), (after(today, 5), after(today, 20)))
        self.assertEqual(self.out('*.pdf'), ['letter-1-acknowledgement.pdf'])
        self.assert_signed(self.site.at('foil', 'out', self.number, 'letter-1-acknowledgement.pdf'))
        self.assertEqual(self.site.call('foil', 'sign-off', *self.site.as_person('fern')).returncode, EX_USAGE)

    def redact(self, docket):
        digest, facts = self.sheet()
        boxes = facts['boxes']
        self.assertEqual([document['docket'] for document in facts['documents']], [docket])
        self.assertTrue(any(box.get('what') == 'face' for box in boxes), boxes)
        # A text is lifted; the faces and all else stay covered.
        self.lifted = next(box for box in boxes if box.get('what') != 'face')
        kept = [box for box in boxes if box is not self.lifted]
        members = lambda list, lifted='': f'<boxes>{"".join(map(box_xml, list))}</boxes>' + (f'<lifted>{lifted}</lifted>' if lifted else '')
        part = {'part': 1, 'sheet': digest}
        away, code = dict(kept[0], x=70000), dict(kept[0], exemption='87(2)(zz)')
        self.refused([('redactions', 'quill', members(kept), part, 'not of the role records'),
                      ('redactions', 'sedge', members(kept), part, 'not of the role records'),
                      ('redactions', 'fern', members(kept), {'part': 1, 'sheet': 'ab' * 32}, "taken this one's place"),
                      ('redactions', 'fern', members(kept), {'part': 2, 'sheet': digest}, 'no such part'),
                      ('redactions', 'fern', members([away] + kept[1:]), part, 'box'),
                      ('redactions', 'fern', members([code] + kept[1:]), part, '87(2)(zz)'),
                      ('reading', 'sage', f'<redactions>{"ab" * 32}</redactions><outcome>agree</outcome>', part, 'not due'),
                      ('sign-off', 'sage', f'<redactions>{"ab" * 32}</redactions><outcome>approve</outcome>', {}, 'not due'),
                      ('answer', 'sage', f'<redactions>{"ab" * 32}</redactions><outcome>grant</outcome>', {}, 'second reader and signed off first'),
                      ('answer', 'sage', '<outcome>denial</outcome>', {}, 'particular reason')])
        # As the sheet saves it.
        saved = os.path.join(self.site.path, 'foil.xml')
        with open(saved, 'w') as file:
            file.write(foil_xml('sheet', 'redactions', 'fern', members(kept, lifted_xml(self.lifted)), request=self.number, **part))
        made = self.site.lines('foil', 'sheet', saved, *self.site.as_person('fern'))
        self.site.drain()
        self.assertIn('ACCEPTED', self.receipt(made[0]['drop']))
        self.boxes = len(kept)

    def read(self):
        digest, facts = self.sheet()
        self.assertEqual((len(facts['boxes']), len(facts['redactions'])), (self.boxes, 64))
        part = {'part': 1, 'sheet': digest}
        agree = f'<redactions>{facts["redactions"]}</redactions><outcome>agree</outcome>'
        self.refused([('reading', 'fern', agree, part, 'cannot be their second reader'),
                      ('reading', 'birch', agree, part, 'not of the role records'),
                      ('reading', 'sage', agree.replace('agree', 'approve'), part, 'another kind of step'),
                      ('reading', 'sage', f'<redactions>{"cd" * 32}</redactions><outcome>agree</outcome>', part, 'not the redactions')])
        # Returned once, with a remark: drawn again from the same boxes, and read again.
        self.assertIn('ACCEPTED', self.step('reading', 'sage', agree.replace('agree', 'return') + '<remark document="1" page="1">Look at the foot.</remark>', **part))
        again, facts = self.sheet()
        self.assertEqual((self.waits(), len(facts['boxes'])), ('REDACTION', self.boxes))
        self.assertIn('ACCEPTED', self.step('redactions', 'fern', f'<boxes>{"".join(map(box_xml, facts["boxes"]))}</boxes>', part=1, sheet=again))
        digest, facts = self.sheet()
        self.assertIn('privacy officer is next', self.step('reading', 'sage', f'<redactions>{facts["redactions"]}</redactions><outcome>agree</outcome>',
                                                           part=1, sheet=digest))
        self.assertEqual(self.waits(), 'PRIVACY')

    def approve(self):
        approve = self.redactions() + '<outcome>approve</outcome>'
        self.refused([('privacy', 'fern', approve + '<condition>D2</condition><text>x</text>', {}, 'not of the role privacy-officer'),
                      ('privacy', 'sedge', approve + '<text>x</text>', {}, 'none is named'),
                      ('privacy', 'sedge', approve + '<condition>D6</condition><text>x</text>', {}, 'none under which'),
                      ('privacy', 'sedge', f'<redactions>{"ef" * 32}</redactions><outcome>approve</outcome><condition>D2</condition><text>x</text>', {},
                       'other redactions'),
                      ('sign-off', 'sage', approve, {}, 'not due'),
                      ('answer', 'fern', self.redactions() + '<outcome>partial</outcome>', {}, 'not due')])
        self.site.do('foil', 'privacy', self.number, '--outcome', 'approve', '--condition', 'D2', '--text', 'The law asks for the docket number.',
                     *self.site.as_person('sedge'))
        self.site.drain()
        self.assertEqual(self.waits(), 'SIGN_OFF')
        self.refused([('sign-off', 'fern', approve, {}, 'does not sign them off'), ('sign-off', 'lark', approve, {}, 'not of the role records')])
        self.site.do('foil', 'sign-off', self.number, '--outcome', 'approve', *self.site.as_person('sage'))
        self.site.drain()
        self.assertIn('records to answer', self.site.call('why', self.number).stdout)
        self.assertEqual(glob.glob(self.site.at('foil', 'out', self.number, 'answer-*')), [])

    def answer(self, docket):
        self.refused([('answer', 'sage', self.redactions() + '<outcome>grant</outcome>', {}, 'partial grant')])
        self.site.do('foil', 'answer', self.number, '--outcome', 'partial', *self.site.as_person('fern'))
        # The power goes while it is drawn: everything is there once, afterwards.
        daemon = self.start_daemon()
        daemon.kill()
        self.site.drain()
        self.assertEqual(self.out('answer-1', '*'), ['answer-1/records-1.pdf', 'answer-1/redactions-1.csv', 'answer-1/redactions-1.pdf'])
        self.assertEqual(self.out('letter-*'), ['letter-1-acknowledgement.pdf', 'letter-2-partial.pdf'])
        self.assertFalse(os.path.exists(self.site.at('foil', 'sheets', self.number)))
        foil = self.shown()['foil']
        self.assertEqual((foil['state'], foil['answered']), ('ANSWERED', day()))
        with open(self.site.at('foil', 'out', self.number, 'answer-1', 'redactions-1.csv'), newline='') as file:
            self.assertEqual(len(list(csv.reader(file))), self.boxes + 1)
        for name in ('records-1.pdf', 'redactions-1.pdf', 'redactions-1.csv'):
            self.assert_signed(self.site.at('foil', 'out', self.number, 'answer-1', name))
        published, = self.actions(action='foil-published', docket=self.number)
        self.assertEqual((published['clause'], published['outcome']), ('R40', 'partial'))
        self.read_export(docket)

    def read_export(self, docket):
        path = self.site.at('foil', 'out', self.number, 'answer-1', 'records-1.pdf')
        words = subprocess.run(['pdftotext', path, '-'], check=True, capture_output=True, text=True).stdout
        self.assertIn('87(2)(b)', words)
        for secret in (photo_id(3), 'Quillfeather', 'Bruno Marrowbone'):
            self.assertNotIn(secret, words)

    def appeal(self, docket):
        self.refused([('appeal', 'quill', f'<received>{day()}</received><text>x</text>', {}, 'not of the role records'),
                      ('appeal-answer', 'lark', '<outcome>denied</outcome><text>x</text>', {}, 'not due'),
                      ('appeal', 'fern', f'<received>{day(40)}</received><text>x</text>', {}, 'not come yet')])
        self.site.do('foil', 'appeal', self.number, '--received', day(), '--text', 'The reasons are too general.', *self.site.as_person('fern'))
        self.site.drain()
        self.assertEqual(self.shown()['foil']['clock']['appealAnswerBy'], after(day(), 10))
        self.refused([('appeal-answer', 'fern', '<outcome>granted</outcome><text>x</text>', {}, 'not of the role legal')])
        self.site.do('foil', 'appeal-answer', self.number, '--outcome', 'partly', '--text', 'Two boxes are too wide.', *self.site.as_person('lark'))
        self.site.drain()
        digest, facts = self.sheet()
        self.assertEqual((self.waits(), len(facts['boxes'])), ('REDACTION', self.boxes))
        # A seal comes: its picture is covered on the new sheet, and stays so.
        drop_order(self.site, 1, 'seal', 'dismissed', [('photoId', photo_id(3))])
        self.site.drain()
        self.assertEqual(len(self.actions(action='foil-renewed', docket=self.number, clause='R17')), 1)
        sealed, facts = self.sheet()
        self.assertNotEqual(sealed, digest)
        self.refused([('redactions', 'fern', f'<boxes>{"".join(map(box_xml, facts["boxes"]))}</boxes>', {'part': 1, 'sheet': digest}, "taken this one's place"),
                      ('redactions', 'fern', '<boxes/>', {'part': 1, 'sheet': sealed}, 'sealed picture'),
                      ('withdrawal', 'quill', '<text>x</text>', {}, 'not of the role records')])
        self.assertIn('R17', {incident['clause'] for incident in self.actions(action='incident-filed')})
        self.site.do('foil', 'withdrawal', self.number, '--text', 'The requester takes it back.', *self.site.as_person('fern'))
        self.site.drain()
        self.assertEqual(self.waits(), 'WITHDRAWN')
        self.assertEqual(self.site.lines('list', '--foil'), [])
        self.assertFalse(os.path.exists(self.site.at('foil', 'sheets', self.number)))


class Clock(RecordsRequest):
    def later(self, days, *words):
        return subprocess.run([os.path.join(BUILD, 'tests', 'leadspool'), '-s', self.path, *words], capture_output=True, text=True, check=True,
                              env=dict(os.environ, LEADSPOOL_TEST_CLOCK=str(days * DAY)), timeout=60).stdout

    def overdue(self, days):
        return [(row['docket'], row['overdue']) for row in map(json.loads, self.later(days, 'list', '--overdue', '-j').splitlines())]

    def test_days(self):
        """Nothing is found, so that nothing but the clock is asked."""
        today, off = day(), after(day(), 1)
        self.configure(f'<foil acknowledgeDays="3"><appeals officer="Records Appeals"><line>1 Plaza</line></appeals><holiday date="{off}"/></foil>')
        self.assertIn('ACCEPTED', self.step('request', 'fern', request_xml(scope='<caseNumber>none of ours</caseNumber>')))
        self.number = self.site.lines('list', '--foil')[0]['request']
        clock = self.shown()['foil']['clock']
        self.assertEqual((clock['acknowledgeBy'], clock['answerBy']), (after(today, 3, [off]), after(today, 20, [off])))
        distance = (datetime.fromisoformat(clock['answerBy']) - datetime.fromisoformat(today)).days
        self.assertEqual(self.overdue(distance), [])
        self.assertEqual(self.overdue(distance + 1), [(self.number, 'foil-answer')])
        self.assertIn('OVERDUE', self.later(distance + 1, 'list', '--foil'))
        self.assertIn('1 past their day', self.later(distance + 1, 'status'))
        self.assertIn('No document was found', self.site.call('why', self.number).stdout)
        until = day(distance + 30)
        self.refused([('extension', 'fern', f'<until>{day(3)}</until><text>x</text>', {}, 'later than the day'),
                      ('appeal', 'fern', f'<received>{today}</received><text>x</text>', {}, 'its day has not passed'),
                      ('answer', 'fern', '<outcome>denial</outcome><denied exemption="99">x</denied>', {}, 'no such exemption')])
        self.assertIn('ACCEPTED', self.step('extension', 'fern', f'<until>{until}</until><text>Many dockets are to be read.</text>'))
        self.assertEqual(self.overdue(distance + 1), [])
        self.site.do('foil', 'answer', self.number, '--outcome', 'denial', '--exemption', '87(2)(b)', '--text', 'No record of that case exists.',
                     *self.site.as_person('fern'))
        self.site.drain()
        self.assertEqual(self.waits(), 'ANSWERED')
        self.assertEqual(self.out('*.pdf'), ['letter-1-acknowledgement.pdf', 'letter-2-extension.pdf', 'letter-3-denial.pdf'])
        # The days for an appeal pass.
        limit = (datetime.fromisoformat(self.shown()['foil']['clock']['appealBy']) - datetime.fromisoformat(today)).days
        self.later(limit, 'drain')
        self.assertEqual(self.waits(), 'ANSWERED')
        self.later(limit + 1, 'drain')
        self.assertEqual(self.waits(), 'CLOSED')
        self.assert_sound()
