"""A site with one request at some stage, for tests of worksheets.

    worksheet_site.py make FOLDER STAGE     a new site in FOLDER, its people working until STAGE is open
    worksheet_site.py next FOLDER           search what waits, acknowledge what case management got
Prints one line of JSON: the docket, its state, its open items with the label under which the person shown by the
probe stands among the pictures, and who does what.
"""
import json, shutil, sys

from site_case import (CaseManagement, Office, PatientSite, PROGRAM, SUPERVISOR, SiteCase, faces, investigator_of, peers_of,
                       prepared_site)
from people import HOLDS                                                        # site_case makes it findable

PERSON = 3


class Work(SiteCase):
    def runTest(self):
        pass

    def begin(self, folder):
        type(self).faces = faces()
        self.path = folder
        self.site = PatientSite(PROGRAM, folder)
        self.office, self.clerk = Office(self.site, self.faces), CaseManagement(self.site)
        self.daemons = []

    def told(self):
        items = self.site.items()
        docket = self.site.lines('list', '--all')[0]['docket']
        return {'docket': docket, 'state': self.state(docket), 'items': [
            {'stage': item.stage, 'round': item.round, 'slot': item.slot, 'directory': item.directory,
             'mate': self.office.mate(item, PERSON)} for item in items],
            'investigator': investigator_of(docket), 'peers': peers_of(docket), 'supervisor': SUPERVISOR[investigator_of(docket)], 'holds': HOLDS['supervisor']}


def main(verb, folder, *words):
    work = Work()
    if verb == 'make':
        prepared = prepared_site(faces())
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(prepared, folder, symlinks=True)
        work.begin(folder)
        held = {'discussed': False} if words[0] == 'hold' else {}
        receipt = work.send('case', person=PERSON, **held)
        work.advance(receipt.docket, words[0])
    else:
        work.begin(folder)
        work.clerk.work()
        work.site.drain(overnight=True)
    print(json.dumps(work.told()))


main(*sys.argv[1:])
