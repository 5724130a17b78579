"""What the package promises as a whole: light, acyclic, installable, its lists in agreement."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
import yaml

import framing

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def run(code, *, python=sys.executable, cwd=ROOT):
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_import_is_light():
    heavy = "torch matplotlib sklearn scipy pandas transformers sentence_transformers openvino"
    loaded = run(f"import framing, sys; print([m for m in {heavy.split()} if m in sys.modules])")
    assert loaded == "[]"


def test_every_public_name_loads_and_none_is_a_module_name():
    modules = {module.name for module in pkgutil.iter_modules(framing.__path__)}
    for name in framing.__all__:
        value = getattr(framing, name)
        assert (name in modules) == (type(value).__name__ == "module"), name


def test_unknown_attribute_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'cluster'"):
        framing.cluster  # noqa: B018


def imports_of(path, package):
    """Modules of the package that a file imports when it is loaded (not inside functions)."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("framing"):
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return found - {package}


def test_imports_form_no_circle():
    files = {}
    for path in (ROOT / "framing").rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    graph = {name: imports_of(path, name) & files.keys() for name, path in files.items()}
    while graph:
        free = {name for name, wants in graph.items() if not wants & graph.keys()}
        assert free, f"a circle among {sorted(graph)}"
        graph = {name: wants for name, wants in graph.items() if name not in free}


def test_only_plots_imports_matplotlib_and_only_encoder_a_model_library():
    homes = {"matplotlib": "plots", "torch": "encoder", "sentence_transformers": "encoder"}
    for path in (ROOT / "framing").rglob("*.py"):
        text = path.read_text()
        for library, home in homes.items():
            if re.search(rf"^\s*(?:import|from) {library}\b", text, re.MULTILINE):
                assert home in path.relative_to(ROOT / "framing").parts, path


def package_names(requirements):
    return {re.split(r"[<>=!~;\[ ]", item)[0].lower() for item in requirements}


def test_environment_yml_agrees_with_pyproject():
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    conda = package_names(item for item in dependencies if isinstance(item, str))
    (pip,) = [item["pip"] for item in dependencies if isinstance(item, dict)]
    assert "-e ." in pip
    listed = (conda | package_names(pip)) - {"python", "pip", "-e"}
    listed = {"matplotlib" if name == "matplotlib-base" else name for name in listed}
    extras = PROJECT["optional-dependencies"]
    wanted = [*PROJECT["dependencies"], *extras["openvino"], *extras["notebooks"]]
    assert listed == package_names(wanted)
    assert f"python{PROJECT['requires-python']}" in dependencies


def test_constraints_pin_every_dependency_and_torch():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {line.split("==")[0].lower() for line in lines if "==" in line}
    extras = [item for items in PROJECT["optional-dependencies"].values() for item in items]
    assert package_names([*PROJECT["dependencies"], *extras]) <= pinned
    assert "torch==2.13.0" in lines


def test_versions_agree():
    assert framing.__version__ == PROJECT["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == PROJECT["version"]
    assert f"## {PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_wheel_holds_the_data_and_nothing_that_was_generated(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert "framing/py.typed" in names
    for needed in ("voices/ukraine_war.yml", "codebooks/ukraine_war.yml", "cues/en.csv"):
        assert f"framing/_data/{needed}" in names
    assert "framing/_data/kyiv_visit/documents.csv" in names
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests")]


def test_wheel_works_outside_the_checkout(wheel, tmp_path):
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)],
        check=True,
        capture_output=True,
    )
    # The dependencies are those of this environment; the package itself is the wheel's.
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    code = f"""
import site, sys
sys.path.append({packages!r})
import framing
assert {str(tmp_path)!r} in framing.__file__, framing.__file__
corpus = framing.load_corpus()
claims = framing.claims(corpus.documents.head(2))
print(len(corpus.documents) >= 30, len(claims) > 5)
"""
    assert run(code, python=python, cwd=tmp_path) == "True True"


def test_every_module_and_public_function_has_a_docstring():
    for module in pkgutil.walk_packages(framing.__path__, "framing."):
        loaded = importlib.import_module(module.name)
        assert loaded.__doc__, module.name
