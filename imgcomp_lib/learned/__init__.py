"""Full-resolution image compression with recurrent networks.

    cells        convolutional LSTM, associative LSTM, GRU, residual GRU
    networks     encoder, binariser, decoder, gain network: the layers of the paper
    frameworks   one-shot, additive, residual scaling: how sixteen iterations build one picture
    successive   the flagship's network: four bits at a time of a lapped transform
    weights      networks in and out of files
    training     python -m imgcomp_lib.learned.training.train, with crops, principal, objective, judge, saver;
                 code_fit teaches the model that codes a network's bits

PyTorch is imported by these modules only, and by `codecs.rnn` only when a picture is coded: without it everything else
in the library works.  Chapters 20 to 23.

Source: G. Toderici, D. Vincent, N. Johnston, S. J. Hwang, D. Minnen, J. Shor, M. Covell, "Full resolution image
compression with recurrent neural networks", CVPR 2017, arXiv:1608.05148; equation numbers are those of its arXiv text.
"""
