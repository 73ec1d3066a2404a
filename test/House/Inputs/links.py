"""Prints links in Markdown files that lead nowhere; fails if there is one."""

import pathlib
import re
import sys

broken = 0
for name in sys.argv[1:]:
    page = pathlib.Path(name)
    links = re.findall(r"\]\(([^)#]+)", page.read_text())
    for link in links:
        if "://" not in link and not (page.parent / link).exists():
            print(f"{page}: {link}")
            broken += 1
sys.exit(broken > 0)
