"""What a process keeps between requests is of all cities it serves: each such place is known, and told apart."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# By the code of a template; by the address of the database.
KNOWN = {"hotspot/web/compiled.py CODE", "hotspot/store/area_map.py KEPT", "hotspot/store/glance.py KEPT"}
# Arguments that two databases may have alike. `due` has the key of the city's secrets beside it.
OF_ONE_DATABASE = {"session", "city", "city_id", "account", "account_id", "point_id", "ap_id"}
CACHED = {"hotspot/store/targets.py due"}
MAKERS = {"dict", "list", "set", "OrderedDict", "defaultdict", "deque", "WeakKeyDictionary", "WeakValueDictionary"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / "hotspot").rglob("*.py")):
        if "demo" not in path.parts:
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def is_empty_store(value: ast.expr | None) -> bool:
    """A collection that begins empty is there to be filled."""
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id in MAKERS and not value.args
    return (isinstance(value, ast.Dict) and not value.keys) or (isinstance(value, ast.List) and not value.elts)


def test_every_store_of_a_process_is_known() -> None:
    found = {
        f"{name} {ast.unparse(target)}"
        for name, module in modules()
        for line in module.body
        if isinstance(line, ast.Assign | ast.AnnAssign) and is_empty_store(line.value)
        for target in (line.targets if isinstance(line, ast.Assign) else [line.target])
    }
    assert found == KNOWN


def test_no_answer_is_kept_by_what_two_databases_have_alike() -> None:
    found = {
        f"{name} {line.name}"
        for name, module in modules()
        for line in ast.walk(module)
        if isinstance(line, ast.FunctionDef)
        and any(
            "cache" in ast.unparse(one) and "cached_property" not in ast.unparse(one) for one in line.decorator_list
        )
        and OF_ONE_DATABASE & {argument.arg for argument in (*line.args.args, *line.args.kwonlyargs)}
    }
    assert found == CACHED
