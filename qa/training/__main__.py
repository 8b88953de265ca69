"""The commands: from a directory of data to a reader that Byline can load, and the figures of any reader.

python -m qa.training run DATA --start ENCODER --out RUN      train, export, calibrate, describe
python -m qa.training average DATA NETWORK… --out RUN         the same of the mean of networks trained before
python -m qa.training measure READER DATA                     the dev figures of a reader's directory
"""

from __future__ import annotations

import json
import logging
import pickle
import shutil
from pathlib import Path
from typing import Annotated

import typer

from index.archive import Archive
from qa.calibration import UNCALIBRATED, write_calibration
from qa.span_reader import SpanReader
from qa.training.average import average, parts_of
from qa.training.calibrate import calibrate
from qa.training.card import write_card
from qa.training.export import FLOAT, QUANTISED, export
from qa.training.measure import measure
from qa.training.mix import dev_files, news_files, prepare, weighed
from qa.training.train import Plan, train
from qa.training.trials import Trial, news_trials, trial_articles, wire_trials

log = logging.getLogger("qa.training")
app = typer.Typer(add_completion=False, help=__doc__)
DataArgument = Annotated[Path, typer.Argument(help="Directory with *train*, *dev* and news* files.")]


@app.command()
def run(
    data: DataArgument,
    out: Annotated[Path, typer.Option(help="Directory of the run; one that exists is resumed.")],
    start: Annotated[Path, typer.Option(help="Encoder or span checkpoint in transformers' format.")],
    minutes: Annotated[float, typer.Option(help="Time on the clock for the training itself.")] = 120,
    workers: Annotated[int, typer.Option(help="Processes of one thread each, on a CPU.")] = 2,
    seed: Annotated[int, typer.Option(help="Seed of every random choice.")] = 20221,
    note: Annotated[str, typer.Option(help="A sentence for the card.")] = "",
) -> None:
    """Train, export, calibrate and describe a reader; goes on where an earlier call stopped."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    out.mkdir(parents=True, exist_ok=True)
    kept = out / "groups.pickle"
    if not kept.exists():
        kept.write_bytes(pickle.dumps(prepare(data, seed)))
    groups = weighed(pickle.loads(kept.read_bytes()), seed)
    log.info("%d groups", len(groups))
    plan = Plan(minutes=minutes, workers=workers, seed=seed)
    network = train(groups, start, start / "tokenizer.json", out, plan)
    finish(network, start / "tokenizer.json", data, out, note)


@app.command("average")
def average_networks(
    data: DataArgument,
    networks: Annotated[list[Path], typer.Argument(help="Networks of runs; one named twice counts twice.")],
    out: Annotated[Path, typer.Option(help="Directory of the new reader.")],
    tokenizer: Annotated[Path, typer.Option(help="Their tokenizer.json.")],
    note: Annotated[str, typer.Option(help="A sentence for the card.")] = "",
) -> None:
    """Average networks of one lineage; export, calibrate and describe the mean as a reader."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    finish(average(networks, out / "network"), tokenizer, data, out, note)


def finish(network: Path, tokenizer: Path, data: Path, out: Path, note: str) -> None:
    """Export a network as `out/reader`, calibrate and measure it, and write its card beside it."""
    directory, archive = out / "reader", out / "archive"
    export(network, directory)
    shutil.copyfile(tokenizer, directory / "tokenizer.json")
    trained = {"parts": parts_of(network), "note": note}
    write_calibration(directory, UNCALIBRATED)
    reader = SpanReader(directory)
    fitted = calibrate(reader, trials(data, archive, k=8))
    write_calibration(directory, fitted.calibration)
    log.info("calibrated: %s", fitted.figures)
    quantised = measure(reader, dev_files(data))
    floating = measure(SpanReader(directory, model=FLOAT), dev_files(data))
    write_card(directory, trained, quantised, floating, fitted.figures)
    (directory / FLOAT).rename(directory.parent / FLOAT)


def trials(data: Path, path: Path, k: int) -> list[Trial]:
    """What calibration is fitted on, asked of an archive of the articles concerned (made where missing)."""
    found: list[Trial] = []
    with Archive.open(path) as archive:
        for questions, articles in news_files(data):
            archive.ingest(trial_articles(questions, articles))
            found += news_trials(archive, questions, k)
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
