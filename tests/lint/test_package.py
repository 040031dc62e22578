"""The Debian package needs what deploy/packages.txt says the build needs, and installs what there is."""
import os, re, subprocess, unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def read(*names):
    with open(os.path.join(ROOT, *names), encoding='utf-8') as file:
        return file.read()


def listed(field, text):
    words = re.search(rf'^{field}:((?:\n .*)+)', text, re.M)[1]
    return {word.strip().split(' ')[0] for word in words.replace('\n', '').split(',') if word.strip()}


class Package(unittest.TestCase):
    def test_built_from_the_same_packages(self):
        section = read('deploy', 'packages.txt').split('[build]')[1].split('[')[0]
        wanted = {line.split()[0] for line in section.splitlines() if line.strip() and not line.startswith('#')}
        # What every build of a Debian package has anyhow.
        wanted -= {'gcc', 'libc6-dev', 'make'}
        self.assertEqual(listed('Build-Depends', read('debian', 'control')) - {'debhelper-compat'}, wanted)

    def test_libraries_loaded_by_name_are_depended_on(self):
        control = listed('Depends', read('debian', 'control'))
        for package in re.findall(r'package (\w[\w.-]*)\)', read('spool', 'daemon.c')) + re.findall(
                r'"(lib[a-z0-9-]+)"', read('page', 'readback_file.c') + read('page', 'readback_pages.c')):
            self.assertIn(package, control)

    def test_units_are_strict(self):
        if subprocess.run(['which', 'systemd-analyze'], capture_output=True).returncode != 0:
            self.skipTest('systemd-analyze is not installed')
        unit = os.path.join(ROOT, 'deploy', 'systemd', 'leadspool@.service')
        done = subprocess.run(['systemd-analyze', 'security', '--offline=true', '--threshold=20', unit], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout[-300:] + done.stderr)


if __name__ == '__main__':
    unittest.main()
