"""Unpacks gzip and zstd as a stream, by magic bytes, however often packed up to two layers."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Protocol

import zstandard

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
LAYERS_MOST = 2
SLICE_BYTES = 4096  # small, so that a slice that unpacks a thousandfold still fits


class DamagedLogError(Exception):
    """A packed log breaks off or is corrupted; what was unpacked before that still counts."""


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


def unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks with gzip and zstd taken off; chunks that are neither pass unchanged."""
    stream = iter(chunks)
    for _ in range(LAYERS_MOST):
        head, stream = _peek(stream)
        if head.startswith(GZIP_MAGIC):
            stream = _inflated(stream, "gzip", _gzip_decoder)
        elif head.startswith(ZSTD_MAGIC):
            stream = _inflated(stream, "zstd", _zstd_decoder)
    return stream


def _peek(stream: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    head = b""
    try:
        for chunk in stream:
            head += chunk
            if len(head) >= len(ZSTD_MAGIC):
                break
    except DamagedLogError as error:
        return head, _then_damaged(head, error)
    return head, chain([head], stream)


def _then_damaged(head: bytes, error: DamagedLogError) -> Iterator[bytes]:
    yield head
    raise error


def _gzip_decoder() -> _Decoder:
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)


def _zstd_decoder() -> _Decoder:
    return zstandard.ZstdDecompressor().decompressobj()


def _inflated(stream: Iterable[bytes], name: str, new_decoder: Callable[[], _Decoder]) -> Iterator[bytes]:
    decoder: _Decoder | None = None
    for piece in _slices(stream):
        rest = piece
        while rest := rest if decoder else rest.lstrip(b"\0"):
            decoder = decoder or new_decoder()
            yield _decoded(decoder, rest, name)
            rest = decoder.unused_data if decoder.eof else b""
            decoder = None if decoder.eof else decoder
    if decoder is not None:
        raise DamagedLogError(f"{name} data that breaks off")


def _decoded(decoder: _Decoder, data: bytes, name: str) -> bytes:
    try:
        return decoder.decompress(data)
    except (zlib.error, zstandard.ZstdError) as error:
        raise DamagedLogError(f"corrupted {name} data") from error


def _slices(stream: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in stream:
        for start in range(0, len(chunk), SLICE_BYTES):
            yield chunk[start : start + SLICE_BYTES]
