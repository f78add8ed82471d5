"""JPEG, baseline and progressive (ITU-T T.81): the parts from which the codec of `.jpg` files is made."""
