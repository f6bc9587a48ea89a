"""What is drawn at any moment, as plain data: no Qt here."""
