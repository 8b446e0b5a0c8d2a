"""Find each place where a rule refuses, and put a switch there that can make the refusal vanish."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)

SWITCH, ITEMS, KEPT = "__switch__", "__items__", "__kept__"
"""What the switched modules call: `switches.py` has each of them."""

PASSING_ON = {"chain", "filter", "iter", "list", "next", "tuple"}
"""Functions that give on what they are given: the refusals are in their arguments."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule without one of its refusals.

    `refusal` is its sentence or, where the rule passes on what another one says, the code that asks it.
    """

    path: str
    line: int
    column: int
    rule: str
    refusal: str

    @property
    def name(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


def find_roots(root: Path) -> list[Path]:
    """Return the folders of the packages that import-linter looks after, which are all of the application."""
    configuration = tomllib.loads((root / "pyproject.toml").read_text())
    return [root / name for name in configuration["tool"]["importlinter"]["root_packages"]]


def find_rules(root: Path) -> list[str]:
    """Return the path from `root` of each module of a room called `rules`: `rules.py`, or what is in a package `rules`."""
    paths = {
        path
        for folder in find_roots(root)
        for room in ("rules.py", "rules/*.py")
        for path in folder.rglob(room)
    }
    return sorted(path.relative_to(root).as_posix() for path in paths)


def choose_rules(root: Path, names: list[str]) -> list[str]:
    """Return those in the folders, files or apps that are named, or all where none is. Raises `LookupError`."""
    paths = find_rules(root)
    chosen: set[str] = set()
    for name in names:
        wanted = Path(name).as_posix()
        fitting = {path for path in paths if f"/{wanted}/" in f"/{path}/"}
        if not fitting:
            raise LookupError(f"no rules are in {name}")
        chosen |= fitting
    return sorted(chosen) if names else paths


def find_mutants(root: Path, path: str) -> list[Mutant]:
    return switch_refusals((root / path).read_text(), path)[1]


def switch_refusals(source: str, path: str) -> tuple[ast.Module, list[Mutant]]:
    """Return the module with a switch at each of its refusals, and the mutants that these make."""
    switcher = Switcher(path)
    return ast.fix_missing_locations(switcher.visit(ast.parse(source, path))), switcher.mutants


def is_refusal(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Refusal"


def holds_refusals(annotation: ast.expr | None) -> bool:
    """Tell whether a function with this return type answers with a refusal, or with several and nothing else."""
    match annotation:
        case ast.BinOp(op=ast.BitOr()):
            return holds_refusals(annotation.left) or holds_refusals(annotation.right)
        case ast.Subscript(slice=ast.Tuple(elts=[first, *_])):
            return holds_refusals(first)
        case ast.Subscript():
            return holds_refusals(annotation.slice)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name == "Refusal"
    return False


class Switcher(ast.NodeTransformer):
    """Puts a switch at each refusal that a function makes, returns or yields."""

    def __init__(self, path: str):
        self.path = path
        self.mutants: list[Mutant] = []
        self.scope = list(Path(path).with_suffix("").parts)
        self.refuses = [False]
        self.sentences: dict[str, ast.expr] = {}

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.scope.append(node.name)
        self.generic_visit(node)
        self.scope.pop()
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.scope.append(node.name)
        self.refuses.append(holds_refusals(node.returns))
        self.generic_visit(node)
        self.refuses.pop()
        self.scope.pop()
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Remember a sentence that is worded first and refused with later."""
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant() | ast.JoinedStr()):
                self.sentences[name] = node.value
        self.generic_visit(node)
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST:
        if self.refuses[-1] and node.value:
            node.value = self.switch(node.value)
        return node

    def visit_Yield(self, node: ast.Yield) -> ast.AST:
        if not self.refuses[-1] or not node.value:
            return node
        return put_in_place(node, ast.YieldFrom(call(ITEMS, self.switch(node.value))))

    def visit_YieldFrom(self, node: ast.YieldFrom) -> ast.AST:
        if self.refuses[-1]:
            node.value = self.switch(node.value)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A refusal that is kept first, in a variable or a constant, is returned or yielded later."""
        if is_refusal(node):
            return self.put_switch(node, KEPT)
        self.generic_visit(node)
        return node

    def switch(self, node: ast.expr) -> ast.expr:
        """Put a switch at each part of an expression that can be a refusal, or several."""
        match node:
            case ast.Constant():
                return node
            case ast.BoolOp(op=ast.Or()):
                node.values = [self.switch(value) for value in node.values]
            case ast.BoolOp(op=ast.And()):
                node.values[-1] = self.switch(node.values[-1])
            case ast.BinOp(op=ast.Add()):
                node.left, node.right = self.switch(node.left), self.switch(node.right)
            case ast.IfExp():
                node.body, node.orelse = self.switch(node.body), self.switch(node.orelse)
            case ast.List() | ast.Tuple():
                node.elts = [self.switch_element(element) for element in node.elts]
            case ast.ListComp() | ast.GeneratorExp() if filters_list(node):
                node.generators[0].iter = self.switch(node.generators[0].iter)
            case ast.Call(func=ast.Name(id=name)) if name in PASSING_ON and any(map(has_elements, node.args)):
                node.args = [self.switch(arg) if has_elements(arg) else arg for arg in node.args]
            case _:
                return self.put_switch(node, SWITCH)
        return node

    def switch_element(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Starred):
            node.value = self.switch(node.value)
            return node
        return put_in_place(node, ast.Starred(call(ITEMS, self.switch(node)), ast.Load()))

    def put_switch(self, node: ast.expr, switch: str) -> ast.expr:
        mutant = Mutant(self.path, node.lineno, node.col_offset, ".".join(self.scope), self.describe(node))
        self.mutants.append(mutant)
        return put_in_place(node, call(switch, node, mutant.name))

    def describe(self, node: ast.expr) -> str:
        if not (is_refusal(node) and isinstance(node, ast.Call) and node.args):
            return ast.unparse(node)
        sentence = node.args[0]
        if isinstance(sentence, ast.Name):
            sentence = self.sentences.get(sentence.id, sentence)
        match sentence:
            case ast.Constant(value=str(text)):
                return text
            case ast.JoinedStr():
                return "".join(read_parts(sentence))
        return ast.unparse(node)


def put_in_place(old: ast.AST, new: Node) -> Node:
    return ast.copy_location(new, old)


def call(function: str, value: ast.expr, *constants: str) -> ast.Call:
    arguments = [value, *map(ast.Constant, constants)]
    return ast.Call(ast.Name(function, ast.Load()), arguments, [])


def filters_list(node: ast.ListComp | ast.GeneratorExp) -> bool:
    """Tell whether it passes on elements of a list in it, such as `[refusal for refusal in (a(), b()) if refusal]`."""
    generator = node.generators[0]
    return (
        len(node.generators) == 1
        and ast.unparse(node.elt) == ast.unparse(generator.target)
        and has_elements(generator.iter)
    )


def has_elements(node: ast.expr) -> bool:
    """Tell whether the refusals in it are listed one by one."""
    match node:
        case ast.List() | ast.Tuple():
            return True
        case ast.ListComp() | ast.GeneratorExp():
            return filters_list(node)
        case ast.Call(func=ast.Name(id=name)) if name in PASSING_ON:
            return any(map(has_elements, node.args))
    return False


def read_parts(text: ast.JoinedStr) -> Iterator[str]:
    for part in text.values:
        match part:
            case ast.Constant(value=str(words)):
                yield words
            case ast.FormattedValue():
                yield f"{{{ast.unparse(part.value)}}}"
