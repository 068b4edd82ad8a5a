"""The house rules, as tests: pytest is the only gate, so what is not checked here is not a rule.

Each rule is a small function from text or paths to findings, so that it can be shown to find something.
"""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ("coder", "mappers", "ledger", "listeners", "publishers", "console")
ROOMS = ("tests", "benchmarks", "deploy", "docs", "examples")
FRONT_DOOR = {
    ".dockerignore", ".gitattributes", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "NOTICE",
    "README.md", "SECURITY.md", "pyproject.toml",
}  # fmt: skip
LINES_PER_FILE, LINES_PER_FUNCTION = 400, 70
NAMES_THAT_SAY_NOTHING = {"common", "helper", "helpers", "misc", "shared", "util", "utils"}

# Written in pieces, so that this file does not hold what it looks for.
MACHINE_PATHS = ("/" + "work/", "/" + "root/", "/" + "opt/wheels", "shared" + "/reference")
REGISTRY_HOSTS = tuple(
    ".".join(name)
    for name in [
        ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("crates", "io"),
        ("maven", "org"), ("golang", "org"), ("debian", "org"), ("docker", "io"), ("conda", "io"),
    ]
)  # fmt: skip


# --- what there is ---------------------------------------------------------------------------------------------------


def house_files() -> list[str]:
    """Every file git knows or would take in; without git (an unpacked archive), every file outside hidden folders."""
    if (ROOT / ".git").exists() and (git := shutil.which("git")):
        listed = subprocess.run(
            [git, "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if listed.returncode == 0:
            return sorted({name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()})
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    kept = (path for path in found if not {"out", "build", "__pycache__"} & set(path.parts))
    return sorted(
        path.as_posix() for path in kept if not path.parts[0].startswith(".") and ".egg-info" not in str(path)
    )


def python_files(*folders: str) -> list[str]:
    return [name for name in house_files() if name.endswith(".py") and name.split("/")[0] in folders]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8", errors="replace")


def findings(names: list[str], rule: Callable[[str], Iterator[str]]) -> list[str]:
    """What a rule finds in these files, as `file:line: what`; a file that does not parse is a finding too."""
    found: list[str] = []
    for name in names:
        try:
            found += [f"{name}:{finding}" for finding in rule(text_of(name))]
        except SyntaxError as fault:
            found.append(f"{name}:{fault.lineno}: {fault.msg}")
    return found


def report(title: str, found: list[str]) -> None:
    if found:
        pytest.fail("\n  ".join([f"{title} ({len(found)}):", *found]), pytrace=False)


# --- the tools -------------------------------------------------------------------------------------------------------


def run_tool(tool: str, *arguments: str) -> None:
    """Run a tool of this environment over the checkout; its own words are the failure."""
    command = Path(sys.executable).with_name(tool)
    if not command.exists():
        pytest.fail(f"{tool} is not installed beside {sys.executable}: run `make test`", pytrace=False)
    done = subprocess.run([command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.fail(f"{tool} {' '.join(arguments)}\n{done.stdout}{done.stderr}", pytrace=False)


def test_each_floor_knows_only_the_floors_beneath() -> None:
    run_tool("lint-imports")


def test_the_code_has_its_form() -> None:
    run_tool("ruff", "format", "--check")


def test_the_linter_finds_nothing() -> None:
    run_tool("ruff", "check", "--output-format", "concise")


def test_the_types_hold() -> None:
    run_tool("mypy", "--strict", "--no-error-summary")


# --- floors and rooms ------------------------------------------------------------------------------------------------


def homeless(names: list[str]) -> list[str]:
    """Files that lie on no floor and in no room."""
    at_home = {*FLOORS, *ROOMS}
    return [
        name
        for name in names
        if ("/" not in name and name not in FRONT_DOOR)
        or ("/" in name and name.split("/")[0] not in at_home | {".ci", "requirements"})
        or (name.endswith(".py") and name.split("/")[0] not in at_home)
    ]


def test_every_file_has_a_floor_or_a_room() -> None:
    report("files without a floor", homeless(house_files()))


def test_a_file_without_a_floor_is_refused() -> None:
    strays = ["stray.py", "engine/run.py", "notes.md", "requirements/make.py", "setup.py"]
    assert homeless([*strays, "coder/time.py", "tests/test_house.py", "README.md", "requirements/run.txt"]) == strays


@pytest.mark.parametrize("floor", FLOORS)
def test_every_floor_says_what_it_is(floor: str) -> None:
    assert ast.get_docstring(ast.parse(text_of(f"{floor}/__init__.py"))), f"{floor}/__init__.py has no docstring"


def nameless(names: list[str]) -> list[str]:
    return [name for name in names if NAMES_THAT_SAY_NOTHING & {part.removesuffix(".py") for part in name.split("/")}]


def test_every_module_has_a_name_that_says_something() -> None:
    assert nameless(["coder/utils.py", "mappers/common/dose.py", "coder/runs.py"]) == [
        "coder/utils.py", "mappers/common/dose.py",
    ]  # fmt: skip
    report("names that say nothing", nameless(python_files(*FLOORS, *ROOMS)))


def unpacked(names: list[str], suffixes: set[str]) -> list[str]:
    """Files on a floor that a wheel would leave behind: a kind nobody named, or a folder that is no package."""
    packages = {name.removesuffix("/__init__.py") for name in names if name.endswith("/__init__.py")}
    return [
        name
        for name in names
        if name.split("/")[0] in FLOORS
        and (name.rsplit("/", 1)[0] not in packages if name.endswith(".py") else Path(name).suffix not in suffixes)
    ]


def test_a_wheel_holds_every_file_of_every_floor() -> None:
    assert unpacked(["coder/__init__.py", "coder/a.py", "coder/b.yaml", "coder/c.xls", "coder/d/e.py"], {".yaml"}) == [
        "coder/c.xls", "coder/d/e.py",
    ]  # fmt: skip
    patterns = tomllib.loads(text_of("pyproject.toml"))["tool"]["setuptools"]["package-data"]["*"]
    report("files a wheel leaves behind", unpacked(house_files(), {Path(pattern).suffix for pattern in patterns}))


# --- size ------------------------------------------------------------------------------------------------------------


def too_long(text: str) -> Iterator[str]:
    lines = len(text.splitlines())
    if lines > LINES_PER_FILE:
        yield f"1: {lines} lines, {LINES_PER_FILE} at most"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            length = node.end_lineno - node.lineno + 1
            if length > LINES_PER_FUNCTION:
                yield f"{node.lineno}: {node.name} has {length} lines, {LINES_PER_FUNCTION} at most"


def test_no_file_and_no_function_is_too_long_to_read() -> None:
    assert not list(too_long("def f():\n" + "    pass\n" * (LINES_PER_FUNCTION - 1)))
    assert list(too_long("def f():\n" + "    pass\n" * LINES_PER_FUNCTION)) == ["1: f has 71 lines, 70 at most"]
    assert not list(too_long("pass\n" * LINES_PER_FILE))
    assert list(too_long("pass\n" * (LINES_PER_FILE + 1))) == ["1: 401 lines, 400 at most"]
    report("too long", findings(python_files(*FLOORS, *ROOMS), too_long))


# --- a pure coder ----------------------------------------------------------------------------------------------------


def floats(text: str) -> Iterator[str]:
    """Float numbers and the word float; doses and money are Decimal."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield f"{node.lineno}: the number {node.value!r}"
        elif isinstance(node, ast.Name) and node.id == "float":
            yield f"{node.lineno}: the word float"


def impurities(text: str) -> Iterator[str]:
    """A clock or a file reached without an import; imports themselves are import-linter's business."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Attribute) and called.attr in {"now", "utcnow", "today"}:
            yield f"{node.lineno}: asks the clock with {called.attr}()"
        elif isinstance(called, ast.Name) and called.id in {
            "__import__",
            "eval",
            "exec",
            "hash",
            "input",
            "open",
            "print",
        }:
            yield f"{node.lineno}: calls {called.id}()"


def test_dose_and_money_are_never_float() -> None:
    assert len(list(floats("a = 1.5\nb: float = 2\nc = float(a)\nd = Decimal('1.5')\ne = 2\n"))) == 3
    report("float in the coder", findings(python_files("coder"), floats))


def test_the_coder_asks_no_clock_and_opens_no_file() -> None:
    assert len(list(impurities("datetime.now(tz)\nopen('x')\ndate.today()\nhash('x')\nmax(1, 2)\n"))) == 4
    report("the coder is pure", findings(python_files("coder"), impurities))


# --- nothing of this machine, no address of a registry ---------------------------------------------------------------


def said(words: tuple[str, ...]) -> Callable[[str], Iterator[str]]:
    def rule(text: str) -> Iterator[str]:
        for number, line in enumerate(text.splitlines(), 1):
            yield from (f"{number}: {word}" for word in words if word in line)

    return rule


def addresses(text: str) -> Iterator[str]:
    """Anything like an address, and any option that would name one."""
    option = re.compile(
        r"://|--(extra-)?index-url|--find-links|--trusted-host|\bfile:|\bwww\.|@ ?git\b|\.(org|io|com|net)\b"
    )
    for number, line in enumerate(text.splitlines(), 1):
        if found := option.search(line):
            yield f"{number}: {found[0]}"


def machine_paths(text: str) -> Iterator[str]:
    """Paths of one machine; a test that skips where it is missing may look for the folder beside the checkout."""
    return said(MACHINE_PATHS)(text.replace("../" + "shared", "(beside)"))


def test_no_file_names_a_path_of_the_machine_it_was_made_on() -> None:
    assert list(machine_paths(f"a\nsee {MACHINE_PATHS[0]}main")) == [f"2: {MACHINE_PATHS[0]}"]
    report("paths of a machine", findings(house_files(), machine_paths))


def test_no_file_names_a_package_registry() -> None:
    report("hosts of registries", findings(house_files(), said(REGISTRY_HOSTS)))


def test_locks_makefile_and_ci_hold_no_address() -> None:
    assert list(addresses("--index-url x\nhttps" + "://x\npip install y\n-f x.org\n")) == [
        "1: --index-url", "2: ://", "4: .org",
    ]  # fmt: skip
    gates = [name for name in house_files() if name == "Makefile" or name.startswith((".ci/", "requirements/"))]
    assert {"Makefile", ".ci/run", "requirements/run.txt"} <= set(gates)
    report("addresses", findings(gates, addresses))


# --- dependencies ----------------------------------------------------------------------------------------------------


def pins(text: str) -> dict[str, tuple[str, int]]:
    """A lock's packages: version and number of hashes."""
    found: dict[str, tuple[str, int]] = {}
    for block in re.split(r"\n(?=[a-z0-9])", text):
        if match := re.match(r"([a-z0-9.-]+)==([^ \\;]+)", block):
            found[match[1]] = (match[2], block.count("--hash=sha256:"))
    return found


def without_reason(text: str) -> Iterator[str]:
    """Entries of pyproject.toml that bring a dependency or let a finding pass and do not say why."""
    owing = {
        ("build-system", "requires"),
        ("project", "dependencies"),
        ("project.optional-dependencies", ""),
        ("tool.ruff.lint", "ignore"),
        ("tool.ruff.lint.per-file-ignores", ""),
    }
    table, key = "", ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\[([^\[\]]+)\]$", line):
            table, key = header[1], ""
        elif opening := re.match(r"(\S+) = \[$", line):
            key = opening[1]
        elif line == "]":
            key = ""
        elif key and owing & {(table, key), (table, "")} and not re.search(r'",? +# \w.{5,}', line):
            yield f"{number}: {line.strip()}"


def test_every_dependency_and_every_exception_says_why() -> None:
    shown = '[project]\ndependencies = [\n    "a>=1", # reads the thing\n    "b>=2",\n]\n'
    assert list(without_reason(shown)) == ['4: "b>=2",']
    report("no reason given", findings(["pyproject.toml"], without_reason))


def test_the_locks_pin_everything_by_hash() -> None:
    build, run, test = (pins(text_of(f"requirements/{name}.txt")) for name in ("build", "run", "test"))
    assert {"setuptools", "wheel"} <= build.keys()
    assert build.items() <= run.items() <= test.items()
    assert [name for name, (_, hashes) in test.items() if not hashes] == []
    wanted = re.findall(r'^ {4}"([A-Za-z0-9._-]+)[<>=]', text_of("pyproject.toml"), flags=re.MULTILINE)
    assert sorted(name for name in wanted if re.sub(r"[._]", "-", name.lower()) not in test) == []
    assert len(wanted) > 10


# --- papers ----------------------------------------------------------------------------------------------------------

HEADING = re.compile(r'## (\d+)\.(\d+)\.(\d+) "[^"]+", \d{4}-\d{2}-\d{2}')


def changelog_faults(text: str, version: str) -> Iterator[str]:
    """One heading per version, newest first, the top one the project's; each names rules and dates of service."""
    sections = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    versions: list[tuple[int, ...]] = []
    for section in sections:
        heading = section.splitlines()[0]
        if not (match := HEADING.fullmatch(heading)):
            yield f'{heading!r}: wanted ## 1.2.3 "Name", 2026-01-31'
            continue
        versions.append(tuple(map(int, match.groups())))
        for part in ("**Rules**", "**Dates of service**"):
            if part not in section:
                yield f"{heading!r}: does not say {part}"
    if not all(newer > older for newer, older in pairwise(versions)):
        yield "versions are not newest first"
    if not versions or ".".join(map(str, versions[0])) != version:
        yield f"the newest version is not the project's {version}"


def test_the_changelog_names_rules_and_dates_of_service() -> None:
    good = '# Changelog\n\n## 0.1.0 "One", 2026-01-31\n\n**Rules** all. **Dates of service** all.\n'
    assert list(changelog_faults(good, "0.1.0")) == []
    assert len(list(changelog_faults(good, "0.2.0"))) == 1
    assert len(list(changelog_faults(good.replace("**Rules**", "Rules"), "0.1.0"))) == 1
    assert len(list(changelog_faults(good + good.split("\n\n", 1)[1], "0.1.0"))) == 1
    version = tomllib.loads(text_of("pyproject.toml"))["project"]["version"]
    report("CHANGELOG.md", list(changelog_faults(text_of("CHANGELOG.md"), version)))


@pytest.mark.parametrize(
    ("paper", "words"),
    [
        ("LICENSE", ["Apache License", "Version 2.0, January 2004", "END OF TERMS AND CONDITIONS"]),
        ("NOTICE", ["American Medical Association", "American Hospital Association", "HCPCS Level II", "NCCI"]),
        ("README.md", ["make run", "make test", "Apache"]),
    ],
)
def test_the_papers_are_there(paper: str, words: list[str]) -> None:
    text = text_of(paper)
    assert [word for word in words if word not in text] == []


def test_ci_runs_the_one_gate() -> None:
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111, ".ci/run is not executable"
    assert "make --no-print-directory test" in text_of(".ci/run")
