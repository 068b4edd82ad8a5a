"""Visits' runs drawn as one standalone SVG: nothing is loaded, and no meaning hangs on colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from coder.charges import CodedVisit, RunLine
from console.explain.timeline import Axis, axis_of, counted_words, instants_of, is_mark, mode_words, span_words
from console.printable import printable, shortened

WIDTH, MARGIN = 1140, 24
LABEL_WIDTH, NOTE_WIDTH = 230, 330
BAR_LEFT = MARGIN + LABEL_WIDTH
BAR_WIDTH = WIDTH - 2 * MARGIN - LABEL_WIDTH - NOTE_WIDTH
NOTE_LEFT = BAR_LEFT + BAR_WIDTH + 20
TOP, HEADING, AXIS, ROW, GAP, BAR = 92, 30, 22, 26, 22, 14
LABEL_LETTERS, NOTE_LETTERS = 32, 58
LEGEND_GAP, LETTER = 56, 7
TICKS = 8
QUIET = "#566072"

KNOWN_MODES = {
    "infusion": "#1f6fb2",
    "prolonged by pump": "#12406b",
    "subcutaneous infusion": "#4d7ea8",
    "arterial infusion": "#a3243b",
    "arterial push": "#d0455f",
    "push": "#b3541e",
    "injection": "#7a4fb5",
    "on-body injector": "#9b6fd0",
    "hydration": "#13807a",
    "held": QUIET,
}
OTHER_COLOURS = ("#a02c6d", "#5c6b1a", "#8a5a00", "#4a5568")
STYLE = """
text { font-family: system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; font-size: 13px; fill: #1c2430 }
.title { font-size: 20px; font-weight: 600 }
.visit { font-size: 14px; font-weight: 600 }
.quiet { fill: #566072; font-size: 12px }
.grid { stroke: #dfe4ea }
.base { stroke: #8b95a3 }
"""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What one drawing shows: its visits, the zone of its clock and a title."""

    title: str
    visits: Sequence[tuple[CodedVisit, tzinfo]]


def draw_svg(drawing: Drawing) -> bytes:
    """One SVG document with the time line of every visit, one under the other."""
    height = TOP + sum(_height(visit) for visit, _ in drawing.visits) + MARGIN
    colours = _colours(drawing)
    root = _root(drawing, height)
    _legend(root, colours, drawing)
    top = TOP
    for visit, zone in drawing.visits:
        _visit(root, visit, zone, top, colours)
        top += _height(visit)
    indent(root, " ")
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _root(drawing: Drawing, height: int) -> Element:
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {height}",
            "width": str(WIDTH),
            "height": str(height),
            "role": "img",
            "aria-labelledby": "title desc",
        },
    )
    SubElement(root, "title", id="title").text = printable(drawing.title)
    SubElement(root, "desc", id="desc").text = _description(drawing)
    SubElement(root, "style").text = STYLE
    SubElement(root, "rect", width="100%", height="100%", fill="#ffffff")
    _text(root, MARGIN, 36, printable(drawing.title), "title")
    return root


def _description(drawing: Drawing) -> str:
    sentences = [f"Time lines of {len(drawing.visits)} visit(s)."]
    for visit, zone in drawing.visits:
        axis = axis_of(visit.runs, zone)
        runs = [f"{run.label} {_note(run, axis)}" for run in visit.runs] if axis else []
        sentences.append(f"{visit.visit}: {'; '.join(runs) or 'no charted time'}.")
    return printable(" ".join(sentences))


def _legend(root: Element, colours: dict[str, str], drawing: Drawing) -> None:
    runs = [run for visit, _ in drawing.visits for run in visit.runs]
    left = MARGIN
    for mode, colour in colours.items():
        _rect(root, left, 53, 24, BAR, colour)
        left = _legend_word(root, left, mode)
    if any(run.pauses for run in runs):
        _pause(root, left, 53, 24)
        left = _legend_word(root, left, "paused")
    if _has_marks(drawing):
        _diamond(root, left + 16, 60, QUIET)
        left = _legend_word(root, left, "one time, or a short push")
    if any(run.running for run in runs):
        _arrow(root, left + 10, 60, QUIET)
        _legend_word(root, left, "still running")


def _legend_word(root: Element, left: int, word: str) -> int:
    _text(root, left + 32, 65, printable(word))
    return left + LEGEND_GAP + LETTER * len(word)


def _has_marks(drawing: Drawing) -> bool:
    axes = ((visit, axis_of(visit.runs, zone)) for visit, zone in drawing.visits)
    return any(axis and is_mark(run, axis) for visit, axis in axes for run in visit.runs)


def _visit(root: Element, visit: CodedVisit, zone: tzinfo, top: int, colours: dict[str, str]) -> None:
    group = SubElement(root, "g")
    _text(group, MARGIN, top + 18, shortened(f"{visit.visit}  ·  {visit.patient_class}", 100), "visit")
    axis = axis_of(visit.runs, zone)
    if axis is None:
        _text(group, MARGIN, top + HEADING + 14, "No charted time to draw.", "quiet")
        return
    _axis(group, axis, top + HEADING, len(visit.runs))
    for place, run in enumerate(visit.runs):
        _run(group, run, axis, top + HEADING + AXIS + place * ROW, colours[run.mode])


def _axis(group: Element, axis: Axis, top: int, rows: int) -> None:
    bottom = top + AXIS + rows * ROW
    date = axis.start.astimezone(axis.zone)
    _text(group, MARGIN, top + 14, f"{date:%Y-%m-%d}  {date:%Z}", "quiet")
    for tick in axis.ticks(TICKS):
        x = _x(axis, tick)
        _line(group, x, top + AXIS - 3, x, bottom, "grid")
        _text(group, x, top + 14, axis.tick_words(tick), "quiet", "middle")
    _line(group, BAR_LEFT, top + AXIS - 3, BAR_LEFT + BAR_WIDTH, top + AXIS - 3, "base")


def _run(group: Element, run: RunLine, axis: Axis, top: int, colour: str) -> None:
    row = SubElement(group, "g")
    SubElement(row, "title").text = printable(f"{run.label}, {run.access}: {_note(run, axis)}")
    _text(row, MARGIN, top + 17, shortened(run.label, LABEL_LETTERS))
    _text(row, NOTE_LEFT, top + 17, shortened(_note(run, axis), NOTE_LETTERS), "quiet")
    if is_mark(run, axis):
        _diamond(row, _x(axis, instants_of(run)[0]), top + ROW / 2, colour)
        return
    for interval in run.intervals:
        _stretch(row, axis, interval.start, interval.end, top, colour)
    for start, end in run.pauses:
        _pause(row, _x(axis, start), top + 6, max(3.0, _x(axis, end) - _x(axis, start)))
    if run.running and instants_of(run):
        _arrow(row, _x(axis, instants_of(run)[-1]), top + ROW / 2, colour)


def _stretch(row: Element, axis: Axis, start: datetime, end: datetime, top: int, colour: str) -> None:
    left, right = _x(axis, start), _x(axis, end)
    _rect(row, left, top + 6, max(3.0, right - left), BAR, colour)


def _note(run: RunLine, axis: Axis | None) -> str:
    times = span_words(run, axis) if axis else "no time charted"
    return "  ·  ".join(words for words in (times, counted_words(run), mode_words(run), run.access) if words)


def _colours(drawing: Drawing) -> dict[str, str]:
    modes = sorted({run.mode for visit, _ in drawing.visits for run in visit.runs})
    others = [mode for mode in modes if mode not in KNOWN_MODES]
    spare = {mode: OTHER_COLOURS[place % len(OTHER_COLOURS)] for place, mode in enumerate(others)}
    return {mode: KNOWN_MODES.get(mode) or spare[mode] for mode in modes}


def _height(visit: CodedVisit) -> int:
    return HEADING + AXIS + max(1, len(visit.runs)) * ROW + GAP


def _x(axis: Axis, instant: datetime) -> float:
    return round(BAR_LEFT + axis.place(instant) * BAR_WIDTH, 1)


def _text(parent: Element, x: float, y: float, words: str, css: str = "", anchor: str = "") -> None:
    element = SubElement(parent, "text", x=str(x), y=str(y))
    if css:
        element.set("class", css)
    if anchor:
        element.set("text-anchor", anchor)
    element.text = words


def _rect(parent: Element, x: float, y: float, width: float, height: float, fill: str) -> None:
    SubElement(parent, "rect", x=str(x), y=str(y), width=str(round(width, 1)), height=str(height), rx="2", fill=fill)


def _pause(parent: Element, x: float, y: float, width: float) -> None:
    box = {"x": str(x), "y": str(y), "width": str(round(width, 1)), "height": str(BAR), "fill": "#ffffff"}
    SubElement(parent, "rect", {**box, "stroke": QUIET, "stroke-dasharray": "3 2"})


def _diamond(parent: Element, x: float, y: float, fill: str) -> None:
    points = f"{x},{y - 9} {x + 7},{y} {x},{y + 9} {x - 7},{y}"
    SubElement(parent, "polygon", points=points, fill=fill)


def _arrow(parent: Element, x: float, y: float, fill: str) -> None:
    points = f"{x},{y - 9} {x + 12},{y} {x},{y + 9}"
    SubElement(parent, "polygon", points=points, fill=fill)


def _line(parent: Element, left: float, top: float, right: float, bottom: float, css: str) -> None:
    ends = {"x1": str(left), "y1": str(top), "x2": str(right), "y2": str(bottom)}
    SubElement(parent, "line", {**ends, "class": css})
