"""Serving, migrating, and the demonstration."""

import os

import rich_click as click
from psycopg.errors import InsufficientPrivilege

from http_api.cli.context import as_json, check_migrated, the_settings, the_url
from http_api.console import err, out, print_json
from http_api.database import first_line
from http_api.serve import PortTaken, check_free
from http_api.serve import serve as serve_until_interrupted
from http_api.settings import URL_VARIABLE, BadSetting, Web, web_from_environment
from ledger.migrations import migrate as apply_migrations
from projections.schema import create as create_answers


def bring_up(url: str) -> tuple[str, ...]:
    """Create or upgrade the record's schema and the answers'."""
    try:
        applied = apply_migrations(url)
        create_answers(url)
    except InsufficientPrivilege as error:
        raise click.ClickException(
            f"This login may not migrate ({first_line(error)}): migrate as the one that owns the"
            f" database, which {URL_VARIABLE} has to name for that, and not as the service's."
        ) from error
    return applied


@click.command()
@as_json
def migrate(json: bool) -> None:
    """Create or upgrade the database's schema and roles."""
    applied = bring_up(the_url())
    if json:
        print_json({"applied": applied})
    else:
        out.print(f"Applied {', '.join(applied)}." if applied else "The database is up to date.")


def the_web() -> Web:
    """How people reach the service, by the environment."""
    try:
        return web_from_environment(os.environ)
    except BadSetting as wrong:
        raise click.ClickException(str(wrong)) from wrong


def check_address(host: str, port: int) -> None:
    """Refuse an address that another program serves already, or settings that cannot be meant so,
    before anything is done."""
    the_web()
    try:
        check_free(host, port)
    except PortTaken as taken:
        raise click.ClickException(f"{taken}: choose another with --port.") from taken


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
@click.option("--migrate", "migrating", is_flag=True, help="Migrate the database first.")
def serve(host: str, port: int, workers: int, migrating: bool) -> None:
    """Serve the API and the pages, with what keeps the answers, the loads and the proofs going."""
    check_address(host, port)
    url = the_url()
    if migrating:
        bring_up(url)
    else:
        check_migrated(url)
    serve_until_interrupted(
        url,
        the_settings(),
        host=host,
        port=port,
        workers=workers,
        answers=lambda: err.print(f"Outturn serves at http://{host}:{port}/ (interrupt to stop)"),
    )


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-serve", is_flag=True, help="Prepare the ledger and end.")
@click.option("--home", default=None, help="The folder to live in.  [default: OUTTURN_HOME]")
@as_json
def demo(host: str, port: int, no_serve: bool, home: str | None, json: bool) -> None:
    """A fresh demonstration ledger on real published figures, served.

    Four releases of children's services figures for Warwickshire and its neighbours are loaded
    at the dates they were published, by a simulated clock; targets and people are illustrative.
    """
    from http_api.demonstration.run import run  # noqa: PLC0415

    if not no_serve:
        check_address(host, port)
    run(home=home, host=host, port=port, serving=not no_serve, json=json)


__all__ = ["bring_up", "demo", "migrate", "serve"]
