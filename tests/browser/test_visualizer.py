"""The gradient visualizer as a student sees it: JupyterLab in headless Chromium, a slider moved, two panels changed.

Once on an ipympl canvas, as in JupyterLab, and once as a redrawn picture, as in Colab. Pictures of both are left in the
folder that UNROLLED_SCREENSHOTS names, if it names one.
"""

import io
import itertools
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest

from unrolled.course.course import Course
from unrolled.course.program import run_program

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install 'unrolled[browser]'")
pytest.importorskip("jupyterlab", reason="needs JupyterLab: pip install 'unrolled[browser]'")
pytest.importorskip("ipympl", reason="needs ipympl: pip install 'unrolled[notebooks]'")
if not CHROMIUM:
    pytest.skip("needs Chromium on this machine (Debian: apt-get install chromium)", allow_module_level=True)
from PIL import Image, ImageChops  # noqa: E402

BUNDLE = Course.find(__file__).bundle("04_gradient_flow")
WIDGET = BUNDLE.cell("gradient_visualizer").id
SECONDS = 180  # for JupyterLab, a kernel and torch to start on a busy machine


def given_cells() -> list[str]:
    """What the widget stands on, with the reference answers."""
    return [source for _, source in BUNDLE.program("gradient_visualizer")]


def widget_cell() -> str:
    (source,) = [c.source for c in BUNDLE.cells if "gauge.create_visualization()" in c.source and c.type == "code"]
    return source


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab that has the notebook."""
    folder = tmp_path_factory.mktemp("lab")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("\n\n".join(given_cells()))])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}  # or JupyterLab asks for one
    for choice in ("True", "False"):
        cell = widget_cell().replace("create_visualization()", f"create_visualization(use_ipympl={choice})")
        notebook.cells.append(nbformat.v4.new_code_cell(cell))
    nbformat.write(notebook, folder / "gauge.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = {f"JUPYTER_{kind}_DIR": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    home |= {"IPYTHONDIR": str(folder / "ipython"), "PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    options = ["--IdentityProvider.token=", "--ServerApp.password=", "--LabApp.expose_app_in_browser=True"]
    options += ["--ServerApp.allow_root=True", f"--ServerApp.root_dir={folder}", "--LabApp.news_url=None"]
    with (folder / "lab.log").open("w") as log:
        server = subprocess.Popen([*command, *options], cwd=folder, env={**os.environ, **home}, stdout=log, stderr=log)
    try:
        started = time.monotonic()
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api/status", timeout=5)
                break
            except OSError:
                assert server.poll() is None, (folder / "lab.log").read_text()
                assert time.monotonic() - started < SECONDS, (folder / "lab.log").read_text()
                time.sleep(0.5)
        yield f"http://127.0.0.1:{port}/lab/tree/gauge.ipynb?reset"
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture(scope="module")
def page(lab):
    """The notebook, run from top to bottom."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with playwright.sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=CHROMIUM, args=flags)
        page = browser.new_page(viewport={"width": 1300, "height": 1900})
        page.set_default_timeout(SECONDS * 1000)
        page.goto(lab)
        page.wait_for_selector(".jp-NotebookPanel .jp-Notebook-ExecutionIndicator[data-status=idle]")
        # The indicator says idle before there is a kernel to talk to, and what is run by then is lost.
        page.evaluate(
            """async () => {
                const context = window.jupyterapp.shell.currentWidget.sessionContext;
                await context.ready;
                await context.session.kernel.info;
                void window.jupyterapp.commands.execute('notebook:run-all-cells');
            }"""
        )
        page.locator(".widget-slider").nth(3).wait_for()
        yield page
        browser.close()


def widget(page, number: int):
    """The output with one of the two widgets: 0 on a canvas, 1 as a picture."""
    return page.locator(".jp-OutputArea-output:has(.widget-slider)").nth(number)


def told(page, number: int) -> dict[str, list[float]]:
    """The readings as they stand in the page: name -> numbers."""
    lines = widget(page, number).locator(".jp-OutputArea-output").last.inner_text().split("\n")
    numbers = {}
    for line in lines:
        name = re.split(r"[:0-9]", line)[0].strip() if ":" not in line else line.split(":")[0]
        rest = line[len(name) :].lstrip(":")
        if rest.strip():
            numbers[name] = [float(v) for v in re.findall(r"-?\d[\d.e+-]*", rest)]
    return numbers


def move(page, number: int, slider: int, value: float):
    """Type a value into a slider's read-out, as one may; and wait until the readings have followed."""
    before = told(page, number)
    readout = widget(page, number).locator(".widget-readout").nth(slider)
    readout.click()
    page.keyboard.press("Control+A")
    page.keyboard.type(f"{value:.2f}")
    page.keyboard.press("Enter")
    started = time.monotonic()
    while told(page, number) == before:
        assert time.monotonic() - started < 30, "the readings do not follow the slider"
        page.wait_for_timeout(200)
    page.wait_for_timeout(1500)  # the picture arrives after the text


def picture(page, number: int, name: str) -> Image.Image:
    """The figure as it is on the screen."""
    figure = widget(page, number).locator(".jupyter-matplotlib canvas, img.widget-image, .widget-image img").first
    figure.scroll_into_view_if_needed()
    shot = figure.screenshot()
    if folder := os.environ.get("UNROLLED_SCREENSHOTS"):
        Path(folder, f"{name}.png").write_bytes(shot)
        Path(folder, f"{name}_page.png").write_bytes(page.screenshot())
    return Image.open(io.BytesIO(shot)).convert("RGB")


def directly(weight_val: float, bias_val: float) -> dict:
    """The readings without any front end."""
    cells = [*given_cells(), widget_cell().replace("gauge.create_visualization()", "")]
    namespace = run_program([(f"cell {i}", source) for i, source in enumerate(cells)])
    gauge = namespace["gauge"]
    run_program([("update", f"gauge.update_plots({weight_val}, {bias_val})")], namespace)
    return gauge.readings


@pytest.mark.parametrize(("number", "kind"), [(0, "canvas"), (1, "picture")])
def test_a_slider_moves_both_panels(page, number, kind):
    """Moved to 2.5, then the bias to −3: each time both halves of the picture change, and the numbers are right."""
    shots = [picture(page, number, f"{kind}_start")]
    for slider, value, settings in ((0, 2.5, (2.5, 1.0)), (1, -3.0, (2.5, -3.0))):
        move(page, number, slider, value)
        shots.append(picture(page, number, f"{kind}_{slider}"))
        readings, wanted = told(page, number), directly(*settings)
        assert readings["largest |eigenvalue|"] == pytest.approx([wanted["eigenvalue"]], rel=1e-2)
        assert readings["norm of each h_t"] == pytest.approx(wanted["hidden"], rel=1e-2)
        assert readings["norm of each dL/dh_t"] == pytest.approx(wanted["gradient"], rel=1e-2)
    width, height = shots[0].size
    halves = {"states": (0, 0, width // 2, height), "gradients": (width // 2, 0, width, height)}
    for before, after in itertools.pairwise(shots):
        for name, box in halves.items():
            assert ImageChops.difference(before.crop(box), after.crop(box)).getbbox(), f"{kind}: {name} did not move"
