"""Every drop has one answer that says everything that is wrong, where, by which rule, and what to do."""
import os, re, shutil

from site_case import NORTH, SOUTH, SiteCase, image_words, request_id, sender_words, whole_request


def without(words, option, values=1):
    """The same options without one of them."""
    at = words.index(option)
    return words[:at] + words[at + 1 + values:]


def instead(words, option, value):
    at = words.index(option)
    return words[:at + 1] + [value] + words[at + 2:]


class Receipts(SiteCase):
    def whole(self, name, **changes):
        changes.setdefault('image', self.faces.probe(1).path)
        words = whole_request(f'{self.id()} {name}', NORTH, 7, name=name, **changes)
        # a recording of its own each: many requests from one are held
        return instead(words, '--recording', name) if '--recording' in words else words

    def faulty(self):
        """(name, options of submit, outcome, codes): each packet breaks one rule, or as few as it can."""
        text = os.path.join(self.path, 'text.jpg')
        with open(text, 'w') as file:
            file.write('no picture')
        video = os.path.join(self.path, 'clip.mp4')
        shutil.copyfile(self.faces.probe(1).path, video)
        whole = self.whole
        worn = ['--body-worn', 'witnessed,unable']
        rows = [
            ('no-use', without(without(whole('no-use'), '--use'), '--sub-use'), 'REJECT', 'use-missing'),
            ('other-use', instead(whole('other-use'), '--use', 'U9'), 'REJECT', 'use-not-authorised'),
            ('no-sub-use', without(whole('no-sub-use'), '--sub-use'), 'REJECT', 'sub-use-missing'),
            ('wrong-sub-use', instead(whole('wrong-sub-use'), '--sub-use', 'missing'), 'REJECT', 'sub-use-not-of-this-use'),
            ('no-basis', without(whole('no-basis'), '--basis'), 'REJECT', 'basis-missing'),
            ('unforeseen', whole('unforeseen', use=('U0',)), 'HOLD', 'use-unforeseen'),
            ('no-event', without(whole('no-event'), '--event'), 'REJECT', 'event-context-missing'),
            ('crowd', instead(whole('crowd'), '--event', 'crowd'), 'REJECT', 'event-without-subject'),
            ('marked-crowd', instead(whole('marked-crowd'), '--event', 'crowd') + ['--box', '10,10,200,200'], 'HOLD', 'event-held'),
            ('no-political', without(whole('no-political'), '--political'), 'REJECT', 'political-activity-missing'),
            ('political', instead(whole('political'), '--political', 'yes'), 'REJECT', 'political-activity-elsewhere'),
            ('no-number', without(whole('no-number'), '--case'), 'REJECT', 'number-missing'),
            ('no-image', whole('no-image', image=None), 'REJECT', 'images-missing'),
            ('no-discussion', whole('no-discussion', discussed=False), 'HOLD', 'discussion-missing'),
            ('no-prior', without(whole('no-prior'), '--prior'), 'HOLD', 'prior-searches-missing'),
            ('no-priority', without(whole('no-priority'), '--priority'), 'REJECT', 'priority-missing'),
            ('no-ground', whole('no-ground', priority=('expedite',)), 'REJECT', 'priority-without-ground'),
            ('no-threat', whole('no-threat', priority=('imminent', 'In a hurry.')), 'REJECT', 'imminent-without-threat'),
            ('sketch', instead(whole('sketch'), '--source', 'sketch'), 'REJECT', 'source-not-allowed'),
            ('other-source', instead(whole('other-source'), '--source', 'other'), 'REJECT', 'source-unexplained'),
            ('lookalike', instead(whole('lookalike'), '--unknown-person', 'no'), 'REJECT', 'unknown-person-not-attested'),
            ('video', whole('video', image=video), 'REJECT', 'not-a-still'),
            ('worn', instead(whole('worn'), '--source', 'body-worn'), 'REJECT', 'body-worn-unexplained'),
            ('worn-conditions', instead(whole('worn-conditions'), '--source', 'body-worn') + worn, 'HOLD', 'body-worn-conditions'),
            ('screening', instead(whole('screening'), '--source', 'body-worn') + ['--body-worn', 'witnessed,unable,still,warrant'],
             'REJECT', 'body-worn-screening'),
            ('trait', whole('trait', basis='He was seen before the eglise-ROUGE on Sunday.'), 'HOLD', 'basis-names-protected-trait'),
            ('trait-in-ground', whole('trait-in-ground', priority=('expedite', 'The Église Rouge closes soon.')), 'HOLD',
             'ground-names-protected-trait'),
            ('short-basis', instead(whole('short-basis'), '--basis', 'see file'), 'REJECT', 'basis-too-short'),
            ('oneself', instead(whole('oneself'), '--discussed-with', 'Det. Imogen FAIRWEATHER'), 'HOLD', 'discussion-with-requester'),
            ('year-9999', whole('year-9999') + ['--submitted-at', '9999-12-31T23:59:59Z'], 'REJECT', 'submitted-in-future'),
            ('year-1970', without(without(whole('year-1970', discussed=False), '--prior'), '--captured-at') +
             ['--prior', 'none', '--submitted-at', '1970-01-01T00:00:00Z', '--discussed-with', 'Lt. Stoat', '--discussed-at',
              '1969-12-31T00:00:00Z'], 'REJECT', 'submitted-long-ago'),
            ('future-still', instead(whole('future-still'), '--captured-at', '2099-01-01T00:00:00Z'), 'REJECT', 'captured-after-submission'),
            ('future-search', instead(whole('future-search'), '--prior', 'Unit,2099-01-01,nothing'), 'HOLD', 'prior-search-to-come'),
            ('drawn-sketch', instead(whole('drawn-sketch'), '--source', 'other') + ['--source-text', 'a Sketch by a witness'], 'HOLD',
             'source-names-artificial-image'),
            ('live', instead(whole('live'), '--recording', 'rtsp://10.0.0.7/roof'), 'REJECT', 'live-stream'),
            ('nameless-crowd', without(instead(whole('nameless-crowd'), '--event', 'crowd'), '--recording') + ['--box', '10,10,200,200'],
             'REJECT', 'event-held recording-missing'),
            ('box-outside', whole('box-outside') + ['--box', '10,10,20000,200'], 'REJECT', 'box-not-in-picture'),
            ('worn-elsewhere', whole('worn-elsewhere') + ['--body-worn', 'witnessed,unable,still'], 'REJECT', 'body-worn-of-another-source'),
            ('new-with-docket', whole('new-with-docket') + ['--docket', 'FR-2026-000001'], 'REJECT', 'docket-of-new'),
            ('relates-to-nothing', whole('relates-to-nothing') + ['--relates-to', 'FR-2026-099999'], 'REJECT', 'docket-unknown'),
            ('dash', instead(whole('dash'), '--requester', '–'), 'REJECT', 'text-says-nothing'),
            ('not-an-image', whole('not-an-image', image=text), 'REJECT', 'image-unreadable'),
        ]
        for kind in ('supplement', 'withdrawal', 'correction'):
            words = sender_words(NORTH) + ['--name', f'stray-{kind}', '--request-id', request_id(f'stray {kind}'),
                                           '--kind', kind, '--docket', 'FR-2026-099999', '--reason', 'none']
            if kind == 'supplement':
                words = without(words, '--reason') + image_words(self.faces.probe(2).path)
            if kind == 'correction':
                words += ['--cms-ref', 'CMS-1']
            rows.append((f'stray-{kind}', words, 'REJECT', 'docket-unknown'))
        return rows

    def test_every_fault_kind_is_answered_once(self):
        path = self.site.at('site.xml')
        with open(path) as file:
            site = file.read()
        with open(path, 'w') as file:
            file.write(site.replace('<protectedTraits>', '<protectedTraits><word>Église rouge</word>'))
        rows = self.faulty()
        for _, words, _, _ in rows:
            self.site.do('submit', *words)
        self.site.drain()
        for name, _, outcome, code in rows:
            with self.subTest(name):
                found = [receipt for receipt in self.site.receipts(NORTH) if receipt.drop == name]
                self.assertEqual(len(found), 1)
                self.assertEqual((found[0].outcome, found[0].codes), (outcome, code.split()))
                self.check_set(found[0])
        self.assertEqual(len(self.site.receipts(NORTH)), len(rows))
        answered = [event for event in self.site.events() if event['action'] in ('drop-rejected', 'drop-held', 'drop-accepted',
                                                                                 'drop-quarantined')]
        self.assertEqual(len(answered), len(rows))
        self.assert_sound()

    def check_set(self, receipt):
        """XML, its signature, and the same in words that fit a terminal."""
        self.assert_signed(receipt.path)
        text = open(receipt.path.replace('.xml', '.txt')).read()
        flat = ' '.join(text.split()).lower()
        for fault in receipt.faults:
            for member in ('text', 'clause', 'remedy', 'place'):
                if fault.get(member):
                    self.assertIn(' '.join(fault[member].split()).lower(), flat)      # a long remedy once is enough
            if fault.get('role'):
                self.assertRegex(flat, 'decides: (a supervisor of the unit|the legal bureau|the chief of detectives or the deputy commissioner)')
            self.assertTrue(fault.get('remedy'), f'{fault["code"]} does not say what to do')
        for line in text.splitlines():
            self.assertLessEqual(len(line), 80, line)
        self.assertIn('What happens next', text)
        self.assertNotIn('\x00', text)

    def test_all_faults_at_once(self):
        words = without(without(instead(self.whole('three'), '--use', 'U9'), '--basis'), '--case')
        words = instead(words, '--unknown-person', 'no')
        self.site.do('submit', *words)
        self.site.drain()
        receipt = self.site.receipt_of(NORTH, 'three')
        self.assertEqual(set(receipt.codes), {'use-not-authorised', 'basis-missing', 'number-missing',
                                              'unknown-person-not-attested'})
        for fault in receipt.faults:
            self.assertRegex(fault['place'], r'line \d+ /request')

    def test_unreadable_drops(self):
        """Drops that are no packets at all are answered too."""
        inbox = self.site.at('in', NORTH)
        os.mkdir(os.path.join(inbox, 'empty-manifest'))
        open(os.path.join(inbox, 'empty-manifest', 'manifest.xml'), 'w').close()
        with open(os.path.join(inbox, 'note.txt'), 'w') as file:
            file.write('please search this')
        os.mkdir(os.path.join(inbox, 'bomb'))
        with open(os.path.join(inbox, 'bomb', 'manifest.xml'), 'w') as file:
            file.write('<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><r>&b;</r>')
        os.mkdir(os.path.join(inbox, 'odd näme % x'))
        with open(os.path.join(inbox, 'odd näme % x', 'manifest.xml'), 'w') as file:
            file.write('<r/>')
        self.site.drain()
        receipts = {receipt.drop: receipt for receipt in self.site.receipts(NORTH)}
        self.assertEqual(len(receipts), 4, receipts.keys())
        self.assertEqual(receipts['bomb'].outcome, 'QUARANTINE')
        self.assertEqual(receipts['bomb'].codes, ['hostile-xml'])
        self.assertEqual(receipts['empty-manifest'].outcome, 'QUARANTINE')
        self.assertEqual(receipts['empty-manifest'].codes, ['malformed-xml'])
        self.assertEqual(receipts['note.txt'].outcome, 'REJECT')
        self.assertEqual(os.listdir(inbox), [])
        reasons = [open(os.path.join(folder, 'reason.txt')).read() for folder, _, names in os.walk(self.site.at('quarantine'))
                   if 'reason.txt' in names]
        self.assertEqual(len(reasons), 2)
        self.assert_sound()

    def test_links_are_not_followed(self):
        secret = os.path.join(self.path, 'secret.jpg')
        shutil.copyfile(self.faces.probe(1).path, secret)
        self.site.do('submit', *self.whole('linked'), '--no-digests')
        os.remove(self.site.at('in', NORTH, 'linked', os.path.basename(self.faces.probe(1).path)))
        os.symlink(secret, self.site.at('in', NORTH, 'linked', os.path.basename(self.faces.probe(1).path)))
        self.site.drain()
        receipt = self.site.receipt_of(NORTH, 'linked')
        self.assertEqual(receipt.outcome, 'REJECT')
        self.assertIn('not-a-plain-file', receipt.codes)

    def test_digest_that_differs(self):
        self.site.do('submit', *self.whole('differs'))
        with open(self.site.at('in', NORTH, 'differs', os.path.basename(self.faces.probe(1).path)), 'ab') as file:
            file.write(b'changed on the way')
        self.site.drain()
        receipt = self.site.receipt_of(NORTH, 'differs')
        self.assertEqual(receipt.outcome, 'REJECT')
        self.assertTrue(any('digest' in code or 'differ' in code for code in receipt.codes), receipt.codes)

    def test_a_repeat_gets_the_same_receipt(self):
        self.site.do('submit', *self.whole('once'))
        kept = os.path.join(self.path, 'kept')
        shutil.copytree(self.site.at('in', NORTH, 'once'), kept)
        self.site.drain()
        first = self.site.receipt_of(NORTH, 'once')
        before, bytes_before = self.outbound(), open(first.path, 'rb').read()
        shutil.copytree(kept, self.site.at('in', NORTH, 'once'))
        self.site.drain()
        self.assertEqual(self.outbound(), before)
        self.assertEqual(open(first.path, 'rb').read(), bytes_before)
        self.assertEqual(len(self.actions(action='drop-repeated', docket=first.docket)), 1)
        self.assertEqual(len(self.site.lines('list', '--all')), 1)
        self.assert_sound()

    def test_a_bound_id_with_other_bytes_is_set_aside(self):
        self.site.do('submit', *self.whole('bound'))
        self.site.drain()
        first = self.site.receipt_of(NORTH, 'bound')
        bytes_before = open(first.path, 'rb').read()
        words = instead(self.whole('bound'), '--name', 'bound-again')
        self.site.do('submit', *instead(words, '--basis', 'Another story.'))
        self.site.drain()
        second = self.site.receipt_of(NORTH, 'bound-again')
        self.assertEqual((second.outcome, second.codes), ('QUARANTINE', ['request-id-used']))
        self.assertEqual(open(first.path, 'rb').read(), bytes_before)
        self.assertEqual(self.state(first.docket), 'INTAKE')
        self.assertGreaterEqual(self.site.lines('status')[0]['incidents'], 1)

    def test_a_rejected_id_can_be_used_again(self):
        self.site.do('submit', *without(self.whole('fixed'), '--basis'))
        self.site.drain()
        self.assertEqual(self.site.receipt_of(NORTH, 'fixed').outcome, 'REJECT')
        self.site.do('submit', *instead(self.whole('fixed'), '--name', 'fixed-2'))
        self.site.drain()
        self.assertEqual(self.site.receipt_of(NORTH, 'fixed-2').outcome, 'ACCEPT')

    def test_another_commands_folder(self):
        """A manifest that names another command than its folder's is refused, and looked into."""
        self.site.do('submit', *self.whole('elsewhere'))
        os.rename(self.site.at('in', NORTH, 'elsewhere'), self.site.at('in', SOUTH, 'elsewhere'))
        self.site.drain()
        receipt = self.site.receipt_of(SOUTH, 'elsewhere')
        self.assertEqual((receipt.outcome, receipt.codes), ('REJECT', ['command-other']))
        self.assertIsNone(self.site.receipt_of(NORTH, 'elsewhere'))
        self.assertGreaterEqual(self.site.lines('status')[0]['incidents'], 1)

    def test_a_packet_still_growing_waits(self):
        """Listed files that are not there yet: no answer, nothing taken."""
        self.site.do('submit', *self.whole('growing'))
        image = self.site.at('in', NORTH, 'growing', os.path.basename(self.faces.probe(1).path))
        aside = os.path.join(self.path, 'aside.jpg')
        os.rename(image, aside)
        self.site.drain()
        self.assertIsNone(self.site.receipt_of(NORTH, 'growing'))
        self.assertEqual(os.listdir(self.site.at('in', NORTH)), ['growing'])
        os.rename(aside, image)
        self.site.drain()
        self.assertEqual(self.site.receipt_of(NORTH, 'growing').outcome, 'ACCEPT')
        self.assertTrue(re.fullmatch(r'FR-\d{4}-\d{6}', self.site.receipt_of(NORTH, 'growing').docket))
