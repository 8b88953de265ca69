"""The commands: from a directory of data to a reader that Byline can load, and the figures of any reader.

python -m qa.training run DATA --start ENCODER --out RUN      train, export, calibrate, describe
python -m qa.training average DATA NETWORK… --out RUN         the same of a mean of networks trained before
python -m qa.training restore READER --start ENCODER --out NET a shipped reader's network, to train on from
python -m qa.training ablate DATA --start ENCODER --out RUN   short runs with a step left out, side by side
python -m qa.training measure READER DATA                     the dev figures of a reader's directory
"""

from __future__ import annotations

import json
import logging
import pickle
import shutil
from pathlib import Path
from typing import Annotated, Any

import typer

from index.archive import Archive
from qa.calibration import UNCALIBRATED, write_calibration
from qa.span_reader import SpanReader
from qa.training.ablations import ABLATIONS, figures_of, table
from qa.training.average import average, parts_of
from qa.training.calibrate import Fitted, calibrate
from qa.training.card import write_card
from qa.training.examples import Group
from qa.training.export import FLOAT, QUANTISED, export
from qa.training.measure import measure
from qa.training.mix import SHARE, dev_files, news_files, prepare, weighed
from qa.training.restore import restore
from qa.training.train import Plan, train
from qa.training.trials import (
    QUIZ,
    STANDALONE,
    Trial,
    archive_trials,
    quizzes,
    standalone,
    trial_articles,
    wire_trials,
)

log = logging.getLogger("qa.training")
app = typer.Typer(add_completion=False, help=__doc__)
AblationsOption = Annotated[Path | None, typer.Option(help="What `ablate` measured, for the card.")]
DataArgument = Annotated[Path, typer.Argument(help="Directory with *train*, *dev* and news* files.")]


@app.command()
def run(
    data: DataArgument,
    out: Annotated[Path, typer.Option(help="Directory of the run; one that exists is resumed.")],
    start: Annotated[Path, typer.Option(help="Encoder or span checkpoint in transformers' format.")],
    minutes: Annotated[float, typer.Option(help="Time on the clock for the training itself.")] = 120,
    seed: Annotated[int, typer.Option(help="Seed of every random choice.")] = 20221,
    rate: Annotated[float, typer.Option(help="The highest learning rate.")] = 1.5e-4,
    share: Annotated[list[str] | None, typer.Option(help="Another share of a source: SOURCE=TIMES.")] = None,
    ablations: AblationsOption = None,
) -> None:
    """Train, export, calibrate and describe a reader; goes on where an earlier call stopped."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    others = {source: float(times) for source, _, times in (named.partition("=") for named in share or ())}
    plan = Plan(minutes=minutes, seed=seed, peak_rate=rate, shares=SHARE | others)
    groups = weighed(prepared(data, out, seed), seed, plan.shares)
    log.info("%d groups", len(groups))
    network = train(groups, start, start / "tokenizer.json", out, plan)
    finish(network, start / "tokenizer.json", data, out, "", ablations)


def prepared(data: Path, out: Path, seed: int) -> list[Group]:
    """The groups of a run, made once and kept in its directory."""
    out.mkdir(parents=True, exist_ok=True)
    kept = out / "groups.pickle"
    if not kept.exists():
        kept.write_bytes(pickle.dumps(prepare(data, seed)))
    groups: list[Group] = pickle.loads(kept.read_bytes())
    return groups


@app.command("average")
def average_networks(
    data: DataArgument,
    networks: Annotated[list[Path], typer.Argument(help="Networks of runs; one named twice counts twice.")],
    out: Annotated[Path, typer.Option(help="Directory of the new reader.")],
    tokenizer: Annotated[Path, typer.Option(help="Their tokenizer.json.")],
    note: Annotated[str, typer.Option(help="A sentence for the card.")] = "",
    ablations: AblationsOption = None,
) -> None:
    """Average networks of one lineage; export, calibrate and describe the mean as a reader."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    finish(average(networks, out / "network"), tokenizer, data, out, note, ablations)


