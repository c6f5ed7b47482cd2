"""One file or folder per outside system; vendor types and vendor failures stop here."""
