"""How the reader's weights were made, runnable end to end: `python -m qa.training DATA --out RUN`.

Read in this order: examples (the data's form), mining (hard negatives and news questions), features
(tokens and batches), model (the network and its loss), train (the loop), export, calibrate, card.
"""
