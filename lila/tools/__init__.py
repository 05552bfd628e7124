"""Lila's hands: what the model can have done for it, each with what it touches declared."""
