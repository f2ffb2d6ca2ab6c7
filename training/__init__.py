"""How the encoder that comes with the product is made; see training/README.md."""
