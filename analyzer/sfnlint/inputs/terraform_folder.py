"""What the files of a folder of Terraform declare: a module.

https://developer.hashicorp.com/terraform/language/modules
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sfnlint.inputs.terraform_values import text_at
from sfnlint.place import Place, Span
from sfnlint.source import TextDocument
from sfnlint.source.hcl_nodes import Attribute, Block, Body


class Written(NamedTuple):
    """A block, and the file that it stands in."""

    block: Block
    document: TextDocument

    def at(self, span: Span) -> Place:
        """Some characters of its file."""
        return text_at(self.document, *span)


@dataclass(slots=True)
class Folder:
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
    blocks: dict[tuple[str, ...], Written] = field(default_factory=dict)
    locals: dict[str, tuple[Attribute, TextDocument]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for document in self.documents:
            body = document.data if isinstance(document.data, Body) else Body()
            self.whole = self.whole and not document.problems and document.error is None
            for block in body.blocks:
                if block.type == "locals":
                    for name, attribute in block.body.attributes.items():
                        self.locals[name] = attribute, document
                else:
                    self.blocks.setdefault((block.type, *block.labels), Written(block, document))

    def of_type(self, kind: str) -> Iterator[tuple[tuple[str, ...], Written]]:
        """The blocks of a type."""
        return ((key, one) for key, one in self.blocks.items() if key[0] == kind)
