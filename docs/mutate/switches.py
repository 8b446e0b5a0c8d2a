"""Load the modules of rules with their switches, of which one at a time is off: its refusal vanishes.

The files stay as they are: it is what Python makes of them that differs.
"""

import sys
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from .mutants import ITEMS, KEPT, SWITCH, find_rules, switch_refusals


class Switches:
    """The refusal that vanishes and those that were met so far, by the names of their mutants."""

    def __init__(self) -> None:
        self.off = ""
        self.met: set[str] = set()
        self.kept: dict[int, tuple[str, Any]] = {}

    def switch(self, value: Any, name: str) -> Any:
        """Return a rule's answer without the refusals that vanish."""
        if isinstance(value, Iterator):
            return (item for item in value if not self.vanishes(item, name))
        if isinstance(value, list | tuple):
            return type(value)(item for item in value if not self.vanishes(item, name))
        return None if self.vanishes(value, name) else value

    def vanishes(self, value: Any, name: str) -> bool:
        if type(value).__name__ != "Refusal":
            return False
        names = {name, self.kept.get(id(value), (name, None))[0]}
        self.met |= names
        return self.off in names

    def keep(self, refusal: Any, name: str) -> Any:
        """Remember a refusal that is made first and returned later: it vanishes where a rule returns it."""
        self.kept[id(refusal)] = name, refusal  # kept, so that nothing else gets its id
        return refusal


def items(value: Any) -> list[Any]:
    return [] if value is None else [value]


class Loader(SourceFileLoader):
    def __init__(self, fullname: str, path: str, root: Path, switches: Switches):
        super().__init__(fullname, path)
        self.root = root
        self.switches = switches

    def get_code(self, fullname: str) -> CodeType:
        """Compile it each time: what Python has cached has no switches."""
        path = Path(self.path)
        tree, _ = switch_refusals(path.read_text(), path.relative_to(self.root).as_posix())
        return compile(tree, self.path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        names = {SWITCH: self.switches.switch, KEPT: self.switches.keep, ITEMS: items}
        module.__dict__.update(names)
        super().exec_module(module)


class Finder(MetaPathFinder):
    """Finds the modules of rules before Python does."""

    def __init__(self, root: Path, switches: Switches):
        self.root = root
        self.switches = switches
        self.paths = {str(root / path) for path in find_rules(root)}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if "rules" not in fullname.split("."):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and spec.origin in self.paths:
            spec.loader = Loader(fullname, spec.origin, self.root, self.switches)
            return spec
        return None


def install(root: Path) -> Switches:
    """Load what is imported from now on with its switches, and return them."""
    switches = Switches()
    sys.meta_path.insert(0, Finder(root, switches))
    return switches
