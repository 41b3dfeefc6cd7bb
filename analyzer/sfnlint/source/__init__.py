"""Parsers for JSON, JSON5, YAML and HCL that know where each value is written.

They also parse text that is embedded in strings of other documents.

A run imports only the parsers of the formats that it reads, and the layout of strings only when a
part of a string is placed: that is why modules of this package import each other inside functions
(tests/test_layers.py holds the packages, benchmarks/compare.py measures the time).
"""

from sfnlint.source.document import TextDocument as TextDocument
from sfnlint.source.document import TextProblem as TextProblem
from sfnlint.source.document_view import DocumentView as DocumentView
from sfnlint.source.embedded_document import EmbeddedDocument as EmbeddedDocument
from sfnlint.source.embedded_document import Piece as Piece
from sfnlint.source.embedded_document import embed as embed
from sfnlint.source.load_file import load as load
from sfnlint.source.load_file import parse as parse
from sfnlint.source.load_file import parse_as_named as parse_as_named
from sfnlint.source.yaml_booleans import AmbiguousBoolean as AmbiguousBoolean
