"""Runs a program with the system calls that a unit of systemd leaves it.

  confined.py UNIT PROGRAM ARGUMENT...    others fail with EPERM, as SystemCallErrorNumber says
"""
import errno
import os
import subprocess
import sys

import seccomp


def calls(name):
    """The calls of a set as "@system-service", also those of the sets in it."""
    if not name.startswith("@"):
        return {name}
    text = subprocess.run(["systemd-analyze", "--no-pager", "syscall-filter", name],
                          stdout=subprocess.PIPE, check=True, text=True).stdout
    words = [line.strip() for line in text.splitlines()[1:]]
    return set().union(*(calls(w) for w in words if w and not w.startswith("#")))


allowed = set()
for line in open(sys.argv[1]):
    if line.startswith("SystemCallFilter="):
        words = line.strip().split("=", 1)[1]
        change = set().union(*(calls(w) for w in words.lstrip("~").split()))
        allowed = allowed - change if words.startswith("~") else allowed | change
assert allowed, "the unit has no SystemCallFilter"

rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
for name in allowed | {"execve"}:
    try:
        rules.add_rule(seccomp.ALLOW, name)
    except RuntimeError:
        pass  # a call of another processor
rules.load()
os.execv(sys.argv[2], sys.argv[2:])
