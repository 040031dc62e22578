"""A site as its users see it: the program's commands and the folders, nothing else."""
import glob, json, os, subprocess, xml.etree.ElementTree as ElementTree


class Failed(Exception):
    pass


def text_of(root, name):
    node = root.find('{*}' + name)
    return node.text.strip() if node is not None and node.text else None


class Item:
    """One open work item, read as the person reads it who decides: item.xml in its folder."""

    def __init__(self, directory):
        self.directory = directory
        root = ElementTree.parse(os.path.join(directory, 'item.xml')).getroot()
        self.docket, self.stage = text_of(root, 'docket'), text_of(root, 'stage')
        self.round, self.slot = int(text_of(root, 'round')), int(text_of(root, 'slot'))
        self.pictures = {node.get('label'): node.get('sha256') for node in root.findall('.//{*}picture')}

    @property
    def key(self):
        return self.docket, self.stage, self.round, self.slot


class Receipt:
    def __init__(self, path):
        root = ElementTree.parse(path).getroot()
        self.path, self.directory = path, os.path.dirname(path)
        self.outcome, self.docket = text_of(root, 'outcome'), text_of(root, 'docket')
        self.request, self.drop = text_of(root, 'requestId'), text_of(root, 'drop')
        self.claim, self.kind = text_of(root, 'claim'), text_of(root, 'requestKind')
        self.packet = text_of(root, 'packet')
        self.faults = [{child.tag.split('}')[1]: child.text for child in node} for node in root.findall('.//{*}fault')]
        self.codes = [fault['code'] for fault in self.faults]


def write_whole(path, content):
    """Appears whole or not at all, like any careful sender's file."""
    folder, name = os.path.split(path)
    hidden = os.path.join(folder, '.part-' + name)
    with open(hidden, 'wb' if isinstance(content, bytes) else 'w') as file:
        file.write(content)
    os.rename(hidden, path)


class Site:
    def __init__(self, program, path):
        self.program, self.path = program, path

    def at(self, *names):
        return os.path.join(self.path, *names)

    def call(self, *words, site=True, **options):
        command = [self.program] + (['-s', self.path] if site else []) + [str(word) for word in words]
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, **options)

    def do(self, *words, **options):
        done = self.call(*words, **options)
        if done.returncode != 0:
            raise Failed(f'leadspool {words[0]}: exit code {done.returncode}\n{done.stdout}{done.stderr}'.rstrip())
        return done.stdout

    def lines(self, *words):
        """What -j prints: one object a line."""
        return [json.loads(line) for line in self.do(*words, '-j').splitlines()]

    def init(self):
        return self.do('init', '--demo', self.path, site=False)

    def drain(self, overnight=False):
        return self.do('drain', *(['--overnight'] if overnight else []))

    def as_person(self, person):
        folder = self.at('demo', 'people', person)
        return ['--as', person, '--key', folder + '.key', '--cert', folder + '.pem']

    def items(self):
        """Work items whose folders are complete, in the order of their dockets."""
        found = []
        for folder in sorted(glob.glob(self.at('hold', '*')) + glob.glob(self.at('review', '*', 'FR-*'))):
            if all(os.path.exists(os.path.join(folder, name)) for name in ('item.xml', 'worksheet.pdf')):
                try:
                    found.append(Item(folder))
                except (OSError, ElementTree.ParseError):
                    pass                # being replaced at this very moment
        return sorted(found, key=lambda item: item.key)

    def receipts(self, command):
        paths = glob.glob(self.at('out', command, '**', 'receipt-*.xml'), recursive=True)
        return [Receipt(path) for path in sorted(paths)]

    def receipt_of(self, command, name):
        """The receipt of the drop of that name, or None."""
        return next((receipt for receipt in self.receipts(command) if receipt.drop == name), None)

    def events(self):
        return [json.loads(line) for line in self.do('audit', 'export').splitlines()]
