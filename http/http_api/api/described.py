"""What the OpenAPI document says beside what routes say themselves: refusals, and exact bodies."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec
from litestar.datastructures import ResponseHeader
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import Schema
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition

from http_api.problems import PROBLEM_JSON, Problem

if TYPE_CHECKING:
    from litestar._openapi.schema_generation import SchemaCreator

LEDGER_POSITION = ResponseHeader(
    name="Ledger-Position",
    description="The highest position of the ledger that this process has seen.",
    documentation_only=True,
)


def refusing(*statuses: int) -> Mapping[int, ResponseSpec]:
    """The problem documents of these statuses, by status."""
    return {
        status: ResponseSpec(
            Problem,
            generate_examples=False,
            description=HTTPStatus(status).phrase,
            media_type=PROBLEM_JSON,
        )
        for status in statuses
    }


# What the web server itself says of an address that names too many things, before we see it: of
# the address where that alone is too long, else of the head as a whole.
TOO_LONG: Mapping[int, ResponseSpec] = {
    status: ResponseSpec(None, generate_examples=False, description=HTTPStatus(status).phrase)
    for status in (414, 431)
}


class ExactBodies(OpenAPISchemaPlugin):
    """Describes bodies as strictly as they are read, and no more strictly.

    The plugin that would describe them otherwise leaves out that unknown fields are refused, and
    what bounds an object or what is in a list; and where an integer is a number too, it has them
    match one alternative alone, which no integer does.
    """

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        """Whether this is a body: a structure that refuses fields it does not know."""
        return (
            not field_definition.is_union
            and field_definition.is_subclass_of(msgspec.Struct)
            and field_definition.annotation.__struct_config__.forbid_unknown_fields
        )

    def to_openapi_schema(
        self, field_definition: FieldDefinition, schema_creator: "SchemaCreator"
    ) -> Schema:
        """The schema of a body."""
        (ordinary,) = (
            each
            for each in schema_creator.plugins
            if each is not self and schema_creator.plugin_supports_field(each, field_definition)
        )
        schema = ordinary.to_openapi_schema(field_definition, schema_creator)
        schema.additional_properties = False
        body = msgspec.inspect.type_info(field_definition.annotation)
        assert isinstance(body, msgspec.inspect.StructType)
        for field in body.fields:
            found = (schema.properties or {})[field.encode_name]
            if isinstance(found, Schema):
                _bound(found, field.type)
        return schema


def _bound(schema: Schema, kind: msgspec.inspect.Type) -> None:
    """Say of a schema what bounds its type."""
    match kind:
        case msgspec.inspect.UnionType():
            schema.any_of, schema.one_of = schema.one_of, None
        case msgspec.inspect.DictType():
            schema.max_properties = kind.max_length
            _bound_inner(schema.additional_properties, kind.value_type)
            schema.property_names = Schema()
            _bound_inner(schema.property_names, kind.key_type)
        case msgspec.inspect.VarTupleType():
            _bound_inner(schema.items, kind.item_type)


def _bound_inner(schema: object, kind: msgspec.inspect.Type) -> None:
    if isinstance(schema, Schema) and isinstance(kind, msgspec.inspect.StrType):
        schema.min_length, schema.max_length = kind.min_length, kind.max_length
        schema.pattern = kind.pattern
