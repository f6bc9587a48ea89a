"""What all panels are made of: the panel itself, forms, fields and small charts."""
