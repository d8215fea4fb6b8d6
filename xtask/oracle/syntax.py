"""Where docs/constructs.md says that a syntax construct stands, found with Python's own `ast` and `tokenize`.

Reads paths from standard input, one a line, and prints one JSON object a line:
{"file": ..., "constructs": [[start, end, name], ...], "skip": [[start, end], ...]} with bytes of the UTF-8 source.
`skip` are the insides of f-strings: Python before 3.12 does not say where things are in there.

Left out, since they need more than a tree and tokens, namely scopes: `self`, `cls`, `closure`, `recursion`.
Needs the names of special methods in the environment variable DUNDERS, separated by commas.
"""

import ast
import bisect
import io
import json
import os
import re
import sys
import token
import tokenize
import warnings

DUNDERS = set(os.environ.get("DUNDERS", "").split(","))
OPERATORS = {
    ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**", ast.MatMult: "@", ast.LShift: "<<", ast.RShift: ">>",
    ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^",
}
COMPREHENSIONS = {
    ast.ListComp: "list comprehension", ast.SetComp: "set comprehension",
    ast.DictComp: "dict comprehension", ast.GeneratorExp: "generator expression",
}
SIMPLE = {
    ast.Return: "return", ast.Pass: "pass", ast.Break: "break", ast.Continue: "continue", ast.Assert: "assert",
    ast.Delete: "del", ast.Global: "global", ast.Nonlocal: "nonlocal",
}
PREFIXES = {"f": "f-string", "t": "t-string", "r": "raw string", "b": "bytes"}
# What may stand between a class and what its body binds.
IN_BODIES = (
    ast.If, ast.Try, ast.With, ast.For, ast.While, ast.ExceptHandler, ast.Assign, ast.AnnAssign, ast.Tuple, ast.List, ast.Starred,
)
SKIPPED = {token.NL, token.NEWLINE, token.COMMENT, token.INDENT, token.DEDENT, token.ENDMARKER}
FSTRING_START = getattr(token, "FSTRING_START", -1)
TSTRING_START = getattr(token, "TSTRING_START", -1)


