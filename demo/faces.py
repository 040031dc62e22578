"""The invented people: drawn once, kept, and looked up by what a person looking at a picture would know.

Person numbers and eye points stay in here and with the demo people; nothing of them is in what is sent.
"""
import csv, hashlib, os, shutil, subprocess
from dataclasses import dataclass


def sha256_of(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


@dataclass(frozen=True)
class Face:
    path: str
    person: int
    eyes: str           # left-x,left-y,right-x,right-y in pixels, left in the picture first
    sha256: str
    usable: bool = True


class Faces:
    """Picture 1 of a person is the gallery's, picture 2 was taken elsewhere."""

    def __init__(self, draw, folder, people, seed=1):
        self.draw, self.folder, self.people, self.seed = draw, folder, people, seed
        self.by_digest, self.table = {}, {}
        self._draw_all()

    def _draw_all(self):
        table = os.path.join(self.folder, 'faces.csv')
        stamp, wanted = os.path.join(self.folder, 'drawn'), f'{self.people} {self.seed} {sha256_of(self.draw)}'
        if not os.path.exists(stamp) or open(stamp).read() != wanted:
            shutil.rmtree(self.folder, ignore_errors=True)
            os.makedirs(self.folder)
            subprocess.run([self.draw, '--people', str(self.people), '--seed', str(self.seed), self.folder], check=True)
            with open(stamp, 'w') as file:
                file.write(wanted)
        with open(table, newline='') as file:
            for row in csv.DictReader(file):
                eyes = ','.join(row[name] for name in ('left_x', 'left_y', 'right_x', 'right_y'))
                self._know(os.path.join(self.folder, row['file']), int(row['person']), int(row['picture']), eyes)

    def _know(self, path, person, picture, eyes, usable=True):
        face = Face(path, person, eyes, sha256_of(path), usable)
        self.by_digest[face.sha256] = face
        self.table[person, picture] = face
        return face

    def gallery(self, person):
        return self.table[person, 1]

    def probe(self, person):
        return self.table[person, 2]

    def unusable(self, person):
        """The person again, but tiny, dark and blurred."""
        path = os.path.join(self.folder, f'unusable-{person:04d}.jpg')
        own = f'{path}.{os.getpid()}'            # several programs may want the same picture at once
        line = subprocess.run([self.draw, '--seed', str(self.seed), '--unusable', own, '--person', str(person)],
                              check=True, capture_output=True, text=True).stdout
        os.replace(own, path)
        return self._know(path, person, 3, ','.join(line.strip().split(',')[-4:]), usable=False)
