"""Repeats.

    lz77         a text as literals and matches
    parsing      the cheapest way through all matches
    lzw          a table of phrases that both sides build
    deflate      LZ77 tokens in Huffman codes, as PNG, ZIP and gzip have them

Leans on `core` and `entropy`.
"""
