"""DEFLATE and zlib's frame around it.

    deflate      writes the stream        search      chooses tokens and blocks
    inflate      reads it                 tables      constants of the standard

Chapter 8.
"""
