"""What the files of a folder of Terraform declare: a module.

https://developer.hashicorp.com/terraform/language/modules
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sfnlint.inputs.terraform.values import place_at
from sfnlint.place import Place, Span
from sfnlint.source import TextDocument
from sfnlint.source.hcl_syntax import Attribute, Block, Body


class DeclaredBlock(NamedTuple):
    """A block, and the file that it stands in.

    Attributes:
        overridden: the files of what other files override in it, by the names of arguments and
            the types of blocks.

    """

    block: Block
    document: TextDocument
    overridden: Mapping[str, TextDocument] = {}

    def at(self, span: Span) -> Place:
        """Some characters of its file."""
        return place_at(self.document, *span)

    def file_of(self, name: str) -> TextDocument:
        """The file of an argument, or of the blocks of a type in it."""
        return self.overridden.get(name, self.document)

    def inside(self, block: Block) -> DeclaredBlock:
        """A block in it."""
        return DeclaredBlock(block, self.file_of(kind_of(block)))

    def merged(self, block: Block, document: TextDocument) -> DeclaredBlock:
        """What it is with a block that overrides it: arguments one by one, blocks by their type.

        https://developer.hashicorp.com/terraform/language/files/override#merging-behavior
        """
        kinds = {kind_of(one) for one in block.body.blocks}
        kept = [one for one in self.block.body.blocks if kind_of(one) not in kinds]
        body = Body(
            {**self.block.body.attributes, **block.body.attributes}, [*kept, *block.body.blocks]
        )
        files = dict.fromkeys([*block.body.attributes, *kinds], document)
        return DeclaredBlock(
            replace(self.block, body=body), self.document, {**self.overridden, **files}
        )


@dataclass(slots=True)
class Module:
    """What the files of a folder declare.

    Attributes:
        path: the folder.
        documents: its files.
        whole: whether all of it was read.
        blocks: resources, data, modules, variables, outputs by type and labels.
        locals: local values by name.

    """

    path: str
    documents: Sequence[TextDocument]
    whole: bool
    blocks: dict[tuple[str, ...], DeclaredBlock] = field(default_factory=dict)
    locals: dict[str, tuple[Attribute, TextDocument]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for document in self.documents:
            body = document.data if isinstance(document.data, Body) else Body()
            self.whole = self.whole and not document.problems and document.error is None
            for block in body.blocks:
                if block.type == "locals":
                    for name, attribute in block.body.attributes.items():
                        self.locals[name] = attribute, document
                    continue
                key = (block.type, *block.labels)
                if not is_override(document.file):
                    self.blocks.setdefault(key, DeclaredBlock(block, document))
                elif key in self.blocks:
                    self.blocks[key] = self.blocks[key].merged(block, document)

    def of_type(self, kind: str) -> Iterator[tuple[tuple[str, ...], DeclaredBlock]]:
        """The blocks of a type."""
        return ((key, one) for key, one in self.blocks.items() if key[0] == kind)


def is_override(file: str) -> bool:
    """Whether a file of this name overrides what others declare.

    https://developer.hashicorp.com/terraform/language/files/override
    """
    name = os.path.basename(file).removesuffix(".json").removesuffix(".tf")
    return name == "override" or name.endswith("_override")


def kind_of(block: Block) -> str:
    """The type of a block, or of those that a `dynamic` one makes."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type
