"""The report: a table in Markdown, the same as JSON, and for each fault a picture of the outcomes over time."""

import html
import json
import os
import time
from collections import Counter, defaultdict

from suite import Demand

SLOT_SECONDS = 0.1
COLOURS = {"200": "#4a9c5d", "502": "#d97c2b", "503": "#e3c24b", "504": "#b04a3a", "cut": "#7d4a9c", "closed": "#a58ac0",
           "refused": "#555555", "hangs": "#000000", "aborted": "#9fb8d0"}
OTHER = "#3a78b0"
SIGNS = {Demand.HOLDS: "", Demand.SLACK: " (within slack)", Demand.FAILS: " **✗**"}
LEFT, TOP, HEIGHT, WIDTH = 50, 40, 200, 900


def verdict(runs):
    held = sum(run.holds for run in runs)
    return ("holds" if held == len(runs) else "**fails**") + (f" {held}/{len(runs)}" if len(runs) > 1 else "")


def rows(runs):
    """Demand by demand, with the figures of all runs."""
    for number, demand in enumerate(runs[-1].demands):
        each = [run.demands[number] for run in runs if number < len(run.demands)]
        yield demand.text, "; ".join(d.measured + SIGNS[d.verdict] for d in each)


def invariants(runs):
    keys = sorted({key for run in runs for key in run.invariants})
    found = []
    for key in keys:
        each = [run.invariants[key] for run in runs if key in run.invariants]
        bad = [d for d in each if d.verdict == Demand.FAILS]
        slack = [d for d in each if d.verdict == Demand.SLACK]
        if bad:
            found.append(f"{key} **✗** ({bad[0].text}; {bad[0].measured})")
        elif slack:
            found.append(f"{key} (within slack: {slack[0].measured})")
        else:
            found.append(key)
    return ", ".join(found)


def cell(text):
    return text.replace("|", "\\|").replace("\n", " ")


def markdown(results, options):
    """results: fault → its runs, in order."""
    lines = [
        "# Faults", "",
        f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC, {os.cpu_count()} cores, Linux {os.uname().release.split('-')[0]}, "
        f"{options.runs} run(s), seed {options.seed}{', short' if options.short else ''}", "",
        "| fault | injection | demanded | measured | verdict | invariants |", "|---|---|---|---|---|---|"]
    for fault, runs in results.items():
        pairs = list(rows(runs))
        failures = [run.failure for run in runs if run.failure]
        demanded = "<br>".join(cell(text) for text, _ in pairs)
        measured = "<br>".join([cell(text) for _, text in pairs] + [f"**{cell(text)}**" for text in failures])
        lines.append(f"| {fault.key} {fault.title} | {cell(fault.injection)} | {demanded} | {measured} | {verdict(runs)} "
                     f"| {cell(invariants(runs))} |")
    lines.append("")
    for fault, runs in results.items():
        lines += [f"![{fault.key}]({fault.key}.svg)", ""]
    return "\n".join(lines)


def as_json(results):
    def demand(each):
        return {"demanded": each.text, "measured": each.measured, "verdict": each.verdict}

    return json.dumps([{
        "fault": fault.key, "title": fault.title, "holds": all(run.holds for run in runs),
        "runs": [{
            "seed": run.seed, "seconds": round(run.took, 1), "failure": run.failure, "notes": run.notes,
            "demands": [demand(d) for d in run.demands],
            "invariants": {key: demand(d) for key, d in sorted(run.invariants.items())},
        } for run in runs],
    } for fault, runs in results.items()], indent=1)


def picture(run):
    """Outcomes of the run's longest stage, stacked per 100 ms by when they ended, with the moments of the fault."""
    if not run.pictured:
        return None
    outcomes, marks = run.pictured
    begin = min(o.begin for o in outcomes)
    slots = defaultdict(Counter)
    for o in outcomes:
        slots[int((o.end - begin) / SLOT_SECONDS)][str(o.status)] += 1
    last = max(slots) + 1
    highest = max(sum(slot.values()) for slot in slots.values())
    wide = WIDTH / last
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 130}" height="{TOP + HEIGHT + 40}" '
             'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>',
             f'<text x="{LEFT}" y="16" font-size="14">{html.escape(run.fault.key + " " + run.fault.title)}</text>']
    kinds = sorted({status for slot in slots.values() for status in slot}, key=lambda s: (s != "200", s))
    for slot, counts in slots.items():
        y = TOP + HEIGHT
        for status in kinds:
            if counts[status]:
                tall = counts[status] * HEIGHT / highest
                y -= tall
                parts.append(f'<rect x="{LEFT + slot * wide:.1f}" y="{y:.1f}" width="{max(0.5, wide - 0.3):.1f}" '
                             f'height="{tall:.1f}" fill="{COLOURS.get(status, OTHER)}"/>')
    parts += axes(last, highest, wide)
    for number, status in enumerate(kinds):
        y = TOP + 14 * number
        total = sum(slot[status] for slot in slots.values())
        parts.append(f'<rect x="{LEFT + WIDTH + 10}" y="{y}" width="10" height="10" fill="{COLOURS.get(status, OTHER)}"/>'
                     f'<text x="{LEFT + WIDTH + 25}" y="{y + 9}">{html.escape(status)} ({total:,})</text>')
    for number, (when, what) in enumerate(marks[:60]):
        x = LEFT + (when - begin) / SLOT_SECONDS * wide
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 6}" y2="{TOP + HEIGHT}" stroke="#c00" stroke-dasharray="4 2"/>')
        if number == 0 or what != marks[number - 1][1]:
            parts.append(f'<text x="{x + 3:.1f}" y="{TOP - 8 + 11 * (number % 2)}" fill="#c00">{html.escape(what)}</text>')
    return "\n".join([*parts, "</svg>\n"])


def axes(last, highest, wide):
    seconds = last * SLOT_SECONDS
    step = next(s for s in (0.5, 1, 2, 5, 10, 30, 60, 300, 3600) if seconds / s <= 20 or s == 3600)
    parts = [f'<line x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{TOP + HEIGHT}" y2="{TOP + HEIGHT}" stroke="#333"/>',
             f'<text x="{LEFT - 6}" y="{TOP + 10}" text-anchor="end">{highest}</text>',
             f'<text x="{LEFT - 6}" y="{TOP + HEIGHT}" text-anchor="end">0</text>',
             f'<text x="{LEFT + WIDTH}" y="{TOP + HEIGHT + 32}" text-anchor="end">seconds; requests ended per 100 ms</text>']
    at = 0.0
    while at <= seconds:
        x = LEFT + at / SLOT_SECONDS * wide
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP + HEIGHT}" y2="{TOP + HEIGHT + 4}" stroke="#333"/>'
                     f'<text x="{x:.1f}" y="{TOP + HEIGHT + 17}" text-anchor="middle">{at:g}</text>')
        at += step
    return parts
