"""The illnesses, a file for those that are alike. Each looks at a case and tells its measures, ill or not."""
