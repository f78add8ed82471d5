"""How a network is trained.

    train        python -m imgcomp_lib.learned.training.train
    objective    what it makes small, and how fast it goes
    crops        what it sees
    saver        what a run leaves on the disk

Leans on the rest of `learned`, and on `measure` for its pictures.
"""
