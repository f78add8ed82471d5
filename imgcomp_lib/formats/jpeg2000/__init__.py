"""JPEG 2000 (ITU-T T.800): codestreams and files, read and written."""
