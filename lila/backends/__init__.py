"""Backends: native engine, llama.cpp, transformers and OpenAI-compatible servers behind one protocol.

Nothing is imported here, so that a missing extra costs nothing until its backend is asked for.
"""
