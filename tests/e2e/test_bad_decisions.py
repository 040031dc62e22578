"""Decisions that must not count, all at once: forged, stolen, late, of the wrong person, about the wrong thing, or not
whole. Each is answered in words of its own with its rule, changes nothing, and is looked into exactly where somebody
did what they may not (R37 R51)."""
import collections, glob, hashlib, os, pwd, subprocess
from datetime import timedelta

from forgery import Authority, Credential, add_person, decision, digest_of, now, openssl, sign, utc
from site_case import BUILD, SUPERVISOR, SiteCase, investigator_of, peers_of

STAGES = {3: 'intake', 4: 'investigation', 5: 'background', 6: 'peer', 7: 'supervision', 8: 'hold'}
HALF_AN_HOUR = 1800 * 1000

Case = collections.namedtuple('Case', 'name content clause code security words')


def intake(basis=True, probe='', **rest):
    clauses = '<basis><clause>R1</clause></basis>' if basis else ''
    return f'<intake>{clauses}{probe}</intake>'


def comparison(labels, named=None, leave=(), extra='', features='<feature component="eyes" finding="similar"/>', rating=2,
               limitations='Other lighting.', dispositions=None):
    given = dispositions if dispositions is not None else [
        (label, 'possible' if label == named else 'excluded') for label in labels if label not in leave]
    return ('<investigation>' + (f'<named>{named}</named>' if named else '') + '<dispositions>'
            + ''.join(f'<disposition label="{label}" disposition="{word}"/>' for label, word in given) + extra + '</dispositions>'
            + (f'<features>{features}</features>' if features else '') + (f'<rating>{rating}</rating>' if rating is not None else '')
            + (f'<limitations>{limitations}</limitations>' if limitations else '') + '</investigation>')


def background(items=True, conflicts=''):
    check = '<items><item><what>at liberty on the day</what><finding>yes</finding></item></items>' if items else ''
    return f'<background>{check}{conflicts}</background>'


def marks(labels, extra=''):
    return '<peer>' + ''.join(f'<mark label="{label}" mark="not"/>' for label in labels) + extra + '</peer>'


