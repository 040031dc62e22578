"""The measured values of images, calculated a second time from their definitions and nothing of the program's own."""
import json, math

from hostile_case import HostileCase, manifest, png

WIDTH, HEIGHT = 180, 220


def pixel(x, y):
    """Skin-like, unevenly lit, with a black and a white corner."""
    if x < 40 and y < 50:
        return 0, 0, 0
    if x > 150 and y > 190:
        return 255, 255, 255
    light = 0.35 + 0.6 * x / WIDTH
    wave = 18 * math.sin(x / 5) * math.cos(y / 7)
    return tuple(max(0, min(255, int(light * level + wave))) for level in (236, 172, 140))


def linear(level):
    v = level / 255
    return v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4


def sigma(x, middle, width):
    return 1 / (1 + math.exp((middle - x) / width))


def clipped(value):
    return max(0, min(100, math.floor(value + 0.5)))


def lab(colour):
    r, g, b = map(linear, colour)
    xyz = (0.4124 * r + 0.3576 * g + 0.1805 * b, 0.2126 * r + 0.7152 * g + 0.0722 * b, 0.0193 * r + 0.1192 * g + 0.9505 * b)
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116
               for t in (part / white for part, white in zip(xyz, (0.95047, 1, 1.08883))))
    return 500 * (x - y), 200 * (y - z)


def expected(region, eyes=None):
    """{name: (native, quality)} over the region (left, top, right, bottom), the last two outside."""
    left, top, right, bottom = region
    colours = [pixel(x, y) for y in range(top, bottom) for x in range(left, right)]
    levels = [math.floor(255 * sum(w * linear(c) for w, c in zip((0.2126, 0.7152, 0.0722), colour)) + 0.5) for colour in colours]
    count = len(levels)
    mean = sum(levels) / count / 255
    variance = sum((level / 255 - mean) ** 2 for level in levels) / count
    dark, bright = sum(level <= 25 for level in levels) / count, sum(level >= 247 for level in levels) / count
    shares = [levels.count(level) / count for level in set(levels)]
    entropy = -sum(share * math.log2(share) for share in shares)
    a, b = (sum(part) / count for part in zip(*map(lab, colours)))
    distance = math.hypot(max(0, 5 - a, a - 25), max(0, 5 - b, b - 35))
    found = {'luminance_mean': (mean, 100 * sigma(mean, .2, .05) * (1 - sigma(mean, .8, .05))),
             'luminance_variance': (variance, 100 * math.sin(math.pi * 60 * variance / (60 * variance + 1))),
             'under_exposure': (dark, 120 * (.832 - sigma(dark, .92, .05))),
             'over_exposure': (bright, 1 / (bright + .01)),
             'dynamic_range': (entropy, 12.5 * entropy),
             'natural_colour': (distance, 200 * (1 - sigma(distance, 0, 10)))}
    if eyes:
        (left_x, left_y), (right_x, right_y) = eyes
        between = math.hypot(right_x - left_x, right_y - left_y)
        found['inter_eye_distance'] = between, 100 * sigma(between, 70, 20)
        for name, room in (('side_crop_left', left_x), ('side_crop_right', WIDTH - 1 - right_x)):
            found[name] = room / between, 100 * sigma(room / between, .9, .1)
    return found


def sharpness(region):
    left, top, right, bottom = region
    grey = [[round(.299 * r + .587 * g + .114 * b) for r, g, b in (pixel(x, y) for x in range(left, right))] for y in range(top, bottom)]
    edges = [grey[y][x - 1] + grey[y][x + 1] + grey[y - 1][x] + grey[y + 1][x] - 4 * grey[y][x]
             for y in range(1, bottom - top - 1) for x in range(1, right - left - 1)]
    mean = sum(edges) / len(edges)
    return sum((edge - mean) ** 2 for edge in edges) / len(edges)


class QualityValues(HostileCase):
    def test_against_their_definitions(self):
        rows = b''.join(b'\0' + bytes(sum((pixel(x, y) for x in range(WIDTH)), ())) for y in range(HEIGHT))
        whole, marked = png(WIDTH, HEIGHT, rows), png(WIDTH, HEIGHT, rows, tail=b'\n')
        eyes = (62.5, 90.25), (118, 84)
        points = '<eyes leftX="62.5" leftY="90.25" rightX="118" rightY="84"/>'
        self.drop('measured', {'manifest.xml': manifest(self.id(), [('whole.png',), ('marked.png', points)]),
                               'whole.png': whole, 'marked.png': marked}, 'ACCEPT')
        self.site.drain()
        self.check_answers()
        docket = json.loads(self.site.do('show', self.site.lines('list')[0]['docket'], '-j', '--reason', 'A look.').splitlines()[0])
        images = {image['file']: image['quality'] for image in docket['docket']['images']}
        between = math.hypot(118 - 62.5, 84 - 90.25)
        x, y = (62.5 + 118) / 2, (90.25 + 84) / 2
        face = (int(max(0, x - 1.1 * between)), int(max(0, y - 1.1 * between)),
                int(min(WIDTH - 1, x + 1.1 * between)) + 1, int(min(HEIGHT - 1, y + 1.7 * between)) + 1)
        for name, region, points in (('whole.png', (0, 0, WIDTH, HEIGHT), None), ('marked.png', face, eyes)):
            measured = images[name]
            for measure, (native, quality) in expected(region, points).items():
                with self.subTest(image=name, measure=measure):
                    self.assertAlmostEqual(measured[measure]['native'] / 1e6, native, delta=0.01 if measure == 'natural_colour' else 2e-6)
                    self.assertAlmostEqual(measured[measure]['quality'], clipped(quality), delta=0.6)
            self.assertAlmostEqual(measured['laplacian_variance'] / 1000 / sharpness(region), 1, delta=0.002)
            self.assertEqual((measured['grey'], measured['region']), (False, 'face' if points else 'picture'))
