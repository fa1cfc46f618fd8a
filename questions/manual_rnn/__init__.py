"""The hidden checks of 02_manual_rnn. The contracts stand in docs/contract.md and in the notebook."""
