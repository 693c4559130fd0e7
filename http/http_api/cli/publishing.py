"""Publishing figures for the public."""

import rich_click as click

from http_api.cli.context import act_as, as_json, as_person, the_service
from http_api.console import out, print_json
from ledger.publishing import publish as publish_figures


@click.command()
@click.option("--agreement", required=True, metavar="CODE")
@click.option("--title", required=True, help="What is published, such as 'Quarter 2 2026/27'.")
@as_person
@as_json
def publish(agreement: str, title: str, person: str, json: bool) -> None:
    """Show the public what is signed off, as known now."""
    with the_service() as service:
        acted = publish_figures(service.record, agreement, title, act_as(service, person))
    if json:
        print_json({"position": acted.last_position})
    else:
        out.print(f"Published, as known at position {acted.last_position}.")
