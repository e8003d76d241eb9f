"""The files of a release: one module a file. All is made of records and of what the release says of itself."""