class BadDecisions(SiteCase):
    def setUp(self):
        super().setUp()
        self.cases = []
        keys = self.site.at('keys')
        self.authority = Authority(os.path.join(self.path, 'authority'),
                                   Credential(os.path.join(keys, 'ca.key'), os.path.join(keys, 'ca.pem')))

    def credential(self, person):
        folder = self.site.at('demo', 'people', person)
        return Credential(folder + '.key', folder + '.pem')

    def item_at(self, docket, stage):
        return next((item for item in self.site.items() if item.docket == docket and item.stage == stage), None)

    def bring(self, wanted):
        """People work until each docket has come to its stage; {stage: item}."""
        for person, stage in wanted.items():
            self.submit(stage, person=person, discussed=stage != 'hold')
        self.site.drain()
        dockets = {stage: self.site.receipt_of('precinct-014', stage).docket for stage in wanted.values()}
        for _ in range(9):
            found = {stage: self.item_at(docket, stage) for stage, docket in dockets.items()}
            self.office.left = {dockets[stage] for stage, item in found.items() if item is not None}
            if all(found.values()):
                return found
            # One of the peers of what goes to supervision does not see the likeness.
            self.office.dissent = {dockets[stage] for stage in dockets if stage == 'supervision'}
            self.office.work()
            self.clerk.work()
            self.site.drain(overnight=True)
        self.fail(f'not all came to their stage: {found}')

    def bad(self, name, content, clause, code, security=False, words=''):
        self.cases.append(Case(name, content, clause, code, security, words))

    def signed(self, name, work, person, outcome, body, clause, code, security=False, words='', key=None, **changes):
        xml = decision(work, person, outcome, body, **changes)
        self.bad(name, sign(xml, key or self.people.get(person) or self.credential(person)), clause, code, security, words)

    def at_another_time(self, shift, person, item, *words):
        """Signed by the program itself while its clock is wrong."""
        program = os.path.join(BUILD, 'tests', 'leadspool')
        subprocess.run([program, '-s', self.path, 'decide', item.directory, *self.site.as_person(person), *words], check=True,
                       capture_output=True, stdin=subprocess.DEVNULL, env=dict(os.environ, LEADSPOOL_TEST_CLOCK=str(shift)))
        path, = glob.glob(self.site.at('review', 'decisions', '*.p7m'))
        with open(path, 'rb') as file:
            content = file.read()
        os.remove(path)
        return content

    def hire(self):
        """People whose entry, certificate or training is the trouble."""
        issue, self.people = self.authority.issue, {}
        def hire(name, roles, credential=None, **rest):
            self.people[name] = credential or issue(name)
            add_person(self.site, name, self.people[name], roles, **rest)
        hire('vane', 'investigator peer vendor')
        hire('adder', 'investigator administrator')
        hire('lapsed', 'investigator', trained='2026-01-01T00:00:00Z')
        hire('untaught', 'investigator', trained=None)
        hire('barred', 'investigator', more='    <suspendedSince>2026-01-01T00:00:00Z</suspendedSince>\n')
        hire('expired', 'investigator', issue('expired', start=timedelta(days=-9), end=timedelta(hours=-1)))
        hire('eager', 'investigator', issue('eager', start=timedelta(days=1)))
        hire('revoked', 'investigator')
        hire('cipher', 'investigator', issue('cipher', usage='keyEncipherment'))
        hire('imogen', 'investigator', account='ifairweather')
        acting = '    <acting for="{of}" from="{since}" until="{until}" by="thorn"/>\n'
        for name, rank, since, until in (('former', 60, timedelta(days=-9), timedelta(days=-1)),
                                         ('future', 60, timedelta(days=1), timedelta(days=9)),
                                         ('junior', 20, timedelta(days=-1), timedelta(days=9))):
            hire(name, 'acting-supervisor', rank=rank,
                 more=acting.format(of='harrow', since=utc(now() + since), until=utc(now() + until)))
        self.authority.revoke(self.people['revoked'])
        self.authority.revocations(self.site.at('keys', 'crl.pem'))

    # --- the table ---

    def envelopes(self, item, probe):
        """What stands around the decision, and who signed it."""
        quill, good = self.credential('quill'), decision(item, 'quill', 'confirm', intake(probe=probe))
        whole = sign(good, quill)
        at = whole.index(b'<clause>R1') + 9
        bad = self.bad
        bad('changed-after-signing', whole[:at] + b'2' + whole[at + 1:], 'R31', 'signature-wrong', True, 'does not fit the bytes')
        stranger = Authority.strange(os.path.join(self.path, 'stranger'),
                                     openssl('x509', '-noout', '-subject', '-in', self.site.at('keys', 'ca.pem')).decode().split('CN = ')[1].strip())
        bad('self-signed', sign(good, stranger.credential), 'R31', 'signature-untrusted', True, "site's authority")
        bad('other-authority-of-that-name', sign(good, stranger.issue('quill')), 'R31', 'signature-untrusted', True, "site's authority")
        bad('of-the-authority-but-nobody', sign(good, self.authority.issue('nobody')), 'R31', 'signer-unknown', True, 'nobody on the roster')
        for name, code, words in (('expired', 'certificate-not-valid-at-signing', 'at the time of signing'),
                                  ('eager', 'certificate-not-valid-at-signing', 'at the time of signing'),
                                  ('revoked', 'certificate-revoked', 'was revoked'),
                                  ('cipher', 'signature-untrusted', 'not for signing')):
            bad('certificate-' + name, sign(decision(item, name, 'confirm', intake(probe=probe)), self.people[name]), 'R31', code, True, words)
        bad('detached', sign(good, quill, options=['-detached']), 'R31', 'signature-wrong-kind', False, 'carries no content')
        bad('several-signers', sign(good, quill, self.credential('marrow')), 'R31', 'signature-several-signers', False, 'several people')
        bad('no-signed-attributes', sign(good, quill, options=['-noattr']), 'R31', 'signature-no-time', False, 'when it was made')
        bad('weak-digest', sign(good, quill, digest='sha1'), 'R31', 'signature-wrong', True, 'weaker than SHA-256')
        bad('no-signature', b'I confirm this.', 'R31', 'signature-not-cms', False, 'no CMS signature')
        bad('cut-short', whole[:len(whole) // 2], 'R31', 'signature-not-cms', False, 'no CMS signature')
        bad('bytes-behind-it', whole + b'more', 'R31', 'signature-not-cms', False, 'no CMS signature')
        bad('empty', b'', 'R31', 'signature-not-cms', False, 'no CMS signature')
        bad('oversize', sign(good + ' ' * (2 << 20), quill), 'R31', 'signature-too-large', False, '')
        bad('container-without-signature', openssl('cms', '-data_create', '-binary', '-outform', 'DER', input=good.encode()), 'R31',
            'signature-not-cms', False, 'no CMS signature')
        bad('unsigned', good.encode(), 'R31', 'signature-missing', True, 'signed decisions only')
        bad('somebody-elses-key', sign(decision(item, 'marrow', 'confirm', intake(probe=probe)), quill), 'R31', 'signer-differs', True,
            'names marrow as its signer, but quill')

    def contents(self, item, probe, other, closed):
        """What the decision says it is about."""
        quill = self.credential('quill')
        bad, signed, body = self.bad, self.signed, intake(probe=probe)
        bad('not-of-the-schema', sign(decision(item, 'quill', 'confirm', '<verdict/>'), quill), 'R13', 'decision-invalid', False, 'line ')
        bad('no-xml', sign('I confirm this.', quill), 'R13', 'decision-unreadable', False, '')
        bad('document-type', sign(decision(item, 'quill', 'confirm', body).replace('<decision', '<!DOCTYPE d [<!ENTITY a "b">]>\n<decision', 1), quill),
            'R13', 'decision-unreadable', False, '')
        signed('docket-of-nobody', item, 'quill', 'confirm', body, 'R13', 'docket-unknown', words='no docket', docket='FR-2026-999999')
        signed('docket-of-another', item, 'quill', 'confirm', body, 'R13', 'item-stale', words='another version', docket=other.docket)
        signed('another-round', item, 'quill', 'confirm', body, 'R13', 'item-unknown', words='round 2', round=2)
        signed('another-slot', item, 'quill', 'confirm', body, 'R13', 'item-unknown', words='slot 7', slot=7)
        signed('digest-of-another-item', item, 'quill', 'confirm', body, 'R13', 'item-stale', words='look at the item again',
               item=digest_of(os.path.join(other.directory, 'item.xml')))
        signed('stage-not-reached', item, 'harrow', 'approve', '', 'R13', 'item-unknown', words='no work item', stage='supervision')
        signed('outcome-of-another-stage', item, 'quill', 'approve', '', 'R13', 'outcome-unknown', words='no outcome "approve"')
        signed('closed-item', other, 'quill', 'confirm', body, 'R13', 'item-closed', words='closed on', stage='intake', item=closed)
        early = ['--outcome', 'refuse', '--reasons', 'No basis.']
        bad('signed-before-publication', self.at_another_time(-HALF_AN_HOUR, 'quill', item, *early), 'R31', 'signed-too-early', False, 'set the clock')
        bad('signed-in-the-future', self.at_another_time(HALF_AN_HOUR, 'quill', item, *early), 'R31', 'signed-too-late', False, 'set the clock')

    def people_at_intake(self, item, probe):
        for person, clause, code, words in (
                ('moss', 'R31', 'role-missing', 'role investigator'), ('harrow', 'R31', 'role-missing', 'role investigator'),
                ('reed', 'R47', 'administrator-decides', 'administers'), ('adder', 'R47', 'administrator-decides', 'administers'),
                ('vane', 'R48', 'vendor-decides', 'vendor'), ('barred', 'R31', 'person-suspended', 'suspended'),
                ('lapsed', 'R30', 'training-expired', 'training of lapsed'), ('untaught', 'R30', 'training-missing', 'no training'),
                ('imogen', 'R13', 'requester-decides', 'made this request')):
            self.signed('by-' + person, item, person, 'confirm', intake(probe=probe), clause, code, True, words)

    def incomplete_intake(self, item, image):
        signed = self.signed
        for name, body, clause, code, words in (
                ('no-basis', intake(False, f'<probe><image>{image}</image></probe>'), 'R18', 'basis-missing', 'clauses'),
                ('no-probe', intake(), 'R19', 'probe-missing', 'chooses the probe'),
                ('probe-of-elsewhere', intake(probe=f'<probe><image>{"ab" * 32}</image></probe>'), 'R19', 'probe-not-submitted', 'submitted'),
                ('crop-beyond', intake(probe=f'<probe><image>{image}</image><edits><edit operation="crop" x="9" y="9" width="60000" '
                                             'height="9"/></edits></probe>'), 'R19', 'edit-not-allowed', 'not allowed'),
                ('no-eyes', intake(probe=f'<probe><image>{image}</image></probe>'), 'R19', 'eyes-missing', 'mark both eyes')):
            signed('intake-' + name, item, 'quill', 'confirm', body, clause, code, words=words)
        signed('intake-unsuitable-why', item, 'quill', 'unsuitable', '', 'R20', 'reasons-missing', words='reasons')
        signed('intake-refused-why', item, 'quill', 'refuse', '', 'R18', 'reasons-missing', words='reasons')

    def incomplete_comparison(self, item):
        who, labels = investigator_of(item.docket), sorted(label for label in item.pictures if label.startswith('C'))
        first, rest, why = labels[0], labels[1:], 'The shapes agree.'
        def candidate(name, body, code, words='', reasons=why, clause='R22'):
            self.signed('candidate-' + name, item, who, 'candidate', body, clause, code, words=words, reasons=reasons)
        candidate('nobody', comparison(labels), 'candidate-missing')
        candidate('not-in-the-list', comparison(labels, 'C49'), 'candidate-not-in-list')
        candidate('excluded', comparison(labels, first, dispositions=[(label, 'excluded') for label in labels]), 'candidate-not-possible')
        candidate('one-left-out', comparison(labels, first, leave=rest[:1]), 'label-missing', f'picture {rest[0]}')
        candidate('one-twice', comparison(labels, first, extra=f'<disposition label="{rest[0]}" disposition="possible"/>'), 'label-twice')
        candidate('unknown-label', comparison(labels, first, extra='<disposition label="C49" disposition="possible"/>'), 'label-unknown', 'C49')
        candidate('no-comparison', comparison(labels, first, features=''), 'comparison-missing', 'visual comparison')
        candidate('feature-twice', comparison(labels, first, features='<feature component="eyes" finding="similar"/>' * 2), 'feature-twice')
        candidate('no-rating', comparison(labels, first, rating=None), 'rating-missing', 'rating')
        candidate('rating-against', comparison(labels, first, rating=-1), 'rating-contradicts')
        candidate('no-limitations', comparison(labels, first, limitations=''), 'limitations-missing')
        candidate('no-reasons', comparison(labels, first), 'reasons-missing', reasons=None)
        candidate('says-identified', comparison(labels, first, limitations='Identified beyond doubt.'), 'wording-forbidden', clause='R3')
        self.signed('none-without-reasons', item, who, 'none', comparison(labels, features='', rating=None, limitations=''), 'R26', 'reasons-missing')
        self.signed('again-without-reasons', item, who, 'search-again', '', 'R21', 'reasons-missing')
        self.signed('comparison-by-a-supervisor', item, 'harrow', 'none', comparison(labels), 'R31', 'role-missing', True, reasons=why)

    def incomplete_background(self, item):
        who = investigator_of(item.docket)
        for name, outcome, body, clause, code in (
                ('no-check', 'proceed', background(False, '<conflicts/>'), 'R22', 'background-missing'),
                ('no-word-on-conflicts', 'proceed', background(), 'R22', 'conflicts-missing'),
                ('conflict-without-reasons', 'proceed', background(True, '<conflicts><conflict>Was abroad.</conflict></conflicts>'),
                 'R22', 'reasons-missing'),
                ('returned-without-reasons', 'return', '', 'R22', 'reasons-missing'),
                ('none-without-reasons', 'none', '', 'R26', 'reasons-missing')):
            self.signed('background-' + name, item, who, outcome, body, clause, code)

    def bad_peers(self, item):
        labels, why = sorted(label for label in item.pictures if label.startswith('A')), 'None of them.'
        who, own = peers_of(item.docket)[0], investigator_of(item.docket)
        self.signed('peer-was-investigator', item, own, 'complete', marks(labels), 'R23', 'role-conflict', True, 'another role', reasons=why)
        self.signed('peer-is-supervisor', item, 'harrow', 'complete', marks(labels), 'R31', 'role-missing', True, reasons=why)
        self.signed('peer-one-left-out', item, who, 'complete', marks(labels[1:]), 'R23', 'label-missing', words=labels[0], reasons=why)
        self.signed('peer-one-twice', item, who, 'complete', marks(labels, f'<mark label="{labels[0]}" mark="possible"/>'), 'R23',
                    'label-twice', reasons=why)
        self.signed('peer-unknown-label', item, who, 'complete', marks(labels, '<mark label="A49" mark="not"/>'), 'R23', 'label-unknown', reasons=why)
        self.signed('peer-without-reasons', item, who, 'complete', marks(labels), 'R25', 'reasons-missing')

    def bad_supervision(self, item):
        own, why = investigator_of(item.docket), 'All agree.'
        right = SUPERVISOR[own]
        wrong = 'vesper' if right == 'harrow' else 'harrow'
        signed = self.signed
        signed('supervisor-of-others', item, wrong, 'continue', '', 'R24', 'not-the-supervisor', True, 'supervisor', reasons=why)
        for person, words in (('former', 'term' if right == 'harrow' else 'nor acting'), ('future', 'term' if right == 'harrow' else 'nor acting'),
                              ('junior', 'lower rank' if right == 'harrow' else 'nor acting')):
            signed('acting-' + person, item, person, 'continue', '', 'R24', 'not-the-supervisor', True, words, reasons=why)
        signed('final-by-investigator', item, own, 'approve', '', 'R31', 'role-missing', True, reasons=why)
        signed('final-by-chief', item, 'thorn', 'approve', '', 'R31', 'role-missing', True, reasons=why)
        signed('approved-over-a-disagreement', item, right, 'approve', '', 'R25', 'not-now', False, 'disagreed', reasons=why)
        signed('negative-at-once', item, right, 'negative', '', 'R25', 'not-now', False, 'first round', reasons=why)
        signed('continue-without-reasons', item, right, 'continue', '', 'R25', 'reasons-missing')

    def bad_releases(self, item):
        number = f'<hold>{item.slot}</hold>'
        signed, why = self.signed, 'Discussed by telephone.'
        signed('release-by-investigator', item, 'quill', 'release', number, 'R31', 'role-missing', True, 'decided by the role', reasons=why)
        signed('release-by-vendor', item, 'vane', 'release', number, 'R48', 'vendor-decides', True, reasons=why)
        signed('release-by-former-acting', item, 'former', 'release', number, 'R24', 'acting-over', True, 'term of former', reasons=why)
        signed('release-of-no-hold', item, 'vesper', 'release', '', 'R13', 'hold-missing', reasons=why)
        signed('release-of-another-hold', item, 'vesper', 'release', '<hold>9</hold>', 'R13', 'hold-missing', reasons=why)
        signed('release-without-reasons', item, 'vesper', 'release', number, 'R13', 'reasons-missing')

    # --- all of it ---

    def position(self):
        """Everything of dockets, items and what is outbound that a decision could have changed."""
        return (sorted((row['docket'], row['state'], row['since'], row['round']) for row in self.site.lines('list', '--all')),
                sorted((row['item'], row['digest']) for row in self.site.lines('list', '--items')))

    def drop(self, name, content, owner=-1):
        hidden = self.site.at('review', 'decisions', '.' + name)
        with open(hidden, 'wb') as file:
            file.write(content)
        os.chown(hidden, owner, -1)
        os.rename(hidden, self.site.at('review', 'decisions', name))

    def answer(self, name):
        paths = glob.glob(self.site.at('review', 'answers', '*', name + '*.txt'))
        self.assertEqual(len(paths), 1, f'{name}: {paths}')
        with open(paths[0]) as file:
            return file.read()

    def refusals(self):
        """{digest of the file: (event, was an incident filed with it)}."""
        events = self.site.events()
        return {event['object']: (event, follows.get('action') == 'incident-filed')
                for event, follows in zip(events, events[1:] + [{}]) if event['action'] == 'decision-refused'}

    def judge(self):
        """All cases at once; then each by itself."""
        before, filed = self.position(), len(self.actions(action='incident-filed'))
        for case in self.cases:
            self.drop(case.name + '.p7m', case.content)
        self.site.drain()
        refused = self.refusals()
        for case in self.cases:
            with self.subTest(case.name):
                text = self.answer(case.name + '.p7m')
                self.assertIn(f'Refused ({case.clause}, {case.code})', text)
                self.assertIn(case.words, text)
                event, filed_too = refused[hashlib.sha256(case.content).hexdigest()]
                self.assertEqual((event['outcome'], event.get('clause')), (case.code, case.clause))
                self.assertEqual(filed_too, case.security, 'incident')
        self.assertEqual(self.position(), before, 'something changed')
        self.assertEqual(self.actions(action='decision-applied'), self.applied, 'one counted')
        self.assertEqual(len(self.actions(action='incident-filed')) - filed, sum(case.security for case in self.cases))
        self.assertEqual(glob.glob(self.site.at('review', 'decisions', '*')), [])

    def test_every_bad_decision(self):
        self.hire()
        items = self.bring(STAGES)
        self.applied = self.actions(action='decision-applied')
        first, other = items['intake'], items['background']
        image = next(digest for label, digest in first.pictures.items() if label.startswith('S'))
        probe = f'<probe><image>{image}</image><eyes ' + ' '.join(
            f'{name}="{value}"' for name, value in zip(('leftX', 'leftY', 'rightX', 'rightY'), self.faces.probe(3).eyes.split(','))) + '/></probe>'
        closed = next(event['object'] for event in self.actions(action='item-opened', docket=other.docket, outcome='intake'))
        self.envelopes(first, probe)
        self.contents(first, probe, other, closed)
        self.people_at_intake(first, probe)
        self.incomplete_intake(first, image)
        self.incomplete_comparison(items['investigation'])
        self.incomplete_background(other)
        self.bad_peers(items['peer'])
        self.bad_supervision(items['supervision'])
        self.bad_releases(items['hold'])
        self.assertEqual(len({case.name for case in self.cases}), len(self.cases))
        self.assertGreater(len(self.cases), 80)
        self.judge()
        # What all the forgeries imitated does count, once.
        good = sign(decision(first, 'quill', 'confirm', intake(probe=probe)), self.credential('quill'))
        self.drop('good.p7m', good)
        self.drop('replayed.p7m', good)
        self.site.drain()
        self.assertEqual(len(self.actions(action='decision-applied')), len(self.applied) + 1)
        self.assertIn('count once', self.answer('good.p7m') + self.answer('replayed.p7m'))
        self.assertEqual(self.state(first.docket), 'QUEUED')
        self.assert_sound()

    # --- other sites ---

    def at_intake(self, identity='signature'):
        """One request at intake, on a site where that speaks for a person; (item, its XML by quill)."""
        self.people = {}
        with open(self.site.at('site.xml')) as file:
            text = file.read()
        with open(self.site.at('site.xml'), 'w') as file:
            file.write(text.replace('<identity>signature</identity>', f'<identity>{identity}</identity>'))
        with open(self.site.at('roster.xml')) as file:
            roster = file.read()
        with open(self.site.at('roster.xml'), 'w') as file:         # the account that runs the tests is quill's
            file.write(roster.replace('<account>quill</account>', f'<account>{pwd.getpwuid(os.geteuid()).pw_name}</account>'))
        item = self.item(self.send('case', person=3).docket, 'intake')
        self.applied = []
        return item, decision(item, 'quill', 'refuse', reasons='No basis.')

    def test_the_owner_speaks(self):
        item, xml = self.at_intake('owner')
        self.bad('of-another', decision(item, 'marrow', 'refuse', reasons='No basis.').encode(), 'R31', 'signer-differs', True,
                 'names marrow as its signer, but quill')
        self.bad('signed-by-another', sign(decision(item, 'marrow', 'refuse', reasons='No basis.'), self.credential('marrow')), 'R33',
                 'identity-differs', True, 'marrow signed')
        self.bad('no-decision', b'<decision/>', 'R13', 'decision-invalid')
        self.judge()
        if os.geteuid() == 0:
            self.drop('nobody.xml', xml.encode(), owner=65534)
            self.site.drain()
            self.assertIn('Refused (R31, account-unknown)', self.answer('nobody.xml'))
        self.drop('own.xml', xml.encode() + b'\n')
        self.site.drain()
        self.assertIn('Counted', self.answer('own.xml'))

    def test_both_are_one_person(self):
        item, xml = self.at_intake('both')
        self.bad('unsigned', xml.encode(), 'R31', 'signature-missing', True)
        self.bad('signed-by-another', sign(decision(item, 'marrow', 'refuse', reasons='No basis.'), self.credential('marrow')), 'R33',
                 'identity-differs', True, 'that of quill')
        self.judge()
        good = sign(xml, self.credential('quill'))
        if os.geteuid() == 0:
            self.drop('nobody.p7m', good + b'', owner=65534)
            self.site.drain()
            self.assertIn('Refused (R31, account-unknown)', self.answer('nobody.p7m'))
        self.drop('own.p7m', sign(xml, self.credential('quill')))
        self.site.drain()
        self.assertIn('Counted', self.answer('own.p7m'))

    def waits(self, item, xml, words):
        self.drop('early.p7m', sign(xml, self.credential('quill')))
        done = self.site.call('drain')
        self.assertIn(words, done.stderr)
        self.assertEqual(glob.glob(self.site.at('review', 'answers', '*', '*')), [])
        self.assertEqual(self.actions(action='decision-refused'), [])
        self.assertEqual(self.state(item.docket), 'INTAKE')

    def test_an_old_revocation_list_is_waited_for(self):
        item, xml = self.at_intake()
        self.authority.revocations(self.site.at('keys', 'crl.pem'), timedelta(days=-9), timedelta(days=-1))
        self.waits(item, xml, 'out of date')
        self.authority.revocations(self.site.at('keys', 'crl.pem'))
        self.site.drain()
        self.assertIn('Counted', self.answer('early.p7m'))

    def test_a_strange_revocation_list_is_waited_for(self):
        """Neither trusted nor passed over: a list of another authority revokes nobody, and clears nobody."""
        item, xml = self.at_intake()
        Authority.strange(os.path.join(self.path, 'stranger'), 'Some other authority').revocations(self.site.at('keys', 'crl.pem'))
        self.waits(item, xml, 'not one of the signer')
        self.authority.revocations(self.site.at('keys', 'crl.pem'))
        self.site.drain()
        self.assertIn('Counted', self.answer('early.p7m'))
