"""The commands of `outturn`, as they are typed."""

from collections.abc import Iterator

import rich_click as click

from http_api.cli.commands import outturn


def commands(group: click.Group, path: str = "outturn") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by what is typed."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


COMMANDS = dict(commands(outturn))


def options(command: click.Command) -> list[str]:
    given = (one for one in command.params if isinstance(one, click.Option))
    return sorted(name for one in given for name in one.opts if name.startswith("--"))