@app.command("restore")
def restore_network(
    reader: Annotated[Path, typer.Argument(help="A reader's directory.")],
    start: Annotated[Path, typer.Option(help="The checkpoint that its training began from.")],
    out: Annotated[Path, typer.Option(help="Directory of the network.")],
) -> None:
    """Write the network of a shipped reader, so that training can go on from it."""
    typer.echo(restore(reader, start, out))


@app.command()
def ablate(
    data: DataArgument,
    out: Annotated[Path, typer.Option(help="Directory of the runs; those that are done are not done again.")],
    start: Annotated[Path, typer.Option(help="Encoder or span checkpoint in transformers' format.")],
    tokens: Annotated[float, typer.Option(help="Millions of tokens that each run reads.")] = 1,
    seed: Annotated[int, typer.Option(help="Seed of every random choice.")] = 20221,
) -> None:
    """Train one short run for each step of the recipe, without that step, and print their figures."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    groups = prepared(data, out, seed)
    kept = out / "ablations.json"
    done: dict[str, dict[str, float]] = json.loads(kept.read_text()) if kept.exists() else {}
    for number, (name, ablation) in enumerate(ABLATIONS.items()):
        if name in done:
            continue
        plan = ablation.of(Plan(minutes=0, tokens=tokens * 1e6, seed=seed))
        folder = out / str(number)
        network = train(weighed(groups, seed, plan.shares), start, start / "tokenizer.json", folder, plan)
        reader, fitted = calibrated(
            network,
            start / "tokenizer.json",
            data,
            folder / "reader",
            out / "archive",
            plan.context.dates > 0,
        )
        done[name] = figures_of(measure(reader, dev_files(data)), fitted.figures)
        kept.write_text(json.dumps(done, indent=1))
        log.info("%s: %s", name, done[name])
    typer.echo("\n".join(table(done)))


def finish(network: Path, tokenizer: Path, data: Path, out: Path, note: str, ablations: Path | None) -> None:
    """Export a network as `out/reader`, calibrate and measure it, and write its card beside it."""
    directory = out / "reader"
    reader, fitted = calibrated(network, tokenizer, data, directory, out / "archive")
    log.info("calibrated: %s", fitted.figures)
    trained: dict[str, Any] = {"parts": parts_of(network), "note": note}
    if ablations:
        trained["ablations"] = json.loads(ablations.read_text())
    quantised = measure(reader, dev_files(data))
    floating = measure(SpanReader(directory, model=FLOAT), dev_files(data))
    write_card(directory, trained, quantised, floating, fitted.figures)
    (directory / FLOAT).rename(directory.parent / FLOAT)


def calibrated(
    network: Path, tokenizer: Path, data: Path, directory: Path, archive: Path, dated: bool = False
) -> tuple[SpanReader, Fitted]:
    """The network as a reader in a directory, calibrated on an archive of the articles concerned."""
    export(network, tokenizer, directory)
    shutil.copyfile(tokenizer, directory / "tokenizer.json")
    write_calibration(directory, UNCALIBRATED)
    reader = SpanReader(directory, dated=dated)
    fitted = calibrate(reader, trials(data, archive, k=8))
    write_calibration(directory, fitted.calibration)
    return reader, fitted


def trials(data: Path, path: Path, k: int) -> list[Trial]:
    """What calibration is fitted on, asked of an archive of the articles concerned (made where missing)."""
    found: list[Trial] = []
    with Archive.open(path) as archive:
        for questions, articles in news_files(data):
            archive.ingest(trial_articles(questions, articles))
            found += archive_trials(archive, QUIZ, quizzes(questions), k)
            found += archive_trials(archive, STANDALONE, standalone(archive), k)
            found += wire_trials(archive, k)
    return found


@app.command("measure")
def print_measure(
    reader: Annotated[Path, typer.Argument(help="A reader's directory.")],
    data: DataArgument,
    model: Annotated[str, typer.Option(help="The ONNX file in it.")] = QUANTISED,
) -> None:
    """Print exact match and F1 of a reader on the dev files, by source, as JSON."""
    typer.echo(json.dumps(measure(SpanReader(reader, model=model), dev_files(data)), indent=1))


if __name__ == "__main__":
    app()
