"""Training of the attribution head, in parts; `train_tagger.py` puts them together."""