class File:
    def __init__(self, source):
        self.lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", source)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line.encode()))
        self.found = []
        self.skip = []
        lines = iter(self.lines)
        self.tokens = []  # (start, end, text, type)
        for t in tokenize.generate_tokens(lambda: next(lines, "")):
            if t.type not in SKIPPED:
                self.tokens.append((self.chars(t.start), self.chars(t.end), t.string, t.type))
        self.at = [t[0] for t in self.tokens]
        self.closing = {}
        stack = []
        for i, (_, _, text, kind) in enumerate(self.tokens):
            if kind == token.OP and text in "([{":
                stack.append(i)
            elif kind == token.OP and text in ")]}" and stack:
                self.closing[stack.pop()] = i

    def chars(self, place):
        """Byte of a line and column as `tokenize` counts them: in characters."""
        line, column = place
        if line > len(self.lines):
            return self.starts[-1]
        return self.starts[line - 1] + len(self.lines[line - 1][:column].encode())

    def start(self, node):
        return self.starts[node.lineno - 1] + node.col_offset

    def end(self, node):
        return self.starts[node.end_lineno - 1] + node.end_col_offset

    def index(self, offset):
        """The first token at `offset` or later."""
        return bisect.bisect_left(self.at, offset)

    def token(self, name, i, j=None):
        """Notes `name` on the tokens i to j."""
        j = i if j is None else j
        self.found.append((self.tokens[i][0], self.tokens[j][1], name))

    def after(self, text, offset):
        i = self.index(offset)
        while self.tokens[i][2] != text:
            i += 1
        return i

    def before(self, text, offset):
        i = self.index(offset) - 1
        while self.tokens[i][2] != text:
            i -= 1
        return i

    # The tokens alone.

    def literals(self):
        for i, (start, _, text, kind) in enumerate(self.tokens):
            if kind in (token.STRING, FSTRING_START, TSTRING_START):
                prefix = re.match(r"[A-Za-z]*", text).group().lower()
                rest = text[len(prefix):]
                quote = 3 if rest[:3] in ('"""', "'''") else 1
                for letter in prefix:
                    if letter in PREFIXES:
                        self.found.append((start, start + len(prefix) + quote, PREFIXES[letter]))
                if kind == token.STRING and "f" in prefix:
                    self.skip.append((start + len(prefix) + quote, start + len(text.encode())))
            elif kind == token.NAME and text in ("None", "True", "False"):
                self.token(text, i)

    # The tree.

    def walk(self, node, parent=None, in_class=False, module_level=True):
        method = getattr(self, "on_" + type(node).__name__, None)
        if method:
            method(node, parent, in_class, module_level)
        if type(node) in SIMPLE:
            self.token(SIMPLE[type(node)], self.index(self.start(node)))
        inside = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef))
        for child in ast.iter_child_nodes(node):
            # Statements of a class's body are in the class, also below `if`.
            here = isinstance(node, ast.ClassDef) or (in_class and isinstance(node, IN_BODIES))
            self.walk(child, node, here, module_level and not inside)

    def docstring(self, body):
        first = body[0] if body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            i = self.index(self.start(first.value))
            start, _, text, _ = self.tokens[i]
            prefix = len(re.match(r"[A-Za-z]*", text).group())
            quote = 3 if text[prefix:prefix + 3] in ('"""', "'''") else 1
            self.found.append((start + prefix, start + prefix + quote, "docstring"))

    def on_Module(self, node, *_):
        self.docstring(node.body)

    def function(self, node, in_class, module_level, is_async):
        i = self.index(self.start(node))
        if is_async:
            self.token("async def", i, i + 1)
            i += 1
        else:
            self.token("def", i)
        self.decorators(node)
        yields = [n for n in own(node) if isinstance(n, (ast.Yield, ast.YieldFrom))]
        if yields:
            self.token("async generator" if is_async else "generator", i + 1)
        if (in_class or module_level) and node.name in DUNDERS:
            self.token(node.name, i + 1)
        if node.returns:
            self.token("type hint", self.before("->", self.start(node.returns)))
        self.docstring(node.body)

    def on_FunctionDef(self, node, parent, in_class, module_level):
        self.function(node, in_class, module_level, False)

    def on_AsyncFunctionDef(self, node, parent, in_class, module_level):
        self.function(node, in_class, module_level, True)

    def decorators(self, node):
        for decorator in node.decorator_list:
            self.token("decorator", self.before("@", self.start(decorator)))

    def on_Lambda(self, node, *_):
        self.token("lambda", self.index(self.start(node)))

    def on_arguments(self, node, parent, *_):
        for args, defaults in ((node.posonlyargs + node.args, node.defaults), (node.kwonlyargs, node.kw_defaults)):
            for default in defaults:
                if default is not None:
                    self.token("default argument", self.before("=", self.start(default)))
        for arg, name in ((node.vararg, "*args"), (node.kwarg, "**kwargs")):
            if arg:
                i = self.index(self.start(arg))
                self.token(name, i - 1, i)
        if node.posonlyargs:
            last = node.posonlyargs[-1]
            behind = len(node.posonlyargs) + len(node.args) - len(node.defaults)
            end = self.end(last)
            place = len(node.posonlyargs) - 1 - behind
            if place >= 0:
                end = self.end(node.defaults[place])
            self.token("positional-only parameters", self.after("/", end))
        if node.kwonlyargs and not node.vararg:
            self.token("keyword-only parameters", self.index(self.start(node.kwonlyargs[0])) - 2)

    def on_arg(self, node, *_):
        if node.annotation:
            self.token("type hint", self.index(self.start(node)) + 1)

    def on_AnnAssign(self, node, *_):
        self.token("type hint", self.after(":", self.end(node.target)))

    def on_ClassDef(self, node, *_):
        i = self.index(self.start(node))
        self.token("class", i)
        self.decorators(node)
        if node.bases:
            j = i + 2
            if self.tokens[j][2] == "[":
                j = self.closing[j] + 1
            name = "inheritance" if len(node.bases) == 1 else "multiple inheritance"
            self.token(name, j)
            self.token(name, self.closing[j])
        for keyword in node.keywords:
            if keyword.arg == "metaclass":
                self.token("metaclass", self.index(self.start(keyword)))
        self.docstring(node.body)

    def on_Assign(self, node, *_):
        for target in node.targets:
            self.targets(target)

    def targets(self, target):
        if isinstance(target, (ast.Tuple, ast.List)):
            for item, following in zip(target.elts, target.elts[1:] + [None]):
                end = self.end(item)
                i = self.index(end)
                while i < len(self.tokens) and self.tokens[i][2] == ")" and self.tokens[i][0] < self.end(target):
                    i += 1
                if i < len(self.tokens) and self.tokens[i][2] == "," and self.tokens[i][0] < self.end(target):
                    self.token("unpacking", i)
                self.targets(item)
        elif isinstance(target, ast.Starred):
            self.targets(target.value)

    def on_AugAssign(self, node, *_):
        i = self.index(self.end(node.target))
        while self.tokens[i][2] == ")":
            i += 1
        self.token("+=", i)

    def loop_else(self, node, name):
        if node.orelse:
            i = self.after("else", self.end(node.body[-1]))
            self.token("else", i)
            self.token(name, i)

    def on_For(self, node, *_):
        self.token("for", self.index(self.start(node)))
        self.targets(node.target)
        self.loop_else(node, "for ... else")

    def on_AsyncFor(self, node, *_):
        i = self.index(self.start(node))
        self.token("async for", i, i + 1)
        self.token("for", i + 1)
        self.targets(node.target)
        self.loop_else(node, "for ... else")

    def on_While(self, node, *_):
        self.token("while", self.index(self.start(node)))
        self.loop_else(node, "while ... else")

    def on_If(self, node, parent, in_class, module_level):
        i = self.index(self.start(node))
        self.token(self.tokens[i][2], i)
        if node.orelse:
            first = node.orelse[0]
            elif_ = isinstance(first, ast.If) and self.tokens[self.index(self.start(first))][2] == "elif"
            if not elif_:
                self.token("else", self.after("else", self.end(node.body[-1])))
        test = node.test
        if module_level and isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
            sides = [test.left, test.comparators[0]]
            names = [s for s in sides if isinstance(s, ast.Name) and s.id == "__name__"]
            if names and any(isinstance(s, ast.Constant) and s.value == "__main__" for s in sides):
                self.token('if __name__ == "__main__"', self.index(self.start(names[0])))

    def on_With(self, node, *_):
        self.token("with", self.index(self.start(node)))
        self.with_targets(node)

    def on_AsyncWith(self, node, *_):
        i = self.index(self.start(node))
        self.token("async with", i, i + 1)
        self.token("with", i + 1)
        self.with_targets(node)

    def with_targets(self, node):
        for item in node.items:
            if item.optional_vars:
                self.targets(item.optional_vars)

    def on_Match(self, node, *_):
        self.token("match", self.index(self.start(node)))

    def on_match_case(self, node, *_):
        # The `if` of a guard is no statement's: it carries nothing.
        self.token("case", self.before("case", self.start(node.pattern)))

    def on_Raise(self, node, *_):
        i = self.index(self.start(node))
        self.token("raise", i)
        if node.cause:
            self.token("raise ... from", i)
            self.token("raise ... from", self.after("from", self.end(node.exc)))

    def on_Try(self, node, *_):
        self.token("try", self.index(self.start(node)))
        star = type(node).__name__ == "TryStar"
        for handler in node.handlers:
            i = self.index(self.start(handler))
            if star:
                self.token("except*", i, i + 1)
            else:
                self.token("except", i)
        last = node.handlers[-1].body[-1] if node.handlers else node.body[-1]
        if node.orelse:
            self.token("try ... else", self.after("else", self.end(last)))
            last = node.orelse[-1]
        if node.finalbody:
            self.token("finally", self.after("finally", self.end(last)))

    on_TryStar = on_Try

    def on_Import(self, node, *_):
        self.token("import", self.index(self.start(node)))

    def on_ImportFrom(self, node, *_):
        i = self.index(self.start(node))
        self.token("from ... import", i)
        j = self.after("import", self.start(node))
        self.token("from ... import", j)
        if node.names[0].name == "*":
            self.token("import *", j + 1)

    def on_TypeAlias(self, node, *_):
        self.token("type alias", self.index(self.start(node)))

    def on_BoolOp(self, node, *_):
        name = "and" if isinstance(node.op, ast.And) else "or"
        for left in node.values[:-1]:
            self.token(name, self.after(name, self.end(left)))

    def on_NamedExpr(self, node, *_):
        self.token(":=", self.after(":=", self.end(node.target)))

    def on_BinOp(self, node, *_):
        name = OPERATORS.get(type(node.op))
        if name:
            self.token(name, self.after(name, self.end(node.left)))

    def on_UnaryOp(self, node, *_):
        if isinstance(node.op, (ast.Not, ast.Invert)):
            i = self.index(self.start(node))
            self.token(self.tokens[i][2], i)

    def on_IfExp(self, node, *_):
        self.token("conditional expression", self.after("if", self.end(node.body)))
        self.token("conditional expression", self.after("else", self.end(node.test)))

    def brackets(self, node, name):
        i = self.index(self.start(node))
        self.token(name, i)
        self.token(name, self.closing[i])

    def on_Dict(self, node, *_):
        self.brackets(node, "dict")
        for key, value in zip(node.keys, node.values):
            if key is None:
                self.token("unpacking", self.before("**", self.start(value)))

    def on_Set(self, node, *_):
        self.brackets(node, "set")

    def on_List(self, node, *_):
        if isinstance(node.ctx, ast.Load):
            self.brackets(node, "list")

    def on_Tuple(self, node, *_):
        i = self.index(self.start(node))
        whole = i in self.closing and self.tokens[self.closing[i]][1] == self.end(node)
        if isinstance(node.ctx, ast.Load) and self.tokens[i][2] == "(" and whole:
            self.brackets(node, "tuple")

    def is_only_argument(self, node, parent):
        """Whether the parentheses are those of a call: `sum(x for x in y)`."""
        if not isinstance(parent, ast.Call) or len(parent.args) + len(parent.keywords) != 1:
            return False
        i = self.index(self.end(parent.func))
        while self.tokens[i][2] == ")":
            i += 1
        return self.tokens[i][0] == self.start(node)

    def comprehension(self, node, parent, *_):
        name = COMPREHENSIONS[type(node)]
        if not self.is_only_argument(node, parent):
            self.brackets(node, name)
        before = self.end(node.value if isinstance(node, ast.DictComp) and node.value else getattr(node, "elt", None) or node.key)
        for generator in node.generators:
            i = self.after("for", before)
            if generator.is_async:
                self.token("async for", i - 1, i)
                self.token(name, i - 1, i)
            else:
                self.token(name, i)
            self.token(name, self.after("in", self.end(generator.target)))
            before = self.end(generator.iter)
            for test in generator.ifs:
                self.token(name, self.after("if", before))
                before = self.end(test)
            self.targets(generator.target)

    on_ListComp = on_SetComp = on_DictComp = on_GeneratorExp = comprehension

    def on_Await(self, node, *_):
        self.token("await", self.index(self.start(node)))

    def on_Yield(self, node, *_):
        self.token("yield", self.index(self.start(node)))

    def on_YieldFrom(self, node, *_):
        i = self.index(self.start(node))
        self.token("yield from", i, i + 1)

    def on_Compare(self, node, *_):
        left = node.left
        for op, right in zip(node.ops, node.comparators):
            i = self.index(self.end(left))
            while self.tokens[i][2] == ")":
                i += 1
            j = i + 1 if isinstance(op, (ast.IsNot, ast.NotIn)) else i
            if isinstance(op, (ast.Is, ast.IsNot)):
                self.token("is", i, j)
            elif isinstance(op, (ast.In, ast.NotIn)):
                self.token("in", i, j)
            elif isinstance(op, (ast.Eq, ast.NotEq)):
                self.token("==" if isinstance(op, ast.Eq) else "!=", i)
            if len(node.ops) > 1:
                self.token("chained comparison", i, j)
            left = right

    def on_Starred(self, node, *_):
        self.token("unpacking", self.index(self.start(node)))

    def on_keyword(self, node, *_):
        if node.arg is None:
            self.token("unpacking", self.before("**", self.start(node.value)))

    def on_Slice(self, node, *_):
        i = self.index(self.start(node))
        depth = 0
        while i < len(self.tokens) and self.tokens[i][0] < self.end(node):
            text = self.tokens[i][2]
            if text in ("(", "[", "{", "lambda"):
                depth += 1
            elif text in (")", "]", "}") or (text == ":" and depth and self.lambda_open(i, node)):
                depth -= 1
            elif text == ":" and depth == 0:
                self.token("slice", i)
            i += 1

    def lambda_open(self, i, node):
        """Whether the colon belongs to a lambda of the slice: its `lambda` is nearer than any bracket."""
        while self.tokens[i - 1][0] >= self.start(node):
            i -= 1
            if self.tokens[i][2] in ("(", "[", "{"):
                return False
            if self.tokens[i][2] == "lambda":
                return True
        return False

    def on_Constant(self, node, *_):
        if node.value is Ellipsis:
            self.token("Ellipsis", self.index(self.start(node)))

    def on_Attribute(self, node, parent, *_):
        if node.attr in DUNDERS:
            i = self.index(self.end(node)) - 1
            self.token(node.attr, i)

    def on_Name(self, node, parent, in_class, _):
        if in_class and isinstance(node.ctx, ast.Store) and node.id in DUNDERS:
            self.token(node.id, self.index(self.start(node)))


def own(function):
    """The nodes of a function that are not of another function in it."""
    queue = list(function.body)
    while queue:
        node = queue.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            queue.extend(ast.iter_child_nodes(node))


class NoFields(ast.NodeTransformer):
    """Takes the fields out of f-strings, where positions are wrong before Python 3.12."""

    def visit_JoinedStr(self, node):
        node.values = []
        return node


def main():
    sys.setrecursionlimit(10_000)
    warnings.simplefilter("ignore")
    for path in sys.stdin.read().splitlines():
        with open(path, encoding="utf-8", newline="") as opened:
            source = opened.read()
        try:
            tree = ast.parse(source)
            file = File(source.removeprefix("\ufeff"))
        except (SyntaxError, ValueError, tokenize.TokenError) as error:
            print(json.dumps({"file": path, "error": str(error)}))
            continue
        if sys.version_info < (3, 12):
            tree = NoFields().visit(tree)
        file.literals()
        file.walk(tree)
        found = sorted(set(file.found))
        print(json.dumps({"file": path, "constructs": found, "skip": file.skip}), flush=True)


main()
