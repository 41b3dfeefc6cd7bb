"""The blocks that the files of one Terraform module declare, overrides merged.

https://developer.hashicorp.com/terraform/language/modules
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sfnlint.inputs.terraform.values import place_at
from sfnlint.named_tuple import NamedTuple
from sfnlint.place import Place, Span
from sfnlint.source import TextDocument
from sfnlint.source.hcl_syntax import Attribute, Block, Body

BlockKey = tuple[str, ...]
"""The type and the labels of a block: `("resource", "aws_iam_role", "flow")`."""


class DeclaredBlock(NamedTuple):
    """A block, and the file that declares it.

    Attributes:
        block: the block.
        document: the file.
        overrides: the files that override arguments of it, by their names, and blocks in it, by
            their types.

    """

    block: Block
    document: TextDocument
    overrides: Mapping[str, TextDocument] = {}

    def place(self, span: Span) -> Place:
        """Return the place of a range of characters of its file."""
        return place_at(self.document, *span)

    def file_of(self, name: str) -> TextDocument:
        """Return the file of an argument, or of the nested blocks of a type."""
        return self.overrides.get(name, self.document)

    def nested(self, block: Block) -> DeclaredBlock:
        """Return a block that is in this one."""
        return DeclaredBlock(block, self.file_of(nested_type(block)))

    def overridden(self, block: Block, document: TextDocument) -> DeclaredBlock:
        """Return this block with the arguments and nested blocks of an override.

        https://developer.hashicorp.com/terraform/language/files/override#merging-behavior
        """
        types = {nested_type(nested) for nested in block.body.blocks}
        kept = [nested for nested in self.block.body.blocks if nested_type(nested) not in types]
        body = Body(
            {**self.block.body.attributes, **block.body.attributes}, [*kept, *block.body.blocks]
        )
        files = dict.fromkeys([*block.body.attributes, *types], document)
        return DeclaredBlock(
            replace(self.block, body=body), self.document, {**self.overrides, **files}
        )


@dataclass(slots=True)
class Module:
    """The files of a folder.

    Attributes:
        path: the folder.
        documents: its files, overrides last.
        complete: whether all of them could be read.
        is_description: whether it describes a published module; see `known_modules`.
        blocks: resources, data sources, module calls, variables, outputs and providers.
        locals: local values by name, each with its file.

    """

    path: str
    documents: Sequence[TextDocument]
    complete: bool
    is_description: bool = False
    blocks: dict[BlockKey, DeclaredBlock] = field(default_factory=dict)
    locals: dict[str, tuple[Attribute, TextDocument]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for document in self.documents:
            body = document.data if isinstance(document.data, Body) else Body()
            self.complete = self.complete and not document.problems and document.error is None
            for block in body.blocks:
                if block.type == "locals":
                    for name, attribute in block.body.attributes.items():
                        self.locals[name] = attribute, document
                    continue
                key = (block.type, *block.labels)
                if not is_override(document.file):
                    self.blocks.setdefault(key, DeclaredBlock(block, document))
                elif key in self.blocks:
                    self.blocks[key] = self.blocks[key].overridden(block, document)

    def of_type(self, block_type: str) -> Iterator[tuple[BlockKey, DeclaredBlock]]:
        """Yield the blocks of a type, `"resource"`."""
        return ((key, block) for key, block in self.blocks.items() if key[0] == block_type)


def is_override(file: str) -> bool:
    """Return whether a file of this name overrides the blocks of other files.

    https://developer.hashicorp.com/terraform/language/files/override
    """
    name = os.path.basename(file).removesuffix(".json").removesuffix(".tf")
    return name == "override" or name.endswith("_override")


def nested_type(block: Block) -> str:
    """Return the type of a nested block, or of the blocks that a `dynamic` block makes."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type
