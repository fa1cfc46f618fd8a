"""The hidden checks of 01_sequences. The contracts stand in docs/contract.md and in the notebook."""
