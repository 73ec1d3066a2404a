"""Runs the commands of a document and looks for what it shows of their output.

    console.py DOCUMENT.md FOLDER...

A block ```console holds lines `$ command`, each followed by lines of what it
prints. A line ends in `\\` where the command goes on. In what is printed, `…`
stands for anything on one line, a line of nothing else for any lines, and white
space for white space; `%name` is some value, the same one wherever the block
says it. Commands run in order in the current folder and find their programs in
FOLDER. The first line that a command does not print is an error.
"""

import os
import pathlib
import re
import signal
import subprocess
import sys

# The IR names values %3, %alloc_7 or %arg0; the document, by what they are.
VALUE = r"%[\w$.-]+"
ANY_LINES = "\0"
TOKEN = re.compile(rf"{ANY_LINES}|…|{VALUE}|\s+")


def pattern_of(shown):
    """The regular expression of what a document shows."""
    shown = re.sub(r"\s*\n[ \t]*…[ \t]*\n\s*", ANY_LINES, shown)
    names = {}
    parts, end = [], 0
    for match in TOKEN.finditer(shown):
        parts.append(re.escape(shown[end : match.start()]))
        end = match.end()
        token = match.group()
        if token == ANY_LINES:
            parts.append(r"\s(?:[\s\S]*?\s)??")
        elif token == "…":
            parts.append(r"[^\n]*?")
        elif token.isspace():
            parts.append(r"\s+")
        elif token in names:
            parts.append(rf"(?P={names[token]})(?![\w$.-])")
        else:
            names[token] = f"v{len(names)}"
            parts.append(rf"(?P<{names[token]}>{VALUE})")
    parts.append(re.escape(shown[end:]))
    return "".join(parts)


def steps_of(document):
    """Pairs of a command and what is shown of its output."""
    for block in re.findall(r"^```console\n(.*?)^```", document, re.M | re.S):
        block = block.replace("\\\n", "")
        for step in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, shown = step.partition("\n")
            yield command, shown.strip("\n")


class TooLong(Exception):
    pass


def is_printed(shown, printed):
    """Whether it is found. What is missing can take the search for ever."""

    def stop(signum, frame):
        raise TooLong

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(20)
    try:
        return re.search(pattern_of(shown), printed) is not None
    except TooLong:
        return False
    finally:
        signal.alarm(0)


def check(command, shown, environment):
    run = subprocess.run(
        command, shell=True, env=environment, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    if run.returncode:
        sys.exit(f"$ {command}\n{run.stdout}\nstatus {run.returncode}")
    lines = shown.splitlines()
    for n, line in enumerate(lines, 1):
        if line.strip() in ("", "…"):
            continue
        if not is_printed("\n".join(lines[:n]), run.stdout):
            sys.exit(f"$ {command}\nprints nothing like this, the last line\n{line}")


path = os.pathsep.join([*sys.argv[2:], os.environ["PATH"]])
steps = list(steps_of(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")))
for command, shown in steps:
    check(command, shown, dict(os.environ, PATH=path))
print(f"{len(steps)} commands print what the document shows")
