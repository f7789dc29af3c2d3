"""Templates compiled once for all applications of this process: each city has one, and they differ in nothing else."""

from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

CODE: dict[tuple[str, str], CodeType | None] = {}


class Compiled(BytecodeCache):
    """Keeps the code itself; what a template shows comes from its application and its request."""

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = CODE.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        CODE[bucket.key, bucket.checksum] = bucket.code
