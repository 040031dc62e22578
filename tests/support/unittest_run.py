#!/usr/bin/python3
"""Runs one unittest file and ends with the counted line that tests/run reads.

    unittest_run.py NAME FILE.py

Prints "FAIL: NAME/test" and "SKIP: NAME/test: reason" lines, the details of failures, then
"N passed, N failed, N skipped". A file without tests fails: it would otherwise look like success.
"""
import importlib.util, os, re, sys, unittest


class Counting(unittest.TextTestResult):
    passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1


def short(name, test):
    whole = re.fullmatch(r'\w+ \((?:.*\.)?(\w+)\)', test.id()) if hasattr(test, 'id') else None
    if whole:                       # a class that could not be set up, or asked to be skipped
        return f'{name}/{whole[1]}'
    return f'{name}/{test.id().split(".", 1)[-1] if hasattr(test, "id") else test}'


def main():
    name, file = sys.argv[1:3]
    sys.path.insert(0, os.path.dirname(os.path.abspath(file)))
    spec = importlib.util.spec_from_file_location(os.path.basename(file)[:-3], file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    tests = unittest.defaultTestLoader.loadTestsFromModule(module)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=0, resultclass=Counting).run(tests)
    # a subtest reports its test once for each failing part
    failed = sorted({short(name, getattr(test, 'test_case', test)) for test, _ in result.failures + result.errors})
    failed += [short(name, test) for test in result.unexpectedSuccesses]
    for test in failed:
        print(f'FAIL: {test}')
    for test, reason in result.skipped:
        print(f'SKIP: {short(name, test)}: {reason}')
    if result.testsRun + len(failed) + len(result.skipped) == 0:
        print(f'FAIL: {name}: holds no tests')
        failed = [name]
    print(f'{result.passed} passed, {len(failed)} failed, {len(result.skipped)} skipped')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
