"""How small, how close, on which pictures.

    metrics      bytes, bits a pixel, compression ratio, entropy
    quality      MSE and PSNR, SSIM and MS-SSIM, PSNR-HVS
    distortions  pictures spoilt on purpose, as strongly as a PSNR asks
    curves       rate and quality in one number
    images       the photographs of the book, and Kodak's
    files        any picture file in and out
    evaluate     codecs over images, a row each
    peers        the codecs of industry

Leans on `core`, `transforms`, `quantisation` (Bayer's thresholds) and `formats`.
"""
