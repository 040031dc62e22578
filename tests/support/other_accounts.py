"""Accounts that are on no list of this machine: nss_wrapper shows them to this process and to those it starts."""
import os, subprocess


def write_lists(folder, accounts, groups, members=()):
    """passwd and group of this machine with `accounts` ({name: (number, group)}), `groups` ({name: number}) and further
    `members` ({group: [accounts]}) added; their paths."""
    passwd, group = os.path.join(folder, 'passwd'), os.path.join(folder, 'group')
    with open(passwd, 'w') as file:
        file.write(open('/etc/passwd').read())
        for account, (number, name) in accounts.items():
            file.write(f'{account}:x:{number}:{groups[name]}::/nonexistent:/usr/sbin/nologin\n')
    with open(group, 'w') as file:
        file.write(open('/etc/group').read())
        for name, number in groups.items():
            file.write(f'{name}:x:{number}:{",".join(dict(members).get(name, ()))}\n')
    return passwd, group


def show_accounts(case, folder, accounts, groups, members=()):
    """For the tests of that class: LD_PRELOAD is taken back with it."""
    passwd, group = write_lists(folder, accounts, groups, members)
    shown = {'LD_PRELOAD': 'libnss_wrapper.so', 'NSS_WRAPPER_PASSWD': passwd, 'NSS_WRAPPER_GROUP': group}
    for name, value in shown.items():
        case.addClassCleanup(os.environ.pop, name, None)
        os.environ[name] = value
    return passwd, group


def as_numbers(number, group, *words, more=(), **options):
    """A command as that account, with a shell on the server itself: no file server between it and the folders."""
    groups = f'--groups={",".join(map(str, more))}' if more else '--clear-groups'
    options.setdefault('timeout', 30)
    return subprocess.run(['setpriv', f'--reuid={number}', f'--regid={group}', groups, *words], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, **options)
